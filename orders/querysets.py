"""Which rows: questions about orders, consignments, stock and messages."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Sum
from django.utils import timezone

LIVE = ("preparing", "packed", "at_desk")  # consignments whose copies are still on the shelf


class OrderQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status="open")

    def unverified(self):
        return self.filter(status="unverified")

    def oldest_first(self):
        """The queue's fair order: by accepted time, then id."""
        return self.order_by(F("accepted_at").asc(nulls_last=True), "pk")

    def to_pack(self):
        """Open, not held, with copies on the shelf that are in no live consignment."""
        from orders.models import OrderLine

        unpacked = OrderLine.objects.filter(order=OuterRef("pk"), allocated__gt=0)
        live = _live_consignments()
        return self.open().filter(Exists(unpacked), ~Exists(live), hold="")

    def packed(self):
        """With a consignment that is ready to leave."""
        return self.open().filter(Exists(_live_consignments()))

    def waiting(self):
        """Open, with nothing on the shelf for it and copies to come."""
        from orders.models import OrderLine

        lines = OrderLine.objects.filter(order=OuterRef("pk"))
        return self.open().filter(
            Exists(lines.filter(backordered__gt=0)), ~Exists(lines.filter(allocated__gt=0))
        )

    def on_hold(self):
        return self.open().exclude(hold="")

    def to_review(self):
        """Held, or asking for more than the limit."""
        from orders.models import OrderLine

        excess = OrderLine.objects.filter(order=OuterRef("pk"), requested__gt=F("approved"))
        return self.open().filter(~Q(hold="") | Exists(excess))

    def with_lines(self):
        """With lines, their editions, titles and languages."""
        from orders.models import OrderLine

        lines = OrderLine.objects.select_related("edition__publication").prefetch_related(
            "edition__languages"
        )
        return self.select_related("state", "pick_up_point").prefetch_related(
            Prefetch("lines", lines)
        )

    def with_copies(self):
        """Annotated with the copies asked for: `copies`."""
        return self.annotate(copies=Sum("lines__requested"))


def _live_consignments():
    from orders.models import Consignment

    return Consignment.objects.filter(order=OuterRef("pk"), status__in=LIVE)


class ConsignmentQuerySet(models.QuerySet):
    def live(self):
        """Still on our shelves: being prepared, packed, or waiting at a pick-up point."""
        return self.filter(status__in=LIVE)

    def with_lines(self):
        from orders.models import ConsignmentLine

        lines = ConsignmentLine.objects.select_related(
            "line__edition__publication"
        ).prefetch_related("line__edition__languages")
        return self.select_related("order", "pick_up_point").prefetch_related(
            Prefetch("lines", lines)
        )


class StockItemQuerySet(models.QuerySet):
    def of(self, editions):
        return self.filter(edition__in=editions)

    def main(self):
        """At the location from which orders are served."""
        return self.filter(location__is_main=True)

    def with_available(self):
        """Annotated with the copies that may still be promised: `free`."""
        return self.annotate(free=F("on_hand") - F("allocated") - F("unusable"))


class PickUpPointQuerySet(models.QuerySet):
    def open(self):
        """Where an order placed today can be collected."""
        today = timezone.localdate()
        return self.filter(
            Q(closes_on=None) | Q(closes_on__gte=today),
            Q(order_by_on=None) | Q(order_by_on__gte=today),
        )


class OutgoingMessageQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at=None, parked_at=None)

    def due(self):
        """To be sent now: unsent, and nobody else is at it."""
        return self.unsent().filter(Q(locked_until=None) | Q(locked_until__lte=timezone.now()))

    def parked(self):
        return self.exclude(parked_at=None)
