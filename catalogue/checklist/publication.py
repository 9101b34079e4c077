"""What is looked at in a publication as a whole."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalogue import languages
from catalogue.checklist.points import (
    ADVICE,
    OBSTACLE,
    Point,
    circles,
    field_address,
    is_accepted,
    name_of,
    point,
)
from catalogue.identifiers import validate_symbol


def points_of_publication(publication, editions) -> list[Point]:
    return [
        *_titles(publication),
        *_summaries(publication),
        *_identity(publication),
        *circles(publication, "replaces", "corrects"),
        _something_to_read(publication, editions),
    ]


def _titles(publication) -> Iterator[Point]:
    shown, shown_in = languages.translated(publication, "title")
    for code in languages.interface_languages():
        facts = {"language": name_of(code), "other": name_of(shown_in)}
        yield point(
            f"title_{code}",
            getattr(publication, f"title_{code}"),
            _("There is a title in %(language)s.") % facts,
            _("There is no title in %(language)s; the one in %(other)s will be shown.") % facts
            if shown
            else _("There is no title. Give one in at least one language."),
            field_address(publication, f"title_{code}"),
            verdict=ADVICE if shown else OBSTACLE,
        )


def _summaries(publication) -> Iterator[Point]:
    for code in languages.interface_languages():
        facts = {"language": name_of(code)}
        yield point(
            f"summary_{code}",
            getattr(publication, f"summary_{code}"),
            _("There is a summary in %(language)s.") % facts,
            _("There is no summary in %(language)s.") % facts,
            field_address(publication, f"summary_{code}"),
        )


def _identity(publication) -> Iterator[Point]:
    yield point(
        "date",
        publication.issued_on,
        _("It has a date."),
        _("It has no date: it will stand at the end of every list."),
        field_address(publication, "issued_on"),
    )
    yield point(
        "original_language",
        publication.original_language,
        _("The original language is known."),
        _("The original language is not given: nobody can tell which editions are translations."),
        field_address(publication, "original_language"),
    )
    if publication.symbol:
        yield point(
            "symbol",
            is_accepted(validate_symbol, publication.symbol),
            _("The symbol is well formed."),
            _("“%(symbol)s” is no document symbol. Write it like CCM/MSP/2018/9.")
            % {"symbol": publication.symbol},
            field_address(publication, "symbol"),
            verdict=OBSTACLE,
        )


def _something_to_read(publication, editions) -> Point:
    return point(
        "editions",
        any(edition.is_held for edition in editions),
        _("There is something to read or to order."),
        _("No edition has a PDF or exists on paper: its page will have nothing to read."),
        field_address(publication, "editions").replace("#id_editions", "#editions-group"),
    )
