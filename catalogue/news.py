"""What is new: the editions that came out in a quarter, by language."""

import datetime
from collections import defaultdict
from typing import NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import TruncQuarter
from django.utils import timezone

from catalogue import cards, holdings, languages
from catalogue.models import Edition, EditionLanguage

MOST_ON_PAGE = 60  # of a language; a back catalogue may come in one day
MOST_IN_MAIL = 20


class Quarter(NamedTuple):
    """Three months of the office's calendar: "2026-4" is October to December 2026."""

    year: int
    number: int

    def __str__(self):
        return f"{self.year}-{self.number}"

    @classmethod
    def of(cls, day: datetime.date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def now(cls) -> "Quarter":
        return cls.of(timezone.localdate())

    @property
    def starts_on(self) -> datetime.date:
        return datetime.date(self.year, self.number * 3 - 2, 1)

    @property
    def ends_on(self) -> datetime.date:
        return self.next.starts_on - datetime.timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def last(self) -> "Quarter":
        return Quarter.of(self.starts_on - datetime.timedelta(days=1))

    @property
    def is_over(self) -> bool:
        return self < Quarter.now()

    @property
    def is_recent(self) -> bool:
        """One of the last four that are over: older ones are no news."""
        return Quarter(Quarter.now().year - 1, Quarter.now().number) <= self < Quarter.now()


class Title(NamedTuple):
    text: str
    language: str

    @property
    def direction(self) -> str:
        return languages.direction(self.language)


class Entry(NamedTuple):
    """An edition that came out, as the list of a language shows it."""

    edition: Edition
    tag: str
    address: str  # of its PDF, without the site's; "" where it is only on paper

    @property
    def title(self) -> Title:
        """As printed, or the publication's in the language of the list."""
        if self.edition.title:
            return Title(self.edition.title, self.edition.language)
        return Title(*languages.translated(self.publication, "title", self.tag))

    @property
    def publication(self):
        return self.edition.publication

    @property
    def file(self):
        return self.edition.reading_file


class Listing(NamedTuple):
    """What came out in a language; `number` counts also what is not shown."""

    tag: str
    number: int
    entries: list[Entry]

    @property
    def more(self) -> int:
        return self.number - len(self.entries)


def lists(quarter: Quarter, language: str, most: int | None = None) -> list[Listing]:
    """What came out in a quarter, the reader's language first; at most `most` of each language.

    An edition in three languages is in three lists. Five queries, whatever the number.
    """
    found = defaultdict(list)
    for tag, pk in _out_in(quarter):
        found[tag].append(pk)
    shown = {pk for pks in found.values() for pk in pks[:most]}
    editions = {edition.pk: edition for edition in _fetched(shown)}
    return [
        Listing(tag, len(found[tag]), [_entry(editions[pk], tag) for pk in found[tag][:most]])
        for tag in sorted(found, key=lambda tag: (tag != language, languages.rank(tag)))
    ]


class Kept:
    """The quarters of the holdings that this process knows."""

    def __init__(self):
        self.holdings, self.quarters = None, []

    def current(self) -> list[Quarter]:
        held = holdings.current()
        if self.holdings is not held:
            self.quarters, self.holdings = _quarters(), held
        return self.quarters


quarters = Kept().current  # those in which something came out, the latest first


def _quarters() -> list[Quarter]:
    rows = Edition.objects.published().held().order_by()
    starts = rows.annotate(quarter=TruncQuarter("published_at")).values_list("quarter", flat=True)
    found = {Quarter.of(timezone.localtime(start).date()) for start in starts.distinct()}
    return sorted(found, reverse=True)


def numbers(quarter: Quarter) -> dict[str, int]:
    """How many editions came out in a quarter by language, the interface's languages first."""
    found: dict[str, int] = defaultdict(int)
    for tag, _pk in _out_in(quarter):
        found[tag] += 1
    return {tag: found[tag] for tag in sorted(found, key=languages.rank)}


def _out_in(quarter: Quarter) -> QuerySet:
    """(language, edition), the newest first."""
    begins, ends = _midnight(quarter.starts_on), _midnight(quarter.next.starts_on)
    out = Edition.objects.published().held()
    out = out.filter(published_at__gte=begins, published_at__lt=ends)
    rows = QuerySet(EditionLanguage).filter(edition__in=out.values("pk"))
    return rows.order_by("-edition__published_at", "-edition").values_list("language", "edition")


def _fetched(pks) -> QuerySet:
    rows = Edition.objects.filter(pk__in=pks).with_files()
    return rows.select_related("publication__kind")


def _entry(edition: Edition, tag: str) -> Entry:
    address = cards.file_address(edition, [edition]) if edition.reading_file else ""
    return Entry(edition, tag, address)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
