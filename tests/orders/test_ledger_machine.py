"""Random sequences of all verbs: whatever happens, orders, stock and ledger agree."""

import random
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from orders import (
    aftercare,
    audit,
    changes,
    fulfilment,
    lifecycle,
    outbox,
    privacy,
    standing,
    stock,
)
from orders import consignees as destinations
from orders.errors import OrderError
from orders.models import Consignment, Order, OrderEvent, OrderLine, StockEntry, StockLocation
from tests.builders import (
    clerk,
    consignment_figures,
    line_figures,
    make_edition,
    make_point,
    make_state,
    part_for,
    place_order,
    stock_figures,
)

MAILED = ["sent", "at_desk", "missed", "forwarded", "let_go", "replaced"]
MAILED += ["approved", "cancelled", "declined"]
PAPER_VERBS = ["receive", "count", "walk_up", "damage", "write_off", "transfer", "bring_back"]
WEIGHTS = {
    "disown": 1,
    "cancel": 1,
    "decline": 1,
    "expire": 1,
    "let_expire": 1,
    "erase": 1,
    "unpack": 1,
}
WEIGHTS |= {"pack": 4, "pack_all": 4, "pack_part": 4, "send": 5, "offer": 5, "miss": 4}
LIVE = ("packed", "at_desk")
LEFT = ("sent", "delivered", "returned", "lost", "handed_over")


