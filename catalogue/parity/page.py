"""What the pages of the board show: totals, the ranking, a page of rows, the years."""

from urllib.parse import urlencode

from django.core.paginator import Paginator

from catalogue.parity import board as boards
from catalogue.parity import ranking
from catalogue.parity.forms import BoardFilters

ROWS_A_PAGE = 25


def page(query, *, least: int, wanted: int) -> dict:
    """The context of a board page for the words of its address.

    Of fewer than `least` waiting readers nothing is said; `wanted` translations are ranked.
    """
    board = boards.current()
    form = BoardFilters(query, board=board)
    asked = form.asked()
    tags = columns(board, asked)
    within = board.within(asked)
    shown = Paginator(board.keys(asked), ROWS_A_PAGE).get_page(query.get("page"))
    rows = boards.rows(list(shown.object_list), tags, least=least)
    return {
        "form": form,
        "asked": asked,
        "query": f"?{urlencode(asked)}",
        "tags": tags,
        "totals": board.totals(within, board.tags),
        "all_tags": board.tags,
        "years": board.years(within, board.tags),
        "wanted": ranking.ranked(board, wanted, least=least),
        "page": shown,
        "rows": rows,
        "printed": [cell.printed for row in rows for cell, _waiting in row.cells if cell.printed],
    }


def columns(board: boards.Board, asked: dict) -> list[str]:
    """The languages of the columns: all, or the one that was asked for."""
    return [asked["language"]] if "language" in asked else board.tags
