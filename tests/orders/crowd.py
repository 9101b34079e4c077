"""What many people do at once, drawn at random: for threads, for processes, for those killed.

Each person draws from a number of its own, on rows that others change meanwhile. What a person
meets is counted: work done, refusals, and what must never be met.
"""

import random
from collections import Counter

from django.db import OperationalError

from orders import aftercare, changes, fulfilment, lifecycle, privacy, stock
from orders.errors import OrderError
from orders.models import Consignment, Order, PickUpPoint, StockItem, StockLocation
from tests.builders import clerk, make_edition, make_point, part_for, place_order

RECENT = 40  # orders and consignments among which a person looks for work
NEVER = ("deadlock", "locked")
ON_AN_ORDER = {
    "unverified": ["confirm", "confirm", "edit", "change", "cancel", "disown"],
    "open": [
        *("pack_all", "pack_all", "pack_part", "change", "edit", "approve", "put_back"),
        *("hold", "release", "release", "cancel", "decline", "disown"),
    ],
    "closed": ["erase", "cancel"],
}
ON_A_PARCEL = {
    "packed": ["send", "send", "offer", "offer", "unpack"],
    "at_desk": ["hand_over", "miss", "miss", "unpack"],
    "sent": ["deliver", "lose", "take_back", "replace", "track", "undo_send"],
    "delivered": ["take_back", "replace", "lose"],
    "handed_over": ["take_back", "undo_hand_over"],
    "returned": ["replace"],
    "lost": ["replace", "take_back"],
    "missed": ["forward", "let_go", "pack_again", "undo_miss"],
}


def prepare(editions=5, on_hand=200):
    """What a crowd works on: editions in stock, two points of which one has little room."""
    for _nth in range(editions):
        make_edition(is_printed=True, on_hand=on_hand, weight_g=50)
    make_point("Office")
    make_point("Counter", capacity=60)
    StockLocation.objects.get_or_create(slug="counter", name_en="Counter")
    clerk()


class Person:
    """Somebody who does something useful with what lies there, again and again."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.met = Counter()
        self.clerk = clerk()
        items = StockItem.objects.main().select_related("edition").order_by("pk")
        self.editions = [item.edition for item in items]
        self.points = list(PickUpPoint.objects.order_by("pk"))
        self.places = list(StockLocation.objects.order_by("-is_main", "pk"))

    def work(self, times):
        """Do so many things; returns how often each outcome was met."""
        ways = [self.place, self.treat_an_order, self.treat_a_parcel, self.move_paper]
        for _time in range(times):
            [way] = self.random.choices(ways, weights=[3, 5, 6, 2])
            self.met[self.outcome(way)] += 1
        return self.met

    def outcome(self, way):
        try:
            way()
        except OrderError:
            return "refused"
        except OperationalError as error:
            return next((word for word in NEVER if word in str(error)), "broken")
        return "done"

    def one_of(self, *values):
        return self.random.choice(values)

    def number(self, least, most):
        return self.random.randint(least, most)

    def goal(self):
        if point := self.one_of(None, *self.points):
            return {"delivery": "pick_up", "pick_up_point": point, "address": "", "country": ""}
        return {"delivery": "post", "address": "Example Street 1", "country": "CH"}

    def recent(self, rows):
        found = list(rows.order_by("-pk")[:RECENT])
        return self.random.choice(found) if found else None

    # What they do -------------------------------------------------------------------

    def place(self):
        wanted = self.random.sample(self.editions, self.number(1, 3))
        place_order(
            *((edition, self.number(1, 12)) for edition in wanted),
            consignees=self.one_of([], [part_for(wanted[0], 1, **self.goal())]),
            by=self.one_of(None, self.clerk, self.clerk),
            key=f"{self.random.getrandbits(64):x}",
            email=f"p{self.random.getrandbits(40):x}@example.org",
            **self.goal(),
        )

    def treat_an_order(self):
        order = self.recent(Order.objects.filter(status__in=ON_AN_ORDER))
        if order:
            getattr(self, self.one_of(*ON_AN_ORDER[order.status]))(order)

    def treat_a_parcel(self):
        parcel = self.recent(Consignment.objects.filter(status__in=ON_A_PARCEL))
        if parcel:
            self.do_with(parcel, self.one_of(*ON_A_PARCEL[parcel.status]))

    def do_with(self, parcel, verb):
        module = aftercare if hasattr(aftercare, verb) else fulfilment
        if verb == "pack_again":
            fulfilment.pack(parcel.order, by=self.clerk, consignee=parcel.consignee)
        elif verb == "replace":
            version = Order.objects.get(pk=parcel.order_id).version
            aftercare.replace(parcel, by=self.clerk, version=version, reason="x")
        else:
            more = self.goal() if verb == "forward" else {}
            more |= {"tracking": "RR123456785CH"} if verb == "track" else {}
            getattr(module, verb)(parcel, by=self.clerk, **more)

    def move_paper(self):
        edition, (here, there) = (
            self.one_of(*self.editions),
            self.one_of(self.places, self.places, self.places[::-1]),
        )
        copies, about = self.number(1, 20), {"by": self.clerk, "reason": "x"}
        verb = self.one_of("receive", "receive", "count", "walk_up", "damage", "transfer")
        if verb == "transfer":
            stock.transfer(edition, copies, origin=here, destination=there, **about)
        elif verb == "count":
            stock.count(edition, stock.balance(edition, here).on_hand + 1, location=here, **about)
        else:
            getattr(stock, verb)(edition, copies, location=here, **about)

    # With an order --------------------------------------------------------------------

    def confirm(self, order):
        lifecycle.confirm(order)

    def disown(self, order):
        lifecycle.disown(order)

    def edit(self, order):
        by = self.one_of(None, self.clerk)
        changes.edit(order, details=self.goal(), version=order.version, by=by)

    def change(self, order):
        quantities = {line.edition_id: self.number(0, 15) for line in order.lines.all()}
        given = {"version": order.version, "by": self.one_of(None, self.clerk)}
        changes.change(order, quantities=quantities, details=None, **given)

    def approve(self, order):
        grants = {line.pk: self.number(0, 12) for line in order.lines.all()}
        changes.approve(order, grants=grants, by=self.clerk)

    def put_back(self, order):
        for line in order.lines.filter(allocated__gt=0).select_related("order")[:1]:
            changes.put_back(line, self.number(1, line.allocated), by=self.clerk, reason="x")

    def hold(self, order):
        lifecycle.hold(order, by=self.clerk, reason=Order.Hold.OTHER)

    def release(self, order):
        lifecycle.release(order, by=self.clerk)

    def cancel(self, order):
        lifecycle.cancel(order)

    def decline(self, order):
        lifecycle.decline(order, by=self.clerk, reason="x")

    def erase(self, order):
        privacy.erase(order)

    def pack_all(self, order):
        fulfilment.pack_all(order, by=self.clerk)

    def pack_part(self, order):
        parts = {line.pk: self.number(0, line.allocated) for line in order.lines.all()}
        fulfilment.pack(order, by=self.clerk, quantities=parts)