class Desk(RuleBasedStateMachine):
    """Everything people can do, in any order: mostly what makes sense, also what does not.

    A step is a number from which everything else about it is drawn: a verb, then an order or a
    consignment, mostly among those on which it can work, as the figures after the last step say.
    Were they drawn one by one, nearly every step would be a refusal.
    """

    world: SimpleNamespace  # what was there before: editions, points, locations, a clerk

    def __init__(self):
        super().__init__()
        vars(self).update(vars(self.world))
        self.steps = 0
        self.lines, self.skips, self.parcels, self.orders = {}, {}, [], {}

    def attempt(self, verb, *args, **kwargs):
        """A refusal is an answer, and changes nothing; anything else that is raised is a bug."""
        note(f"{verb.__name__} {args} {kwargs}")
        try:
            with transaction.atomic():
                return verb(*args, **kwargs)
        except OrderError as refusal:
            return note(f"    {refusal}")

    @initialize()
    def open(self):
        for edition in self.editions:
            stock.receive(edition, 15, by=self.clerk)

    @rule(number=st.integers(0, 2**32 - 1))
    def step(self, number):
        self.random = random.Random(number * 1000 + self.steps)
        places = [self.place, self.treat_an_order, self.treat_a_consignment, self.move_paper]
        self.random.choices(places, weights=[3, 6, 7, 3])[0]()

    def one_of(self, *values):
        return self.random.choice(values)

    def number(self, least, most):
        return self.random.randint(least, most)

    def edition(self):
        return self.one_of(*self.editions)

    def orderer_or_staff(self):
        return self.one_of(None, self.clerk)

    def goal(self):
        where = self.one_of("post", *self.points)
        if where == "post":
            return {"delivery": "post", "address": "Example Street 1", "country": "CH"}
        there = {"delivery": "pick_up", "pick_up_point": self.points[where]}
        return there | {"address": "", "country": ""}

    def drawn(self, verbs, rows):
        """A verb, and a row: mostly one on which it can work."""
        rows = list(rows)
        wild = self.random.random() < 0.1
        possible = {
            verb: found
            for verb, can in verbs.items()
            if (found := [row for row in rows if wild or can(row)])
        }
        if not possible:
            return None, None
        weights = [WEIGHTS.get(verb, 2) for verb in possible]
        [verb] = self.random.choices([*possible], weights)
        return verb, self.one_of(*possible[verb]).id

    # Orders -----------------------------------------------------------------------

    def place(self):
        who = self.one_of("stranger", "trusted", "staff", "staff")
        details = {"email": "trusted@example.org"} if who == "trusted" else {}
        wanted = self.random.sample(self.editions, self.number(1, 3))
        self.attempt(
            place_order,
            *((edition, self.number(1, 20)) for edition in wanted),
            waits={edition.pk: self.one_of(True, True, False) for edition in wanted},
            consignees=[
                part_for(self.one_of(*wanted), self.number(0, 9), **self.goal())
                for _nobody in range(self.number(0, 2))
            ],
            by=self.clerk if who == "staff" else None,
            **details | self.goal(),
        )

    def treat_an_order(self):
        verb, pk = self.drawn(ORDER_VERBS, self.orders.values())
        if verb:
            getattr(self, verb)(Order.objects.get(pk=pk))

    def confirm(self, order):
        self.attempt(lifecycle.confirm, order)

    def expire(self, order):
        Order.objects.filter(pk=order.pk).update(placed_at="2020-01-01T00:00Z")
        self.attempt(lifecycle.expire_unverified)

    def accept(self, order):
        self.attempt(lifecycle.accept, order, by=self.clerk, reason="x", version=order.version)

    def let_expire(self, order):
        self.attempt(lifecycle.let_expire, order, by=self.clerk, version=order.version)

    def disown(self, order):
        self.attempt(lifecycle.disown, order)

    def edit(self, order):
        given = {"version": order.version, "by": self.orderer_or_staff()}
        self.attempt(changes.edit, order, details={"name": "Other"} | self.goal(), **given)

    def edit_consignee(self, order):
        consignee = self.one_of(None, *order.consignees.all())
        given = {"version": order.version, "by": self.orderer_or_staff()}
        if consignee:
            self.attempt(changes.edit_consignee, consignee, details=self.goal(), **given)

    def change(self, order):
        quantities = {edition.pk: self.number(-1, 30) for edition in self.editions}
        kept = self.random.sample(self.editions, self.number(0, 2))
        quantities = {pk: n for pk, n in quantities.items() if pk not in {e.pk for e in kept}}
        given = {"version": order.version, "by": self.orderer_or_staff()}
        self.attempt(changes.change, order, quantities=quantities, details=None, **given)

    def add(self, order):
        wanted = self.random.sample(self.editions, self.number(1, 2))
        quantities = {edition.pk: self.number(0, 12) for edition in wanted}
        given = {"version": order.version, "by": self.clerk}
        self.attempt(changes.add, order, quantities=quantities, **given)

    def approve(self, order):
        grants = {line.pk: self.number(-1, 12) for line in order.lines.all()}
        self.attempt(changes.approve, order, grants=grants, by=self.clerk, words="x")

    def put_back(self, order):
        line = order.lines.order_by("-allocated").select_related("order").first()
        copies = self.number(0, max(1, line.allocated))
        self.attempt(changes.put_back, line, copies, by=self.clerk, reason="x")

    def cancel(self, order):
        self.attempt(lifecycle.cancel, order, by=self.orderer_or_staff())

    def decline(self, order):
        self.attempt(lifecycle.decline, order, by=self.clerk, reason="x")

    def hold(self, order):
        reason = self.one_of(*Order.Hold.values)
        self.attempt(lifecycle.hold, order, by=self.clerk, reason=reason)

    def release(self, order):
        self.attempt(lifecycle.release, order, by=self.clerk)

    def erase(self, order):
        """14. Who is forgotten leaves every figure as it was."""
        before = line_figures(), stock_figures(), StockEntry.objects.count()
        self.attempt(privacy.erase, order)
        assert (line_figures(), stock_figures(), StockEntry.objects.count()) == before

    def pack(self, order):
        self.attempt(fulfilment.pack, order, by=self.clerk)

    def pack_all(self, order):
        self.attempt(fulfilment.pack_all, order, by=self.clerk)

    def pack_part(self, order):
        place = self.one_of(None, *order.consignees.all())
        due = destinations.due(order).get(place, {})
        parts = {line.pk: self.number(0, copies) for line, copies in due.items()}
        given = {"consignee": place, "quantities": parts, "by": self.clerk}
        self.attempt(fulfilment.pack, order, **given)

    # Consignments -------------------------------------------------------------------

    def treat_a_consignment(self):
        verb, pk = self.drawn(PARCEL_VERBS, self.parcels)
        if not verb:
            return
        parcel = Consignment.objects.select_related("order").get(pk=pk)
        module = aftercare if hasattr(aftercare, verb) else fulfilment
        about = {"by": self.clerk}
        if verb == "track":
            about["tracking"] = "RR123456785CH"
        elif verb == "take_back":
            about["unusable"] = self.some_of(parcel)
        elif verb == "forward":
            about |= self.goal()
        elif verb == "replace":
            about |= {"reason": "x", "version": parcel.order.version}
            about["quantities"] = self.one_of(None, self.some_of(parcel))
        self.attempt(getattr(module, verb), parcel, **about)

    def some_of(self, parcel):
        return {part.line_id: self.number(0, part.quantity) for part in parcel.lines.all()}

    # Paper --------------------------------------------------------------------------

    def move_paper(self):
        if self.number(0, 7) == 0:
            self.undo_walk_up()
        verb, edition = self.one_of(*PAPER_VERBS), self.edition()
        here, there = self.one_of(self.places, self.places, self.places[::-1])
        copies = self.number(-1, 15)
        about = {"by": self.clerk, "reason": "x", "key": f"{verb}{self.number(0, 30)}"}
        about |= {
            "transfer": {"origin": here, "destination": there},
            "bring_back": {"origin": here},
            "walk_up": {"location": here, "state": self.state},
        }.get(verb, {"location": here})
        if verb == "count":  # a few more or fewer than there should be
            copies += stock.balance(edition, here).on_hand - 4
        self.attempt(getattr(stock, verb), edition, copies, **about)

    def undo_walk_up(self):
        given = StockEntry.objects.filter(kind="walk_up").order_by("-pk")[:5]
        if given:
            self.attempt(stock.undo_walk_up, self.one_of(*given), by=self.clerk)

    # What must hold -------------------------------------------------------------------

    @invariant()
    def figures_agree(self):
        """After every step what a few queries show; every twenty-fifth everything."""
        before, skipped_before = self.lines, self.skips
        self.lines = {line.id: line for line in line_figures()}
        self.skips, self.parcels = skips(), consignment_figures()
        self.orders = orders_of(self.lines.values(), self.parcels)
        promises_are_kept(self.lines.values(), stock_figures())
        ends_hold_nothing(self.lines.values())
        queue_is_fair(before, self.lines, skipped_before, self.skips)
        self.steps += 1

    def audit(self):
        assert audit.breaches() == []
        nothing_that_left_is_live()
        every_event_was_told()


