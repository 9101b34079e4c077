"""How one publication stands in each language: there, behind the original, on its way, missing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from catalogue import languages
from catalogue.models import Edition, EditionFile, EditionLanguage
from catalogue.querysets import visible

CORRECTED, TRANSLATION = str(Edition.Stage.CORRECTED), str(Edition.Stage.TRANSLATION)


class Mark(NamedTuple):
    """What is known of an edition in one of its languages."""

    publication: int
    tag: str
    pk: int  # of the edition
    stage: str
    published_at: datetime | None
    expected_on: date | None
    is_printed: bool
    reprint_on: date | None
    supersedes: int | None
    filed_at: datetime | None  # when its newest PDF came
    version: int | None  # of that PDF

    @property
    def is_held(self) -> bool:
        return self.published_at is not None and (self.is_printed or self.version is not None)

    @property
    def changed_at(self) -> datetime:
        """When readers last got something new of it."""
        return max(at for at in (self.published_at, self.filed_at) if at)

    @property
    def corrected_at(self) -> datetime | None:
        """When it last became another than it was; None for what never changed."""
        moments = []
        if self.stage == CORRECTED or self.supersedes:
            moments.append(self.published_at)
        if (self.version or 0) > 1:
            moments.append(self.filed_at)
        return max((at for at in moments if at), default=None)


def marks(publications: Iterable[int] | None = None) -> QuerySet:
    """Of every edition that is out or in translation, one row a language; of all, or of these."""
    known = visible("edition__") | Q(edition__stage=TRANSLATION)
    rows = QuerySet(EditionLanguage).filter(known).order_by("edition")
    if publications is not None:
        rows = rows.filter(edition__publication__in=publications)
    reading = Q(edition__files__purpose=EditionFile.Purpose.READING)
    columns = ["publication_id", "stage", "published_at", "expected_on", "is_printed"]
    columns += ["reprint_on", "supersedes_id"]
    first, *others = (f"edition__{name}" for name in columns)
    return rows.values_list(first, "language", "edition_id", *others).annotate(
        filed_at=Max("edition__files__added_at", filter=reading),
        version=Max("edition__files__version", filter=reading),
    )


# One publication --------------------------------------------------------------


class Cell(NamedTuple):
    """How a publication stands in a language."""

    tag: str
    state: str  # "held", "known" elsewhere, "translation", "none"
    out_on: date | None = None
    expected_on: date | None = None
    is_older: bool = False  # than the original, which was corrected since
    days: int | None = None  # behind the first language; of what is missing, until today
    has_pdf: bool = False
    address: str = ""  # of the PDF, where it is shown
    printed: Mark | None = None

    @property
    def is_expected(self) -> bool:
        """Whether a reader of the pages misses it: what we publish is in these languages."""
        return self.tag in languages.interface_languages()


class Standing(NamedTuple):
    """A publication's languages, and in which it was first out."""

    cells: dict[str, Cell]
    first_tag: str
    first_on: date | None

    @property
    def printed(self) -> list[Mark]:
        return [cell.printed for cell in self.cells.values() if cell.printed]


class Read(NamedTuple):
    """The marks of a publication, put in order."""

    by_tag: dict[str, list[Mark]]
    out: dict[str, list[Mark]]  # those that can be read or ordered
    first: str  # the language in which it was first out
    corrected_at: datetime | None  # when its source became another


def read(rows: list[Mark], original: str = "") -> Read:
    """Put the marks of one publication in order; `original` is the language of its source."""
    by_tag: dict[str, list[Mark]] = defaultdict(list)
    for mark in rows:
        by_tag[mark.tag].append(mark)
    out = {tag: held for tag, of_tag in by_tag.items() if (held := _held(of_tag))}
    first = min(out, key=lambda tag: (_begun(out[tag]), languages.rank(tag)), default="")
    source = out.get(original) or out.get(first) or []
    corrected = max((at for mark in source if (at := mark.corrected_at)), default=None)
    return Read(by_tag, out, first, corrected)


def spots(rows: list[Mark], original: str = "") -> Iterator[tuple[str, str]]:
    """What the board counts of a publication: ("paper", "fr"), ("older", "es")."""
    seen = read(rows, original)
    for tag, of_tag in seen.by_tag.items():
        held = seen.out.get(tag)
        if held and any(mark.is_printed for mark in held):
            yield "paper", tag
        if held and _is_older(held, seen.corrected_at):
            yield "older", tag
        if not held and _coming(of_tag):
            yield "translation", tag


def standing(rows: list[Mark], original: str = "") -> Standing:
    """Work out all that a row of the board shows."""
    seen = read(rows, original)
    first_on = _day(_begun(seen.out[seen.first])) if seen.first else None
    cells = {
        tag: _cell(tag, of_tag, first_on, seen.corrected_at) for tag, of_tag in seen.by_tag.items()
    }
    return Standing(cells, seen.first, first_on)


def _begun(held: list[Mark]) -> datetime:
    return min(mark.published_at for mark in held if mark.published_at)


def _is_older(held: list[Mark], corrected_at: datetime | None) -> bool:
    return corrected_at is not None and max(mark.changed_at for mark in held) < corrected_at


def _coming(rows: list[Mark]) -> list[Mark]:
    return [mark for mark in rows if mark.stage == TRANSLATION]


def _held(rows: list[Mark]) -> list[Mark]:
    return [mark for mark in rows if mark.is_held]


def _cell(tag, rows, first_on, corrected) -> Cell:
    if held := _held(rows):
        out_on = _day(_begun(held))
        return Cell(
            tag,
            "held",
            out_on,
            is_older=_is_older(held, corrected),
            days=(out_on - first_on).days,
            has_pdf=any(mark.version for mark in held),
            printed=next((mark for mark in reversed(held) if mark.is_printed), None),
        )
    days = (timezone.localdate() - first_on).days if first_on else None
    if coming := _coming(rows):
        expected = min((mark.expected_on for mark in coming if mark.expected_on), default=None)
        return Cell(tag, "translation", expected_on=expected, days=days)
    return Cell(tag, "known", days=days)


def missing(tag: str, first_on: date | None) -> Cell:
    """How a publication stands in a language of which nothing is known."""
    return Cell(tag, "none", days=(timezone.localdate() - first_on).days if first_on else None)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
