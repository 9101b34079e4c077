"""How far long work has come: a bar on a terminal, nothing elsewhere."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Row = TypeVar("Row")
WIDTH = 40


def shown(rows: Iterable[Row], total: int, stream=sys.stderr) -> Iterator[Row]:
    """Pass the rows on, and draw on the stream how many of `total` are done with."""
    if not total or not stream.isatty():
        yield from rows
        return
    for done, row in enumerate(rows, start=1):
        yield row
        filled = WIDTH * done // total
        stream.write(f"\r[{'#' * filled}{' ' * (WIDTH - filled)}] {done}/{total}")
        stream.flush()
    stream.write("\n")
