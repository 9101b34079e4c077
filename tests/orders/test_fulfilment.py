"""Consignments: what leaves, when, and that it leaves once."""

import datetime

import pytest
from django.utils import timezone

from orders import changes, fulfilment, lifecycle, stock
from orders.errors import OrderError, StaleError
from orders.models import Consignment, Order, PickUpPoint
from tests.builders import clerk, make_consignment, make_edition, make_order, make_point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
Status = Consignment.Status


@pytest.fixture
def edition(db):
    return make_edition(on_hand=10, weight_g=50)


@pytest.fixture
def order(edition):
    return make_order((edition, 4), language="fr")


@pytest.fixture
def pick_up(edition):
    return make_order((edition, 4), pick_up_point=make_point())


def test_packing_takes_all_copies_on_the_shelf_for_the_order(order):
    consignment = fulfilment.pack(order, by=clerk())

    assert [row.quantity for row in consignment.lines.all()] == [4]
    assert (consignment.status, consignment.weight_g) == (Status.PACKED, 200)


def test_packing_fixes_the_recipient_and_the_slips_language(order):
    consignment = fulfilment.pack(order, by=clerk())

    assert consignment.slip_language == "fr"
    assert consignment.recipient.splitlines()[0] == order.name
    assert consignment.address == order.address


def test_a_long_recipient_is_kept_whole(edition):
    longest = {name: name[0] * 200 for name in ("name", "post", "organisation")}
    order = make_order((edition, 1), **longest)

    assert fulfilment.pack(order, by=clerk()).recipient.splitlines() == list(longest.values())


def test_packing_twice_makes_one_consignment(order):
    first = fulfilment.pack(order, by=clerk(), version=order.version)
    second = fulfilment.pack(order, by=clerk(), version=order.version)

    assert first == second


def test_packing_from_an_old_page_is_refused(order):
    old = order.version
    changes.change(order, quantities={}, details={"purpose": "x"}, version=old)

    with pytest.raises(StaleError):
        fulfilment.pack(order, by=clerk(), version=old)


def test_an_order_on_hold_is_not_packed(order):
    lifecycle.hold(order, by=clerk(), reason=Order.Hold.ADDRESS)

    with pytest.raises(OrderError, match="on hold"):
        fulfilment.pack(order, by=clerk())


def test_an_order_that_only_waits_is_not_packed(db):
    order = make_order((make_edition(is_printed=True), 4))

    with pytest.raises(OrderError, match="nothing to pack"):
        fulfilment.pack(order, by=clerk())


def test_dispatch_takes_the_copies_off_the_shelf_and_closes_the_order(order, edition):
    consignment = fulfilment.pack(order, by=clerk())

    fulfilment.send(consignment, by=clerk(), tracking="RR123456785CH")

    order.refresh_from_db()
    item = stock.balance(edition)
    assert (item.on_hand, item.allocated) == (6, 0)
    assert order.status == Order.Status.CLOSED


def test_dispatching_twice_changes_nothing_more(order, edition):
    consignment = fulfilment.pack(order, by=clerk())

    fulfilment.send(consignment, by=clerk())
    fulfilment.send(consignment, by=clerk("colleague"))

    assert stock.balance(edition).on_hand == 6
    assert order.messages.filter(template="sent").count() == 1


def test_the_ledger_says_who_sent_what_for_which_order(order, edition):
    consignment = make_consignment(order, Status.SENT)

    entry = stock.balance(edition).entries.first()

    assert (entry.kind, entry.on_hand_change, entry.allocated_change) == ("issue", -4, -4)
    assert (entry.by, entry.consignment, entry.line.order) == (clerk(), consignment, order)


def test_what_waits_is_sent_in_a_second_consignment(db):
    edition = make_edition(on_hand=3)
    order = make_order((edition, 5))
    make_consignment(order, Status.SENT)
    stock.receive(edition, 10, by=clerk())

    second = make_consignment(order, Status.SENT)

    order.refresh_from_db()
    assert (second.position, second.lines.get().quantity) == (2, 2)
    assert order.status == Order.Status.CLOSED


