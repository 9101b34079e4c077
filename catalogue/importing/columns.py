"""What each column of the table means: its name, its instructions, its value in a row.

A column turns the text of a cell into a value (`parse`), and the row's own value into the
same text (`show`), so that what was exported and comes back is seen to be unchanged.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import languages
from catalogue.identifiers import validate_isbn, validate_symbol
from catalogue.importing import cells
from catalogue.importing.known import Known
from catalogue.models import Edition

EMPTY = {"-", "–", "—"}  # a cell that empties


@dataclass(frozen=True)
class Column:
    """One column. `about` and `example` are for the instructions."""

    name: str
    about: Any
    parse: Callable[[str, Known], Any] = lambda text, _known: text
    show: Callable[[Any], str] = lambda value: "" if value is None else str(value)
    attribute: str = ""
    empty: Any = ""
    example: str = ""
    get: Callable[[Any], Any] | None = field(default=None, repr=False)
    put: Callable[[Any, Any], None] | None = field(default=None, repr=False)
    can_be_emptied: bool = True

    def value_of(self, row) -> Any:
        return self.get(row) if self.get else getattr(row, self.attribute or self.name, None)

    def text_of(self, row) -> str:
        return self.show(self.value_of(row))

    def put_into(self, row, value) -> None:
        if self.put:
            self.put(row, value)
        else:
            setattr(row, self.attribute or self.name, value)

    def read(self, text: str, known: Known) -> Any:
        if text not in EMPTY:
            return self.parse(text, known)
        if not self.can_be_emptied:
            raise ValidationError(_("This cannot be emptied."))
        return self.empty


# The columns of a publication -------------------------------------------------


def publication_columns() -> list[Column]:
    """The columns of the publication itself, in the order of the table."""
    return [
        *_identifiers(),
        *_texts(),
        *_kind_and_series(),
        *_circumstances(),
        *_links(),
        *publicity_columns(),
    ]


def _identifiers() -> list[Column]:
    return [
        Column(
            "slug",
            gettext_lazy(
                "Short name: the permanent address. Names a publication that exists; "
                "for a new one it is made from the title where it is empty."
            ),
            cells.parse_slug,
            example="vientiane-action-plan",
            can_be_emptied=False,
        ),
        Column(
            "symbol",
            gettext_lazy("Document symbol. Names a publication where there is no short name."),
            cells.checked(validate_symbol),
            example="CCM/MSP/2010/5",
        ),
    ]


def _texts() -> list[Column]:
    for_titles, for_summaries = (
        gettext_lazy("Title in this language. One language is enough."),
        gettext_lazy("Summary in this language."),
    )
    codes = languages.interface_languages()
    examples = {"en": "Vientiane Action Plan", "fr": "Plan d’action de Vientiane"}
    return [
        Column(f"title_{code}", for_titles, cells.one_line, example=examples.get(code, ""))
        for code in codes
    ] + [Column(f"summary_{code}", for_summaries) for code in codes]


def _kind_and_series() -> list[Column]:
    return [
        _word_column(
            "kind",
            gettext_lazy("Kind, by short name or by name. A new publication needs one."),
            "action-plan",
            can_be_emptied=False,
        ),
        _word_column("series", gettext_lazy("Series, by short name or by name."), "action-plans"),
        Column("number", gettext_lazy("Number in the series."), cells.one_line, example="12"),
    ]


def _circumstances() -> list[Column]:
    return [
        Column(
            "date",
            gettext_lazy("As much of the date as is known: 2015, 2015-09 or 2015-09-11."),
            cells.parse_date,
            cells.show_date,
            empty=(None, "day"),
            get=lambda row: (row.issued_on, row.issued_precision),
            put=_put_date,
            example="2010-11-12",
        ),
        _word_column("issuing_body", gettext_lazy("Who issued it, by short name or by name."), ""),
        _word_column("meeting", gettext_lazy("Meeting, by code or by name."), "1MSP"),
        Column(
            "topics",
            gettext_lazy("Topics, by short name or by name, with commas between them."),
            cells.words("topics"),
            cells.show_words,
            empty=[],
            get=lambda row: row.wanted_topics,
            put=lambda row, value: setattr(row, "wanted_topics", value),
            example="clearance, victim-assistance",
        ),
        Column(
            "original_language",
            gettext_lazy("Code of the language in which it was written."),
            cells.checked(languages.validate_tag),
            example="en",
        ),
    ]


def _links() -> list[Column]:
    return [
        _link(
            "replaces", gettext_lazy("Short name or symbol of the publication that it replaces.")
        ),
        _link(
            "corrects",
            gettext_lazy("For a corrigendum: short name or symbol of what it corrects."),
        ),
    ]


def publicity_columns() -> list[Column]:
    return [
        Column(
            "published",
            gettext_lazy(
                "yes, no, or since when: 2015-09-11 or 2015-09-11 09:00. A later moment schedules. "
                "A new edition whose cell is empty comes out with its publication."
            ),
            cells.parse_moment,
            cells.show_moment,
            attribute="published_at",
            empty=None,
            example="yes",
        ),
        Column(
            "withdrawn",
            gettext_lazy("yes, no, or since when."),
            cells.parse_moment,
            cells.show_moment,
            attribute="withdrawn_at",
            empty=None,
        ),
    ]


def _word_column(name: str, about, example: str, **options) -> Column:
    return Column(
        name, about, cells.word(name), cells.show_word, empty=None, example=example, **options
    )


def _link(name: str, about) -> Column:
    return Column(
        name,
        about,
        cells.publication_named,
        get=lambda row: row.links.get(name, ""),
        put=lambda row, value: row.links.__setitem__(name, value),
        example="vientiane-action-plan",
    )


def _put_date(publication, value):
    publication.issued_on, publication.issued_precision = value


# The columns of an edition; each is followed by its language, as in isbn_fr ---


def edition_columns() -> list[Column]:
    """The columns of one edition, in the order of the table."""
    return [*_contents(), *_paper(), *publicity_columns()]


def _contents() -> list[Column]:
    return [
        Column(
            "languages",
            gettext_lazy("All its languages, for a booklet with several: en, fr, es."),
            cells.parse_tags,
            ", ".join,
            get=lambda row: row.wanted_tags,
            put=lambda row, value: setattr(row, "wanted_tags", value),
            can_be_emptied=False,
            example="fr",
        ),
        Column(
            "printed_title",
            gettext_lazy("Title as printed, where it differs."),
            cells.one_line,
            attribute="title",
        ),
        Column(
            "format",
            gettext_lazy("document, booklet, brochure, book, poster, newsletter, form or film."),
            cells.parse_choice(Edition.Format),
            can_be_emptied=False,
            example="booklet",
        ),
        Column(
            "stage",
            gettext_lazy("final, advance, corrected or translation (being translated)."),
            cells.parse_choice(Edition.Stage),
            can_be_emptied=False,
        ),
        Column(
            "expected",
            gettext_lazy("When a translation will be ready."),
            cells.parse_day,
            cells.show_day,
            attribute="expected_on",
            empty=None,
        ),
    ]


def _paper() -> list[Column]:
    return [
        Column("isbn", gettext_lazy("ISBN, with its hyphens."), cells.checked(validate_isbn)),
        Column("job_number", gettext_lazy("Job number of the printer."), cells.one_line),
        Column(
            "pages",
            gettext_lazy("Number of pages."),
            cells.parse_count(32_767),
            empty=None,
            example="24",
        ),
        Column(
            "paper",
            gettext_lazy("Whether it exists on paper: yes or no."),
            cells.parse_yes,
            cells.show_yes,
            attribute="is_printed",
            can_be_emptied=False,
            example="yes",
        ),
        Column(
            "weight",
            gettext_lazy("Weight of a copy in grams."),
            cells.parse_count(100_000),
            attribute="weight_g",
            empty=None,
            example="85",
        ),
    ]
