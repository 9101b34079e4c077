"""What did not reach anybody: sent again, another way, released; orders that end meanwhile."""

import datetime
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from orders import aftercare, fulfilment, lifecycle, privacy, standing, stock
from orders import consignees as destinations
from orders.errors import OrderError, StaleError
from orders.models import ConsignmentLine, Order, OrderEvent, OutgoingMessage
from tests.builders import (
    clerk,
    line_of,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    parcel_for,
    part_for,
    place_order,
    set_wanted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
What = OrderEvent.What


@pytest.fixture
def edition(db):
    return make_edition(on_hand=20)


@pytest.fixture
def missed(edition):
    return make_consignment(make_order((edition, 5), pick_up_point=make_point()), "missed")


def replace(consignment, **given):
    version = Order.objects.get(pk=consignment.order_id).version
    given = {"by": clerk(), "version": version, "reason": "lost"} | given
    return aftercare.replace(consignment, **given)


# Sent again -----------------------------------------------------------------------


@pytest.mark.parametrize("status", ["sent", "delivered", "returned", "lost"])
def test_what_left_is_sent_again(edition, status):
    parcel = make_consignment(make_order((edition, 5)), status)

    order = replace(parcel)

    line = line_of(order)
    assert (order.status, line.allocated, line.issued, line.wanted) == ("open", 5, 5, 10)
    assert order.messages.filter(template="replaced").count() == 1


def test_a_replacement_pressed_twice_is_one(edition):
    parcel = make_consignment(make_order((edition, 5)), "lost")
    version = Order.objects.get(pk=parcel.order_id).version
    replace(parcel, version=version)

    with pytest.raises(StaleError):
        replace(parcel, version=version)


@pytest.mark.parametrize("copies", [-1, 0, 6])
def test_no_more_is_replaced_than_was_in_the_parcel(edition, copies):
    parcel = make_consignment(make_order((edition, 5)), "lost")
    line = line_of(parcel.order)

    with pytest.raises(OrderError, match=r"copies"):
        replace(parcel, quantities={line.pk: copies})


def test_what_one_parcel_held_is_not_replaced_at_the_cost_of_another(edition):
    order = make_order((edition, 10))
    lost = make_consignment(order, "lost", quantities={line_of(order).pk: 5})
    make_consignment(order, "delivered")
    replace(lost)

    with pytest.raises(OrderError, match="More copies are named"):
        replace(lost)

    assert line_of(order).replaced == 5


def test_a_replacement_that_is_lost_too_is_replaced(edition):
    order = make_order((edition, 5))
    replace(make_consignment(order, "lost"))
    order.refresh_from_db()

    replace(make_consignment(order, "lost"))

    assert (line_of(order).replaced, line_of(order).allocated) == (10, 5)


def test_every_parcel_that_went_astray_is_to_be_decided(edition):
    first, second = make_order((edition, 5)), make_order((edition, 5))
    replace(make_consignment(first, "lost"))
    first.refresh_from_db()
    assert not Order.objects.astray().exists()

    make_consignment(first, "lost")  # the replacement
    for _one_by_one in range(2):
        make_consignment(second, "lost", quantities={line_of(second).pk: 2})
    replace(second.consignments.first())

    assert set(Order.objects.astray()) == {first, second}


@pytest.mark.parametrize("copies", [3, 5])
def test_which_parcel_was_replaced_is_found_where_only_the_line_said_so(edition, copies):
    order = make_order((edition, 10))
    make_consignment(order, "delivered", quantities={line_of(order).pk: 5})
    lost = make_consignment(order, "lost")
    replace(lost, quantities={line_of(order).pk: copies})
    ConsignmentLine.objects.update(replaced=0)

    migration = import_module("orders.migrations.0017_replaced_of_a_parcel")
    migration.say_which_parcels_are_replaced(apps, None)

    assert lost.lines.get().replaced == copies


def test_what_is_lost_and_comes_back_after_its_replacement_lies_on_the_shelf(edition):
    parcel = make_consignment(make_order((edition, 5)), "lost")
    order = replace(parcel)
    fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk())

    fulfilment.take_back(parcel, by=clerk())

    assert stock.balance(edition).available == 15


def test_a_replacement_that_is_not_wanted_after_all_is_cancelled_and_the_order_closed(edition):
    order = replace(make_consignment(make_order((edition, 5)), "lost"))

    order = lifecycle.cancel(order, by=clerk(), reason="found")

    assert (order.status, line_of(order).wanted, line_of(order).issued) == ("closed", 5, 5)
    assert stock.available([edition.pk]) == {edition.pk: 15}


def test_a_replacement_keeps_the_orders_place_in_the_queue():
    edition = make_edition(on_hand=5)
    parcel = make_consignment(make_order((edition, 5)), "lost")
    make_order((edition, 5))
    replace(parcel)

    stock.receive(edition, 5, by=clerk())

    assert line_of(parcel.order).allocated == 5


