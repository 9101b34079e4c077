"""Pick-up points at work: bags for a meeting, boxes for the van, what is left over afterwards.

Verbs over many consignments are in the views of the desk, one transaction each; here is what has
to be done in one, and how a bag is found by what is scanned or typed.
"""

import re
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Prefetch, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.models import Edition, State
from orders import aftercare, shelves, stock
from orders.errors import OrderError
from orders.links import LETTERS
from orders.models import Consignment, OrderEvent, PickUpPoint, StockItem, StockLocation
from orders.querysets import LIVE
from orders.querysets.search import holds

NUMBER = re.compile(rf"(?:.*/orders/)?([{LETTERS}]{{4}})[- ]?([{LETTERS}]{{4}})(?:/(\d+))?/?", re.I)


# Bags and boxes -----------------------------------------------------------------------


def bags(point: PickUpPoint):
    """Consignments of a point with what is in them, by State's name, those of no State last."""
    key = F(f"order__state__name_key_{languages.current()}").asc(nulls_last=True)
    rows = Consignment.objects.filter(pick_up_point=point).exclude(status="void")
    return rows.with_lines().select_related("order__state", "consignee").order_by(key, "pk")


def in_hand(point: PickUpPoint):
    """Bags that something is still to be done with: a point lives for years, its page does not."""
    is_missed = Q(status=Consignment.Status.MISSED, settled_at=None)
    return bags(point).filter(Q(status__in=LIVE) | is_missed)


def handed_over(point: PickUpPoint):
    """Bags that were picked up, the last first; without what was in them."""
    rows = Consignment.objects.filter(pick_up_point=point, status=Consignment.Status.HANDED_OVER)
    return rows.select_related("order__state").order_by("-left_at", "-pk")


def handed_over_today(point: PickUpPoint):
    """Those of them that can be undone, if the wrong one was pressed."""
    return handed_over(point).filter(left_at__date=timezone.localdate())


def with_hands(rows):
    """Bags, with the events that say who handed them over: `hands`."""
    events = OrderEvent.objects.filter(what=OrderEvent.What.HANDED_OVER).select_related("by")
    return rows.prefetch_related(Prefetch("events", events, to_attr="hands"))


def find(point: PickUpPoint, typed: str):
    """The bags of a point that a scanned address, an order's number or words of a name mean."""
    typed = " ".join(typed.split())[:200]
    if found := NUMBER.fullmatch(typed):
        number = "-".join(found.group(1, 2)).upper()
        rows = bags(point).filter(order__number=number)
        return rows.filter(position=found[3]) if found[3] else rows
    rows = bags(point)
    for word in typed.split()[:10]:
        rows = rows.filter(_named(word))
    return rows


def _named(word: str) -> Q:
    key = f"order__state__name_key_{languages.current()}__contains"
    return (
        holds("recipient_key", word)
        | Q(order__number__icontains=word)
        | Q(**{key: languages.fold(word)})
    )


@transaction.atomic
def put_in_boxes(point: PickUpPoint) -> int:
    """Number boxes of at most `BOX_MAX_G` for what is packed, by State; returns how many.

    They are numbered on from those that are at the point already. A bag of unknown weight counts
    nothing; one heavier than a box has a box of its own.
    """
    PickUpPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    there = point.consignment_set.filter(status=Consignment.Status.AT_DESK)
    first = box = there.aggregate(last=Max("box"))["last"] or 0
    weight = 0
    for bag in bags(point).filter(status=Consignment.Status.PACKED):
        if box == first or weight + (bag.weight_g or 0) > settings.BOX_MAX_G:
            box, weight = box + 1, 0
        weight += bag.weight_g or 0
        put_in_box(bag, box)
    return box - first


def put_in_box(bag: Consignment, box: int | None) -> None:
    """Say in which box a bag lies; it may have left its point meanwhile, which is no matter."""
    Consignment.objects.filter(pk=bag.pk).update(box=box)


def send_on(bag: Consignment, point: PickUpPoint, *, by) -> Consignment:
    """A missed bag goes to another point, if that has room for it."""
    return aftercare.forward(bag, by=by, delivery="pick_up", pick_up_point=point)


# Paper at the counter -----------------------------------------------------------------


def location_of(point: PickUpPoint) -> StockLocation:
    """Where the walk-up copies of a point lie: its own place, else the main one."""
    return point.location or stock.main_location()


