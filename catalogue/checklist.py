"""What is looked at before something is published, each with a sentence and where to mend it.

An obstacle is what the catalogue cannot do with; advice is for a person to weigh.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import formats, languages
from catalogue.identifiers import validate_isbn, validate_symbol
from catalogue.lineage import goes_in_a_circle
from catalogue.models import Edition, EditionFile, Publication

GOOD, ADVICE, OBSTACLE = "good", "advice", "obstacle"


class Point(NamedTuple):
    """One thing looked at. `edition` is None for what belongs to the publication as a whole."""

    code: str
    verdict: str
    sentence: str
    address: str  # of the field to mend
    edition: Edition | None = None

    @property
    def is_good(self) -> bool:
        return self.verdict == GOOD

    @property
    def is_obstacle(self) -> bool:
        return self.verdict == OBSTACLE


def points_of(thing: Publication | Edition) -> list[Point]:
    """What was looked at: of an edition its own points, of a publication also its editions'."""
    if isinstance(thing, Edition):
        return _edition_points([thing])
    editions = thing.editions.filter(withdrawn_at=None).with_files().select_related("publication")
    rows = sorted(editions, key=lambda edition: (languages.rank(edition.language), edition.pk))
    return [*_publication_points(thing, rows), *_edition_points(rows)]


def open_points(thing: Publication | Edition) -> list[Point]:
    """What is not as it should be, obstacles first."""
    wanting = [point for point in points_of(thing) if not point.is_good]
    return sorted(wanting, key=lambda point: not point.is_obstacle)


def _point(code, is_good, good, wanting, address, edition=None, verdict=ADVICE) -> Point:
    found = GOOD if is_good else verdict
    return Point(code, found, good if is_good else wanting, address, edition)


def field_address(thing, field: str) -> str:
    """Where a field is filled in: "/en/admin/catalogue/edition/5/change/#id_isbn"."""
    name = f"admin:catalogue_{thing._meta.model_name}_change"
    return f"{reverse(name, args=[thing.pk])}#id_{field}"


# A publication ----------------------------------------------------------------


def _publication_points(publication, editions) -> list[Point]:
    return [
        *_titles(publication),
        *_summaries(publication),
        *_identity(publication),
        *_circles(publication, "replaces", "corrects"),
        _something_to_read(publication, editions),
    ]


