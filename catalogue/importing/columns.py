"""What each column of the table means: read from a cell, shown in one, put into a row.

A column turns the text of a cell into a value (`parse`), and the row's own value into the
same text (`show`), so that what was exported and comes back is seen to be unchanged.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import formats, languages
from catalogue.identifiers import validate_isbn, validate_symbol
from catalogue.importing.known import Known
from catalogue.models import Edition, Meeting

NOW = "now"  # the moment at which the row will be written
EMPTY = {"-", "–", "—"}  # a cell that empties
YES = {"yes", "y", "oui", "o", "sí", "si", "s", "x", "1", "true", "vrai", "verdadero"}
NO = {"no", "n", "non", "0", "false", "faux", "falso"}
BREAKING = re.compile(r"[^\S\u00a0\u202f]+")  # space at which a line may end
DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?")


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


# Reading cells --------------------------------------------------------------


def one_line(text: str, _known: Known) -> str:
    """On one line; spaces that do not break, as before a French colon, stay what they are."""
    return BREAKING.sub(" ", text).strip()


def checked(validator):
    def parse(text: str, _known: Known) -> str:
        text = " ".join(text.split())
        validator(text)
        return text

    return parse


def parse_slug(text: str, _known: Known) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,80}", text):
        raise ValidationError(
            _("Write the short name in small letters, digits and hyphens, like vientiane-plan.")
        )
    return text


def parse_date(text: str, _known: Known) -> tuple[date | None, str]:
    """ "2015", "2015-09", "2015-09-11" or "11.09.2015", with how much of it is known."""
    if dotted := DOTTED.fullmatch(text):
        text = f"{dotted[3]}-{dotted[2]}-{dotted[1]}"
    if not (match := DATE.fullmatch(text)):
        raise ValidationError(_("Write the date like 2015, 2015-09 or 2015-09-11."))
    year, month, day = (int(part) if part else 0 for part in match.groups())
    precision = "day" if day else "month" if month else "year"
    return _real_date(text, year, month or 1, day or 1), precision


def _real_date(text, year, month, day) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        found = date.min
    if not 1900 <= found.year <= 2100:
        raise ValidationError(_("There is no such day: %(text)s.") % {"text": text})
    return found


def parse_day(text: str, known: Known) -> date | None:
    found, precision = parse_date(text, known)
    if precision != "day":
        raise ValidationError(_("Write the whole date, like 2015-09-11."))
    return found


def show_date(value: tuple[date | None, str]) -> str:
    day, precision = value
    if day is None:
        return ""
    return day.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


def show_day(value: date | None) -> str:
    return value.isoformat() if value else ""


def parse_yes(text: str, _known: Known) -> bool:
    if (word := text.casefold()) in YES:
        return True
    if word in NO:
        return False
    raise ValidationError(_("Write “yes” or “no”."))


def show_yes(value: bool) -> str:
    return "yes" if value else "no"


def parse_count(most: int):
    def parse(text: str, _known: Known) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
            raise ValidationError(
                _("Write a whole number from 1 to %(most)s.") % {"most": formats.number(most)}
            )
        return int(text)

    return parse


def parse_moment(text: str, known: Known) -> Any:
    """Yes, no, or when; a day alone means its beginning, by the office's clock."""
    if text.casefold() in YES | NO:
        return NOW if text.casefold() in YES else None
    if not (match := MOMENT.fullmatch(text)):
        raise ValidationError(_("Write “yes”, “no”, or a date like 2015-09-11."))
    parse_day(match[1], known)
    try:
        naive = datetime.fromisoformat(f"{match[1]} {(match[2] or '00:00').zfill(5)}")
    except ValueError as error:
        raise ValidationError(_("Write the time like 09:00.")) from error
    return timezone.make_aware(naive)


def show_moment(value) -> str:
    if value is None or value == NOW:
        return "no" if value is None else "yes"
    local = timezone.localtime(value)
    return f"{local:%Y-%m-%d %H:%M:%S}".removesuffix(":00").removesuffix(" 00:00")


def parse_tags(text: str, _known: Known) -> list[str]:
    tags = list(dict.fromkeys(text.replace(",", " ").replace("+", " ").split()))
    for tag in tags:
        languages.validate_tag(tag)
    if not tags:
        raise ValidationError(_("Give at least one language."))
    return sorted(tags, key=languages.rank)