def orders_of(lines, parcels):
    """By order, what decides which verbs make sense."""
    live = {parcel.order_id for parcel in parcels if parcel.status in LIVE}
    orders = {}
    for line in lines:
        start = SimpleNamespace(id=line.order_id, excess=0, allocated=0)
        order = orders.setdefault(line.order_id, start)
        order.status, order.hold, order.is_live = line.status, line.hold, line.order_id in live
        order.excess += line.requested + line.replaced - line.approved - line.refused
        order.allocated += line.allocated
    return orders


def is_open(order):
    return order.status == "open"


def is_under_way(order):
    return order.status in ("open", "unverified")


def can_be_packed(order):
    return is_open(order) and not order.hold and order.allocated


ORDER_VERBS = {
    "confirm": lambda order: order.status == "unverified",
    "accept": lambda order: order.status == "unverified",
    "expire": lambda order: order.status == "unverified",
    "let_expire": lambda order: order.status == "unverified",
    "disown": is_under_way,
    "edit": is_under_way,
    "edit_consignee": is_under_way,
    "change": is_under_way,
    "add": is_under_way,
    "approve": lambda order: is_open(order) and order.excess,
    "put_back": lambda order: order.allocated and not order.is_live,
    "cancel": is_under_way,
    "decline": is_under_way,
    "hold": lambda order: is_open(order) and not order.hold,
    "release": lambda order: order.hold,
    "pack": can_be_packed,
    "pack_all": can_be_packed,
    "pack_part": can_be_packed,
    "erase": lambda order: not is_under_way(order),
}
PARCEL_VERBS = {
    "unpack": lambda parcel: parcel.status in LIVE,
    "send": lambda parcel: parcel.status == "packed" and parcel.delivery == "post",
    "track": lambda parcel: parcel.status in LEFT and parcel.delivery == "post",
    "deliver": lambda parcel: parcel.status == "sent",
    "take_back": lambda parcel: parcel.status in LEFT,
    "lose": lambda parcel: parcel.status in ("sent", "delivered"),
    "undo_send": lambda parcel: parcel.status == "sent",
    "undo_miss": lambda parcel: parcel.status == "missed",
    "offer": lambda parcel: parcel.status == "packed" and parcel.delivery == "pick_up",
    "hand_over": lambda parcel: parcel.status == "at_desk",
    "undo_hand_over": lambda parcel: parcel.status == "handed_over",
    "miss": lambda parcel: parcel.status == "at_desk",
    "replace": lambda parcel: parcel.status in LEFT,
    "forward": lambda parcel: parcel.status == "missed",
    "let_go": lambda parcel: parcel.status == "missed",
}


