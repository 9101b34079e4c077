"""Which consignments, and which copies are in none."""

from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q, Subquery, Sum, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone

LIVE = ("preparing", "packed", "at_desk")  # consignments whose copies are still on the shelf
LEFT = ("sent", "delivered", "returned", "lost", "handed_over")  # whose copies left the shelf
UNSETTLED = Q(status="missed", settled_at=None)


class ConsignmentQuerySet(models.QuerySet):
    def live(self):
        """Still on our shelves: being prepared, packed, or waiting at a pick-up point."""
        return self.filter(status__in=LIVE)

    def unsettled(self):
        """Missed, and not yet sent another way or released."""
        return self.filter(UNSETTLED)

    def at_closed_points(self):
        """For a pick-up point at which nobody can come for them any more."""
        return self.filter(pick_up_point__closes_on__lt=timezone.localdate())

    def tracked_as(self, parcels):
        """With the tracking number of one of these parcels, which are among them."""
        numbers = {parcel.tracking_plain for parcel in parcels if parcel.tracking_plain}
        return self.filter(tracking_plain__in=numbers).select_related("order")

    def to_print(self, keys=(), orders=()):
        """With an order and a place to go to; those named, or else all that are packed.

        Orders, by number, stand for what of them is still on our shelves.
        """
        rows = self.exclude(status="void").select_related("order__state", "pick_up_point")
        if keys or orders:
            named = Q(pk__in=keys) | Q(order__number__in=orders, status__in=LIVE)
            return rows.filter(named).order_by("order__accepted_at", "order", "position")
        return rows.filter(status="packed").order_by("order__accepted_at", "order", "position")

    def with_lines(self):
        from orders.models import ConsignmentLine

        lines = ConsignmentLine.objects.select_related(
            "line__edition__publication"
        ).prefetch_related("line__edition__languages")
        return self.select_related("order", "pick_up_point").prefetch_related(
            Prefetch("lines", lines)
        )


def unpacked(lines):
    """Those with copies on the shelf that are in no live consignment, annotated: `unpacked`."""
    from orders.models import ConsignmentLine

    live = ConsignmentLine.objects.filter(line=OuterRef("pk"), consignment__status__in=LIVE)
    packed = live.order_by().values("line").annotate(copies=Sum("quantity")).values("copies")
    rest = F("allocated") - Coalesce(Subquery(packed), 0)
    return lines.filter(allocated__gt=0).annotate(unpacked=rest).filter(unpacked__gt=0)


def to_take_for(orders):
    """What of orders is unpacked, with its editions and their titles and languages."""
    from orders.models import OrderLine

    lines = OrderLine.objects.filter(order__in=orders).select_related("edition__publication")
    return unpacked(lines.select_related("order").prefetch_related("edition__languages"))


def load_what_papers_say(consignments):
    """Fetch the lines of consignments and of their orders: as many queries for one as for many."""
    from orders.models import OrderLine

    lines = OrderLine.objects.select_related("edition__publication").prefetch_related(
        "edition__languages"
    )
    prefetch_related_objects(
        consignments,
        "order__state",
        "order__consignees",
        "pick_up_point",
        "lines",
        Prefetch("order__lines", lines),
    )
    shared = [row for row in consignments if row.order.consignees.all()]
    prefetch_related_objects(shared, "order__consignees__shares", "order__consignments__lines")