def test_nothing_is_sent_again_to_people_who_are_forgotten(edition):
    parcel = make_consignment(make_order((edition, 5)), "lost")
    privacy.erase(parcel.order)

    with pytest.raises(OrderError, match="Nobody knows"):
        replace(parcel)


def test_the_number_of_a_parcel_is_not_written_down_after_its_reader_is_forgotten(edition):
    parcel = make_consignment(make_order((edition, 5)), "sent")
    privacy.erase(parcel.order)

    with pytest.raises(OrderError, match="Nobody knows"):
        fulfilment.track(parcel, by=clerk(), tracking="RR123456785CH")


def test_the_number_of_a_parcel_is_in_no_event(edition):
    parcel = make_consignment(make_order((edition, 5)), "sent")

    fulfilment.track(parcel, by=clerk(), tracking="RR123456785CH")

    assert not parcel.order.events.filter(reason__contains="RR123456785CH").exists()


# Another way ----------------------------------------------------------------------


def test_missed_copies_go_to_another_point(missed):
    point = make_point("Next meeting")

    new = aftercare.forward(missed, by=clerk(), delivery="pick_up", pick_up_point=point)

    missed.refresh_from_db()
    assert (new.status, new.pick_up_point) == ("packed", point)
    assert missed.settled_at is not None


def test_what_is_still_to_come_goes_where_the_missed_copies_went(edition):
    order = make_order((edition, 30), pick_up_point=make_point())
    missed, point = make_consignment(order, "missed"), make_point("Next meeting")

    aftercare.forward(missed, by=clerk(), delivery="pick_up", pick_up_point=point)

    order.refresh_from_db()
    assert order.pick_up_point == point


def test_forwarding_twice_makes_one_consignment(missed):
    goal = {"delivery": "post", "address": "Example Street 1", "country": "CH"}

    first, again = (aftercare.forward(missed, by=clerk(), **goal) for _time in range(2))

    assert first == again


def test_forwarding_again_gives_the_consignment_of_the_same_consignee(edition):
    order = make_order(
        (edition, 10),
        pick_up_point=make_point(),
        consignees=[part_for(edition, 5, pick_up_point=make_point("Embassy"))],
    )
    own, other = (make_consignment(order, "missed"), parcel_for(order.consignees.get(), "missed"))
    goal = {"by": clerk(), "delivery": "post", "address": "Example Street 1", "country": "CH"}
    first = aftercare.forward(own, **goal)
    aftercare.forward(other, **goal)

    assert aftercare.forward(own, **goal) == first


def test_another_way_than_a_colleague_said_a_moment_ago_is_refused(missed):
    goal = {"delivery": "post", "address": "Example Street 1", "country": "CH"}
    first = aftercare.forward(missed, by=clerk(), **goal)

    for other in ({"address": "Example Street 2"}, {"delivery": "courier"}, {"phone": "1"}):
        with pytest.raises(OrderError, match=f"consignment {first} "):
            aftercare.forward(missed, by=clerk(), **goal | other)


def test_a_bag_that_was_missed_twice_knows_as_which_consignment_it_first_went(missed):
    goal = {"by": clerk(), "delivery": "pick_up", "pick_up_point": make_point("Next meeting")}
    second = aftercare.forward(missed, **goal)
    fulfilment.offer(second, by=clerk())
    fulfilment.miss(second, by=clerk())
    aftercare.forward(second, by=clerk(), delivery="post", address="Example Street 1")

    assert aftercare.forward(missed, **goal) == second


def test_released_copies_go_no_other_way(missed):
    aftercare.let_go(missed, by=clerk())

    with pytest.raises(OrderError, match="no longer promised"):
        aftercare.forward(missed, by=clerk(), delivery="post", address="Example Street 1")


def test_copies_packed_again_go_no_other_way(missed):
    fulfilment.pack(missed.order, by=clerk())

    with pytest.raises(OrderError, match="packed again"):
        aftercare.forward(missed, by=clerk(), delivery="post", address="Example Street 1")


def test_missed_copies_that_were_ordered_off_meanwhile_go_no_other_way(missed, edition):
    set_wanted(missed.order, edition, 3, by=clerk())

    with pytest.raises(OrderError, match="no longer promised"):
        aftercare.forward(missed, by=clerk(), delivery="post", address="Example Street 1")

    assert line_of(missed.order).allocated == 3


def test_missed_copies_do_not_go_at_the_cost_of_a_consignee(edition):
    order = make_order((edition, 10), pick_up_point=make_point(), consignees=[part_for(edition, 4)])
    missed = make_consignment(order, "missed")
    set_wanted(order, edition, 7, by=clerk())  # 3 of them are the orderer's now

    with pytest.raises(OrderError, match="no longer promised"):
        aftercare.forward(missed, by=clerk(), delivery="post", address="Example Street 1")
    aftercare.let_go(missed, by=clerk())

    assert (line_of(order).allocated, line_of(order).cancelled) == (4, 3)
    assert order.consignees.get().shares.get().quantity == 4


