"""A wrong press at the counter is taken back, as if it had not been."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation

from catalogue.formats import short_date
from orders import aftercare, fulfilment, lifecycle, meetings, privacy, stock
from orders.errors import OrderError
from orders.models import Consignment, Order, OrderEvent, OrderLine, OutgoingMessage, StockEntry
from orders.reports import departures
from orders.reports.choices import Choice
from orders.reports.periods import Period
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_state,
)
from tests.orders.test_meetings import page
from tests.orders.visits import LANGUAGES, notices, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]


@pytest.fixture
def edition(db):
    return make_edition(on_hand=20)


@pytest.fixture
def point(db):
    return make_point("Counter of the meeting (specimen)")


@pytest.fixture
def bag(edition, point):
    """Four copies that were handed over; the order is closed."""
    order = make_order((edition, 4), pick_up_point=point)
    return make_consignment(order, "handed_over")


def figures():
    """What orders hold and what the shelves hold, and where the bags are."""
    lines = OrderLine.objects.order_by("pk").values_list("approved", "allocated", "issued")
    return list(lines), list(Consignment.objects.values_list("status", "left_at"))


# A hand-over ---------------------------------------------------------------------------


def test_an_undone_hand_over_is_as_if_it_had_not_been(edition, point):
    bag = make_consignment(make_order((edition, 4), pick_up_point=point), "at_desk")
    before = figures(), stock.balance(edition)
    fulfilment.hand_over(bag, by=clerk())

    for _twice in range(2):
        fulfilment.undo_hand_over(bag, by=clerk())

    now = stock.balance(edition)
    assert figures() == before[0]
    assert (now.on_hand, now.allocated) == (before[1].on_hand, before[1].allocated) == (20, 4)
    order = Order.objects.get()
    assert (order.status, order.ended_at, order.first_left_at) == ("open", None, None)


def test_both_movements_stay_in_the_ledger(edition, bag):
    fulfilment.undo_hand_over(bag, by=clerk())

    undone, issued = StockEntry.objects.filter(kind="issue")
    assert (issued.on_hand_change, undone.on_hand_change) == (-4, 4)
    assert (str(issued.movement), str(undone.movement)) == ("left the shelf", "hand-over undone")


def test_one_event_says_who_undid_it_and_nobody_is_told(bag):
    before, mails = OrderEvent.objects.count(), OutgoingMessage.objects.count()

    fulfilment.undo_hand_over(bag, by=clerk("other"))

    event = OrderEvent.objects.last()
    assert OrderEvent.objects.count() == before + 1
    assert (event.what, event.from_status, event.to_status) == ("undone", "closed", "open")
    assert (event.by, event.consignment) == (clerk("other"), bag)
    assert OutgoingMessage.objects.count() == mails


def test_it_can_be_handed_over_to_the_right_person_afterwards(edition, bag):
    fulfilment.undo_hand_over(bag, by=clerk())

    fulfilment.hand_over(bag, by=clerk())

    assert stock.balance(edition).on_hand == 16
    assert Order.objects.get().status == "closed"


def test_no_report_counts_what_was_undone(edition, bag):
    fulfilment.undo_hand_over(bag, by=clerk())

    today = timezone.localdate()
    choice = Choice(Period(today.replace(day=1), today))
    assert departures.by_edition(choice)[edition.pk].left == 0


@pytest.mark.parametrize("days", [None, 30])
def test_an_order_that_was_on_hold_is_on_hold_again(edition, point, days):
    until = days and timezone.localdate() + datetime.timedelta(days=days)
    order = make_order((edition, 4), pick_up_point=point)
    bag = make_consignment(order, "at_desk")
    lifecycle.hold(order, by=clerk(), reason="request", until=until)
    fulfilment.hand_over(bag, by=clerk())
    assert Order.objects.get().hold == ""

    fulfilment.undo_hand_over(bag, by=clerk())

    order.refresh_from_db()
    assert (order.status, order.hold, order.hold_until) == ("open", "request", until)


def test_a_hold_that_was_lifted_before_is_not_there_again(edition, point):
    order = make_order((edition, 4), pick_up_point=point)
    bag = make_consignment(order, "at_desk")
    lifecycle.hold(order, by=clerk(), reason="request")
    lifecycle.release(order, by=clerk())
    fulfilment.hand_over(bag, by=clerk())

    fulfilment.undo_hand_over(bag, by=clerk())

    assert Order.objects.get().hold == ""


def test_a_hold_stays_where_another_bag_kept_the_order_open(edition, point):
    order = make_order((edition, 4), pick_up_point=point)
    line = order.lines.get().pk
    bag, _other = (make_consignment(order, "at_desk", quantities={line: 2}) for _twice in range(2))
    lifecycle.hold(order, by=clerk(), reason="request")
    fulfilment.hand_over(bag, by=clerk())

    fulfilment.undo_hand_over(bag, by=clerk())

    assert Order.objects.get().hold == "request"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_which_hold_ended_with_the_order(desk, edition, point, language):
    order = make_order((edition, 4), pick_up_point=point)
    bag = make_consignment(order, "at_desk")
    until = timezone.localdate() + datetime.timedelta(days=30)
    lifecycle.hold(order, by=clerk(), reason="request", until=until)
    fulfilment.hand_over(bag, by=clerk())

    with translation.override(language):
        page = desk.get(order.get_desk_url()).text
        told = said(language, "was on hold: %(reason)s", reason=Order.Hold.REQUEST.label)

    assert f"{told}, {said(language, 'until %(day)s', day=short_date(until, language))}" in page


def test_on_another_day_it_is_too_late(bag):
    tomorrow = timezone.now() + datetime.timedelta(days=1)

    with time_machine.travel(tomorrow), pytest.raises(OrderError, match="on another day"):
        fulfilment.undo_hand_over(bag, by=clerk())


def replaced(bag):
    order = Order.objects.get()
    aftercare.replace(bag, by=clerk(), version=order.version, reason="x")


def forgotten(bag):
    privacy.erase(Order.objects.get())


def counted(bag):
    stock.count(bag.lines.get().line.edition, 18, by=clerk())


@pytest.mark.parametrize("since", [replaced, forgotten, counted])
def test_what_happened_since_is_not_undone_with_it(bag, since):
    since(bag)
    before = figures()

    with pytest.raises(OrderError):
        fulfilment.undo_hand_over(bag, by=clerk())

    assert figures() == before


def test_an_order_cancelled_since_stays_ended(edition, point):
    order = make_order((edition, 30), pick_up_point=point)
    bag = make_consignment(order, "handed_over")
    lifecycle.cancel(order, by=clerk())

    with pytest.raises(OrderError, match="mark the bag as returned"):
        fulfilment.undo_hand_over(bag, by=clerk())


def test_another_bag_of_the_order_does_not_stand_in_the_way(edition, point):
    order = make_order((edition, 30), pick_up_point=point)
    first = make_consignment(order, "handed_over")
    stock.receive(edition, 10, by=clerk())
    make_consignment(order, "handed_over")

    fulfilment.undo_hand_over(first, by=clerk())

    assert OrderLine.objects.get().issued == 10
    assert Order.objects.get().status == "open"


# At the counter ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["counter", "meeting"])
def test_the_pages_of_the_point_offer_to_undo_what_was_handed_over_today(desk, bag, point, name):
    answer = page(desk, point, name)
    button = reverse("desk:undo-hand-over", args=[bag.pk])

    assert button in answer.text
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert button not in page(desk, point, name).text


def test_undo_comes_back_to_the_counter(desk, bag, point):
    here = reverse("desk:counter", args=[point.pk]) + f"?q={bag.order.number}"

    answer = desk.post(reverse("desk:undo-hand-over", args=[bag.pk]), {"next": here}, follow=True)

    assert answer.redirect_chain == [(here, 302)]
    assert notices(answer)[0].startswith("Undone")
    assert Consignment.objects.get().status == "at_desk"


def test_the_page_of_the_order_offers_it_too(desk, bag):
    answer = desk.get(bag.order.get_desk_url())

    assert reverse("desk:undo-hand-over", args=[bag.pk]) in answer.text


def test_the_next_code_is_scanned_into_an_empty_field(desk, bag, point):
    found = page(desk, point, "counter", q=bag.order.number)
    nothing = page(desk, point, "counter", q="nobody")

    assert re.search(r'name="q"[^>]*value=""', found.text)
    assert re.search(r'name="q"[^>]*value="nobody"', nothing.text)


# Without an order ----------------------------------------------------------------------------


@pytest.fixture
def given(edition, point):
    stock.walk_up(edition, 3, by=clerk(), state=make_state(), key="walk")
    return StockEntry.objects.get(kind="walk_up")


def undo(desk, point, given):
    address = reverse("desk:undo-walk-up", args=[point.pk])
    return desk.post(address, {"given": getattr(given, "pk", given)}, follow=True)


def test_copies_handed_out_by_mistake_are_there_again_once(desk, edition, point, given):
    assert page(desk, point, "counter").text.count('name="given"') == 1

    for _twice in range(2):
        answer = undo(desk, point, given)

    assert notices(answer) == ["Undone: the copies lie there again."]
    assert stock.balance(edition).on_hand == 20
    assert 'name="given"' not in answer.text
    assert StockEntry.objects.filter(kind="walk_up").count() == 2


def test_who_waits_is_served_with_what_was_handed_out_by_mistake(desk, edition, point, given):
    order = make_order((edition, 20), waits={edition.pk: True})

    undo(desk, point, given)

    assert order.lines.get().allocated == 20


def test_what_was_handed_out_yesterday_stays(desk, edition, point, given):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert 'name="given"' not in page(desk, point, "counter").text
        assert "Only what was handed out today" in notices(undo(desk, point, given))[0]

    assert stock.balance(edition).on_hand == 17


def test_what_was_counted_since_stays(desk, edition, point, given):
    stock.count(edition, 18, by=clerk())

    assert "counted or moved since" in notices(undo(desk, point, given))[0]
    assert stock.balance(edition).on_hand == 18


@pytest.mark.parametrize("typed", ["", "x", "0", "99999999999999999999"])
def test_what_was_not_handed_out_here_cannot_be_undone(desk, edition, point, given, typed):
    undo(desk, point, typed)

    assert stock.balance(edition).on_hand == 17


def test_what_lies_elsewhere_is_not_undone_here(desk, edition, given):
    other = make_point("Elsewhere")
    meetings.give_location(other)

    undo(desk, other, given)

    assert stock.balance(edition).on_hand == 17