def parse_choice(choices):
    """A value of a list, or its name in the language of now."""
    names = {languages.fold(value): value for value in choices.values}

    def parse(text: str, _known: Known) -> str:
        shown = {languages.fold(str(choice.label)): choice.value for choice in choices}
        key = languages.fold(text)
        if key in names or key in shown:
            return names.get(key) or shown[key]
        raise ValidationError(
            _("“%(word)s” is none of: %(names)s.")
            % {"word": text, "names": ", ".join(choices.values)}
        )

    return parse


def word(vocabulary: str):
    return lambda text, known: known.word(vocabulary, text)


def words(vocabulary: str):
    def parse(text: str, known: Known) -> list:
        parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
        if len(parts) > 1 and languages.fold(text) in known.words[vocabulary]:
            parts = [text]
        found = {id(entry): entry for entry in (known.word(vocabulary, part) for part in parts)}
        return list(found.values())

    return parse


def show_word(entry) -> str:
    if entry is None:
        return ""
    return entry.code if isinstance(entry, Meeting) else entry.slug


def show_words(entries) -> str:
    return ", ".join(sorted(show_word(entry) for entry in entries))


def publication_named(text: str, known: Known) -> str:
    return known.slug_of(text)


# The columns of a publication -----------------------------------------------


def _put_date(publication, value):
    publication.issued_on, publication.issued_precision = value


def _link(name: str, about) -> Column:
    return Column(
        name,
        about,
        publication_named,
        get=lambda row: row.links.get(name, ""),
        put=lambda row, value: row.links.__setitem__(name, value),
        example="vientiane-action-plan",
    )


def _word_column(name: str, about, example: str, **options) -> Column:
    return Column(name, about, word(name), show_word, empty=None, example=example, **options)


def _texts() -> list[Column]:
    for_titles, for_summaries = (
        gettext_lazy("Title in this language. One language is enough."),
        gettext_lazy("Summary in this language."),
    )
    codes = languages.interface_languages()
    examples = {"en": "Vientiane Action Plan", "fr": "Plan d’action de Vientiane"}
    return [
        Column(f"title_{code}", for_titles, one_line, example=examples.get(code, ""))
        for code in codes
    ] + [Column(f"summary_{code}", for_summaries) for code in codes]


def publication_columns() -> list[Column]:
    """The columns of the publication itself, in the order of the table."""
    return [
        Column(
            "slug",
            gettext_lazy(
                "Short name: the permanent address. Names a publication that exists; "
                "for a new one it is made from the title where it is empty."
            ),
            parse_slug,
            example="vientiane-action-plan",
            can_be_emptied=False,
        ),
        Column(
            "symbol",
            gettext_lazy("Document symbol. Names a publication where there is no short name."),
            checked(validate_symbol),
            example="CCM/MSP/2010/5",
        ),
        *_texts(),
        _word_column(
            "kind",
            gettext_lazy("Kind, by short name or by name. A new publication needs one."),
            "action-plan",
            can_be_emptied=False,
        ),
        _word_column("series", gettext_lazy("Series, by short name or by name."), "action-plans"),
        Column("number", gettext_lazy("Number in the series."), one_line, example="12"),
        Column(
            "date",
            gettext_lazy("As much of the date as is known: 2015, 2015-09 or 2015-09-11."),
            parse_date,
            show_date,
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
            words("topics"),
            show_words,
            empty=[],
            get=lambda row: row.wanted_topics,
            put=lambda row, value: setattr(row, "wanted_topics", value),
            example="clearance, victim-assistance",
        ),
        Column(
            "original_language",
            gettext_lazy("Code of the language in which it was written."),
            checked(languages.validate_tag),
            example="en",
        ),
        _link(
            "replaces", gettext_lazy("Short name or symbol of the publication that it replaces.")
        ),
        _link(
            "corrects",
            gettext_lazy("For a corrigendum: short name or symbol of what it corrects."),
        ),
        *publicity_columns(),
    ]


