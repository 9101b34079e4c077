"""The tabs of the queue: what is to be done now, counted, searched and put in order."""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orders.models import Order

# The question to ask the orders, and how the tab is called.
TABS = {
    "to_review": _("To review"),
    "to_pack": _("To pack"),
    "packed": _("Packed"),
    "waiting": _("Waiting for stock"),
    "resting": _("Postponed"),
    "sent_long_ago": _("Sent, not confirmed"),
    "astray": _("Returned, lost, missed"),
    "unverified": _("To be confirmed"),
    "ended": _("Closed"),
}
DONE_TOGETHER = ("to_review", "to_pack", "packed", "waiting", "sent_long_ago")


class Found(NamedTuple):
    """What a tab holds: how many, and their keys as they are to be done."""

    total: int
    keys: object  # a list, or a question that is asked when the page is cut from it


def find(words, point, columns, picked=()) -> dict[str, Found]:
    """By tab, the orders that hold the words, go to the point and have these columns.

    Only those `picked`, by number, where there are any.
    """
    everything = Order.objects.filter(**columns)
    everything = everything.numbered(picked) if picked else everything
    everything = everything & Order.objects.for_point(point) if point else everything
    asked = {tab: everything & getattr(Order.objects, tab)() for tab in TABS}
    return _searched(words, everything, asked) if words else _counted(asked)


def _counted(asked):
    counts = Order.objects.tally(asked)
    return {
        tab: Found(counts[tab], in_order(rows, tab).values_list("pk", flat=True))
        for tab, rows in asked.items()
    }


def _searched(words, everything, asked):
    """Who holds the words is asked once, of all: asked for each tab it takes ten times as long."""
    matching = everything.matching(words).last_ended_first().with_end()
    found = dict(matching.values_list("pk", "has_ended"))
    work = {tab: rows for tab, rows in asked.items() if tab != "ended"}
    keys = {
        tab: [pk for pk in rows if pk in found] for tab, rows in Order.objects.keys_by(work).items()
    }
    keys["ended"] = [pk for pk, has_ended in found.items() if has_ended]
    return {tab: Found(len(keys[tab]), keys[tab]) for tab in TABS}


def twins(orders) -> dict[int, Order]:
    """For orders held as possible duplicates the last order that each may repeat, by key.

    The rule is that of `lifecycle.is_like_another`.
    """
    held = [order for order in orders if order.hold == Order.Hold.DUPLICATE]
    by_mark = defaultdict(set)
    for other in Order.objects.before(held, settings.DUPLICATE_DAYS) if held else ():
        for mark in _marks(other):
            by_mark[mark].add((other, other.edition))
    alike = {order.pk: _alike(order, by_mark) for order in held}
    return {pk: max(others, key=_age) for pk, others in alike.items() if others}


def _alike(order, by_mark) -> list[Order]:
    """Earlier orders of the same person, or organisation of the same State, of a same edition."""
    editions = {line.edition_id for line in order.lines.all()}
    found = set().union(*(by_mark[mark] for mark in _marks(order)))
    since = (order.accepted_at - timedelta(days=settings.DUPLICATE_DAYS), 0)
    return [
        one for one, edition in found if edition in editions and since <= _age(one) < _age(order)
    ]


def _age(order) -> tuple:
    return order.accepted_at, order.pk


def _marks(order) -> set:
    """By what an order is known for another one of the same people."""
    person = {order.email.casefold()} if order.email else set()
    if order.state_id and order.organisation:
        person.add((order.state_id, order.organisation.casefold()))
    return person


def first_with_work(found) -> str:
    return next((tab for tab in TABS if found[tab].total), "to_pack")


def in_order(rows, tab):
    """As they are to be done: the oldest first, or of those that are over the last first."""
    if tab == "ended":
        return rows.last_ended_first()
    if tab == "to_review":
        return rows.longest_here_first()
    return rows.first_placed_first() if tab == "unverified" else rows.oldest_first()
