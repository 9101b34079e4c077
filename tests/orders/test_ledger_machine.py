"""Random sequences of all verbs: whatever happens, orders, stock and ledger agree."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from orders import audit, fulfilment, lifecycle, stock
from orders.errors import OrderError
from orders.models import Consignment, Order
from tests.builders import clerk, make_edition, make_point, place_order

copies = st.integers(min_value=-1, max_value=60)
CONSIGNMENT_VERBS = [
    fulfilment.unpack,
    fulfilment.send,
    fulfilment.deliver,
    fulfilment.take_back,
    fulfilment.offer,
    fulfilment.hand_over,
    fulfilment.miss,
]


class Desk(RuleBasedStateMachine):
    """Everything people can do, in any order, also what they should not."""

    orders = Bundle("orders")
    consignments = Bundle("consignments")

    def __init__(self):
        super().__init__()
        self.editions = [make_edition(is_printed=True, weight_g=50) for _ in range(3)]
        self.point = make_point()
        self.steps = 0

    def attempt(self, verb, *args, **kwargs):
        """A refusal is an answer; anything else that is raised is a bug."""
        try:
            return verb(*args, **kwargs)
        except OrderError:
            return None

    @rule(target=orders, wanted=st.lists(copies, min_size=1, max_size=3), picks_up=st.booleans())
    def place(self, wanted, picks_up):
        details = {"pick_up_point": self.point} if picks_up else {}
        pairs = zip(self.editions, wanted, strict=False)
        order = self.attempt(place_order, *pairs, **details)
        return multiple() if order is None else order

    @rule(order=orders)
    def confirm(self, order):
        self.attempt(lifecycle.confirm, order)

    @rule(order=orders, which=st.integers(0, 2), wanted=copies, is_staff=st.booleans())
    def change(self, order, which, wanted, is_staff):
        version = Order.objects.get(pk=order.pk).version
        quantities = {self.editions[which].pk: wanted}
        by = clerk() if is_staff else None
        self.attempt(
            lifecycle.change, order, quantities=quantities, details=None, version=version, by=by
        )

    @rule(order=orders, granted=copies)
    def approve(self, order, granted):
        grants = dict.fromkeys(order.lines.values_list("pk", flat=True), granted)
        self.attempt(lifecycle.approve, order, grants=grants, by=clerk())

    @rule(order=orders)
    def cancel(self, order):
        self.attempt(lifecycle.cancel, order)

    @rule(order=orders)
    def decline(self, order):
        self.attempt(lifecycle.decline, order, by=clerk(), reason="x")

    @rule(order=orders)
    def hold(self, order):
        self.attempt(lifecycle.hold, order, by=clerk(), reason=Order.Hold.OTHER)

    @rule(order=orders)
    def release(self, order):
        self.attempt(lifecycle.release, order, by=clerk())

    @rule(target=consignments, order=orders)
    def pack(self, order):
        consignment = self.attempt(fulfilment.pack, order, by=clerk())
        return multiple() if consignment is None else consignment

    @rule(consignment=consignments, verb=st.sampled_from(CONSIGNMENT_VERBS))
    def move(self, consignment, verb):
        self.attempt(verb, consignment, by=clerk())

    @rule(which=st.integers(0, 2), number=copies, key=st.integers(0, 20))
    def receive(self, which, number, key):
        self.attempt(stock.receive, self.editions[which], number, by=clerk(), key=f"r{key}")

    @rule(which=st.integers(0, 2), number=copies)
    def count(self, which, number):
        self.attempt(stock.count, self.editions[which], number, by=clerk())

    @rule(
        which=st.integers(0, 2),
        number=copies,
        verb=st.sampled_from([stock.walk_up, stock.damage, stock.write_off]),
    )
    def take_off_the_shelf(self, which, number, verb):
        self.attempt(verb, self.editions[which], number, by=clerk(), reason="x")

    @invariant()
    def all_agrees(self):
        """Every eighth step, and at the end: the audit reads everything."""
        self.steps += 1
        if self.steps % 8 == 0:
            self.audit()

    def audit(self):
        assert list(audit.breaches()) == []

    @invariant()
    def nobody_waits_for_copies_that_are_free(self):
        for edition in self.editions:
            free = stock.available([edition.pk])[edition.pk]
            waiting = Order.objects.open().filter(
                hold="", lines__edition=edition, lines__backordered__gt=0
            )
            assert not (free and waiting.exists())

    @invariant()
    def what_left_once_is_never_live_again(self):
        gone = Consignment.objects.exclude(left_at=None)
        assert not gone.live().exists()


class OneTransaction(Desk):
    """The machine in a transaction of its own, rolled back at the end of each example."""

    def __init__(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        super().__init__()

    def teardown(self):
        try:
            self.audit()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)


def run(examples, steps, phases=tuple(Phase)):
    run_state_machine_as_test(
        OneTransaction,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_orders_stock_and_ledger_agree_after_any_sequence_of_verbs():
    run(examples=15, steps=40)


def forget_the_shelf(line, copies, *, cancel, by=None):
    """The bug other systems had: the line is cancelled, the shelf still promises its copies."""
    waiting = min(copies, line.backordered)
    kept = {"cancelled": copies} if cancel else {"approved": -copies}
    stock._move_line(line, backordered=-waiting, allocated=waiting - copies, **kept)


@pytest.mark.django_db
def test_the_machine_finds_a_promise_that_is_never_released(monkeypatch):
    monkeypatch.setattr(stock, "give_back", forget_the_shelf)

    with pytest.raises(AssertionError, match="lines hold"):
        run(examples=200, steps=30, phases=[Phase.generate])