def _titles(publication) -> Iterator[Point]:
    shown, shown_in = languages.translated(publication, "title")
    for code in languages.interface_languages():
        facts = {"language": _name(code), "other": _name(shown_in)}
        yield _point(
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
        facts = {"language": _name(code)}
        yield _point(
            f"summary_{code}",
            getattr(publication, f"summary_{code}"),
            _("There is a summary in %(language)s.") % facts,
            _("There is no summary in %(language)s.") % facts,
            field_address(publication, f"summary_{code}"),
        )


def _identity(publication) -> Iterator[Point]:
    yield _point(
        "date",
        publication.issued_on,
        _("It has a date."),
        _("It has no date: it will stand at the end of every list."),
        field_address(publication, "issued_on"),
    )
    yield _point(
        "original_language",
        publication.original_language,
        _("The original language is known."),
        _("The original language is not given: nobody can tell which editions are translations."),
        field_address(publication, "original_language"),
    )
    if publication.symbol:
        yield _point(
            "symbol",
            _accepts(validate_symbol, publication.symbol),
            _("The symbol is well formed."),
            _("“%(symbol)s” is no document symbol. Write it like CCM/MSP/2018/9.")
            % {"symbol": publication.symbol},
            field_address(publication, "symbol"),
            verdict=OBSTACLE,
        )


def _circles(thing, *relations) -> Iterator[Point]:
    for relation in relations:
        if goes_in_a_circle(thing, relation):
            yield Point(
                f"circle_{relation}",
                OBSTACLE,
                _("“%(relation)s” goes in a circle and leads back here.")
                % {"relation": thing._meta.get_field(relation).verbose_name},
                field_address(thing, relation),
                thing if isinstance(thing, Edition) else None,
            )


def _something_to_read(publication, editions) -> Point:
    return _point(
        "editions",
        any(edition.is_held for edition in editions),
        _("There is something to read or to order."),
        _("No edition has a PDF or exists on paper: its page will have nothing to read."),
        field_address(publication, "editions").replace("#id_editions", "#editions-group"),
    )


# Editions ---------------------------------------------------------------------


def _edition_points(editions) -> list[Point]:
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
        yield _point(
            "weight",
            edition.weight_g,
            _("The weight of a copy is known."),
            _("The weight of a copy is not given: parcels cannot be weighed by it."),
            field_address(edition, "weight_g"),
            edition,
        )
    if edition.isbn:
        yield _point(
            "isbn",
            _accepts(validate_isbn, edition.isbn),
            _("The ISBN is right."),
            _("“%(isbn)s” is no ISBN: look at its digits.") % {"isbn": edition.isbn},
            field_address(edition, "isbn"),
            edition,
            OBSTACLE,
        )
    yield from _circles(edition, "supersedes")
    if kept := edition.reading_file:
        yield from _file_points(edition, kept, has_text=kept.pk not in silent)


def _languages_of(edition) -> Point:
    return _point(
        "languages",
        edition.tags,
        _("Its languages are given: %(languages)s.")
        % {"languages": formats.joined([_name(tag) for tag in edition.tags])},
        _("It has no language."),
        field_address(edition, "languages"),
        edition,
        OBSTACLE,
    )


def _content(edition) -> Iterator[Point]:
    if edition.stage == Edition.Stage.TRANSLATION and not edition.is_held:
        return
    yield _point(
        "content",
        edition.is_held,
        _("It has a PDF.") if edition.reading_file else _("It exists on paper."),
        _("It has neither a PDF nor paper copies: it stays unpublished."),
        field_address(edition, "pdf"),
        edition,
    )


def _file_points(edition, kept, *, has_text) -> Iterator[Point]:
    address = field_address(edition, "pdf")
    yield _point(
        "cover",
        kept.cover,
        _("There is a cover."),
        _("The PDF gave no cover; the title stands in its place."),
        address,
        edition,
    )
    yield _point(
        "text",
        has_text,
        _("The text of the PDF can be searched."),
        _("The PDF is a scan without text: it cannot be searched or read aloud."),
        address,
        edition,
    )
    yield _point(
        "tagged",
        kept.is_tagged,
        _("The PDF is tagged for screen readers."),
        _("The PDF is not tagged: screen readers will struggle with it."),
        address,
        edition,
    )
    yield _guessed(edition, kept, address)
    yield _declared(edition, kept, address)
    yield _point(
        "declared_title",
        kept.declared_title,
        _("The title inside the PDF is “%(title)s”.") % {"title": kept.declared_title},
        _("The PDF has no title inside; viewers will show the name of the file."),
        address,
        edition,
    )


def _guessed(edition, kept, address) -> Point:
    guess = kept.guessed_language
    facts = {"language": _name(guess) if guess else ""}
    good = _("The text looks like %(language)s, as the edition says.") if guess else ""
    return _point(
        "guessed_language",
        not guess or languages.is_one_of(guess, edition.tags),
        (good or _("The language of the text could not be told.")) % facts,
        _("The text looks like %(language)s, which the edition is not said to be in.") % facts,
        address,
        edition,
    )


def _declared(edition, kept, address) -> Point:
    tag = kept.declared_language
    wanting = (
        _("The PDF says that it is in “%(tag)s”, which the edition is not.") % {"tag": tag}
        if tag
        else _("The PDF does not say its language; screen readers will guess how to speak.")
    )
    return _point(
        "declared_language",
        tag and languages.is_one_of(tag.lower(), edition.tags),
        _("The PDF says its language: “%(tag)s”.") % {"tag": tag},
        wanting,
        address,
        edition,
    )


def _name(tag: str) -> str:
    return languages.name(tag, languages.current())


def _accepts(validator, value) -> bool:
    try:
        validator(value)
    except ValidationError:
        return False
    return True
