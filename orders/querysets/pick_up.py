"""Which pick-up points."""

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone


class PickUpPointQuerySet(models.QuerySet):
    def with_bags(self):
        """Annotated with bags by what is to be done: `packed`, `at_desk`, `handed_over`, `missed`.

        The next to open first, those that are over last.
        """
        today = timezone.localdate()
        counted = {
            name: Count("consignment", filter=Q(consignment__status=name))
            for name in ("packed", "at_desk", "handed_over")
        }
        missed = Q(consignment__status="missed", consignment__settled_at=None)
        is_over = Case(When(Q(closes_on__lt=today) | Q(is_closed=True), then=1), default=0)
        rows = self.annotate(**counted, missed=Count("consignment", filter=missed), is_over=is_over)
        return rows.order_by("is_over", F("opens_on").asc(nulls_last=True), "pk")

    def with_open_orders(self):
        """Where something is to be picked up, annotated: `orders`; the first to open first."""
        from orders.models import Consignee, Order

        here = Q(pick_up_point=OuterRef("pk"))
        whole = Order.objects.open().filter(here).order_by().values("pick_up_point")
        part = Consignee.objects.filter(here, order__status="open").order_by()
        part = part.exclude(order__pick_up_point=OuterRef("pk")).values("pick_up_point")  # type: ignore[assignment]
        rows = self.annotate(
            orders=Coalesce(Subquery(whole.annotate(n=Count("pk")).values("n")), 0)
            + Coalesce(Subquery(part.annotate(n=Count("order", distinct=True)).values("n")), 0)
        )
        return rows.filter(orders__gt=0).order_by(F("opens_on").asc(nulls_last=True), "pk")

    def of(self, order):
        """To which some of an order goes."""
        from orders.models import Order

        own = Order.objects.filter(pk=order.pk).values("pick_up_point")
        further = order.consignees.order_by().values("pick_up_point")
        return self.filter(Q(pk__in=own) | Q(pk__in=further))

    def expecting(self, order):
        """To which some of an order goes, or for which some of it is packed; by name."""
        bags = order.consignments.live().order_by().values("pick_up_point")
        return (self.of(order) | self.filter(pk__in=bags)).order_by("name", "pk")

    def to_come(self):
        """Which have not closed: somebody can pick something up there, today or later."""
        return self.filter(Q(closes_on=None) | Q(closes_on__gte=timezone.localdate()))

    def for_colleagues(self):
        """Where a colleague may send copies: what is not over, and where some go already."""
        from orders.models import Order

        under_way = Order.objects.filter(status__in=["unverified", "open"])
        is_to_come = Q(closes_on=None) | Q(closes_on__gte=timezone.localdate())
        return self.filter(is_to_come | Exists(under_way.filter(pick_up_point=OuterRef("pk"))))

    def open(self):
        """Where an order placed today can be collected."""
        today = timezone.localdate()
        return self.filter(
            Q(closes_on=None) | Q(closes_on__gte=today),
            Q(order_by_on=None) | Q(order_by_on__gte=today),
            is_closed=False,
        )
