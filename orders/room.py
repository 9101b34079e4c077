"""How much room is left at pick-up points: what the form shows before it is sent.

The same sum as `submission.expected_at`, which decides; here for all points in one query.
"""

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from orders.consignees import NOT_SERVED
from orders.models import ConsignmentLine, OrderLine, PickUpPoint, Share
from orders.models.pick_up import DeliveryMethod
from orders.querysets import LIVE
from orders.submission import COUNTED, WANTED

PICK_UP = DeliveryMethod.PICK_UP


def left_at(points: Iterable[PickUpPoint]) -> dict[int, int]:
    """Copies for which there is room, by the key of each point whose room is limited."""
    limited = [point.pk for point in points if point.capacity is not None]
    rows = PickUpPoint.objects.filter(pk__in=limited)
    rows = rows.annotate(coming=_to_come(), there=_lying_there())
    return {
        point.pk: max(0, (point.capacity or 0) - max(0, point.coming) - point.there)
        for point in (rows if limited else ())
    }


def _to_come():
    """Copies that are still to be packed for a point, of orders and of their consignees."""
    whole = {"order__status__in": COUNTED, "order__delivery": PICK_UP}
    own = {f"line__{name}": value for name, value in whole.items()}
    part = {"consignee__order__status__in": COUNTED, "consignee__delivery": PICK_UP}
    served = ConsignmentLine.objects.exclude(consignment__status__in=NOT_SERVED)
    served_own = {f"consignment__{name}": value for name, value in whole.items()}
    served_part = {f"consignment__{name}": value for name, value in part.items()}
    return (
        _sum(OrderLine.objects.filter(**whole), "order__pick_up_point", WANTED)
        - _sum(Share.objects.filter(**own), "line__order__pick_up_point")
        + _sum(Share.objects.filter(**part), "consignee__pick_up_point")
        - _sum(
            served.filter(consignment__consignee=None, **served_own),
            "consignment__order__pick_up_point",
        )
        - _sum(served.filter(**served_part), "consignment__consignee__pick_up_point")
    )


def _lying_there():
    """Copies in parcels for a point that still lie on our shelves or there."""
    live = ConsignmentLine.objects.filter(
        consignment__status__in=LIVE,
        consignment__delivery=PICK_UP,
        consignment__order__status__in=COUNTED,
    )
    return _sum(live, "consignment__pick_up_point")


def _sum(rows: QuerySet, point: str, copies: Combinable | str = "quantity") -> Coalesce:
    """The copies of rows that concern a point, named by the path to it."""
    here = rows.filter(**{point: OuterRef("pk")}).order_by().values(point)
    return Coalesce(Subquery(here.annotate(n=Sum(copies)).values("n")), 0)
