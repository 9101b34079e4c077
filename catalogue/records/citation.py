"""References to an edition in words, for people to copy, as three traditions write them."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from catalogue import formats, languages
from catalogue.records.facts import Description

NBSP = "\u00a0"
QUOTES = {"en": "“”", "es": "«»", "ar": "«»", "fr": (f"«{NBSP}", f"{NBSP}»")}
ENDS = (".", "?", "!", "…", "؟")


class Piece(NamedTuple):
    """Some words of a reference, in a language; titles are set in italics."""

    text: str
    language: str
    is_title: bool = False


class Style(NamedTuple):
    """A reference in one tradition, and the language of what stands between the names."""

    name: str
    language: str
    pieces: list[Piece]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def styles(facts: Description, language: str | None = None) -> list[Style]:
    """The edition cited in three ways, for a reader of `language`."""
    language = language or languages.current()
    with override(language):
        return [
            Style(name, language, [piece for piece in write(facts, language) if piece.text])
            for name, write in (
                (_("Author and date"), author_date),
                (_("Notes"), notes),
                (_("Documents of the United Nations"), united_nations),
            )
        ]


def author_date(facts: Description, language: str) -> Iterator[Piece]:
    """Implementation Support Unit. (2015). *Plan* (CCM/MSP/2015/1). Publisher. https://…"""
    yield Piece(facts.author, facts.words_language)
    yield Piece(f"{_stop(facts.author)} ({_year(facts)}). ", language)
    yield Piece(facts.title.text, facts.title.language, is_title=True)
    tail = _bracketed(facts)
    yield Piece(f"{tail}{_stop(tail or facts.title.text)} ", language)
    if facts.publisher != facts.author:
        yield Piece(f"{facts.publisher}{_stop(facts.publisher)} ", facts.words_language)
    yield Piece(facts.permanent, language)


def notes(facts: Description, language: str) -> Iterator[Piece]:
    """Implementation Support Unit, *Plan*, CCM/MSP/2015/1 (Publisher, 2015), https://…."""
    yield Piece(f"{facts.author}, ", facts.words_language)
    yield Piece(facts.title.text, facts.title.language, is_title=True)
    yield Piece(f", {facts.symbol}" if facts.symbol else "", language)
    yield Piece(_stage(facts), language)
    yield Piece(" (", language)
    if facts.publisher != facts.author:
        yield Piece(f"{facts.publisher}, ", facts.words_language)
    yield Piece(f"{_year(facts)}), {facts.permanent}.", language)


def united_nations(facts: Description, language: str) -> Iterator[Piece]:
    """Implementation Support Unit, “Plan”, CCM/MSP/2015/1, 11 September 2015. Available at …"""
    opening, closing = QUOTES.get(language, QUOTES["en"])
    date = formats.date(facts.issued_on, facts.precision, language)
    yield Piece(f"{facts.author}, ", facts.words_language)
    yield Piece(opening, language)
    yield Piece(facts.title.text, facts.title.language)
    known = "".join(f", {text}" for text in (facts.symbol, date) if text)
    yield Piece(f"{closing}{known}{_stage(facts)}. ", language)
    yield Piece(_("Available at %(address)s") % {"address": facts.permanent}, language)


# Parts ----------------------------------------------------------------------


def _year(facts) -> str:
    return facts.year or pgettext("a reference without a date", "n.d.")


def _bracketed(facts) -> str:
    return (f" ({facts.symbol})" if facts.symbol else "") + _stage(facts)


def _stage(facts) -> str:
    return f" [{facts.stage_name}]" if facts.stage == "advance" else ""


def _stop(text: str) -> str:
    """The full stop after words that do not end with one."""
    return "" if text.endswith(ENDS) else "."
