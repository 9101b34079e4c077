"""The whole board: sets of publications by language, kept for one version of the catalogue.

They lie beside the holdings. What a page shows of its rows is read for these rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from threading import RLock
from typing import NamedTuple

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import override

from catalogue import holdings, languages
from catalogue.models import LanguageRequest, Publication
from catalogue.parity.standing import Cell, Mark, marks, missing, spots, standing

STATES = ("held", "none", "translation", "older")
FILTERS = ("year", "kind", "meeting")
FEW = 5  # people below which no public page gives a number


class Total(NamedTuple):
    """A language in figures; `of` is the number of publications that count."""

    tag: str
    of: int
    held: int
    on_paper: int
    translation: int
    older: int

    @property
    def none(self) -> int:
        """In which there is nothing, and nothing under way."""
        return self.of - self.held - self.translation

    @property
    def percent(self) -> int:
        return self.held * 100 // self.of if self.of else 0


class Year(NamedTuple):
    year: str
    of: int
    held: list[int]  # by language, in the order of the columns


class Board:
    """The sets of the parity board, for the holdings they were made from."""

    def __init__(self, held: holdings.Holdings):
        self.holdings = held
        self.sets: dict[str, dict[str, int]] = {}

    def load(self) -> "Board":
        """Read the marks of the whole catalogue: two queries."""
        places: dict = {name: defaultdict(list) for name in ("paper", "translation", "older")}
        originals = dict(Publication.objects.published().values_list("pk", "original_language"))
        by_publication: dict[int, list[Mark]] = defaultdict(list)
        for row in marks():
            by_publication[row[0]].append(Mark(*row))
        for pk, rows in by_publication.items():
            if (place := self.holdings.place.get(pk)) is not None:
                for name, tag in spots(rows, originals.get(pk, "")):
                    places[name][tag].append(place)
        self.sets = {
            name: {tag: self.holdings.set_of(found) for tag, found in by_tag.items()}
            for name, by_tag in places.items()
        }
        return self

    @property
    def tags(self) -> list[str]:
        """The columns: the interface's languages, then others that there are."""
        held = self.holdings.sets["language"]
        tags = {*languages.interface_languages(), *held, *self.sets["translation"]}
        return sorted(tags, key=languages.rank)

    def within(self, filters: dict) -> int:
        """The publications that pass the filters on year, kind and meeting."""
        asked = {name: [value] for name, value in filters.items() if name in FILTERS and value}
        return self.holdings.under(self.holdings.chosen(asked))

    def state(self, state: str, tag: str) -> int:
        """The publications that stand so in a language; without one, in one of the interface's."""
        if not tag:
            found = 0
            for code in languages.interface_languages():
                found |= self.state(state, code)
            return found
        held = self.holdings.sets["language"].get(tag, 0)
        if state == "held":
            return held
        if state == "none":
            coming = self.sets["translation"].get(tag, 0)
            return self.holdings.everything & ~held & ~coming
        return self.sets[state].get(tag, 0)

    def totals(self, within: int, tags: list[str]) -> list[Total]:
        of = within.bit_count()
        return [
            Total(
                tag,
                of,
                (self.state("held", tag) & within).bit_count(),
                *((self.sets[name].get(tag, 0) & within).bit_count() for name in self.sets),
            )
            for tag in tags
        ]

    def years(self, within: int, tags: list[str]) -> list[Year]:
        found = []
        for year, of_year in sorted(self.holdings.sets["year"].items(), reverse=True):
            if here := of_year & within:
                held = [(self.state("held", tag) & here).bit_count() for tag in tags]
                found.append(Year(year, here.bit_count(), held))
        return found

    def keys(self, filters: dict) -> list[int]:
        """The publications that pass every filter, the newest first."""
        found = self.within(filters)
        if filters.get("state"):
            found &= self.state(filters["state"], filters.get("language", ""))
        return self.holdings.listed(found, "newest")


class Kept:
    """The board of the holdings that this process knows."""

    def __init__(self):
        self.lock, self.board = RLock(), None

    def current(self) -> Board:
        held = holdings.current()
        with self.lock:
            if self.board is None or self.board.holdings is not held:
                self.board = Board(held).load()
            return self.board


current = Kept().current


# A page of rows ---------------------------------------------------------------


class Row(NamedTuple):
    publication: Publication
    first_tag: str
    first_on: date | None
    cells: list[tuple[Cell, int | None]]  # with the readers who wait, where that may be said


def rows(keys: list[int], tags: list[str], *, least: int = 1) -> list[Row]:
    """The rows of some publications, in their order: three queries.

    Of fewer than `least` readers who wait for a language nothing is said.
    """
    found = Publication.objects.select_related("kind").in_bulk(keys)
    by_publication: dict[int, list[Mark]] = defaultdict(list)
    for row in marks(keys):
        by_publication[row[0]].append(Mark(*row))
    waits = waiting(keys)
    return [
        _row(found[key], by_publication[key], tags, waits, least) for key in keys if key in found
    ]


def _row(publication, of_it, tags, waits, least) -> Row:
    stands = standing(of_it, publication.original_language)
    cells = []
    for tag in tags:
        cell = stands.cells.get(tag) or missing(tag, stands.first_on)
        cell = cell._replace(address=_address(publication, tag)) if cell.has_pdf else cell
        wait = waits.get((publication.pk, tag), 0)
        cells.append((cell, wait if wait >= least else None))
    return Row(publication, stands.first_tag, stands.first_on, cells)


def _address(publication, tag) -> str:
    """Where its PDF in a language is read, under the prefix that it has."""
    with override(languages.interface_for(tag)):
        return reverse("catalogue:file", args=[publication.slug, publication.slug, tag])


def waiting(publications: Iterable[int] | None = None) -> dict[tuple[int, str], int]:
    """How many readers wait for a publication in a language."""
    wishes = LanguageRequest.objects.waiting().order_by()
    if publications is not None:
        wishes = wishes.filter(publication__in=publications)
    pairs = wishes.values_list("publication", "language").annotate(count=Count("pk"))
    return {(publication, tag): count for publication, tag, count in pairs}
