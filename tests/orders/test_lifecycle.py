"""What happens to an order: who may do what when, and what becomes of the copies."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone, translation

from orders import audit, changes, fulfilment, lifecycle, links, outbox, stock
from orders.errors import AlreadyPlaced, OrderError, StaleError
from orders.models import Order, OrderEvent, OutgoingMessage
from tests.builders import (
    clerk,
    make_consignment,
    make_details,
    make_edition,
    make_order,
    make_point,
    make_publication,
    make_state,
    place_order,
)
from tests.orders.visits import refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
Status = Order.Status


def line_of(order):
    return order.lines.get()


# Placing ----------------------------------------------------------------------


def test_placing_stores_the_order_and_promises_nothing():
    edition = make_edition(on_hand=10)

    order = place_order((edition, 4))

    assert order.status == Status.UNVERIFIED
    assert line_of(order).requested == 4
    assert stock.available([edition.pk]) == {edition.pk: 10}


def test_placing_owes_one_confirmation_mail_in_the_orders_language():
    order = place_order((make_edition(on_hand=10), 4), language="fr")

    message = order.messages.get()

    assert (message.template, message.language, message.to) == ("confirm", "fr", order.email)


def test_the_same_form_sent_twice_is_one_order():
    edition, details = make_edition(on_hand=10), make_details()
    form = {"details": details, "quantities": {edition.pk: 4}, "language": "en", "key": "k"}

    first, second = lifecycle.place(**form), lifecycle.place(**form)

    assert first == second
    assert (Order.objects.count(), OutgoingMessage.objects.count()) == (1, 1)


def test_the_same_form_sent_again_in_another_interface_language_is_one_order():
    edition, state = make_edition(on_hand=10), make_state("ES", "Spain", name_fr="Espagne")
    form = {"details": make_details(state=state), "quantities": {edition.pk: 4}}
    form |= {"language": "en", "key": "k"}
    first = lifecycle.place(**form)

    with translation.override("fr"):
        assert lifecycle.place(**form) == first


def test_the_same_key_with_another_content_is_refused_and_names_the_first_order():
    edition, details = make_edition(on_hand=10), make_details()
    form = {"details": details, "language": "en", "key": "k"}
    first = lifecycle.place(quantities={edition.pk: 4}, **form)

    with pytest.raises(AlreadyPlaced) as refusal:
        lifecycle.place(quantities={edition.pk: 5}, **form)

    assert refusal.value.order == first


def test_an_order_that_the_database_refuses_is_told_and_not_tried_for_ever():
    edition = make_edition(on_hand=10)

    with pytest.raises(IntegrityError):
        place_order((edition, 1), delivery="pick_up", address="", country="")


@pytest.mark.parametrize("taken", ["new_number", "new_link"])
def test_a_number_or_a_link_that_is_taken_is_drawn_again(monkeypatch, taken):
    edition, real = make_edition(on_hand=10), getattr(links, taken)
    first = place_order((edition, 1))
    columns = {"link_seed": first.link_seed, "link_hash": first.link_hash}
    draws = iter([first.number if taken == "new_number" else columns])
    monkeypatch.setattr(links, taken, lambda: next(draws, None) or real())

    order = place_order((edition, 1))

    assert (order.number, order.link_hash) != (first.number, first.link_hash)


@pytest.mark.parametrize("copies", [0, -1, 10**9])
def test_a_number_of_copies_out_of_range_is_refused(copies):
    with pytest.raises(OrderError, match="Write a number of copies from 1"):
        place_order((make_edition(on_hand=10), copies))


def test_an_empty_order_is_refused():
    with pytest.raises(OrderError, match="nothing in your order"):
        place_order()


@pytest.mark.parametrize(
    "columns",
    [{"withdrawn_at": timezone.now()}, {"is_printed": False}, {"published_at": None}],
    ids=["withdrawn", "not printed", "draft"],
)
def test_an_edition_that_cannot_be_ordered_any_more_is_named(columns):
    edition = make_edition(make_publication(title_en="Gone"), **({"on_hand": 5} | columns))

    with pytest.raises(OrderError, match=r"Gone .* can no longer be ordered"):
        place_order((edition, 1))


def test_an_edition_of_a_withdrawn_publication_cannot_be_ordered():
    edition = make_edition(make_publication(withdrawn_at=timezone.now()), on_hand=5)

    with pytest.raises(OrderError, match="can no longer be ordered"):
        place_order((edition, 1))


# Confirming -------------------------------------------------------------------


def test_confirming_promises_copies_on_the_shelf():
    edition = make_edition(on_hand=10)

    order = make_order((edition, 4))

    assert order.status == Status.OPEN
    assert line_of(order).allocated == 4
    assert stock.available([edition.pk]) == {edition.pk: 6}


def test_confirming_twice_promises_once():
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))

    lifecycle.confirm(order)

    assert stock.balance(edition).allocated == 4
    assert order.messages.filter(template="received").count() == 1


def test_what_is_not_on_the_shelf_is_back_ordered():
    order = make_order((make_edition(on_hand=3), 10))

    line = line_of(order)

    assert (line.allocated, line.backordered) == (3, 7)


def test_an_edition_without_any_stock_is_back_ordered_whole():
    order = make_order((make_edition(is_printed=True), 10))

    assert line_of(order).backordered == 10


def test_copies_beyond_the_limit_wait_for_a_decision(settings):
    settings.ORDER_LIMIT_PER_TITLE = 50

    line = line_of(make_order((make_edition(on_hand=100), 60)))

    assert (line.approved, line.allocated, line.to_decide) == (50, 50, 10)


def test_an_unconfirmed_order_expires_and_its_link_confirms_nothing():
    order = place_order((make_edition(on_hand=10), 4))
    outbox.deliver()

    with time_machine.travel(timezone.now() + datetime.timedelta(hours=73)):
        expired = lifecycle.expire_unverified()

    assert expired == 1
    with pytest.raises(OrderError, match="not confirmed in time"):
        lifecycle.confirm(order)


def test_a_late_confirmation_is_refused_even_before_the_clock_has_come_round():
    order = place_order((make_edition(on_hand=10), 4))
    outbox.deliver()

    late = timezone.now() + datetime.timedelta(hours=73)
    with time_machine.travel(late), pytest.raises(OrderError, match="not confirmed in time"):
        lifecycle.confirm(order)


def test_an_order_within_its_time_does_not_expire():
    place_order((make_edition(on_hand=10), 4))

    with time_machine.travel(timezone.now() + datetime.timedelta(hours=71)):
        assert lifecycle.expire_unverified() == 0


# Changing ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "free"), [(1, 9), (4, 6), (7, 3), (10, 0)], ids=["less", "same", "more", "all"]
)
def test_changing_moves_the_difference_only(wanted, free):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))

    changes.change(order, quantities={edition.pk: wanted}, details=None, version=order.version)

    assert line_of(order).allocated == wanted
    assert stock.available([edition.pk]) == {edition.pk: free}


def test_changing_up_and_down_many_times_ends_where_it_began():
    edition = make_edition(on_hand=100)
    order = make_order((edition, 50))

    for wanted in [1, 50] * 30:
        order = changes.change(
            order, quantities={edition.pk: wanted}, details=None, version=order.version
        )

    assert (line_of(order).requested, line_of(order).allocated) == (50, 50)


def test_changing_everything_to_nothing_is_refused():
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))

    with pytest.raises(OrderError, match="cancel the order"):
        changes.change(order, quantities={edition.pk: 0}, details=None, version=order.version)


def test_a_title_can_be_dropped_and_wanted_again():
    kept, dropped = make_edition(on_hand=10), make_edition(on_hand=10)
    order = make_order((kept, 1), (dropped, 5))

    order = changes.change(order, quantities={dropped.pk: 0}, details=None, version=order.version)
    assert stock.available([dropped.pk]) == {dropped.pk: 10}
    order = changes.change(order, quantities={dropped.pk: 3}, details=None, version=order.version)

    assert order.lines.get(edition=dropped).wanted == 3
    assert stock.available([dropped.pk]) == {dropped.pk: 7}


def test_copies_given_back_serve_the_next_in_the_queue():
    edition = make_edition(on_hand=10)
    first, second = make_order((edition, 10)), make_order((edition, 4))

    changes.change(first, quantities={edition.pk: 8}, details=None, version=first.version)

    assert line_of(second).allocated == 2


def test_a_change_from_an_old_page_is_refused():
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))
    old = order.version
    changes.change(order, quantities={edition.pk: 5}, details=None, version=old)

    with pytest.raises(StaleError, match="has changed since"):
        changes.change(order, quantities={edition.pk: 6}, details=None, version=old)


def test_new_details_are_stored_with_the_change():
    order = make_order((make_edition(on_hand=10), 4))

    changes.change(
        order, quantities={}, details={"address": "Other Street 2"}, version=order.version
    )

    order.refresh_from_db()
    assert order.address == "Other Street 2"


@pytest.mark.parametrize("status", [s for s in Status if s not in ("open", "unverified")])
def test_an_order_that_is_over_cannot_be_changed(status):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4), status=status)

    with pytest.raises(OrderError, match="can no longer be changed"):
        changes.change(order, quantities={edition.pk: 9}, details=None, version=order.version)


def test_a_packed_order_cannot_be_changed_until_it_is_unpacked():
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))
    consignment = fulfilment.pack(order, by=clerk())
    assert not lifecycle.can_change(order)

    fulfilment.unpack(consignment, by=clerk())

    assert lifecycle.can_change(order)


# Ending -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.UNVERIFIED, Status.OPEN])
def test_cancelling_gives_everything_back(status):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 14), status=status)

    order = lifecycle.cancel(order)

    assert order.status == Status.CANCELLED
    assert stock.available([edition.pk]) == {edition.pk: 10}


def test_cancelling_twice_gives_back_once():
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))

    lifecycle.cancel(order)
    lifecycle.cancel(order)

    assert stock.balance(edition).on_hand == 10
    assert order.messages.filter(template="cancelled").count() == 1


@pytest.mark.parametrize("status", [Status.CLOSED, Status.EXPIRED, Status.DECLINED])
def test_an_order_that_is_over_cannot_be_cancelled(status):
    order = make_order((make_edition(on_hand=10), 4), status=status)

    with pytest.raises(OrderError, match="over already"):
        lifecycle.cancel(order)


@pytest.mark.parametrize("end", [lifecycle.cancel, lifecycle.decline])
def test_a_packed_order_is_unpacked_before_staff_end_it(end):
    order = make_order((make_edition(on_hand=10), 4))
    fulfilment.pack(order, by=clerk())

    with pytest.raises(OrderError, match="unpacked"):
        end(order, by=clerk(), reason="x")


@pytest.mark.parametrize("status", ["packed", "sent", "delivered", "returned", "lost"])
def test_who_ordered_cancels_nothing_of_which_a_part_is_packed_or_sent(status):
    edition = make_edition(on_hand=3)
    order = make_order((edition, 5))
    make_consignment(order, status)

    with pytest.raises(OrderError, match="no longer be cancelled"):
        lifecycle.cancel(order)

    order.refresh_from_db()
    assert (order.status, line_of(order).cancelled) == (Status.OPEN, 0)


def test_cancelling_the_rest_of_an_order_partly_sent_closes_it():
    edition = make_edition(on_hand=3)
    order = make_order((edition, 5))
    fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk())

    order = lifecycle.cancel(order, by=clerk(), reason="enough")

    assert order.status == Status.CLOSED
    assert (line_of(order).issued, line_of(order).cancelled) == (3, 2)


def test_declining_names_who_and_why():
    order = make_order((make_edition(on_hand=10), 4))

    lifecycle.decline(order, by=clerk(), reason="not for sale")

    event = order.events.last()
    assert (event.what, event.by, event.reason) == ("declined", clerk(), "not for sale")


# Holding and deciding ---------------------------------------------------------


def test_an_order_on_hold_is_passed_over_and_served_when_released():
    edition = make_edition(is_printed=True)
    held, next_one = make_order((edition, 5)), make_order((edition, 5))
    lifecycle.hold(held, by=clerk(), reason=Order.Hold.ADDRESS)

    stock.receive(edition, 6, by=clerk())

    assert (line_of(held).allocated, line_of(next_one).allocated) == (0, 5)
    assert held.events.filter(what="skipped").count() == 1
    lifecycle.release(held, by=clerk())
    assert line_of(held).allocated == 1


@pytest.mark.parametrize(
    ("grant", "expected"), [(0, (50, 10)), (4, (54, 6)), (10, (60, 0)), (999, (60, 0))]
)
def test_the_excess_is_decided_by_a_person(settings, grant, expected):
    settings.ORDER_LIMIT_PER_TITLE = 50
    order = make_order((make_edition(on_hand=100), 60))

    changes.approve(order, grants={line_of(order).pk: grant}, by=clerk())

    assert (line_of(order).approved, line_of(order).refused) == expected
    assert line_of(order).to_decide == 0


def test_only_an_open_order_is_put_on_hold():
    order = make_order((make_edition(on_hand=10), 4), status=Status.CANCELLED)

    with pytest.raises(OrderError, match="open order"):
        lifecycle.hold(order, by=clerk(), reason=Order.Hold.OTHER)


# Events and sentences ---------------------------------------------------------


@pytest.mark.parametrize("status", Status)
def test_every_status_is_reached_by_events_that_say_so(status):
    order = make_order((make_edition(on_hand=10), 4), status=status)

    assert order.status == status
    assert order.events.last().to_status == status


def test_looking_at_personal_data_is_noted_once_a_day():
    from orders.events import record_view

    order = make_order((make_edition(on_hand=10), 4))

    record_view(order, by=clerk())
    record_view(order, by=clerk())

    assert order.events.filter(what=OrderEvent.What.VIEWED).count() == 1


def test_an_order_of_which_only_the_excess_was_left_is_closed_by_the_decision():
    order = make_order((make_edition(on_hand=100), 60))
    fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk())

    changes.approve(order, grants={}, by=clerk())

    order.refresh_from_db()
    assert order.status == Status.CLOSED
    assert order.ended_at


def test_an_order_that_is_closed_is_no_longer_on_hold():
    order = make_order((make_edition(on_hand=10), 5), pick_up_point=make_point())
    bag = make_consignment(order, "at_desk")
    lifecycle.hold(order, by=clerk(), reason=Order.Hold.REQUEST)

    fulfilment.hand_over(bag, by=clerk())

    order.refresh_from_db()
    assert (order.status, order.hold) == (Status.CLOSED, "")


# Shares -----------------------------------------------------------------------


def test_what_is_left_out_is_taken_from_the_consignees_last(db):
    edition = make_edition(on_hand=3)
    part = {"delivery": "post", "address": "Example Street 2", "country": "CH"}
    order = make_order(
        (edition, 10),
        waits={edition.pk: False},
        consignees=[part | {"quantities": {edition.pk: 8}}],
    )

    line = order.lines.get()
    assert (line.allocated, line.cancelled, line.shares.get().quantity) == (3, 7, 3)
    assert audit.breaches() == []


# Ended twice ------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [lifecycle.cancel, lifecycle.decline])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_another_reason_of_a_second_colleague_is_not_lost_without_a_word(verb, language):
    order = make_order((make_edition(on_hand=10), 4))
    verb(order, by=clerk(), reason="Ordered twice", version=order.version)

    for reason in ("Ordered twice", ""):
        verb(order, by=clerk("other"), reason=reason, version=order.version)
    with translation.override(language), pytest.raises(OrderError) as refused:
        verb(order, by=clerk("other"), reason="No such address", version=order.version)

    with translation.override(language):
        assert "Ordered twice" in str(refused.value)


def test_the_reason_for_an_order_that_its_orderer_cancelled_is_not_lost_either():
    order = make_order((make_edition(on_hand=10), 4))
    lifecycle.cancel(order)

    with pytest.raises(OrderError, match="without a reason"):
        lifecycle.cancel(order, by=clerk(), reason="They wrote to us")


@pytest.mark.parametrize("verb", ["cancel", "decline"])
def test_the_page_keeps_the_reason_that_came_second(desk, verb):
    order = make_order((make_edition(on_hand=10), 4))
    fields = {"version": order.version}
    address = reverse(f"desk:{verb}", args=[order.number])
    desk.post(address, fields | {"reason": "Ordered twice"})

    answer = desk.post(address, fields | {"reason": "No such address"})

    assert answer.status_code == 409
    assert "Ordered twice" in refusal(answer)
    assert "No such address" in answer.text
