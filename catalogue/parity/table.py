"""The board as lines of a table file."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalogue import languages
from catalogue.parity.board import Row, current, rows
from catalogue.parity.forms import NAMES
from catalogue.parity.page import columns

AT_ONCE = 500


def lines(asked: dict) -> Iterator[list[str]]:
    """The head, then a line for each publication, with four columns for each language."""
    board = current()
    tags = columns(board, asked)
    yield _head(tags)
    keys = board.keys(asked)
    for start in range(0, len(keys), AT_ONCE):
        for row in rows(keys[start : start + AT_ONCE], tags):
            yield [_harmless(text) for text in _line(row)]


def _head(tags) -> list[str]:
    head = [_("Short name"), _("Symbol"), _("Title"), _("Kind"), _("Date"), _("First language")]
    for tag in tags:
        head += [tag, f"{tag}: {_('since')}", f"{tag}: {_('days behind')}"]
        head += [f"{tag}: {_('readers waiting')}"]
    return head


def _line(row: Row) -> list[str]:
    publication = row.publication
    line = [
        publication.slug,
        publication.symbol,
        str(publication),
        languages.translated(publication.kind, "name")[0],
        str(publication.issued_on or ""),
        row.first_tag,
    ]
    for cell, waiting in row.cells:
        state = str(NAMES.get("older" if cell.is_older else cell.state, ""))
        line += [state, str(cell.out_on or cell.expected_on or "")]
        line += ["" if cell.days is None else str(cell.days), str(waiting or 0)]
    return line


def _harmless(text: str) -> str:
    """No spreadsheet program takes it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