@transaction.atomic
def give_location(point: PickUpPoint) -> StockLocation:
    """A storage location for a point, of the same name; its own where it has one."""
    point = PickUpPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    if point.location is None:
        names = {f"name_{tag}": languages.translated(point, "name", tag)[0] for tag in _tags()}
        point.location = StockLocation.objects.create(slug=f"point-{point.pk}", **names)
        point.version += 1
        point.save(update_fields=["location", "version"])
    return point.location


def _tags():
    return languages.interface_languages()


def items_for_walk_ups(location: StockLocation):
    """Editions of which copies lie at a location that are promised to nobody."""
    items = StockItem.objects.filter(location=location).with_available()
    items = items.filter(free__gt=0).select_related("edition__publication")
    return items.prefetch_related("edition__languages").order_by("edition__publication__slug", "pk")


def shelf(point: PickUpPoint):
    """What lies at a point's own location, with its editions."""
    items = StockItem.objects.filter(location=point.location_id, on_hand__gt=0)
    items = items.select_related("edition__publication").prefetch_related("edition__languages")
    return items.order_by("edition__publication__slug", "pk")


@transaction.atomic
def take_along(point: PickUpPoint, copies: dict[Edition, int], *, by, key: str) -> int:
    """Copies from the main location lie at the point for who comes without an order."""
    location, taken = give_location(point), 0
    stock.hold(copies, stock.main_location(), location)
    for edition, number in sorted(copies.items(), key=lambda pair: pair[0].pk):
        stock.transfer(
            edition,
            number,
            origin=stock.main_location(),
            destination=location,
            by=by,
            key=f"{key}-{edition.pk}",
        )
        taken += number
    return taken


@transaction.atomic
def bring_back(point: PickUpPoint, counted: dict[Edition, int], *, by, reason: str, key: str):
    """What is left over is counted and goes back to the main location; returns the copies.

    Safe to repeat with the same key.
    """
    origin, back = location_of(point), 0
    if origin.is_main:
        raise OrderError(_("This point has no storage of its own: nothing has to come back."))
    stock.hold(counted, stock.main_location(), origin)
    for edition, number in sorted(counted.items(), key=lambda pair: pair[0].pk):
        about = {"by": by, "reason": reason, "key": f"{key}-{edition.pk}"}
        back += stock.bring_back(edition, number, origin=origin, **about)
    return back


def are_back(counted: dict[Edition, int], key: str) -> bool:
    """Whether what was counted came back with this key before, or lies there no more."""
    return all(shelves.is_done(f"{key}-{edition.pk}") for edition in counted)


# What became of it ---------------------------------------------------------------------


class Tally(NamedTuple):
    """What the delegates of a State got at a point, and what they left."""

    state: State | None
    bags: int = 0
    copies: int = 0
    walk_ups: int = 0
    missed: int = 0

    @property
    def name(self) -> str:
        return str(self.state) if self.state else ""


def summary(point: PickUpPoint) -> list[Tally]:
    """By State's name, organizations and others last; States with nothing to tell left out."""
    picked_up, walk_ups = _picked_up(point), _walk_ups(point)
    states = State.objects.in_bulk({pk for pk in (*picked_up, *walk_ups) if pk})
    rows = [
        Tally(states.get(pk), **picked_up.get(pk, {}), walk_ups=walk_ups.get(pk, 0))
        for pk in {*picked_up, *walk_ups}
    ]
    return sorted(rows, key=lambda row: (row.state is None, languages.fold(row.name)))


def _picked_up(point: PickUpPoint) -> dict:
    """Bags and copies handed over, and copies missed, by State."""
    bag = Q(status=Consignment.Status.HANDED_OVER)
    missed = Q(status=Consignment.Status.MISSED)
    rows = Consignment.objects.filter(bag | missed, pick_up_point=point).order_by()
    sums = rows.values(state=F("order__state")).annotate(
        bags=Count("pk", filter=bag, distinct=True),
        copies=Coalesce(Sum("lines__quantity", filter=bag), 0),
        missed=Coalesce(Sum("lines__quantity", filter=missed), 0),
    )
    return {
        row["state"]: {"bags": row["bags"], "copies": row["copies"], "missed": row["missed"]}
        for row in sums
    }


def _walk_ups(point: PickUpPoint) -> dict:
    """Copies handed out without an order at the storage of a point, by State."""
    if point.location is None or point.location.is_main:
        return {}  # where other people's walk-ups are, too
    rows = StockItem.objects.filter(location=point.location, entries__kind="walk_up").order_by()
    sums = rows.values("entries__state").annotate(copies=-Sum("entries__on_hand_change"))
    sums = sums.exclude(copies=0)  # what was undone
    return {row["entries__state"]: row["copies"] for row in sums}
