"""What to translate next: a ranking that says how it came about.

A publication scores by the downloads of its other languages in the last twelve months, each
reader who waits for the missing language counting as ten; halved for every two years of age.
"""

from collections import defaultdict
from datetime import date, timedelta
from time import monotonic
from typing import NamedTuple

from django.db.models import Sum
from django.utils import timezone

from catalogue import languages
from catalogue.models import Download, Publication
from catalogue.parity.board import Board, waiting

READER_COUNTS = 10  # downloads
HALVED_AFTER_DAYS = 2 * 365.25
LOOKED_AT = 300  # publications: the most downloaded and the newest
KEPT = 100
FRESH = 600  # seconds for which downloads and waiting readers are believed


class Wanted(NamedTuple):
    """A publication that is missing in some languages."""

    publication: Publication
    tags: list[str]
    waiting: int
    downloads: int
    score: float


class Known:
    """The ranking as this process last worked it out, for a board and some minutes."""

    def __init__(self):
        self.board: Board | None = None
        self.asked_at, self.rankings = float("-inf"), {}

    def ranking(self, board: Board, least: int) -> list[Wanted]:
        if self.board is not board or monotonic() - self.asked_at > FRESH:
            self.board, self.asked_at, self.rankings = board, monotonic(), {}
        rankings = self.rankings
        if least not in rankings:
            rankings[least] = _ranked(board, least)
        return rankings[least]


known = Known()


def ranked(board: Board, most: int, *, least: int = 1) -> list[Wanted]:
    """The publications most wanted; of fewer than `least` waiting readers nobody hears."""
    return known.ranking(board, least)[:most]


def _ranked(board, least) -> list[Wanted]:
    waits: dict[int, dict[str, int]] = defaultdict(dict)
    for (key, tag), count in waiting().items():
        if count >= least:
            waits[key][tag] = count
    downloads = _downloads()
    gaps = {key: _missing(board, key, waits[key]) for key in _candidates(board, waits, downloads)}
    found = Publication.objects.published().in_bulk([key for key, tags in gaps.items() if tags])
    wanted = [
        _wanted(publication, gaps[key], waits[key], downloads.get(key, 0))
        for key, publication in found.items()
    ]
    wanted.sort(key=lambda one: (-one.score, -one.publication.pk))
    return wanted[:KEPT]


def _candidates(board, waits, downloads):
    most = sorted(downloads, key=downloads.get, reverse=True)[:LOOKED_AT]
    return dict.fromkeys([*waits, *most, *board.holdings.keys[:LOOKED_AT]])


def _missing(board, key, waits) -> list[str]:
    """The languages of the interface, and those waited for, in which there is nothing."""
    if (place := board.holdings.place.get(key)) is None:
        return []
    tags = sorted({*languages.interface_languages(), *waits}, key=languages.rank)
    return [tag for tag in tags if board.state("none", tag) >> place & 1]


def _wanted(publication, tags, waits, downloads) -> Wanted:
    age = max((timezone.localdate() - _born_on(publication)).days, 0)
    readers = sum(waits.get(tag, 0) for tag in tags)
    asked_for = 1 + downloads + readers * READER_COUNTS  # 1: of those nobody asked for, the newest
    return Wanted(
        publication, tags, readers, downloads, asked_for * 0.5 ** (age / HALVED_AFTER_DAYS)
    )


def _born_on(publication) -> date:
    return publication.issued_on or timezone.localtime(publication.published_at).date()


def _downloads() -> dict[int, int]:
    year = timezone.localdate() - timedelta(days=365)
    rows = Download.objects.filter(day__gte=year).order_by()
    return dict(rows.values_list("file__edition__publication").annotate(total=Sum("count")))