def publicity_columns() -> list[Column]:
    return [
        Column(
            "published",
            gettext_lazy(
                "yes, no, or since when: 2015-09-11 or 2015-09-11 09:00. A later moment schedules. "
                "A new edition whose cell is empty comes out with its publication."
            ),
            parse_moment,
            show_moment,
            attribute="published_at",
            empty=None,
            example="yes",
        ),
        Column(
            "withdrawn",
            gettext_lazy("yes, no, or since when."),
            parse_moment,
            show_moment,
            attribute="withdrawn_at",
            empty=None,
        ),
    ]


# The columns of an edition; each is followed by its language, as in isbn_fr ----


def edition_columns() -> list[Column]:
    return [
        Column(
            "languages",
            gettext_lazy("All its languages, for a booklet with several: en, fr, es."),
            parse_tags,
            ", ".join,
            get=lambda row: row.wanted_tags,
            put=lambda row, value: setattr(row, "wanted_tags", value),
            can_be_emptied=False,
            example="fr",
        ),
        Column(
            "printed_title",
            gettext_lazy("Title as printed, where it differs."),
            one_line,
            attribute="title",
        ),
        Column(
            "format",
            gettext_lazy("document, booklet, brochure, book, poster, newsletter, form or film."),
            parse_choice(Edition.Format),
            can_be_emptied=False,
            example="booklet",
        ),
        Column(
            "stage",
            gettext_lazy("final, advance, corrected or translation (being translated)."),
            parse_choice(Edition.Stage),
            can_be_emptied=False,
        ),
        Column(
            "expected",
            gettext_lazy("When a translation will be ready."),
            parse_day,
            show_day,
            attribute="expected_on",
            empty=None,
        ),
        Column("isbn", gettext_lazy("ISBN, with its hyphens."), checked(validate_isbn)),
        Column("job_number", gettext_lazy("Job number of the printer."), one_line),
        Column(
            "pages",
            gettext_lazy("Number of pages."),
            parse_count(32_767),
            empty=None,
            example="24",
        ),
        Column(
            "paper",
            gettext_lazy("Whether it exists on paper: yes or no."),
            parse_yes,
            show_yes,
            attribute="is_printed",
            can_be_emptied=False,
            example="yes",
        ),
        Column(
            "weight",
            gettext_lazy("Weight of a copy in grams."),
            parse_count(100_000),
            attribute="weight_g",
            empty=None,
            example="85",
        ),
        *publicity_columns(),
    ]


BLOCK = re.compile(r"(?P<tag>[A-Za-z]{2,3}(-[A-Za-z]{4})?(-[A-Za-z]{2}|-[0-9]{3})?)(#[2-9])?")


def block_of(ending: str) -> str:
    """The block that the end of a column's name means: "pt-br#2" is "pt-BR#2"; "" if none."""
    if not BLOCK.fullmatch(ending):
        return ""
    tag, mark, number = ending.partition("#")
    first, *others = tag.split("-")
    others = [part.title() if len(part) == 4 else part.upper() for part in others]
    tag = "-".join([first.lower(), *others])
    return f"{tag}{mark}{number}" if languages.TAG.fullmatch(tag) else ""


def blocks(editions) -> dict[str, Edition]:
    """Editions by the language that names them; a second one of a language is "fr#2"."""
    found: dict[str, Edition] = {}
    for edition in sorted(editions, key=lambda row: row.pk):
        tag = edition.language or "und"
        number = 1 + sum(name.split("#")[0] == tag for name in found)
        found[tag if number == 1 else f"{tag}#{number}"] = edition
    return found


class Layout:
    """Which columns a table has: {name: (column, block)}, the block "" for the publication's."""

    def __init__(self, names: list[str]):
        own = {column.name: column for column in publication_columns()}
        of_editions = {column.name: column for column in edition_columns()}
        self.columns: dict[str, tuple[Column, str]] = {}
        self.unknown: list[str] = []
        for name in names:
            base, _mark, ending = name.rpartition("_")
            if name in own:
                self.columns[name] = own[name], ""
            elif base in of_editions and (block := block_of(ending)):
                self.columns[name] = of_editions[base], block
            else:
                self.unknown.append(name)


def known_names() -> list[str]:
    """Every name a column may have, for the interface's languages."""
    endings = languages.interface_languages()
    return [column.name for column in publication_columns()] + [
        f"{column.name}_{tag}" for tag in endings for column in edition_columns()
    ]
