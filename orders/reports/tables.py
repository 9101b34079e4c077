"""What a report's table is: heads, rows of figures, totals, and what has to be said about them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.translation import ngettext

from catalogue import formats, languages

Figure = float | None


@dataclass(frozen=True)
class Row:
    """A name, in a language of its own where that is not the reader's, and its figures."""

    name: str
    figures: tuple[Figure, ...]
    language: str = ""

    @property
    def direction(self) -> str:
        return languages.direction(self.language) if self.language else ""


class Series(NamedTuple):
    """A part of each bar: what it is called, and its length by the row's figures."""

    name: str
    length: Callable[[Any], float]  # of the figures, none of which is missing in what is drawn


@dataclass(frozen=True)
class Table:
    title: str
    heads: tuple[str, ...]  # of the names, then of each figure
    rows: list[Row]
    totals: tuple[Figure, ...]
    drawn: tuple["Series", ...]  # what the chart stacks
    is_dated: bool = False  # its rows follow one another in time
    notes: list[str] = field(default_factory=list)

    def cut(self, most: int) -> "Table":
        """No more rows than so many; the others are summed in the last one."""
        if len(self.rows) <= most or self.is_dated:
            return self
        kept, others = self.rows[: most - 1], self.rows[most - 1 :]
        sums = tuple(map(_sum, zip(*(row.figures for row in others), strict=True)))
        name = ngettext("%(n)s other", "%(n)s others", len(others)) % {
            "n": formats.number(len(others))
        }
        return replace(self, rows=[*kept, Row(name, sums)])

    @property
    def labelled(self) -> list[dict]:
        """The rows for a page: each figure as readers write it, with its head."""
        return [
            {
                "name": row.name,
                "language": row.language,
                "direction": row.direction,
                "cells": self._cells(row.figures),
            }
            for row in self.rows
        ]

    @property
    def total_cells(self) -> list[tuple[str, str]]:
        return self._cells(self.totals)

    def _cells(self, figures: tuple[Figure, ...]) -> list[tuple[str, str]]:
        shown = ["–" if figure is None else formats.number(figure) for figure in figures]
        return list(zip(self.heads[1:], shown, strict=True))

    @property
    def is_empty(self) -> bool:
        return not any(any(row.figures) for row in self.rows)


def _sum(figures: Iterable[Figure]) -> Figure:
    return sum(figure or 0 for figure in figures)