# Released -------------------------------------------------------------------------


def test_released_copies_serve_the_others_first(edition):
    order = make_order((edition, 20), pick_up_point=make_point())
    other = make_order((edition, 4))
    missed = make_consignment(order, "missed")

    aftercare.let_go(missed, by=clerk())

    order.refresh_from_db()
    assert (order.status, line_of(order).cancelled, line_of(other).allocated) == ("closed", 20, 4)


def test_what_the_same_order_waits_for_is_served_from_what_it_missed(edition):
    order = make_order((edition, 25), pick_up_point=make_point())
    missed = make_consignment(order, "missed")

    aftercare.let_go(missed, by=clerk())

    line = line_of(order)
    assert (line.allocated, line.backordered, line.cancelled) == (5, 0, 20)


def test_releasing_twice_releases_once(missed):
    aftercare.let_go(missed, by=clerk())

    aftercare.let_go(missed, by=clerk())

    assert missed.order.messages.filter(template="let_go").count() == 1


def test_copies_that_went_another_way_a_moment_ago_are_not_released(missed):
    new = aftercare.forward(missed, by=clerk(), delivery="post", address="Example Street 1")

    with pytest.raises(OrderError, match=f"consignment {new} .*not released"):
        aftercare.let_go(missed, by=clerk())


def test_copies_packed_again_are_not_released(missed):
    fulfilment.pack_all(missed.order, by=clerk())

    with pytest.raises(OrderError, match="packed again"):
        aftercare.let_go(missed, by=clerk())


def test_what_a_consignee_missed_is_taken_from_its_share(edition):
    embassy = part_for(edition, 5, pick_up_point=make_point("Embassy"))
    order = make_order((edition, 10), consignees=[embassy])
    missed = parcel_for(order.consignees.get(), "missed")

    aftercare.let_go(missed, by=clerk())

    assert destinations.due(order) == {None: {line_of(order): 5}}


# Orders that end meanwhile ----------------------------------------------------------


def test_missed_copies_of_an_order_that_ends_are_settled_with_it(missed):
    lifecycle.cancel(missed.order, by=clerk())

    missed.refresh_from_db()
    assert missed.settled_at is not None


def test_an_ended_order_is_kept_no_longer_for_a_late_press_of_a_button(missed):
    order = lifecycle.cancel(missed.order, by=clerk())
    ended = order.ended_at

    with time_machine.travel(timezone.now() + datetime.timedelta(days=60)):
        aftercare.let_go(missed, by=clerk())

    order.refresh_from_db()
    assert order.ended_at == ended
    assert not order.messages.filter(template="let_go").exists()


def test_no_mail_on_its_way_reaches_who_did_not_order(edition):
    others = [make_order((edition, 1), email="a@example.org") for _ in range(2)]
    order = place_order((edition, 1), email="A@example.org")

    lifecycle.disown(order)

    assert standing.refuses("a@example.org")
    assert not OutgoingMessage.objects.filter(order__in=[*others, order]).unsent().exists()


def test_i_did_not_order_this_leaves_a_packed_order_to_staff_on_hold(edition):
    parcel = make_consignment(make_order((edition, 5)))

    lifecycle.disown(parcel.order)
    lifecycle.disown(parcel.order)

    parcel.refresh_from_db()
    assert (parcel.status, parcel.order.status, parcel.order.hold) == ("packed", "open", "other")
    assert parcel.order in Order.objects.to_review()
    assert parcel.order.events.filter(what=What.DISOWNED).count() == 1
    with pytest.raises(OrderError, match="on hold"):
        fulfilment.send(parcel, by=clerk())


def test_i_did_not_order_this_cancels_what_follows_a_parcel_that_was_sent(edition):
    order = make_order((edition, 60))
    parcel = make_consignment(order, "sent")
    sent = parcel.lines.get().quantity

    order = lifecycle.disown(order)

    line = line_of(order)
    assert (order.status, line.issued, line.pending) == ("closed", sent, 0)
    assert not order.messages.unsent().exists()


# The queue --------------------------------------------------------------------------


def test_an_order_on_hold_that_a_new_one_passes_is_told_so_in_its_events():
    edition = make_edition(on_hand=5)
    held = make_order((edition, 8))
    lifecycle.hold(held, by=clerk(), reason=Order.Hold.OTHER)
    stock.receive(edition, 1, by=clerk())
    before = held.events.filter(what=What.SKIPPED).count()

    make_order((edition, 1))

    assert held.events.filter(what=What.SKIPPED).count() == before + 1


def test_an_order_that_nobody_passes_is_not_told_that_it_was():
    edition = make_edition(on_hand=5)
    held = make_order((edition, 8))
    lifecycle.hold(held, by=clerk(), reason=Order.Hold.OTHER)

    make_order((edition, 1))

    assert not held.events.filter(what=What.SKIPPED).exists()
