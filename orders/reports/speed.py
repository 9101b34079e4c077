"""How long orders wait for their first parcel: from accepted to dispatched or handed over.

In tenths of a day, counted by the database; an order counts in the month it was accepted. What
has not left yet is in no median: it is told beside it.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
)

from orders.models import Order, OrderLine
from orders.reports.choices import Choice
from orders.reports.kept import kept

TENTHS = 10


class TenthsBetween(Func):
    """Tenths of a day by which a moment lies after another, rounded."""

    output_field = IntegerField()
    arity = 2

    def as_sqlite(self, compiler, connection, **context):
        template = "CAST(ROUND((julianday(%(expressions)s)) * 10) AS INTEGER)"
        joiner = ") - julianday("
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner, **context)

    def as_postgresql(self, compiler, connection, **context):
        template = "CAST(ROUND(EXTRACT(EPOCH FROM (%(expressions)s)) / 8640) AS integer)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)


@dataclass
class Month:
    """Orders accepted in a month."""

    accepted: int = 0
    ended: int = 0  # over without a parcel
    unfinished: int = 0  # a first parcel left, copies are still to come
    waits: Counter = field(default_factory=Counter)  # orders by tenths of a day

    @property
    def left(self) -> int:
        return sum(self.waits.values())

    @property
    def open(self) -> int:
        """Accepted, and no parcel has left yet."""
        return self.accepted - self.left - self.ended

    @property
    def median(self) -> float | None:
        """Days within which half of the orders left; between the two in the middle."""
        if not self.waits:
            return None
        return (self._at((self.left + 1) // 2) + self._at(self.left // 2 + 1)) / 2 / TENTHS

    @property
    def slow(self) -> float | None:
        """Days within which nine in ten left (nearest rank)."""
        return self._at(-(-9 * self.left // 10)) / TENTHS if self.waits else None

    def _at(self, rank: int) -> int:
        for tenths in sorted(self.waits):
            rank -= self.waits[tenths]
            if rank <= 0:
                return tenths
        raise AssertionError("unreachable: a rank is at most the number of orders")

    def __add__(self, other: "Month") -> "Month":
        return Month(
            self.accepted + other.accepted,
            self.ended + other.ended,
            self.unfinished + other.unfinished,
            self.waits + other.waits,
        )


def by_month(choice: Choice) -> dict[int, Month]:
    """By the number of the month in `choice.period.months`."""
    return kept("time", choice, lambda: _count(choice))


def _count(choice: Choice) -> dict[int, Month]:
    found: dict[int, Month] = defaultdict(Month)
    orders = _accepted(choice).order_by()
    months = orders.annotate(month=choice.period.month_of("accepted_at"))
    waits = months.annotate(tenths=TenthsBetween(F("first_left_at"), F("accepted_at")))
    for month, tenths, number in _numbers(waits, "month", "tenths"):
        found[month].accepted += number
        if tenths is None:
            found[month].ended += number  # less those that are open, which are few: see below
        else:
            found[month].waits[max(tenths, 0)] += number
    unended = months.filter(status=Order.Status.OPEN)
    unended = unended.annotate(has_left=Q(first_left_at__isnull=False))
    for month, has_left, number in _numbers(unended, "month", "has_left"):
        if has_left:
            found[month].unfinished += number
        else:
            found[month].ended -= number
    return dict(found)


def _numbers(orders, *told_by: str):
    return orders.values_list(*told_by).annotate(number=Count("pk"))


def oldest_open(choice: Choice, most: int = 5):
    """Open orders of the period of which nothing has left, the oldest first."""
    waiting = _accepted(choice).filter(first_left_at=None, status=Order.Status.OPEN)
    return waiting.oldest_first().only("number", "accepted_at", "hold")[:most]


def _accepted(choice: Choice):
    rows = Order.objects.filter(choice.period.holds("accepted_at"))
    if choice.is_of_editions:
        lines = OrderLine.objects.filter(choice.described("edition"), order=OuterRef("pk"))
        rows = rows.filter(Exists(lines))
    if choice.group:
        rows = rows.filter(state__un_group=choice.group)
    if choice.meeting:
        rows = rows.filter(choice.orders_of_meeting())
    return rows
