"""Which rows: questions about orders, consignments, stock and messages."""

from datetime import timedelta
from functools import reduce
from operator import or_

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
    Sum,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from catalogue import languages
from catalogue.identifiers import symbol_key
from orders import searching

LIVE = ("preparing", "packed", "at_desk")  # consignments whose copies are still on the shelf
UNSETTLED = Q(status="missed", settled_at=None)


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
        in_time = _confirmations().exclude(sent_at__lt=hours)
        rows = self.unverified().filter(placed_at__lt=hours)
        return rows.filter(~Exists(in_time) | Q(placed_at__lt=days))

    def kept_back(self):
        """Unverified, and its confirmation mail has not left and will not: it waits for us."""
        under_way = _confirmations().filter(parked_at=None)
        return self.unverified().filter(Exists(_confirmations()), ~Exists(under_way))

    def oldest_first(self):
        """The queue's fair order: by accepted time, then id."""
        return self.order_by("accepted_at", "pk")

    def first_placed_first(self):
        """For orders that are not accepted yet, or need not be."""
        return self.order_by("placed_at", "pk")

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

    def sent_long_ago(self):
        """With a parcel that left `UNCONFIRMED_DAYS` ago or earlier, not heard of since."""
        from orders.models import Consignment

        limit = timezone.now() - timedelta(days=settings.UNCONFIRMED_DAYS)
        silent = Consignment.objects.filter(order=OuterRef("pk"), status="sent", left_at__lte=limit)
        return self.filter(Exists(silent), erased_at=None)

    def astray(self):
        """With something to decide: a parcel came back, got lost, or was not picked up."""
        from orders.models import Consignment, OrderLine

        recent = timezone.now() - timedelta(days=settings.ORDER_KEPT_DAYS)
        gone = Consignment.objects.filter(status__in=["returned", "lost"], left_at__gte=recent)
        sent_again = OrderLine.objects.filter(replaced__gt=0)
        came_back = Q(pk__in=_orders_of(gone)) & ~Q(pk__in=_orders_of(sent_again))
        missed = Q(pk__in=_orders_of(Consignment.objects.unsettled()))
        return self.filter(missed | came_back, erased_at=None)

    def for_point(self, point):
        """Open, and to be picked up there, in whole or in part."""
        from orders.models import Consignee

        part = Consignee.objects.filter(order=OuterRef("pk"), pick_up_point=point)
        return self.open().filter(Q(pick_up_point=point) | Exists(part))

    def longest_here_first(self):
        """By accepted time, or while they are not accepted by the time they were placed."""
        return self.order_by(Coalesce("accepted_at", "placed_at"), "pk")

    def on_hold(self):
        return self.open().exclude(hold="")

    def resting(self):
        """On hold until a later day."""
        return self.on_hold().filter(hold_until__gt=timezone.localdate())

    def to_review(self):
        """Held, asking for more than the limit, or never asked to be confirmed.

        What is postponed comes back on its day.
        """
        from orders.models import Order, OrderLine

        decided = F("approved") + F("refused") - F("replaced")  # as the index has it
        excess = OrderLine.objects.filter(requested__gt=decided)
        is_awake = Q(hold_until=None) | Q(hold_until__lte=timezone.localdate())
        is_open = Q(status="open") & is_awake & (~Q(hold="") | Q(pk__in=_orders_of(excess)))
        kept_back = Order.objects.kept_back().order_by().values("pk")
        return self.filter(is_open | Q(pk__in=kept_back), status__in=["open", "unverified"])

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

    def with_copies(self):
        """Annotated with the copies asked for: `copies`."""
        return self.annotate(copies=Sum("lines__requested"))

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
        codes, words = searching.sought(text)
        keys = [*map(_ordering_coded, codes), *map(_telling_of, words)]
        return reduce(lambda rows, found: rows.filter(pk__in=found), keys, self)

    def with_progress(self):
        """Annotated with what the queue shows: copies by where they are, and the live parcel.

        `ready` are on the shelf for the order, `unpacked` those of them in no parcel, `awaited`
        are to come, `excess` to be decided; `kept_back` says why a confirmation mail did not leave.
        """
        live = _live_consignments()
        parcel = live.order_by("pk")
        return self.annotate(
            ready=_sum_of_lines(F("allocated")),
            awaited=_sum_of_lines(F("backordered")),
            excess=_sum_of_lines(F("requested") + F("replaced") - F("approved") - F("refused")),
            unpacked=F("ready") - _sum(live, F("lines__quantity")),
            parcel=Subquery(parcel.values("pk")[:1]),
            parcel_status=Subquery(parcel.values("status")[:1]),
            kept_back=_why_kept_back(),
        )

    def with_whereabouts(self):
        """Annotated with what the tabs tell of parcels: how the live one goes, the status of one
        that went astray, and the key of one that was sent and not heard of since."""
        parcels = _consignments().order_by("pk")
        strayed = parcels.filter(Q(status__in=["returned", "lost"]) | UNSETTLED)
        live, silent = parcels.filter(status__in=LIVE), parcels.filter(status="sent")
        return self.annotate(
            parcel_delivery=Subquery(live.values("delivery")[:1]),
            strayed=Subquery(strayed.reverse().values("status")[:1]),
            silent=Subquery(silent.values("pk")[:1]),
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


def words_of(text):
    """The words of a search, cut where a person would not have gone on."""
    return text[:200].split()[:10]


def _telling_of(word):
    """The keys of orders that hold a word, each list by an index of its own.

    Numbers and tracking numbers are kept in capitals; of orders without a person only those, the
    State and the titles are left.
    """
    from catalogue.models import Edition, State
    from orders.models import Consignment, Order, OrderLine

    names = Q(name__icontains=word) | Q(organisation__icontains=word)
    if "@" in word:
        names |= Q(email__icontains=word)
    numbers = Q(number__contains=word.upper())
    if (as_stored := searching.as_in_number(word)) != word.upper():
        numbers |= Q(number__startswith=as_stored)
    editions = Edition.objects.filter(titled(word, "publication__") | _coded(word))
    states = State.objects.filter(_state_named(word))
    tracked = _tracked(Consignment.objects.exclude(tracking_plain=""), word)
    return (
        Order.objects.filter(numbers)
        .values("pk")
        .union(
            Order.objects.filter(names, erased_at=None).values("pk"),
            Order.objects.filter(state__in=states).values("pk"),
            OrderLine.objects.filter(edition__in=editions).order_by().values("order"),
            tracked.order_by().values("order"),
            all=True,
        )
    )


def _tracked(parcels, word):
    """Parcels whose tracking number holds the word, however its figures are put in groups."""
    plain = searching.as_in_tracking(word)
    return parcels.filter(tracking_plain__contains=plain) if plain else parcels.none()


def _coded(code):
    """Editions of the publications whose short code begins so."""
    from orders.references import publications_coded

    found = publications_coded(code) if len(code) >= searching.SHORTEST_CODE else []
    return Q(publication__in=found)


def _ordering_coded(coded):
    """The keys of orders of editions known by a short code and their languages."""
    from catalogue.models import Edition
    from orders.models import OrderLine

    editions = Edition.objects.filter(_coded(coded.code))
    for tag in coded.tags:
        editions = editions.filter(languages__language__iexact=tag)
    return OrderLine.objects.filter(edition__in=editions).order_by().values("order")


def _state_named(word):
    codes, key = languages.interface_languages(), languages.fold(word)
    return reduce(or_, [Q(**{f"name_key_{code}__contains": key}) for code in codes])


def titled(word, prefix=""):
    """Publications whose title, in any interface language, or symbol holds the word."""
    codes = languages.interface_languages()
    titles = [Q(**{f"{prefix}title_key_{code}__contains": languages.fold(word)}) for code in codes]
    symbol = symbol_key(word) or word  # punctuation alone is in no symbol
    return reduce(or_, titles) | Q(**{f"{prefix}symbol_key__contains": symbol})


def _with_free(lines):
    from orders.models import StockItem

    items = StockItem.objects.main().filter(edition=OuterRef("edition")).with_available()
    return lines.annotate(free=Coalesce(Subquery(items.values("free")[:1]), 0))


def _sum_of_lines(copies):
    from orders.models import OrderLine

    return _sum(OrderLine.objects.filter(order=OuterRef("pk")), copies)


def _sum(rows, copies):
    """A sum over an order's rows, 0 where there are none; asked for the rows shown only."""
    total = rows.order_by().values("order").annotate(total=Sum(copies)).values("total")
    return Coalesce(Subquery(total), 0)


def _confirmations():
    from orders.models import OutgoingMessage

    return OutgoingMessage.objects.filter(order=OuterRef("pk")).confirmations().order_by("-pk")


def _why_kept_back():
    """The error of the last confirmation mail, of orders in `kept_back`; or nothing."""
    mails = _confirmations()
    is_kept_back = Q(status="unverified") & ~Exists(mails.filter(parked_at=None))
    why = Coalesce(Subquery(mails.values("last_error")[:1]), Value(""))
    return Case(When(is_kept_back, then=why), default=Value(""))


def _consignments():
    from orders.models import Consignment

    return Consignment.objects.filter(order=OuterRef("pk"))


def _live_consignments():
    return _consignments().filter(status__in=LIVE)


class ConsignmentQuerySet(models.QuerySet):
    def live(self):
        """Still on our shelves: being prepared, packed, or waiting at a pick-up point."""
        return self.filter(status__in=LIVE)

    def unsettled(self):
        """Missed, and not yet sent another way or released."""
        return self.filter(UNSETTLED)

    def to_print(self, keys=(), orders=()):
        """With an order and a place to go to; those named, or else all that are packed.

        Orders, by number, stand for what of them is still on our shelves.
        """
        rows = self.exclude(status="void").select_related("order__state", "pick_up_point")
        if keys or orders:
            named = Q(pk__in=keys) | Q(order__number__in=orders, status__in=LIVE)
            return rows.filter(named).order_by("order__accepted_at", "order", "position")
        return rows.filter(status="packed").order_by("order__accepted_at", "order", "position")

    def gone(self):
        """No longer on our shelves, or unpacked."""
        return self.exclude(status__in=LIVE)

    def with_lines(self):
        from orders.models import ConsignmentLine

        lines = ConsignmentLine.objects.select_related(
            "line__edition__publication"
        ).prefetch_related("line__edition__languages")
        return self.select_related("order", "pick_up_point").prefetch_related(
            Prefetch("lines", lines)
        )


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


class StockItemQuerySet(models.QuerySet):
    def of(self, editions):
        return self.filter(edition__in=editions)

    def main(self):
        """At the location from which orders are served."""
        return self.filter(location__is_main=True)

    def with_available(self):
        """Annotated with the copies that may still be promised: `free`."""
        return self.annotate(free=F("on_hand") - F("allocated") - F("unusable"))


def with_stock(editions, location=None):
    """Editions with their balances at a location (the main one) and the copies waited for there.

    Annotated: `on_hand`, `allocated`, `unusable`, `free`, `waiting`, `shelf`, and `low_at`: the
    available copies from which the edition is low.
    """
    from orders.models import OrderLine, StockItem

    items = StockItem.objects.filter(edition=OuterRef("pk"))
    item = items.filter(location=location) if location else items.main()
    lines = OrderLine.objects.filter(edition=OuterRef("pk"), order__status="open")
    # In the sum, not among the rows: there the database takes the location's index, 500 times
    # slower, for nearly all lines are of one location.
    there = Q(location=location) if location else None
    waiting = lines.filter(backordered__gt=0).order_by().values("edition")
    waiting = waiting.annotate(copies=Sum("backordered", filter=there))
    balances = {
        name: Coalesce(Subquery(item.values(name)[:1]), 0)
        for name in ("on_hand", "allocated", "unusable")
    }
    rows = editions.annotate(
        **balances,
        waiting=Coalesce(Subquery(waiting.values("copies")), 0),
        shelf=Coalesce(Subquery(item.values("shelf")[:1]), Value("")),
        low_at=Coalesce(Subquery(item.values("low_at")[:1]), settings.LOW_STOCK),
    )
    return rows.annotate(free=F("on_hand") - F("allocated") - F("unusable"))


def on_the_shelf(editions, text="", language=""):
    """Of editions with stock, those that exist on paper and hold the words; lowest first."""
    rows = editions.filter(Q(is_printed=True, withdrawn_at=None) | Q(on_hand__gt=0))
    if language:
        rows = rows.filter(languages__language=language)
    for word in words_of(text):
        rows = rows.filter(titled(word, "publication__") | Q(title__icontains=word))
    return rows.order_by("free", "-waiting", "publication__slug", "pk")


def low(editions):
    """Of editions with stock, those with no more available than their threshold."""
    return editions.filter(free__lte=F("low_at"))


def waited_for(editions):
    """Of editions with stock, those that somebody waits for."""
    return editions.filter(waiting__gt=0)


def to_reprint(editions):
    """Low or waited for; the most needed first."""
    rows = on_the_shelf(editions).filter(withdrawn_at=None, is_printed=True)
    rows = rows.filter(Q(free__lte=F("low_at")) | Q(waiting__gt=0))
    return rows.annotate(need=F("waiting") - F("free")).order_by("-need", "publication__slug", "pk")


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


def to_take_for(orders):
    """Lines of orders with copies on the shelf that are in no live consignment: `unpacked`."""
    from orders.models import ConsignmentLine, OrderLine

    live = ConsignmentLine.objects.filter(line=OuterRef("pk"), consignment__status__in=LIVE)
    packed = live.order_by().values("line").annotate(copies=Sum("quantity")).values("copies")
    lines = OrderLine.objects.filter(order__in=orders).select_related("edition__publication")
    lines = lines.select_related("order").prefetch_related("edition__languages")
    return lines.annotate(unpacked=F("allocated") - Coalesce(Subquery(packed), 0)).filter(
        unpacked__gt=0
    )


def with_orders(states):
    """The States for which something was ordered."""
    from orders.models import Order

    return states.filter(Exists(Order.objects.filter(state=OuterRef("pk"))))


def shelves_of(editions):
    """Where editions lie: {(edition, location): shelf}."""
    from orders.models import StockItem

    rows = StockItem.objects.of(editions).exclude(shelf="")
    return {
        (edition, place): shelf
        for edition, place, shelf in rows.values_list("edition", "location", "shelf")
    }
