"""Orders whose confirmation mail did not leave wait for us: they are shown, and can be decided."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from orders import lifecycle, outbox, standing
from orders.models import Order, OutgoingMessage
from tests.builders import clerk, make_edition, make_publication, place_order
from tests.orders.visits import LANGUAGES, notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
QUEUE = "/en/desk/"
ADDRESS = "delegate@example.org"


@pytest.fixture
def edition(db):
    return make_edition(make_publication("action-plan"), on_hand=500)


@pytest.fixture
def fourth(settings, edition):
    """One more order of an address than it gets mails a day."""
    settings.MAILS_PER_ADDRESS_A_DAY = 3
    return [place_order((edition, 2), email=ADDRESS) for _ in range(4)][-1]


@pytest.fixture
def refused(edition):
    standing.mark(ADDRESS, "refused")
    return place_order((edition, 2), email=ADDRESS)


@pytest.fixture
def failed(edition):
    order = place_order((edition, 2), email=ADDRESS)
    order.messages.update(parked_at=timezone.now(), last_error="SMTPRecipientsRefused")
    return order


KINDS = ["fourth", "refused", "failed"]
WHY = {
    "fourth": "confirmation mail kept back: too many in a short time",
    "refused": "confirmation mail kept back: the address refused mail",
    "failed": "confirmation mail not delivered: SMTPRecipientsRefused",
}


@pytest.fixture(params=KINDS)
def waiting(request):
    """(the order, its kind)"""
    return request.getfixturevalue(request.param), request.param


def later(**time):
    return time_machine.travel(timezone.now() + datetime.timedelta(**time), tick=False)


def press(desk, name, order, **fields):
    fields = {"version": order.version} | fields
    return desk.post(reverse(f"desk:{name}", args=[order.number]), fields, follow=True)


def step_of(desk, order):
    page = desk.get(order.get_desk_url()).text
    return page.partition('class="next-step"')[2].partition("</section>")[0]


# The queue ------------------------------------------------------------------------


def test_what_waits_for_us_is_to_review_with_the_reason(desk, waiting):
    order, kind = waiting

    answer = desk.get(QUEUE, {"tab": "to_review"})

    assert [row.number for row in answer.context["page"]] == [order.number]
    assert WHY[kind] in answer.text
    assert ("to_review", "To review", 1) in answer.context["tabs"]


def test_an_order_whose_mail_is_under_way_is_not_to_review(edition):
    place_order((edition, 2))

    assert not Order.objects.to_review().exists()


def test_what_waits_longest_is_reviewed_first(desk, edition, refused):
    held = lifecycle.confirm(place_order((edition, 1), email="other@example.org"))
    lifecycle.hold(held, by=clerk(), reason="other")

    page = desk.get(QUEUE, {"tab": "to_review"}).context["page"]

    assert [row.number for row in page] == [refused.number, held.number]


# The clock ------------------------------------------------------------------------


def test_what_waits_for_us_does_not_expire(waiting):
    order, _kind = waiting

    with later(hours=100):
        lifecycle.expire_unverified()
        assert not lifecycle.is_late(order)

    order.refresh_from_db()
    assert order.status == "unverified"


def test_a_mail_that_has_not_left_starts_no_hours(edition):
    order = place_order((edition, 2))

    with later(hours=100):
        assert lifecycle.expire_unverified() == 0
        assert not lifecycle.is_late(order)


@pytest.mark.parametrize(("hours", "expired"), [(71, 0), (73, 1)])
def test_the_hours_count_from_the_mail(fourth, hours, expired):
    for order in Order.objects.exclude(pk=fourth.pk):
        lifecycle.cancel(order)
    with later(hours=100):
        outbox.resend(fourth.messages.get())
        outbox.deliver()

    with later(hours=100 + hours):
        assert lifecycle.expire_unverified() == expired


def test_what_nobody_looked_at_is_not_kept_longer_than_people_are(waiting, settings):
    order, _kind = waiting

    with later(days=settings.ORDER_KEPT_DAYS + 1):
        lifecycle.expire_unverified()

    order.refresh_from_db()
    assert order.status == "expired"


# The order's page -----------------------------------------------------------------


def test_the_next_step_says_that_no_mail_was_sent(desk, waiting):
    step = step_of(desk, waiting[0])

    assert "has not followed the link" not in step
    assert "The order waits for you" in step


DONE = "This was done already; nothing has changed."


def told(answers):
    """What was done, as each of the answers says."""
    return [notices(answer)[-1] for answer in answers]


@pytest.mark.parametrize("kind", ["fourth", "failed"])
@pytest.mark.parametrize("times", [1, 2])
def test_the_confirmation_is_sent_now(desk, request, kind, times, mailoutbox):
    order = request.getfixturevalue(kind)
    OutgoingMessage.objects.exclude(order=order).update(sent_at=timezone.now())

    answers = [press(desk, "send-confirmation", order) for _time in range(times)]

    assert told(answers) == ["The confirmation mail is on its way.", DONE][:times]
    assert order.events.filter(what="mailed").count() == 1
    assert outbox.deliver() == 1
    assert not Order.objects.to_review().exists()


def test_the_confirmation_goes_to_the_corrected_address(desk, failed):
    Order.objects.filter(pk=failed.pk).update(email="right@example.org")

    press(desk, "send-confirmation", failed)

    assert failed.messages.get().to == "right@example.org"


def test_no_confirmation_is_sent_against_a_refusal(desk, refused):
    answer = press(desk, "send-confirmation", refused)

    assert "The reader of this address wants no mail from us." in answer.text
    assert outbox.deliver() == 0


@pytest.mark.parametrize("times", [1, 2])
def test_a_refusal_is_lifted_with_a_reason(desk, refused, times):
    for _time in range(times):
        press(desk, "lift-refusal", refused, reason="Wrote on 3 May")

    assert not standing.refuses(ADDRESS)
    assert refused.events.get(what="mail_allowed").reason == "Wrote on 3 May"
    assert outbox.deliver() == 1


def test_a_refusal_is_not_lifted_without_a_reason(desk, refused):
    answer = press(desk, "lift-refusal", refused)

    assert answer.status_code == 422
    assert standing.refuses(ADDRESS)


@pytest.mark.parametrize("times", [1, 2])
def test_the_order_is_accepted_with_a_reason(desk, waiting, times):
    order, _kind = waiting

    answers = [press(desk, "accept", order, reason="Telephoned") for _time in range(times)]

    order.refresh_from_db()
    assert told(answers) == ["The order is accepted without a confirmation.", DONE][:times]
    assert (order.status, order.lines.get().allocated) == ("open", 2)
    assert order.events.get(what="confirmed").reason == "Telephoned"


def test_what_is_accepted_has_the_limits_of_everybody(edition, settings):
    settings.ORDER_LIMIT_PER_TITLE = 5
    order = place_order((edition, 9))

    lifecycle.accept(order, by=clerk(), reason="x")

    assert order.lines.get().to_decide == 4


@pytest.mark.parametrize("times", [1, 2])
def test_the_order_is_ended_without_a_mail(desk, waiting, times):
    order, _kind = waiting
    mails = order.messages.count()

    answers = [press(desk, "expire", order) for _time in range(times)]

    order.refresh_from_db()
    assert order.status == "expired"
    assert told(answers) == ["The order has ended. Nobody was written to.", DONE][:times]
    assert order.messages.count() == mails


@pytest.mark.parametrize("name", ["send-confirmation", "lift-refusal", "accept", "expire"])
def test_who_may_not_decide_may_not_do_it(client, settings, refused, name):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk("reader", is_superuser=False, is_staff=True))

    assert press(client, name, refused, reason="x").status_code == 403


# Many at once -----------------------------------------------------------------------


@pytest.fixture
def flood(edition):
    """Five orders whose mails were kept back."""
    orders = [place_order((edition, 2), email=f"{n}@example.org") for n in range(5)]
    OutgoingMessage.objects.update(parked_at=timezone.now(), last_error="limit")
    return orders


def decide(desk, do, *orders, language="en", **fields):
    with translation.override(language):
        address = reverse("desk:confirmations")
    data = {"do": do, "picked": [order.number for order in orders]} | fields
    return desk.post(address, data, follow=True)


def test_only_a_queue_with_mails_kept_back_offers_to_decide_many(desk, edition, settings):
    settings.ORDER_LIMIT_PER_TITLE = 2
    lifecycle.confirm(place_order((edition, 9)))
    address = reverse("desk:confirmations")
    before = desk.get(QUEUE, {"tab": "to_review"}).text

    place_order((edition, 2), email=ADDRESS)
    OutgoingMessage.objects.update(parked_at=timezone.now(), last_error="limit")

    assert address not in before
    assert address in desk.get(QUEUE, {"tab": "to_review"}).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("do", ["send", "expire"])
def test_how_many_is_asked_first(desk, flood, do, language):
    held = lifecycle.confirm(place_order((flood[0].lines.get().edition, 1), email=ADDRESS))

    answer = decide(desk, do, *flood, held, language=language)

    assert [row.pk for row in answer.context["waiting"]] == [order.pk for order in flood]
    assert answer.context["others"] == [held]
    assert re.search(r"<h1>[^<]*\b5\b", answer.text)
    assert Order.objects.filter(status="unverified").count() == 5
    assert Order.objects.kept_back().count() == 5


SENTENCES = {
    "send": (
        "%(n)s confirmation mail is on its way.",
        "%(n)s confirmation mails are on their way.",
    ),
    "expire": (
        "%(n)s order has ended. Nobody was written to.",
        "%(n)s orders have ended. Nobody was written to.",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("do", SENTENCES)
def test_then_it_is_done_with_all_of_them(desk, flood, do, times, language):
    answers = [decide(desk, do, *flood, language=language, sure="yes") for _time in range(times)]

    with translation.override(language):
        told = ngettext(*SENTENCES[do], 5) % {"n": 5}
    assert notices(answers[0])[-1] == told
    assert not Order.objects.to_review().exists()
    assert outbox.deliver() == (5 if do == "send" else 0)


@pytest.mark.parametrize("do", ["send", "expire"])
def test_what_was_decided_already_is_not_told_as_done(desk, flood, do):
    decide(desk, do, *flood, sure="yes")

    again = decide(desk, do, *flood, sure="yes")

    assert notices(again) == ["This was done already; nothing has changed."]


def test_what_cannot_be_decided_is_named_and_the_rest_is_done(desk, flood):
    standing.mark(flood[1].email, "refused")
    lifecycle.confirm(flood[2])

    answer = decide(desk, "send", *flood, sure="yes")

    assert notices(answer) == [
        "3 confirmation mails are on their way.",
        f"{flood[1]}: The reader of this address wants no mail from us.",
        f"{flood[2]}: This order does not wait for a confirmation.",
    ]
    assert OutgoingMessage.objects.confirmations().filter(parked_at=None).count() == 3


def test_an_order_confirmed_while_somebody_was_asked_does_not_end(desk, flood):
    lifecycle.confirm(flood[0])

    decide(desk, "expire", *flood, sure="yes")

    flood[0].refresh_from_db()
    assert flood[0].status == "open"
    assert Order.objects.filter(status="expired").count() == 4


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"do": "delete"}, "Tick the orders first."),
        ({"picked": []}, "Tick the orders first."),
        ({"picked": ["NONE-SUCH"]}, "One of these orders is not there."),
    ],
)
def test_nothing_ticked_or_nothing_known_decides_nothing(desk, flood, fields, words):
    given = {"do": "expire", "picked": [order.number for order in flood], "sure": "yes"}

    answer = desk.post(reverse("desk:confirmations"), given | fields, follow=True)

    assert notices(answer) == [words]
    assert Order.objects.kept_back().count() == 5


def test_orders_that_do_not_wait_are_not_asked_about(desk, edition):
    order = lifecycle.confirm(place_order((edition, 1)))

    answer = decide(desk, "expire", order, next=f"{QUEUE}?tab=to_review")

    assert notices(answer) == ["None of the ticked orders waits for a confirmation."]
    assert answer.redirect_chain == [(f"{QUEUE}?tab=to_review", 302)]


# The reader -----------------------------------------------------------------------


def test_a_refused_address_cannot_be_written_to_by_pressing_send_again(refused):
    with later(days=2):
        assert not outbox.repeat_confirmation(refused)


# The messages ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("kept_back", {"parked": True, "last_error": "limit"}),
        ("kept_back", {"parked": True, "last_error": "refused"}),
        ("failed", {"parked": True, "last_error": "SMTPRecipientsRefused"}),
        ("waiting", {"last_error": "ConnectionRefusedError"}),
        ("sent", {"sent": True}),
    ],
)
def test_messages_are_filtered_and_counted(desk, edition, name, columns):
    given = {"last_error": columns.get("last_error", "")}
    given |= {"parked_at": timezone.now()} if columns.get("parked") else {}
    given |= {"sent_at": timezone.now()} if columns.get("sent") else {}
    message = place_order((edition, 1)).messages.get()
    OutgoingMessage.objects.update(**given)

    counts = {row[0]: row[2] for row in desk.get(reverse("desk:messages")).context["filters"]}
    found = desk.get(reverse("desk:messages"), {"status": name}).context["page"].object_list

    assert counts == dict.fromkeys(counts, 0) | {name: 1}
    assert list(found) == [message]


@pytest.mark.parametrize("status", ["nonsense", "", "'"])
def test_an_unknown_filter_shows_all(desk, edition, status):
    place_order((edition, 1))

    page = desk.get(reverse("desk:messages"), {"status": status}).context["page"]

    assert len(page.object_list) == 1


def test_an_empty_filter_offers_the_way_back(desk, edition):
    place_order((edition, 1))

    assert "Show all" in desk.get(reverse("desk:messages"), {"status": "failed"}).text


@pytest.mark.parametrize("orders", [1, 4])
def test_the_messages_take_as_many_queries_for_many(
    desk, edition, orders, django_assert_max_num_queries
):
    for number in range(orders):
        place_order((edition, 1), email=f"{number}@example.org")

    desk.get(reverse("desk:messages"))
    with django_assert_max_num_queries(8):
        desk.get(reverse("desk:messages"), {"status": "waiting"})
