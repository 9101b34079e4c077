"""How many copies go without asking, and how many can be asked for at all. All are settings."""

from django.conf import settings

from orders.models.order import MOST_COPIES


def per_title() -> int:
    """Copies of a title that are sent without anybody being asked."""
    return settings.ORDER_LIMIT_PER_TITLE


def per_order() -> int:
    """Copies of all titles together that are sent without anybody being asked."""
    return settings.ORDER_LIMIT_COPIES


def most() -> int:
    """Copies of a title that can be asked for at all; above `per_title` a person decides."""
    return min(per_title() * 10, MOST_COPIES)


def granted(quantities: dict[int, int], already: int = 0) -> dict[int, int]:
    """Of copies by edition, those that are granted at once; who comes first is granted first.

    A basket, and the order that was made of it, hold their titles in the same order. `already`
    are copies of the same order that were granted before.
    """
    left = max(0, per_order() - already)
    grants = {}
    for edition, copies in quantities.items():
        grants[edition] = min(copies, per_title(), left)
        left -= grants[edition]
    return grants


def beyond(copies: int, granted: int, *, left: int | None = None) -> int:
    """Of copies asked for, those on which a person decides, beside those granted at once.

    With `left`, what is on the shelf, no more than that is wanted.
    """
    wanted = copies if left is None else min(copies, left)
    return max(0, wanted - granted)


def asks_more(before: dict[int, int], after: dict[int, int]) -> bool:
    """Whether copies beyond the limits are asked for that were not asked for before."""
    had, has = _excess(before), _excess(after)
    return any(copies > had.get(edition, 0) for edition, copies in has.items())


def _excess(quantities: dict[int, int]) -> dict[int, int]:
    grants = granted(quantities)
    return {edition: copies - grants[edition] for edition, copies in quantities.items()}
