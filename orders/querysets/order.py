"""Which orders, and what is said of them in lists."""

from datetime import timedelta
from functools import reduce

from django.conf import settings
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from orders import searching
from orders.querysets.consignment import LIVE, UNSETTLED
from orders.querysets.search import holding
from orders.querysets.subqueries import (
    confirmations,
    consignments,
    goes_elsewhere,
    goes_to_closed_point,
    lines_to_pack,
    live_consignments,
    sum_of,
    sum_of_lines,
    undecided,
    why_kept_back,
)


class OrderQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status="open")

    def unverified(self):
        return self.filter(status="unverified")

    def late(self):
        """Unverified, and nobody followed the link in time: the hours count from the mail.

        One whose mail has not left waits for us, though not longer than people are kept.
        """
        hours = timezone.now() - timedelta(hours=settings.ORDER_CONFIRMATION_HOURS)
        days = timezone.now() - timedelta(days=settings.ORDER_KEPT_DAYS)
        in_time = confirmations().exclude(sent_at__lt=hours)
        rows = self.unverified().filter(placed_at__lt=hours)
        return rows.filter(~Exists(in_time) | Q(placed_at__lt=days))

    def kept_back(self):
        """Unverified, and its confirmation mail has not left and will not: it waits for us."""
        under_way = confirmations().filter(parked_at=None)
        return self.unverified().filter(Exists(confirmations()), ~Exists(under_way))

    def oldest_first(self):
        """The queue's fair order: by accepted time, then id."""
        return self.order_by("accepted_at", "pk")

    def first_placed_first(self):
        """For orders that are not accepted yet, or need not be."""
        return self.order_by("placed_at", "pk")

    def to_pack(self):
        """Open, not held, with copies on the shelf to be put in a consignment that can arrive.

        Not those with a live consignment, nor those that only a missed bag held (`astray`), or
        whose pick-up point has closed (`stranded`).
        """
        return self.unpacked().filter(goes_elsewhere())

    def stranded(self):
        """As `to_pack`, but a pick-up point has closed before the copies were packed for it."""
        return self.unpacked().filter(goes_to_closed_point())

    def unpacked(self):
        """Open, not held, without a live consignment, with copies that no missed bag held."""
        from orders.models import OrderLine

        ready = OrderLine.objects.filter(order=OuterRef("pk"), allocated__gt=0)
        rows = self.open().filter(Exists(ready), ~Exists(live_consignments()), hold="")
        return rows.filter(~Exists(undecided()) | Exists(lines_to_pack()))

    def packable(self):
        """Open, not held, with copies that are in no live consignment, and no missed bag held."""
        return self.open().filter(Exists(lines_to_pack()), hold="")

    def packed(self):
        """With a consignment that is ready to leave."""
        return self.open().filter(Exists(live_consignments()))

    def waiting(self):
        """Open, with nothing on the shelf for it and copies to come."""
        from orders.models import OrderLine

        lines = OrderLine.objects.filter(order=OuterRef("pk"))
        return self.open().filter(
            Exists(lines.filter(backordered__gt=0)), ~Exists(lines.filter(allocated__gt=0))
        )

    def sent_long_ago(self):
        """With a parcel that left `UNCONFIRMED_DAYS` ago or earlier, not heard of since."""
        from orders.models import Consignment

        limit = timezone.now() - timedelta(days=settings.UNCONFIRMED_DAYS)
        silent = Consignment.objects.filter(order=OuterRef("pk"), status="sent", left_at__lte=limit)
        return self.filter(Exists(silent), erased_at=None)

    def astray(self):
        """With something to decide: a parcel came back, got lost, or was not picked up.

        One of which copies are sent again is decided.
        """
        from orders.models import Consignment, ConsignmentLine

        recent = timezone.now() - timedelta(days=settings.ORDER_KEPT_DAYS)
        gone = Consignment.objects.filter(status__in=["returned", "lost"], left_at__gte=recent)
        sent_again = ConsignmentLine.objects.filter(consignment=OuterRef("pk"), replaced__gt=0)
        came_back = Q(pk__in=_orders_of(gone.filter(~Exists(sent_again))))
        missed = Q(pk__in=_orders_of(Consignment.objects.unsettled()))
        return self.filter(missed | came_back, erased_at=None)

    def for_point(self, point):
        """Open, and to be picked up there, in whole or in part."""
        from orders.models import Consignee

        part = Consignee.objects.filter(order=OuterRef("pk"), pick_up_point=point)
        return self.open().filter(Q(pick_up_point=point) | Exists(part))

    def coming_to(self, point):
        """Open, and expected at a point: to be picked up there, or already packed for it."""
        from orders.models import Consignment

        bag = Consignment.objects.live().filter(order=OuterRef("pk"), pick_up_point=point)
        return self.for_point(point) | self.open().filter(Exists(bag))

    def longest_here_first(self):
        """By accepted time, or while they are not accepted by the time they were placed."""
        return self.order_by(Coalesce("accepted_at", "placed_at"), "pk")

    def on_hold(self):
        return self.open().exclude(hold="")

    def resting(self):
        """On hold until a later day."""
        return self.on_hold().filter(hold_until__gt=timezone.localdate())

    def to_review(self):
        """Held, asking for more than the limit, never asked to be confirmed, or `stranded`.

        What is postponed comes back on its day.
        """
        from orders.models import Order, OrderLine

        decided = F("approved") + F("refused") - F("replaced")  # as the index has it
        excess = OrderLine.objects.filter(requested__gt=decided)
        is_awake = Q(hold_until=None) | Q(hold_until__lte=timezone.localdate())
        is_open = Q(status="open") & is_awake & (~Q(hold="") | Q(pk__in=_orders_of(excess)))
        kept_back = Order.objects.kept_back().order_by().values("pk")
        others = Q(pk__in=kept_back) | Q(pk__in=Order.objects.stranded().order_by().values("pk"))
        return self.filter(is_open | others, status__in=["open", "unverified"])

    def with_lines(self, *, free=False):
        """With lines, their editions, titles and languages.

        Asked for, each line is annotated with the free copies of its edition on the shelf: `free`.
        """
        from orders.models import OrderLine

        lines = OrderLine.objects.select_related("edition__publication").prefetch_related(
            "edition__languages"
        )
        lines = _with_free(lines) if free else lines
        return self.select_related("state", "pick_up_point").prefetch_related(
            Prefetch("lines", lines)
        )

    def with_parts(self):
        """With lines, and what of them is for whom and in which consignment."""
        return self.with_lines().prefetch_related("consignees__shares", "consignments__lines")

    def like(self, order):
        """Other orders of the same person or organisation, the newest first.

        Annotated: `has_same`, whether one of the same editions is in it.
        """
        from orders.models import OrderLine

        same = Q(email__iexact=order.email) if order.email else Q(pk=None)
        if order.organisation:
            same |= Q(organisation__iexact=order.organisation, state=order.state_id)
        lines = OrderLine.objects.filter(edition__in=order.lines.values("edition"))
        rows = self.filter(same).exclude(pk=order.pk).order_by("-pk")
        return rows.annotate(has_same=Exists(lines.filter(order=OuterRef("pk"))))

    def resembled_by(self, order):
        """Orders of the same person, or the same organisation of the same State, with one of the
        same editions, from `DUPLICATE_DAYS` before it on; not those that ended unsent."""
        since = (order.accepted_at or timezone.now()) - timedelta(days=settings.DUPLICATE_DAYS)
        same = Q(email__iexact=order.email) if order.email else Q(pk=None)
        if order.state_id and order.organisation:
            same |= Q(state=order.state_id, organisation__iexact=order.organisation)
        others = self.filter(same, accepted_at__gte=since).exclude(pk=order.pk)
        editions = order.lines.values("edition")
        found = others.filter(status__in=["open", "closed"], lines__edition__in=editions)
        return found.distinct().order_by("-accepted_at")

    def ended(self):
        return self.exclude(ended_at=None)

    def with_end(self):
        """Annotated with whether they are over: `has_ended`."""
        return self.annotate(has_ended=Q(ended_at__isnull=False))

    def last_ended_first(self):
        return self.order_by("-ended_at", "-pk")

    def matching(self, text):
        """Those whose number, person, State, titles, short codes or tracking hold every word."""
        number = searching.number_in(text)
        if number and (exactly := self.filter(number=number)):
            return exactly
        return reduce(lambda rows, found: rows.filter(pk__in=found), holding(text), self)

    def with_progress(self):
        """Annotated with what the queue shows: copies by where they are, and the live parcel.

        `ready` are on the shelf for the order, `unpacked` those of them in no parcel, `missed`
        those that nobody came for, undecided, `to_pack` the others of them; `awaited` are to come,
        `excess` to be decided; `kept_back` says why a confirmation mail did not leave.
        """
        live = live_consignments()
        parcel = live.order_by("pk")
        return self.annotate(
            ready=sum_of_lines(F("allocated")),
            awaited=sum_of_lines(F("backordered")),
            excess=sum_of_lines(F("requested") + F("replaced") - F("approved") - F("refused")),
            unpacked=F("ready") - sum_of(live, F("lines__quantity")),
            missed=sum_of(undecided(), F("lines__quantity")),
            to_pack=F("unpacked") - F("missed"),
            parcel=Subquery(parcel.values("pk")[:1]),
            parcel_status=Subquery(parcel.values("status")[:1]),
            kept_back=why_kept_back(),
        )

    def with_whereabouts(self):
        """Annotated with what the tabs tell of parcels: how the live one goes, the status of one
        that went astray, the key of one that was sent and not heard of since, and whether a
        pick-up point has closed before copies were packed for it, or a bag was picked up."""
        parcels = consignments().order_by("pk")
        strayed = parcels.filter(Q(status__in=["returned", "lost"]) | UNSETTLED)
        live, silent = parcels.filter(status__in=LIVE), parcels.filter(status="sent")
        return self.annotate(
            parcel_delivery=Subquery(live.values("delivery")[:1]),
            strayed=Subquery(strayed.reverse().values("status")[:1]),
            silent=Subquery(silent.values("pk")[:1]),
            is_stranded=Case(When(goes_to_closed_point(), then=True), default=False),
            is_late_bag=Exists(live.at_closed_points()),
        )

    def numbered(self, numbers):
        return self.filter(number__in=numbers)

    def before(self, orders, days):
        """Orders of the days before these were accepted that may be the same request.

        One row for each of their editions, annotated: `edition`.
        """
        since = min(order.accepted_at for order in orders) - timedelta(days=days)
        emails = {order.email.lower() for order in orders if order.email}
        states = {order.state_id for order in orders if order.organisation}
        rows = self.annotate(lower_email=Lower("email"), edition=F("lines__edition")).filter(
            Q(lower_email__in=emails) | Q(state__in=states - {None}),
            accepted_at__gte=since,
            erased_at=None,
            status__in=["open", "closed"],
        )
        return rows.only("number", "email", "organisation", "state_id", "accepted_at")

    @staticmethod
    def tally(questions):
        """How many rows each of these questions finds, in one query: {"to_pack": 12, ...}."""
        counts = [
            rows.order_by()
            .annotate(question=Value(name))
            .values("question")
            .annotate(n=Count("pk"))
            for name, rows in questions.items()
        ]
        return dict(counts[0].union(*counts[1:], all=True).values_list("question", "n"))

    @staticmethod
    def keys_by(questions):
        """The keys of the rows that each question finds, oldest first, in one query."""
        at = Coalesce("accepted_at", "placed_at")
        asked = [
            rows.order_by().annotate(question=Value(name), at=at).values("question", "at", "pk")
            for name, rows in questions.items()
        ]
        found = asked[0].union(*asked[1:], all=True).values_list("question", "at", "pk")
        keys = {name: [] for name in questions}
        for name, _at, pk in sorted(found):
            keys[name].append(pk)
        return keys


def _orders_of(rows):
    """The keys of orders by lines or consignments: where one reason of several is enough, a
    database counts a list of its own better than a question asked of every order."""
    return rows.order_by().values("order")


def _with_free(lines):
    from orders.models import StockItem

    items = StockItem.objects.main().filter(edition=OuterRef("edition")).with_available()
    return lines.annotate(free=Coalesce(Subquery(items.values("free")[:1]), 0))


def with_orders(states):
    """The States for which something was ordered."""
    from orders.models import Order

    return states.filter(Exists(Order.objects.filter(state=OuterRef("pk"))))
