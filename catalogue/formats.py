"""Dates, numbers and lists as readers of each language write them.

Babel's data, but where the usage of the United Nations differs: "1er décembre" in French,
a fixed space between thousands in Spanish, "e" before the sound i in Spanish lists.
"""

import datetime
import re
from decimal import Decimal
from functools import lru_cache

from babel import dates, lists, numbers
from django.utils import timezone

from catalogue import languages

NBSP = "\u00a0"
UNITS = {"fr": ("octets", "Ko", "Mo", "Go")}
UNITS_ELSEWHERE = ("bytes", "kB", "MB", "GB")
SKELETONS = {"day": "long", "month": "yMMMM", "year": "y"}


def date(value: datetime.date | None, precision: str = "day", language: str | None = None) -> str:
    """ "11 September 2015", "septembre 2015" or "2015", by how much of the date is known."""
    if value is None:
        return ""
    language = language or languages.current()
    locale = languages.locale(language)
    if precision != "day":
        return dates.format_skeleton(SKELETONS[precision], value, locale=locale)
    return _ordinal(dates.format_date(value, "long", locale=locale), language)


def short_date(value: datetime.date | None, language: str | None = None) -> str:
    """A date for tables: "11 Sept 2015"."""
    if value is None:
        return ""
    language = language or languages.current()
    text = dates.format_date(value, "medium", locale=languages.locale(language))
    return _ordinal(text, language)


def moment(value: datetime.datetime | None, language: str | None = None) -> str:
    """A date with the time of the office's clock: "11 Sept 2015, 14:05"."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{short_date(local.date(), language)}, {local:%H:%M}"


def months(first: datetime.date, last: datetime.date, language: str | None = None) -> str:
    """From a month to another: "October–December 2026"."""
    locale = languages.locale(language)
    return dates.format_interval(first, last, "yMMMM", locale=locale)


def number(value: float, language: str | None = None) -> str:
    """ "12,345.6" in English, "12 345,6" in French and Spanish (fixed spaces)."""
    return _number(value, language or languages.current())


@lru_cache(10_000)
def _number(value: float, language: str) -> str:
    text = numbers.format_decimal(value, locale=languages.locale(language))
    return text.replace(".", NBSP) if language == "es" else text


def size(count: int, language: str | None = None) -> str:
    """A file's size, in decimal units: 1_234_567 is "1.2 MB", in French "1,2 Mo"."""
    language = language or languages.current()
    units = UNITS.get(language, UNITS_ELSEWHERE)
    for power, unit in reversed(list(enumerate(units))):
        if power == 0 or count >= 1000**power:
            scaled = round(count / 1000**power, 1 if power > 1 else 0)
            return f"{number(scaled, language)}{NBSP}{unit}"
    raise AssertionError("unreachable: power 0 takes every size")


def weight(grams: int, language: str | None = None) -> str:
    """ "850 g", or from a kilogram on "1.25 kg"."""
    if grams < 1000:
        return f"{number(grams, language)}{NBSP}g"
    return f"{number(round(grams / 1000, 2), language)}{NBSP}kg"


def money(value: Decimal, currency: str, language: str | None = None) -> str:
    """ "12.50 CHF": the figure as the language writes it, and the code of the currency."""
    figure = numbers.format_decimal(value, format="#,##0.00", locale=languages.locale(language))
    return f"{figure}{NBSP}{currency}"


def joined(words: list[str], language: str | None = None) -> str:
    """ "French, Spanish and Arabic"; in Spanish "francés e inglés"."""
    return _joined(tuple(words), language or languages.current())


@lru_cache(1000)
def _joined(words: tuple[str, ...], language: str) -> str:
    text = lists.format_list(words, locale=languages.locale(language))
    if language == "es":
        return re.sub(r" y (?=[IiÍí]|[Hh][iIíÍ](?![eéaá]))", " e ", text)
    return text


def _ordinal(text: str, language: str) -> str:
    return re.sub(r"^1 ", "1er ", text) if language == "fr" else text
