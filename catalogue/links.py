"""Links in mails to readers: they name a row, are signed, and cannot be guessed.

A key of the database may come again after a restore; the moment the row was made may not.
"""

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from catalogue.models import LanguageRequest, Subscription

Reader = LanguageRequest | Subscription


def token_of(row: Reader) -> str:
    """Names a wish or a subscription to whoever got the mail: "12.1795600000.signature"."""
    return _signer(type(row)).sign(_name(row))


def find(rows: QuerySet, token: str) -> Any:
    """The row behind a token, if it is among these; None for a wrong or stale one."""
    try:
        name = _signer(rows.model).unsign(token)
    except (BadSignature, UnicodeError):
        return None
    row = rows.filter(pk=name.partition(".")[0]).first()
    return row if row and _name(row) == name else None


def address(name: str, row: Reader, language: str) -> str:
    """The whole address of a row's page in a language."""
    return page(name, token_of(row), language=language)


def page(name: str, *args, language: str) -> str:
    """The whole address of any page of the catalogue in a language."""
    with translation.override(language):
        return settings.SITE_URL + reverse(f"catalogue:{name}", args=args)


def _name(row: Reader) -> str:
    return f"{row.pk}.{int(row.created_at.timestamp())}"


def _signer(model: type[Reader]) -> Signer:
    return Signer(salt=f"catalogue.{model._meta.model_name}", sep=".")