def promises_are_kept(lines, items):
    """1, 3. What is promised is there, and nobody waits for what could be promised."""
    held, waiting = {}, set()
    for line in lines:
        place = (line.edition_id, line.location_id)
        held[place] = held.get(place, 0) + line.allocated
        if line.backordered and line.status == "open" and not line.hold:
            waiting.add(place)
    for item in items:
        place, free = (item.edition_id, item.location_id), item.on_hand - item.unusable
        assert item.allocated == held.get(place, 0), f"{item}: lines hold {held.get(place, 0)}"
        assert 0 <= item.allocated <= free
        assert place not in waiting or item.allocated == free, f"{item}: waited for, and free"


def ends_hold_nothing(lines):
    """8. Only an open order holds copies, and a closed one leaves nothing to decide."""
    for line in lines:
        if line.status != "open":
            assert (line.allocated, line.backordered) == (0, 0)
        if line.status == "closed":
            assert line.requested + line.replaced == line.approved + line.refused


def queue_is_fair(before, lines, skipped_before, skips):
    """13. Whoever gets copies before somebody who waits longer: it is written down at those.

    Copies that are promised again since they never left were got before.
    """
    got = [
        line
        for line in lines.values()
        if had(line) > (had(before[line.id]) if line.id in before else 0)
    ]
    for line in got:
        for other in lines.values():
            passed = other.backordered and other.edition_id == line.edition_id
            if passed and (other.accepted_at, other.order_id) < (line.accepted_at, line.order_id):
                new = skips.get(other.order_id, 0) - skipped_before.get(other.order_id, 0)
                assert new, f"{line}: passed {other}, which is not recorded"


def had(line):
    return line.allocated + line.issued


