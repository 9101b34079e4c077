"""A wrong press is taken back, as if it had not been."""

import datetime
import re
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from catalogue.formats import short_date
from orders import aftercare, fulfilment, lifecycle, links, meetings, outbox, privacy, stock
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
    assert (str(issued.movement), str(undone.movement)) == ("left the shelf", "departure undone")


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
        facts = {"reason": str(Order.Hold.REQUEST.label), "day": short_date(until, language)}

    assert said(language, "was on hold until %(day)s: %(reason)s", **facts) in page


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

    with pytest.raises(OrderError, match="mark them as returned"):
        fulfilment.undo_hand_over(bag, by=clerk())


def test_another_bag_of_the_order_does_not_stand_in_the_way(edition, point):
    order = make_order((edition, 30), pick_up_point=point)
    first = make_consignment(order, "handed_over")
    stock.receive(edition, 10, by=clerk())
    make_consignment(order, "handed_over")

    fulfilment.undo_hand_over(first, by=clerk())

    assert OrderLine.objects.get().issued == 10
    assert Order.objects.get().status == "open"


# A dispatch ------------------------------------------------------------------------------


@pytest.fixture
def sent(edition):
    """Four copies that were dispatched, with a number; the order is closed."""
    parcel = make_consignment(make_order((edition, 4)))
    return fulfilment.send(parcel, by=clerk(), tracking="RR123456785CH", weight_g=300)


def test_an_undone_dispatch_is_as_if_it_had_not_been(edition):
    parcel = make_consignment(make_order((edition, 4)))
    before = figures(), stock.balance(edition)
    fulfilment.send(parcel, by=clerk(), tracking="RR123456785CH")

    for _twice in range(2):
        parcel = fulfilment.undo_send(parcel, by=clerk())

    now, order = stock.balance(edition), Order.objects.get()
    assert figures() == before[0]
    assert (now.on_hand, now.allocated) == (before[1].on_hand, before[1].allocated) == (20, 4)
    assert (order.status, order.ended_at, order.first_left_at) == ("open", None, None)
    assert (parcel.status, parcel.tracking) == ("packed", "")
    undone, issued = StockEntry.objects.filter(kind="issue")
    assert (issued.on_hand_change, undone.on_hand_change) == (-4, 4)
    assert OrderEvent.objects.filter(what="unsent").count() == 1


def test_a_dispatch_that_was_undone_counts_in_no_report(edition, sent):
    fulfilment.undo_send(sent, by=clerk())

    today = timezone.localdate()
    left = departures.by_edition(Choice(Period(today.replace(day=1), today)))[edition.pk]
    assert (left.left, left.returned) == (0, 0)


def test_it_is_dispatched_again_with_another_number(edition, sent):
    fulfilment.undo_send(sent, by=clerk())

    again = fulfilment.send(sent, by=clerk(), tracking="RR473124829CH")

    assert (again.status, again.tracking) == ("sent", "RR473124829CH")
    assert Order.objects.get().status == "closed"
    assert OutgoingMessage.objects.filter(template="sent", parked_at=None).count() == 1


def test_a_mail_about_a_dispatch_that_has_not_left_is_not_sent(sent):
    fulfilment.undo_send(sent, by=clerk())
    outbox.deliver()

    assert "sent" not in [
        message.template for message in OutgoingMessage.objects.exclude(sent_at=None)
    ]
    assert not OutgoingMessage.objects.filter(template="changed").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_was_told_of_the_dispatch_is_told_that_it_was_a_mistake(edition, language):
    parcel = make_consignment(make_order((edition, 4), language=language), "sent")
    outbox.deliver()

    fulfilment.undo_send(parcel, by=clerk())
    outbox.deliver()

    sentence = (
        "We wrote to you that copies had left us. That was our mistake: they are still here, and "
        "we will write when they leave. This is how your order stands now:"
    )
    told = mail.outbox[-1]
    assert told.body.count(said(language, sentence)) == 1
    assert said(language, sentence) in told.alternatives[0][0]


@pytest.mark.parametrize("since", [replaced, counted, forgotten])
def test_what_happened_since_the_dispatch_is_not_undone_with_it(sent, since):
    since(sent)
    before = figures()

    with pytest.raises(OrderError):
        fulfilment.undo_send(sent, by=clerk())

    assert figures() == before


def test_a_dispatch_of_another_day_is_not_undone(desk, sent):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert reverse("desk:undo-send", args=[sent.pk]) not in desk.get(url_of(sent)).text
        with pytest.raises(OrderError, match="on another day"):
            fulfilment.undo_send(sent, by=clerk())


def url_of(parcel):
    return parcel.order.get_desk_url()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_order_undoes_a_dispatch(desk, sent, language):
    with translation.override(language):
        address = reverse("desk:undo-send", args=[sent.pk])
        assert address in desk.get(url_of(sent)).text

        answers = [desk.post(address, follow=True) for _twice in range(2)]

    sentence = "Undone: the parcel is still here, and its copies stay promised to the order."
    done = "This was done already; nothing has changed."
    told = [said(language, sentence), said(language, done)]
    assert [notices(answer) for answer in answers] == [[words] for words in told]
    with translation.override(language):
        assert str(OrderEvent.What.UNSENT.label) in answers[0].text


@pytest.mark.parametrize(("verb", "status"), [("send", "packed"), ("hand-over", "at_desk")])
def test_in_the_queue_a_press_names_the_order_whose_row_is_gone(desk, edition, point, verb, status):
    goes = {"pick_up_point": point} if verb == "hand-over" else {}
    parcel = make_consignment(make_order((edition, 4), **goes), status)
    queue = reverse("desk:queue") + "?tab=packed"

    answer = desk.post(reverse(f"desk:{verb}", args=[parcel.pk]), {"next": queue}, follow=True)

    assert f'It was <a href="{url_of(parcel)}">{parcel}</a>' in answer.text


def test_its_reader_sees_that_it_did_not_leave(client, sent):
    fulfilment.undo_send(sent, by=clerk())

    shown = client.get(urlsplit(links.order_url(sent.order, "en")).path).text

    assert "That they were dispatched was our mistake: they are still here." in shown


# What has arrived ---------------------------------------------------------------------------


def test_what_was_marked_as_delivered_by_mistake_can_be_lost_and_tracked(desk, edition):
    parcel = make_consignment(make_order((edition, 4)), "delivered")
    lost, track = (reverse(f"desk:{name}", args=[parcel.pk]) for name in ("lose", "track"))

    shown = desk.get(url_of(parcel)).text
    desk.post(track, {"tracking": "RR123456785CH", "was": ""})
    desk.post(lost, {"reason": "It never came"})

    assert lost in shown
    assert track in shown
    parcel.refresh_from_db()
    assert (parcel.status, parcel.tracking) == ("lost", "RR123456785CH")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_tracking_number_on_two_parcels_is_told_with_a_way_to_the_other(
    desk, edition, language
):
    first = make_consignment(make_order((edition, 4)))
    fulfilment.send(first, by=clerk(), tracking="RR 123 456 785 CH")
    second, third = (make_consignment(make_order((edition, 4))) for _twice in range(2))
    fulfilment.send(third, by=clerk())

    with translation.override(language):
        answer = desk.post(
            reverse("desk:send", args=[second.pk]), {"tracking": "RR123456785CH"}, follow=True
        )
        told = said(
            language,
            'Parcel <a href="%(url)s">%(number)s</a> has the same tracking number. That is right '
            "only if both left as one.",
            url=url_of(first),
            number=first,
        )

    second.refresh_from_db()
    assert second.status == "sent"
    assert answer.text.count(told) == 1


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
