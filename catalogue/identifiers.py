"""Identifiers of documents: symbols, ISBN."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.languages import fold

PARTS = re.compile(r"[a-z]+|\d+")
SYMBOL = re.compile(r"[A-Z0-9][A-Za-z0-9.\-]*(/[A-Za-z0-9.\-]+)*")


def symbol_key(symbol: str) -> str:
    """A symbol reduced to its letters and numbers: "MSP/2011/WP.3" and "msp 2011 wp3" agree.

    >>> symbol_key("(CCM/MSP/2011/WP.8")
    'ccm msp 2011 wp 8'
    """
    return " ".join(PARTS.findall(fold(symbol)))


def validate_symbol(symbol: str) -> None:
    """Refuse a symbol with stray brackets or spaces, as publishers misprint them."""
    if not SYMBOL.fullmatch(symbol):
        raise ValidationError(
            _("“%(symbol)s” is no document symbol. Write it like CCM/MSP/2018/9."),
            params={"symbol": symbol},
        )


def validate_isbn(isbn: str) -> None:
    """Refuse an ISBN whose check digit is wrong (ISBN-10 and ISBN-13, with or without hyphens)."""
    digits = isbn.replace("-", "").replace(" ", "").upper()
    if not (_is_isbn13(digits) or _is_isbn10(digits)):
        raise ValidationError(
            _("“%(isbn)s” is no ISBN: look at its digits."), params={"isbn": isbn}
        )


def _is_isbn13(digits: str) -> bool:
    if not re.fullmatch(r"97[89]\d{10}", digits):
        return False
    return sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(digits)) % 10 == 0


def _is_isbn10(digits: str) -> bool:
    if not re.fullmatch(r"\d{9}[\dX]", digits):
        return False
    values = (10 if d == "X" else int(d) for d in digits)
    return sum(value * (10 - i) for i, value in enumerate(values)) % 11 == 0
