"""Tables drawn as bars: SVG without style or script, readable in black and white.

The first part of a bar is solid, the second hatched, the third only outlined. Colours are
the text's own, so that paper, screen and dark screen draw alike. The table beside it says the
same in figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import formats, languages
from orders.reports.tables import Row, Table

WIDTH, LETTERS = 460, 52  # of the drawing, and letters of a name that fit into it
FIGURE = 58  # kept free beside the longest bar
ROW, BAR, HEAD = 44, 16, 18  # a row, the bar in it, the name over it
MOST = 12  # bars; the rest is summed
FILLS = ("solid", "hatched", "open")


@dataclass(frozen=True)
class Part:
    fill: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    name: str
    figure: str
    top: int
    parts: list[Part]

    @property
    def base(self) -> int:
        return self.top + HEAD - 4

    @property
    def bar_top(self) -> int:
        return self.top + HEAD

    @property
    def figure_base(self) -> int:
        return self.bar_top + BAR - 3

    @property
    def end(self) -> float:
        return round(sum(part.width for part in self.parts) + 6, 1)


def chart(table: Table, *, name: str = "chart", language: str | None = None) -> str:
    """The SVG of a table, or nothing where there is nothing to draw."""
    rows = _drawn_rows(table)
    longest = max((sum(lengths) for _name, lengths in rows), default=0)
    if not longest:
        return ""
    keys = _keys(table)
    top = len(keys) * 22 + 8 if len(keys) > 1 else 0
    bars = list(_bars(rows, longest, top))
    return render_to_string(
        "orders/reports/chart.svg",
        {
            "name": name,
            "language": language or languages.current(),
            "title": table.title,
            "description": _description(table),
            "width": WIDTH,
            "height": top + len(bars) * ROW,
            "top": top,
            "bar_height": BAR,
            "keys": keys if len(keys) > 1 else [],
            "bars": bars,
        },
    )


def _description(table: Table) -> str:
    names = formats.joined([series.name for series in table.drawn])
    return _("Bars for each row of the table: %(names)s. The table gives the figures.") % {
        "names": names
    }


def in_words(table: Table) -> str:
    """The chart for whoever cannot see it, with its longest bar."""
    rows = _drawn_rows(table)
    if not rows:
        return table.title
    name, lengths = max(rows, key=lambda row: sum(row[1]))
    return _("Chart: %(title)s. Longest bar: %(name)s, %(n)s. The table gives the figures.") % {
        "title": table.title,
        "name": name,
        "n": formats.number(round(sum(lengths), 1)),
    }


def _keys(table: Table) -> list[dict]:
    """What each filling stands for, where anything is drawn with it."""
    used = [
        (fill, series.name)
        for fill, series in zip(FILLS, table.drawn, strict=False)
        if any(series.length(row.figures) for row in table.rows)
    ]
    return [
        {"fill": fill, "name": name, "top": number * 22, "base": number * 22 + 13}
        for number, (fill, name) in enumerate(used)
    ]


def _drawn_rows(table: Table) -> list[tuple[str, list[float]]]:
    """Names and lengths: months as they follow, other rows by length and the small ones summed."""
    rows = [(row.name, _lengths(table, row)) for row in table.rows]
    if table.is_dated:
        return rows[-24:]
    rows = sorted((row for row in rows if any(row[1])), key=lambda row: -sum(row[1]))
    if len(rows) <= MOST:
        return rows
    shown, rest = rows[: MOST - 1], rows[MOST - 1 :]
    name = ngettext("%(n)s other", "%(n)s others", len(rest)) % {"n": formats.number(len(rest))}
    return [*shown, (name, [sum(part) for part in zip(*(row[1] for row in rest), strict=True)])]


def _lengths(table: Table, row: Row) -> list[float]:
    return [series.length(row.figures) for series in table.drawn]


def _bars(rows, longest: float, top: int) -> Iterator[Bar]:
    scale = (WIDTH - FIGURE) / longest
    for number, (name, lengths) in enumerate(rows):
        figure = formats.number(round(sum(lengths), 1))
        yield Bar(_cut(name), figure, top + number * ROW, list(_parts(lengths, scale)))


def _parts(lengths, scale: float) -> Iterator[Part]:
    x = 0.0
    for fill, length in zip(FILLS, lengths, strict=False):
        width = length * scale
        if width:
            yield Part(fill, round(x, 1), round(max(width, 1), 1))
        x += width


def _cut(name: str) -> str:
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1].rstrip()}…"
