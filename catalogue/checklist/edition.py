"""What is looked at in an edition."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalogue import formats
from catalogue.checklist.file import points_of_file
from catalogue.checklist.points import (
    OBSTACLE,
    Point,
    circles,
    field_address,
    is_accepted,
    name_of,
    point,
)
from catalogue.identifiers import validate_isbn
from catalogue.models import Edition, EditionFile


def points_of_editions(editions) -> list[Point]:
    files = [edition.reading_file for edition in editions if edition.reading_file]
    silent = _without_text(files)
    return [point for edition in editions for point in _points_of_edition(edition, silent)]


def _without_text(files) -> set[int]:
    """Which of some PDFs hold no text, asked of the database: the texts may be long."""
    rows = EditionFile.objects.filter(pk__in=[file.pk for file in files])
    return set(rows.exclude(text__regex=r"\S").values_list("pk", flat=True))


def _points_of_edition(edition, silent) -> Iterator[Point]:
    yield _languages_of(edition)
    yield from _content(edition)
    if edition.is_printed:
        yield point(
            "weight",
            edition.weight_g,
            _("The weight of a copy is known."),
            _("The weight of a copy is not given: parcels cannot be weighed by it."),
            field_address(edition, "weight_g"),
            edition,
        )
    if edition.isbn:
        yield point(
            "isbn",
            is_accepted(validate_isbn, edition.isbn),
            _("The ISBN is right."),
            _("“%(isbn)s” is no ISBN: look at its digits.") % {"isbn": edition.isbn},
            field_address(edition, "isbn"),
            edition,
            OBSTACLE,
        )
    yield from circles(edition, "supersedes")
    if kept := edition.reading_file:
        yield from points_of_file(edition, kept, has_text=kept.pk not in silent)


def _languages_of(edition) -> Point:
    return point(
        "languages",
        edition.tags,
        _("Its languages are given: %(languages)s.")
        % {"languages": formats.joined([name_of(tag) for tag in edition.tags])},
        _("It has no language."),
        field_address(edition, "languages"),
        edition,
        OBSTACLE,
    )


def _content(edition) -> Iterator[Point]:
    if edition.stage == Edition.Stage.TRANSLATION and not edition.is_held:
        return
    yield point(
        "content",
        edition.is_held,
        _("It has a PDF.") if edition.reading_file else _("It exists on paper."),
        _("It has neither a PDF nor paper copies: it stays unpublished."),
        field_address(edition, "pdf"),
        edition,
    )