def skips():
    """How often orders were passed over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT order_id, COUNT(*) FROM orders_orderevent WHERE what = 'skipped' GROUP BY 1"
        )
        return dict(cursor.fetchall())


def nothing_that_left_is_live():
    assert not Consignment.objects.exclude(left_at=None).live().exists()


def consignees_get_their_own():
    """What lies on the shelf for an open order is due to its destinations, no more, no less."""
    for order in Order.objects.open().filter(lines__shares__isnull=False).distinct():
        due = destinations.due(order)
        for line, number in destinations.on_the_shelf(order).items():
            assert sum(part.get(line, 0) for part in due.values()) == number


def every_event_was_told():
    """12. Each event of which the orderer is told owes one mail."""
    assert not OrderEvent.objects.filter(what__in=MAILED, messages=None).exists()


class OneTransaction(Desk):
    """The machine in a transaction of its own, rolled back at the end of each example."""

    def __init__(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        super().__init__()

    def teardown(self):
        try:
            self.audit()
            consignees_get_their_own()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)


@pytest.fixture
def world(db, settings):
    """What the examples start from, made once; small limits, so that they are met."""
    settings.ORDER_LIMIT_PER_TITLE, settings.ORDER_LIMIT_COPIES = 12, 30
    settings.DUPLICATE_DAYS = 0
    standing.mark("trusted@example.org", standing.Standing.TRUSTED)
    counter, _made = StockLocation.objects.get_or_create(slug="counter", name_en="Counter")
    OneTransaction.world = SimpleNamespace(
        editions=[make_edition(is_printed=True, weight_g=50) for _ in range(3)],
        points={"office": make_point(), "counter": make_point("Counter", capacity=40)},
        places=[stock.main_location(), counter],
        state=make_state(),
        clerk=clerk(),
    )


def run(machine, examples, steps, more_phases=(), **more):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate, *more_phases],
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )


def test_orders_stock_and_ledger_agree_after_any_sequence_of_verbs(world):
    run(OneTransaction, examples=200, steps=50, more_phases=[Phase.shrink])


# The machine finds bugs -----------------------------------------------------------------


def forget_the_shelf(line, copies, *, cancel, by=None, from_shelf=False):
    """The bug other systems had: the line is cancelled, the shelf still promises its copies."""
    waiting = min(copies, line.backordered)
    kept = {"cancelled": copies} if cancel else {"approved": -copies}
    stock.lines._move_line(line, backordered=-waiting, allocated=waiting - copies, **kept)


def issue_what_was_not_promised(packed, *, by):
    stock.lines._move_line(packed.line, allocated=-packed.quantity, issued=packed.quantity)
    item = stock.lines._item_of(packed.line)
    about = {"line": packed.line, "consignment": packed.consignment}
    stock.ledger.move(item, stock.ledger.Kind.ISSUE, by=by, on_hand=-packed.quantity, **about)


def take_back_into_nowhere(packed, *, by, reason="", unusable=0):
    stock.lines._move_line(packed.line, returned=packed.quantity)


def newest_first(item):
    lines = OrderLine.objects.filter(edition=item.edition_id, location=item.location_id)
    lines = lines.filter(backordered__gt=0, order__status="open").select_related("order")
    return lines.order_by("-order__accepted_at", "-order_id")


def do_nothing(*args, **kwargs):
    return None


def name_of(part):
    return part if isinstance(part, str) else getattr(part, "__name__", "").strip("<>")


BUGS = [
    (stock, "give_back", forget_the_shelf),
    (stock, "issue", issue_what_was_not_promised),
    (stock, "take_back", take_back_into_nowhere),
    (stock.serving, "_waiting", newest_first),
    (stock.serving, "_serve", lambda *args: 0),
    (stock, "pass_over", do_nothing),
    (fulfilment.pick_up, "refuse_unless", do_nothing),
    (aftercare, "_refuse_if_taken", do_nothing),
    (lifecycle.ending, "_refuse_unless_endable", do_nothing),
    (destinations, "trim", do_nothing),
    (destinations, "_served", lambda order: {}),
    (outbox, "queue", do_nothing),
]


@seed(2)
class Seeded(OneTransaction):
    """A machine that comes to each of the bugs within seconds."""


@pytest.mark.parametrize(("module", "name", "bug"), BUGS, ids=name_of)
def test_the_machine_finds_a_bug(world, monkeypatch, module, name, bug):
    monkeypatch.setattr(module, name, bug)

    with pytest.raises((AssertionError, IntegrityError, AttributeError)):
        run(Seeded, examples=300, steps=50, database=None)
