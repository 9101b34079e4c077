"""Copies that left for good, read from the ledger: who took them, where, when, in what language.

A copy counts on the day it moves: what comes back is taken off on the day it comes back, so a
period that was reported never changes. Copies handed out without an order stand apart.
"""

import datetime
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from catalogue.models import Download
from orders.models import Consignment, ConsignmentLine, PickUpPoint, StockEntry, StockItem
from orders.reports.choices import Choice
from orders.reports.kept import kept
from orders.reports.periods import midnight

Kind = StockEntry.Kind
COUNTED = (Kind.ISSUE, Kind.RETURN, Kind.WALK_UP)
ORDER = "consignment__order__"


@dataclass
class Copies:
    """Single copies: issued to orders, come back, handed out without an order."""

    issued: int = 0
    returned: int = 0
    walk_ups: int = 0

    @property
    def left(self) -> int:
        return self.issued - self.returned + self.walk_ups

    def __add__(self, other: "Copies") -> "Copies":
        return Copies(
            self.issued + other.issued,
            self.returned + other.returned,
            self.walk_ups + other.walk_ups,
        )

    def add(self, kind: str, change: int) -> None:
        if kind == Kind.ISSUE:
            self.issued -= change
        elif kind == Kind.RETURN:
            self.returned += change
        else:
            self.walk_ups -= change


Counted = dict[Hashable, Copies]


def by_edition(choice: Choice) -> Counted:
    items = _counted("item", choice, F("stock_item"))  # as the index has them
    editions: dict[Hashable, int] = dict(StockItem.objects.values_list("pk", "edition"))
    found: Counted = defaultdict(Copies)
    for item, copies in items.items():
        found[editions[item]] += copies
    return dict(found)


def by_month(choice: Choice) -> Counted:
    """By the number of the month in `choice.period.months`."""
    return _counted("month", choice, choice.period.month_of("at"))


def by_state(choice: Choice) -> Counted:
    return _counted("state", choice, Coalesce("state", f"{ORDER}state"))


def by_orderer(choice: Choice) -> Counted:
    """By the kind of orderer; None is whoever took copies without an order."""
    return _counted("orderer", choice, F(f"{ORDER}orderer_kind"))


def by_delivery(choice: Choice) -> Counted:
    """By the way the consignment went; None is over the counter without an order."""
    return _counted("delivery", choice, F("consignment__delivery"))


def by_meeting(choice: Choice) -> Counted:
    """By the meeting at whose pick-up point copies were handed over; None is elsewhere."""
    return _counted("meeting", choice, _meeting())


def lost(choice: Choice) -> int:
    """Of the copies of orders that left, those in parcels that are known to be lost by now.

    The ledger does not know them: they left the shelf like any other, and nobody brought them back.
    """
    gone = Consignment.objects.filter(choice.period.holds("left_at"), status="lost")
    if choice.group:
        gone = gone.filter(order__state__un_group=choice.group)
    if choice.meeting:
        gone = gone.filter(pick_up_point__meeting=choice.meeting)
    lines = ConsignmentLine.objects.filter(
        choice.of_editions("line__edition"), consignment__in=gone
    )
    return lines.aggregate(copies=Sum("quantity"))["copies"] or 0


def _counted(name: str, choice: Choice, told_by) -> Counted:
    return kept(name, choice, lambda: _count(choice, told_by))


def _count(choice: Choice, told_by) -> Counted:
    rows = _entries(choice).order_by().annotate(told_by=told_by).values_list("told_by", "kind")
    found: Counted = defaultdict(Copies)
    for name, kind, change in rows.annotate(change=Sum("on_hand_change")):
        found[name].add(kind, change)
    return dict(found)


def _entries(choice: Choice):
    """The entries asked about. "Not nothing" is what their indexes are made for."""
    rows = StockEntry.objects.filter(
        ~Q(on_hand_change=0), choice.period.holds("at"), kind__in=COUNTED
    )
    if choice.editions is not None:
        items = StockItem.objects.filter(choice.of_editions("edition"))
        rows = rows.filter(stock_item__in=items.values("pk"))
    if choice.group:
        rows = rows.filter(
            Q(**{f"{ORDER}state__un_group": choice.group}) | Q(state__un_group=choice.group)
        )
    if choice.meeting:
        rows = rows.annotate(meeting=_meeting()).filter(meeting=choice.meeting.pk)
    return rows


def _meeting():
    """The meeting of an entry: its consignment's, or the one its location served that day.

    A location may serve one meeting after another; on other days the last one begun counts.
    """
    placed = PickUpPoint.objects.exclude(meeting=None).exclude(location=None)
    points = list(placed.filter(location__is_main=False).order_by("-opens_on", "-pk"))
    counter = [_open(point) for point in points] + [_begun(point) for point in points]
    of_a_walk_up = Case(*counter, default=Value(None, IntegerField()), output_field=IntegerField())
    return Case(
        When(kind=Kind.WALK_UP, then=of_a_walk_up),
        default=F("consignment__pick_up_point__meeting"),
        output_field=IntegerField(),
    )


def _open(point: PickUpPoint) -> When:
    within = Q(stock_item__location=point.location_id)
    if point.opens_on:
        within &= Q(at__gte=midnight(point.opens_on))
    if point.closes_on:
        within &= Q(at__lt=midnight(point.closes_on + datetime.timedelta(1)))
    return When(within, then=Value(point.meeting_id))


def _begun(point: PickUpPoint) -> When:
    begun = Q(stock_item__location=point.location_id)
    if point.opens_on:
        begun &= Q(at__gte=midnight(point.opens_on))
    return When(begun, then=Value(point.meeting_id))


# Downloads beside paper ---------------------------------------------------------


def downloads_by_edition(choice: Choice) -> dict[int, int]:
    return kept("downloads of editions", choice, lambda: _downloads(choice, "file__edition"))


def downloads_by_month(choice: Choice) -> dict[int, int]:
    """By the number of the month in `choice.period.months`."""
    return kept("downloads of months", choice, lambda: _count_months(choice))


def _count_months(choice: Choice) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for day, number in _downloads(choice, "day").items():
        found[choice.period.month_with(day)] += number
    return dict(found)


def _downloads(choice: Choice, told_by: str) -> dict:
    within = choice.period.holds_day("day")
    rows = Download.objects.filter(within, choice.of_editions("file__edition")).order_by()
    return dict(rows.values_list(told_by).annotate(number=Sum("count")))