def test_unpacking_keeps_the_copies_promised(order, edition):
    make_consignment(order, Status.VOID)

    assert stock.balance(edition).allocated == 4


def test_an_unpacked_order_is_packed_again(order):
    make_consignment(order, Status.VOID)

    assert fulfilment.pack(order, by=clerk()).position == 2


def test_an_order_keeps_the_time_at_which_its_first_parcel_left(edition):
    order = make_order((edition, 14), language="fr")
    first = make_consignment(order, Status.SENT)
    stock.receive(edition, 4, by=clerk())
    second = make_consignment(order, Status.SENT)

    order.refresh_from_db()
    assert first.left_at < second.left_at
    assert order.first_left_at == first.left_at


def test_a_return_puts_the_copies_back_and_serves_who_waits(order, edition):
    waiting = make_order((edition, 8))
    assert waiting.lines.get().allocated == 6

    make_consignment(order, Status.RETURNED)

    assert waiting.lines.get().allocated == 8
    assert order.lines.get().returned == 4


def test_a_pick_up_is_offered_and_handed_over(pick_up, edition):
    consignment = make_consignment(pick_up, Status.HANDED_OVER)

    pick_up.refresh_from_db()
    assert consignment.left_at is not None
    assert stock.balance(edition).on_hand == 6
    assert pick_up.status == Order.Status.CLOSED
    assert pick_up.messages.filter(template="ready").count() == 1


@pytest.mark.parametrize(("kind", "leave"), [("order", "send"), ("pick_up", "offer")])
def test_nothing_leaves_while_its_order_is_on_hold(request, edition, kind, leave):
    order = request.getfixturevalue(kind)
    parcel = make_consignment(order, Status.PACKED)
    lifecycle.hold(order, by=clerk(), reason=Order.Hold.ADDRESS)

    with pytest.raises(OrderError, match="on hold"):
        getattr(fulfilment, leave)(parcel, by=clerk())

    lifecycle.release(order, by=clerk())
    assert getattr(fulfilment, leave)(parcel, by=clerk()).status != Status.PACKED


def test_a_missed_pick_up_keeps_its_copies_and_is_packed_again(pick_up, edition):
    make_consignment(pick_up, Status.MISSED)

    again = fulfilment.pack(pick_up, by=clerk())

    assert stock.balance(edition).allocated == 4
    assert again.position == 2


@pytest.mark.parametrize(
    "days", [{"opens_on": 1, "closes_on": 2}, {"closes_on": -1}], ids=["not yet", "no more"]
)
def test_a_hand_over_needs_an_open_pick_up_point(edition, days):
    today = timezone.localdate()
    dates = {name: today + datetime.timedelta(days=number) for name, number in days.items()}
    point = make_point()
    consignment = make_consignment(make_order((edition, 4), pick_up_point=point), Status.AT_DESK)
    PickUpPoint.objects.update(**dates)

    with pytest.raises(OrderError, match="not open today"):
        fulfilment.hand_over(consignment, by=clerk())


def test_nobody_has_missed_a_point_that_is_not_open_yet(edition):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    order = make_order((edition, 4), pick_up_point=make_point(opens_on=tomorrow))
    consignment = make_consignment(order, Status.AT_DESK)

    with pytest.raises(OrderError, match="not open today"):
        fulfilment.miss(consignment, by=clerk())


def test_a_pick_up_is_not_dispatched(pick_up):
    with pytest.raises(OrderError, match="for pick-up"):
        fulfilment.send(make_consignment(pick_up), by=clerk())


def test_a_parcel_is_not_offered_for_pick_up(order):
    with pytest.raises(OrderError, match="not for pick-up"):
        fulfilment.offer(make_consignment(order), by=clerk())
