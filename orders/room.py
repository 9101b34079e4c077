"""How many copies pick-up points have to expect, and for how many more there is room."""

from collections.abc import Iterable

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from orders.consignees import NOT_SERVED
from orders.models import ConsignmentLine, Order, OrderLine, PickUpPoint, Share
from orders.models.pick_up import DeliveryMethod
from orders.querysets import LIVE

COUNTED = ("unverified", "open")  # orders whose copies a pick-up point has to expect
WANTED = F("requested") + F("replaced") - F("refused") - F("cancelled")
PICK_UP = DeliveryMethod.PICK_UP


def left_at(points: Iterable[PickUpPoint]) -> dict[int, int]:
    """Copies for which there is room, by the key of each point whose room is limited."""
    capacities = {point.pk: point.capacity for point in points if point.capacity is not None}
    expected = _expected(capacities) if capacities else {}
    return {pk: max(0, capacities[pk] - copies) for pk, copies in expected.items()}


def missing_at(point: PickUpPoint) -> int:
    """Copies that are expected at a point beyond its room; 0 where there is room for all."""
    return 0 if point.capacity is None else max(0, expected_at(point) - point.capacity)


def expected_of(order: Order, point: PickUpPoint) -> int:
    """The part of an order in what a point has to expect."""
    return _expected([point.pk], order)[point.pk]


def expected_at(point: PickUpPoint) -> int:
    """Copies of orders under way that are to be picked up at a point, or lie there already.

    What is packed goes where it was packed for, the rest where its order or consignee goes.
    """
    return _expected([point.pk])[point.pk]


def _expected(points: Iterable[int], order: Order | None = None) -> dict[int, int]:
    """Copies by the key of a point; of one order, or of all."""
    rows = PickUpPoint.objects.filter(pk__in=list(points))
    rows = rows.annotate(coming=_to_come(order), there=_lying_there(order))
    return {row.pk: max(0, row.coming) + row.there for row in rows}


def _to_come(order: Order | None):
    """Copies that are still to be packed for a point, of orders and of their consignees."""
    lines, shares = OrderLine.objects.all(), Share.objects.all()
    served = ConsignmentLine.objects.exclude(consignment__status__in=NOT_SERVED)
    own = served.filter(consignment__consignee=None)
    return (
        _sum(lines, "order", "order", order, WANTED)
        - _sum(shares, "line__order", "line__order", order)
        + _sum(shares, "consignee__order", "consignee", order)
        - _sum(own, "consignment__order", "consignment__order", order)
        - _sum(served, "consignment__order", "consignment__consignee", order)
    )


def _lying_there(order: Order | None):
    """Copies in parcels for a point that still lie on our shelves or there."""
    live = ConsignmentLine.objects.filter(consignment__status__in=LIVE)
    return _sum(live, "consignment__order", "consignment", order)


def _sum(
    rows: QuerySet,
    of: str,
    goes: str,
    order: Order | None,
    copies: Combinable | str = "quantity",
) -> Coalesce:
    """The copies of rows of orders under way, or of one order, that are picked up at a point.

    `of` and `goes` lead to the order of a row, and to what says where its copies go.
    """
    here = {f"{goes}__delivery": PICK_UP, f"{goes}__pick_up_point": OuterRef("pk")}
    found = rows.filter(**{f"{of}__status__in": COUNTED}, **here)
    if order is not None:
        found = found.filter(**{of: order})
    found = found.order_by().values(f"{goes}__pick_up_point")
    return Coalesce(Subquery(found.annotate(n=Sum(copies)).values("n")), 0)
