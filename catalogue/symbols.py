"""The tree of document symbols: CCM, below it MSP, below it 2011, below it WP.3.

The children of a place are counted by the database from the symbols themselves, once for each
version of the catalogue.
"""

import re
from hashlib import sha256
from typing import NamedTuple

from django.core.cache import caches
from django.db.models import Case, CharField, Count, F, Min, Value, When
from django.db.models.functions import Cast, Left, StrIndex, Substr

from catalogue.models import Publication

KEPT = 24 * 3600  # seconds


class Branch(NamedTuple):
    """A place in the tree with more than one document in or below it."""

    name: str
    path: str
    number: int


class Place(NamedTuple):
    """What lies under a symbol, or the beginning of one: branches, and keys of documents."""

    path: str
    branches: list[Branch]
    documents: list[int]
    number: int

    @property
    def trail(self) -> list[tuple[str, str]]:
        """(name, path) of the places on the way here, this one too."""
        parts = self.path.split("/") if self.path else []
        return [(part, "/".join(parts[: depth + 1])) for depth, part in enumerate(parts)]


def place(path: str, token: str) -> Place:
    """Look below a path such as "CCM/MSP/2011", "" is the root, at one version of the catalogue.

    The place is empty where there is nothing.
    """
    name = f"symbols-{token}-{sha256(path.encode()).hexdigest()}"
    found = caches["fragments"].get(name)
    if found is None and (found := _counted(path)).number:
        caches["fragments"].set(name, found, KEPT)
    return found


def first_fork(token: str) -> Place:
    """Where the tree parts, not far from its root: in CCM, if nearly all lies below it."""
    found = place("", token)
    for _level in range(2):
        only = found.branches if len(found.branches) == 1 else []
        below = next((place(branch.path, token) for branch in only), None)
        if not (below and below.branches):
            return found
        found = below
    return found


def _counted(path: str) -> Place:
    rows = sorted(_children(path), key=lambda row: natural(row[0]))
    return Place(
        path,
        [Branch(name, _join(path, name), number) for name, number, _pk in rows if number > 1],
        [pk for _name, number, pk in rows if number == 1],
        sum(number for _name, number, _pk in rows),
    )


def _children(path: str):
    """(name, number of documents, one of them) of each next part; "" is the path itself."""
    start = len(path) + 2 if path else 1
    rows = Publication.objects.published().exclude(symbol="").order_by()
    if path:
        rows = rows.annotate(above=Left(_text("symbol"), len(path) + 1))
        rows = rows.filter(above__in=[path, f"{path}/"])
    rest = Substr(_text("symbol"), start)
    cut = StrIndex(rest, Value("/"))
    part = Case(When(cut=0, then=F("rest")), default=Left(F("rest"), F("cut") - 1))
    rows = rows.annotate(rest=rest).annotate(cut=cut).annotate(part=part)
    return (
        rows.values("part")
        .annotate(number=Count("pk"), one=Min("pk"))
        .values_list("part", "number", "one")
    )


def _text(column):
    return Cast(column, CharField())


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path and name else path or name


def folder(symbol: str) -> str:
    """Where a symbol is listed among its like: "CCM/MSP/2011/WP.4" in "CCM/MSP/2011"."""
    return symbol.rpartition("/")[0] or symbol


def natural(text: str) -> list[tuple[int, str]]:
    """Sorts WP.9 before WP.10, and numbers before words."""
    parts = re.findall(r"\d+|[^\d]+", text)
    return [(int(part), "") if part.isdigit() else (10**9, part) for part in parts]
