"""The page of an order behind its secret link: confirm, look, change, cancel."""

import datetime
import html
import re

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders import (
    addresses,
    changes,
    fulfilment,
    lifecycle,
    links,
    new_destinations,
    outbox,
    standing,
    stock,
)
from orders.models import Consignment, Order, OrderEvent, OutgoingMessage, Share
from tests.builders import (
    clerk,
    line_of,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_publication,
    make_state,
    place_order,
)
from tests.orders.visits import LANGUAGES, at, links_mailed, said, text_of

pytestmark = pytest.mark.django_db

CONSIGNEE = {
    "recipient": "Mine action centre (specimen)",
    "delivery": "post",
    "address": "Marked Street 3\nBerne",
    "country": "CH",
}
STATUSES = [status for status in Order.Status if status != Order.Status.EXPIRED]


@pytest.fixture
def edition(db):
    return make_edition(language="fr", on_hand=20)


def path(order, name="order", language="en"):
    return at(language, name, links.secret_of(order))


def quantities(order):
    return {line.edition_id: line.wanted for line in order.lines.all()}


# The link ---------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["x", "details2", "A" * 43, "é", "%00", "a" * 3000, "💥"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_link_helps_on(client, language, secret):
    page = client.get(at(language, "basket") + secret + "/")

    assert page.status_code == (400 if secret == "%00" else 404)
    if page.status_code == 404:
        assert "publications@example.org" in page.text


@pytest.mark.parametrize("name", ["order", "confirm", "change", "cancel"])
def test_a_truncated_link_opens_nothing(client, edition, name):
    order = place_order((edition, 1))
    short = at("en", name, links.secret_of(order)[:-1])

    answer = client.post(short) if name == "confirm" else client.get(short)

    assert answer.status_code == 404
    assert order.number not in answer.text


def test_a_link_that_was_not_confirmed_in_time_is_stale(client, edition):
    order = make_order((edition, 1), status=Order.Status.EXPIRED)

    page = client.get(path(order))

    assert page.status_code == 404
    assert "not confirmed within 72 hours" in page.text


@pytest.mark.parametrize("status", STATUSES)
def test_the_page_is_kept_to_its_reader(client, edition, status):
    page = client.get(path(make_order((edition, 1), status=status)))

    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert client.cookies == {}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_looking_changes_nothing(client, edition, status, language):
    order = make_order((edition, 1), status=status)
    before = list(order.events.values_list()), Order.objects.values().get()

    for name in ("order", "change", "cancel"):
        client.get(path(order, name, language))
        client.head(path(order, name, language))

    assert (list(order.events.values_list()), Order.objects.values().get()) == before


@pytest.mark.parametrize("name", ["order", "confirm", "change", "cancel"])
def test_methods_are_named(client, edition, name):
    answer = client.generic("TRACE", path(place_order((edition, 1)), name))

    assert answer.status_code == 405


def test_the_page_tells_little_of_the_person(client, edition):
    make_state("CH", "Switzerland")
    order = make_order(
        (edition, 1),
        name="Marked Name",
        organisation="Marked Organisation",
        email="marked@example.org",
        address="Marked Street 14\nMarked Box\n1218 Le Grand-Saconnex",
    )

    texts = [client.get(path(order, name)).text for name in ("order", "change", "cancel")]

    assert "Marked" not in "".join(texts)
    assert "marked@" not in "".join(texts)
    assert "<bdi>1218 Le Grand-Saconnex</bdi>, <bdi>Switzerland</bdi>" in texts[0]
    assert "m…@example.org" in texts[0]


# Confirming -------------------------------------------------------------------


def test_the_mailed_link_leads_to_the_button_that_confirms(
    client, edition, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        order = place_order((edition, 5), language="fr")
    link = re.sub("^https?://[^/]+", "", links_mailed()[0])

    page = client.get(link)
    response = client.post(f"{link}confirm/")

    order.refresh_from_db()
    assert f'action="{link}confirm/"' in page.text
    assert (response.url, order.status) == (f"{link}?done=confirmed", "open")
    assert stock.balance(edition).allocated == 5


def test_confirming_twice_changes_nothing_more(client, edition):
    order = place_order((edition, 5))

    answers = [client.post(path(order, "confirm")).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert order.events.filter(what=OrderEvent.What.CONFIRMED).count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ended", ["cancelled", "declined"])
def test_an_order_that_ended_in_another_window_is_not_thanked_for(client, edition, ended, language):
    order = make_order((edition, 3), status=ended)

    page = client.post(path(order, "confirm", language), follow=True)

    assert said(language, "This order is over: it cannot be confirmed any more.") in page.text
    assert Order.objects.get().status == ended


def test_confirming_needs_no_token_because_the_address_is_the_secret(client, edition):
    client.handler.enforce_csrf_checks = True
    order = place_order((edition, 5))

    client.post(path(order, "confirm"), headers={"Origin": "null"})

    order.refresh_from_db()
    assert order.status == "open"


# How it stands ----------------------------------------------------------------


def test_what_is_set_aside_and_what_follows_is_told_from_quantities(client):
    edition = make_edition(on_hand=3, reprint_on=datetime.date(2027, 3, 1))

    text = client.get(path(make_order((edition, 10)))).text

    assert "3 copies set aside for you" in text
    assert "7 copies to follow when it is reprinted" in text
    assert "The reprint is expected in March 2027." in text
    assert "Part of your copies is set aside; the rest follows." in text


def test_what_is_above_the_limit_waits_for_a_decision(client):
    order = make_order((make_edition(on_hand=200), 80))

    undecided = client.get(path(order)).text
    changes.approve(order, grants={order.lines.get().pk: 10}, by=clerk())
    decided = client.get(path(order)).text

    assert "50 copies set aside for you" in undecided
    assert "30 copies above the limit, to be decided" in undecided
    assert "60 copies set aside for you" in decided
    assert "20 copies above the limit, not granted" in decided


@pytest.mark.parametrize(
    ("status", "stage", "whereabouts"),
    [
        ("packed", "Your copies are packed and leave shortly.", "5 copies packed"),
        ("void", "Your copies are set aside and will be packed next.", "5 copies set aside"),
        ("sent", "Your copies are on their way.", "5 copies dispatched"),
        ("delivered", "Your copies have been delivered.", "5 copies delivered"),
        ("returned", "Your copies came back to us. Please write to us.", "5 copies came back"),
    ],
)
def test_the_stage_of_a_parcel_is_told(client, edition, status, stage, whereabouts):
    order = make_order((edition, 5))
    make_consignment(order, status)

    text = client.get(path(order)).text

    assert stage in text
    assert whereabouts in text


@pytest.mark.parametrize(
    ("status", "stage", "whereabouts"),
    [
        ("at_desk", "Your copies are ready to be picked up.", "5 copies ready to be picked up"),
        ("handed_over", "Your copies have been picked up.", "5 copies picked up"),
        ("missed", "Copies for you were not picked up.", "5 copies not picked up, still set aside"),
    ],
)
def test_the_stage_of_a_pick_up_is_told(client, edition, status, stage, whereabouts):
    order = make_order((edition, 5), pick_up_point=make_point("Office"))
    make_consignment(order, status)

    text = client.get(path(order)).text

    assert stage in text
    assert whereabouts in text
    assert "Room 1" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("sent", "packed", "stage"),
    [
        (0, 3, "Part of your copies is packed; the rest follows."),
        (0, 20, "Part of your copies is packed; the rest follows."),
        (3, 0, "Part of your copies has left; the rest follows."),
        (3, 2, "Part of your copies has left; the rest follows."),
        (3, 17, "Part of your copies has left; the rest follows."),
    ],
)
def test_the_stage_promises_nothing_of_what_still_waits(
    client, edition, language, sent, packed, stage
):
    order = make_order((edition, 25))  # of which 20 lie there
    line = order.lines.get().pk
    if sent:
        some = fulfilment.pack(order, by=clerk(), quantities={line: sent})
        fulfilment.send(some, by=clerk())
    if packed:
        fulfilment.pack(order, by=clerk(), quantities={line: packed})

    assert said(language, stage) in client.get(path(order, language=language)).text


@pytest.mark.parametrize(
    ("is_rest_packed", "stage"),
    [
        (False, "Part of your copies has left; the rest is set aside and will be packed next."),
        (True, "Part of your copies has left; the rest is packed."),
    ],
)
def test_the_stage_of_a_rest_says_that_a_part_has_left(client, edition, is_rest_packed, stage):
    order = make_order((edition, 5))
    some = fulfilment.pack(order, by=clerk(), quantities={order.lines.get().pk: 2})
    fulfilment.send(some, by=clerk())
    if is_rest_packed:
        fulfilment.pack(order, by=clerk())

    assert stage in client.get(path(order)).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_parcel_shows_what_it_holds_and_when_it_went_where(client, edition, language):
    order = make_order((edition, 5))
    parcel = fulfilment.pack(order, by=clerk(), quantities={order.lines.get().pk: 3})
    with time_machine.travel("2027-03-02 12:00Z"):
        fulfilment.send(parcel, by=clerk())
    with time_machine.travel("2027-03-09 12:00Z"):
        fulfilment.deliver(parcel, by=clerk())

    page = client.get(path(order, language=language)).text
    parcel = re.search(r'<dl class="consignment">.*?</dl>', page, re.DOTALL).group()

    labels = re.findall(r"(\w+) (?:on|le|el) <time datetime=\"([0-9-]{10})", parcel)
    assert [day for _label, day in labels[1:]] == ["2027-03-02", "2027-03-09"]
    assert len(labels) == 3
    assert re.search(r"<li>3 × <bdi[^>]*>Publication", parcel)


def test_a_step_that_was_undone_is_not_shown(client, edition):
    order = make_order((edition, 5), pick_up_point=make_point())
    parcel = make_consignment(order, "handed_over")
    Consignment.objects.filter(pk=parcel.pk).update(status="at_desk")

    page = client.get(path(order)).text

    assert "ready for pick-up on <time" in page
    assert "picked up on <time" not in page


def test_the_receipt_shows_what_a_parcel_holds(client, edition):
    order = make_order((edition, 5))
    fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk(), tracking="RR123456785CH")

    text = text_of(client.get(path(order, "receipt")).content)

    assert f"Parcel {order}/1" in text
    assert "packed on" in text
    assert "dispatched" in text
    assert text.count("5 × Publication") == 1


@pytest.mark.parametrize("parcels", [1, 4])
def test_parcels_cost_no_more_queries_when_there_are_more(
    client, edition, parcels, django_assert_max_num_queries
):
    order = make_order((edition, 8))
    for _number in range(parcels):
        fulfilment.pack(order, by=clerk(), quantities={order.lines.get().pk: 2})

    with django_assert_max_num_queries(16):
        client.get(path(order))


def test_a_parcel_shows_its_tracking_number(client, edition):
    order = make_order((edition, 5))
    fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk(), tracking="RR123456785CH")

    assert "RR123456785CH" in client.get(path(order)).text


def test_what_colleagues_note_is_not_in_the_timeline(client, edition):
    order = make_order((edition, 5))
    lifecycle.hold(order, by=clerk("marie"), reason="duplicate")

    text = client.get(path(order)).text

    assert "The order was put on hold." in text
    assert "marie" not in text
    assert "possible duplicate" not in text


def test_the_page_asks_as_many_queries_for_three_lines_as_for_one(
    client, django_assert_max_num_queries
):
    for number in (1, 3):
        order = make_order(*[(make_edition(on_hand=5), 2) for _ in range(number)])
        address = path(order)
        with django_assert_max_num_queries(11):
            client.get(address)


# Changing ---------------------------------------------------------------------


def change(client, order, language="en", **typed):
    lines = {f"copies-{edition}": copies for edition, copies in quantities(order).items()}
    order.refresh_from_db()
    form = lines | {"version": order.version, "delivery": "keep"} | typed
    return client.post(path(order, "change", language), form)


@pytest.mark.parametrize("status", ["unverified", "open"])
def test_quantities_can_be_changed_until_it_is_packed(client, edition, status):
    order = make_order((edition, 5), status=status)

    response = change(client, order, **{f"copies-{edition.pk}": "8"})

    assert response.url == f"{path(order)}?done=changed"
    assert quantities(order) == {edition.pk: 8}


def test_a_title_is_dropped_with_a_nought(client, edition):
    other = make_edition(on_hand=5)
    order = make_order((edition, 5), (other, 2))

    change(client, order, **{f"copies-{edition.pk}": "0"})

    assert quantities(order) == {edition.pk: 0, other.pk: 2}
    assert stock.balance(edition).allocated == 0


@pytest.mark.parametrize("quantity", ["", "-1", "1_0", "１０", "ten", "1000000000"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_quantity_changes_nothing(client, edition, language, quantity):
    order = make_order((edition, 5))

    page = change(client, order, language, **{f"copies-{edition.pk}": quantity})

    form = page.context["form"]
    assert list(form.errors) == [f"copies-{edition.pk}"]
    assert form[f"copies-{edition.pk}"].value() == quantity
    assert quantities(order) == {edition.pk: 5}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_for_more_than_the_limit_says_what_for(client, edition, settings, language):
    settings.ORDER_LIMIT_PER_TITLE = 10
    order = make_order((edition, 5))

    answer = change(client, order, language, **{f"copies-{edition.pk}": 12})

    sentence = said(language, "Say what the copies are for: you ask for more than the limit.")
    assert sentence in answer.context["form"].errors["purpose"]
    assert line_of(order).requested == 5

    change(client, order, language, **{f"copies-{edition.pk}": 12, "purpose": "A seminar"})

    order.refresh_from_db()
    assert (line_of(order).requested, order.purpose) == (12, "A seminar")


@pytest.mark.parametrize(("before", "after"), [(5, 10), (12, 11), (12, 12)])
def test_who_asks_for_no_more_above_the_limit_is_not_asked_what_for(
    client, edition, settings, before, after
):
    settings.ORDER_LIMIT_PER_TITLE = 10
    order = make_order((edition, before))

    change(client, order, **{f"copies-{edition.pk}": after})

    assert line_of(order).requested == after


def test_what_the_copies_are_for_is_not_asked_twice_and_stays(client, edition, settings):
    settings.ORDER_LIMIT_PER_TITLE = 10
    order = make_order((edition, 12), purpose="A seminar")

    change(client, order, **{f"copies-{edition.pk}": 14})

    order.refresh_from_db()
    assert (line_of(order).requested, order.purpose) == (14, "A seminar")


def test_to_order_nothing_one_cancels(client, edition):
    page = change(client, make_order((edition, 5)), **{f"copies-{edition.pk}": "0"})

    assert "To order nothing, cancel the order." in page.text


def test_the_address_is_kept_unless_a_new_one_is_given(client, edition):
    make_state("CL", "Chile")
    order = make_order((edition, 5), address="Old Street 1\nGeneva", country="CH")

    change(client, order, address="ignored", country="CL")
    kept = Order.objects.get()
    change(client, order, delivery="post", address="New Street 2\nSantiago", country="CL")
    changed = Order.objects.get()

    assert (kept.address, kept.country) == ("Old Street 1\nGeneva", "CH")
    assert (changed.address, changed.country) == ("New Street 2\nSantiago", "CL")


def test_who_picks_up_instead_leaves_no_address_behind(client, edition):
    point = make_point("Office")
    order = make_order((edition, 5))

    change(client, order, delivery="pick_up", pick_up_point=point.pk)

    order.refresh_from_db()
    assert (order.delivery, order.pick_up_point, order.address) == ("pick_up", point, "")


def test_a_form_drawn_before_another_change_is_refused_and_can_be_sent_again(client, edition):
    order = make_order((edition, 5))
    typed = {f"copies-{edition.pk}": "8"}

    page = change(client, order, version=order.version - 1, **typed)
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    change(client, order, version=version, **typed)

    assert "This order has changed since you opened this page." in page.text
    assert quantities(order) == {edition.pk: 8}


@pytest.mark.parametrize("name", ["change", "cancel"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_packed_order_is_neither_changed_nor_cancelled(client, edition, language, name):
    order = make_order((edition, 5))
    make_consignment(order)

    shown = client.get(path(order, name, language))
    sent = client.post(path(order, name, language), {f"copies-{edition.pk}": "1", "version": "1"})

    order.refresh_from_db()
    assert (shown.status_code, sent.status_code) == (409, 409)
    assert 'role="alert"' in sent.text
    assert (order.status, quantities(order)) == ("open", {edition.pk: 5})


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_follow_a_parcel_that_was_sent_is_not_cancelled_here(client, edition, language):
    order = make_order((edition, 25))
    make_consignment(order, "sent")

    sent = client.post(path(order, "cancel", language))

    order.refresh_from_db()
    assert (sent.status_code, order.status) == (409, "open")
    assert line_of(order).cancelled == 0


# Cancelling -------------------------------------------------------------------


@pytest.mark.parametrize("status", ["unverified", "open"])
def test_an_order_is_cancelled_after_one_question(client, edition, status):
    order = make_order((edition, 5), status=status)

    question = client.get(path(order, "cancel"))
    response = client.post(path(order, "cancel"))

    order.refresh_from_db()
    assert f'action="{path(order, "cancel")}"' in question.text
    assert (response.url, order.status) == (f"{path(order)}?done=cancelled", "cancelled")
    assert stock.balance(edition).allocated == 0
    assert "The order is cancelled. Nothing will be sent." in client.get(response.url).text


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", ["confirm", "change", "cancel"])
def test_any_button_at_any_time_is_answered(client, edition, status, name):
    order = make_order((edition, 1), status=status)

    answer = client.post(path(order, name))

    assert answer.status_code in (200, 302, 409)


def test_language_links_of_a_refusal_lead_to_a_page_that_exists(client, edition):
    order = make_order((edition, 1), status=Order.Status.CLOSED)

    page = client.post(path(order, "cancel"))

    assert f'href="{path(order, language="fr")}"' in page.text
    assert client.get(path(order, language="fr")).status_code == 200
    assert mail.outbox == []


@pytest.mark.parametrize("status", ["unverified", "open"])
def test_the_page_of_changes_asks_as_many_queries_for_five_lines_as_for_one(
    client, django_assert_num_queries, status
):
    one, five = (
        make_order(*((make_edition(on_hand=9), 2) for _ in range(titles)), status=status)
        for titles in (1, 5)
    )
    with CaptureQueriesContext(connection) as asked:
        client.get(path(one, "change"))

    with django_assert_num_queries(len(asked)):
        page = client.get(path(five, "change"))

    assert page.text.count('name="copies-') == 5


def test_a_title_that_a_colleague_adds_meanwhile_does_not_break_the_page(
    client, edition, monkeypatch
):
    order, other = make_order((edition, 5)), make_edition(on_hand=9)
    drawn = new_destinations.drawn

    def drawn_late(*args, **kwargs):
        version = Order.objects.get(pk=order.pk).version
        changes.add(order, quantities={other.pk: 1}, version=version, by=clerk())
        return drawn(*args, **kwargs)

    monkeypatch.setattr(new_destinations, "drawn", drawn_late)

    assert client.get(path(order, "change")).status_code == 200


@pytest.mark.parametrize("lines", [1, 8])
def test_an_address_is_masked_with_one_query(django_assert_num_queries, lines):
    make_state()
    order = Order(address="Example\n" * lines, country="CH")

    with django_assert_num_queries(1):
        addresses.masked(order, "en")


# Who placed and confirmed it ------------------------------------------------------

PLACED, CONFIRMED = "You placed the order.", "You confirmed the order."
ENTERED = "The order was entered for you."
ACCEPTED = "The order was accepted without a confirmation by mail."


def placed_by_staff(edition):
    return place_order((edition, 1), by=clerk())


def accepted_by_staff(edition):
    return lifecycle.accept(place_order((edition, 1)), by=clerk(), reason="By telephone")


def of_a_trusted_address(edition):
    standing.mark("known@example.org", "trusted", by=clerk())
    return place_order((edition, 1), email="known@example.org")


def confirmed_by_mail(edition):
    return make_order((edition, 1))


@pytest.mark.parametrize(
    ("placed", "told"),
    [
        (placed_by_staff, [ACCEPTED, ENTERED]),
        (accepted_by_staff, [ACCEPTED, PLACED]),
        (of_a_trusted_address, [ACCEPTED, PLACED]),
        (confirmed_by_mail, [CONFIRMED, PLACED]),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_said_to_have_done_what_another_did(client, edition, placed, told, language):
    order = placed(edition)

    page = client.get(path(order, language=language)).text

    found = re.findall("</time> <span>(.+?)</span>", page)
    assert [html.unescape(sentence) for sentence in found] == [said(language, s) for s in told]


# Not my order -------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_did_not_order_gets_no_more_mail(client, edition, language):
    order = place_order((edition, 5), language=language, email="stranger@example.org")
    asked = client.get(path(order, "disown", language))

    for _twice in range(2):
        told = client.post(path(order, "disown", language), follow=True)

    order.refresh_from_db()
    place_order((edition, 1), email="Stranger@example.org")
    assert (asked.status_code, told.status_code, order.status) == (200, 200, "cancelled")
    assert not OutgoingMessage.objects.unsent().exists()
    assert set(OutgoingMessage.objects.values_list("last_error", flat=True)) == {"refused"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_that_is_packed_is_stopped_and_its_reader_gets_no_mail(client, edition, language):
    order = make_order((edition, 5))
    make_consignment(order)

    told = client.post(path(order, "disown", language), follow=True)

    order.refresh_from_db()
    assert (order.status, order.hold) == ("open", "other")
    assert not order.messages.unsent().exists()
    assert (
        said(language, "This order is stopped: nothing leaves until we have looked at it.")
        in told.text
    )


def test_an_address_that_wants_no_mail_is_not_named_as_written_to(client, edition):
    order = make_order((edition, 5), email="stranger@example.org")
    before = client.get(path(order)).text

    after = client.post(path(order, "disown"), follow=True).text

    for shown in (path(order, "disown"), addresses.masked_email(order.email)):
        assert shown in before
        assert shown not in after
    assert client.get(path(order, "disown")).url.endswith("?done=disowned")


# The receipt --------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receipt_speaks_the_pages_language(client, edition, language):
    order = make_order((edition, 25))
    make_consignment(order, "sent")

    answer = client.get(path(order, "receipt", language))

    text = text_of(answer.content)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert order.number in text
    assert said(language, "free of charge") in text


@pytest.mark.parametrize(
    ("language", "title", "of"),
    [("en", "Rules", "French"), ("fr", "Règlement", "français"), ("es", "Reglamento", "francés")],
)
def test_page_receipt_and_mail_call_an_edition_by_one_name(client, language, title, of):
    names = {"title_en": "Rules", "title_fr": "Règlement", "title_es": "Reglamento"}
    rules = make_edition(make_publication(**names), "fr", on_hand=9, title="Règlement intérieur")
    order = make_order((rules, 5), language=language)
    make_consignment(order, "sent")

    page = client.get(path(order, language=language)).text
    receipt = text_of(client.get(path(order, "receipt", language)).content)
    letter = outbox.render(order.messages.get(template="received")).body

    for text in (page, receipt, letter):
        assert title in text
        assert of in text
        assert "intérieur" not in text


def test_the_page_says_what_goes_to_whom(client, edition):
    order = make_order((edition, 10), consignees=[{**CONSIGNEE, "quantities": {edition.pk: 4}}])

    page = client.get(path(order)).text

    assert "Consignee 1" in page
    assert "Marked Street" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_and_the_receipt_show_the_orderers_own_part(client, edition, language):
    some = [{**CONSIGNEE, "quantities": {edition.pk: 4}} for _number in range(2)]
    order = make_order((edition, 18), consignees=some)

    page = client.get(path(order, language=language)).text
    receipt = text_of(client.get(path(order, "receipt", language)).content)

    for text in (page, receipt):
        own = text.partition(said(language, "Your own part"))[2]
        assert re.findall(r"(\d+)\s×", own) == ["10", "4", "4"]


def test_who_orders_for_nobody_else_is_told_of_no_part(client, edition):
    order = make_order((edition, 18))

    assert "Your own part" not in client.get(path(order)).text


def test_the_parcels_of_a_consignee_follow_it(client, edition):
    some = [{**CONSIGNEE, "quantities": {edition.pk: 2}} for _number in range(2)]
    order = make_order((edition, 10), consignees=some)
    fulfilment.pack_all(order, by=clerk())

    page = client.get(path(order)).text

    heads = re.findall(rf"<dt>(?:Parcel <bdi>{order})?(/[0-9]|Consignee [0-9])", page)
    assert heads == ["/1", "Consignee 1", "/2", "Consignee 2", "/3"]


def test_a_consignee_who_gets_nothing_any_more_is_told_so(client, edition):
    some = [{**CONSIGNEE, "quantities": {edition.pk: 4}}]
    order = make_order((edition, 10), consignees=some)
    Share.objects.all().delete()

    assert "No copies go to this consignee any more." in client.get(path(order)).text


def test_town_and_country_are_each_written_in_their_direction(client, edition):
    make_state("LB", "Lebanon")
    order = make_order((edition, 1), address="شارع الحمرا\nبيروت", country="LB")

    page = client.get(path(order)).text

    assert "<bdi>بيروت</bdi>, <bdi>Lebanon</bdi>" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_parcels_are_under_their_consignee_who_is_named_once(client, edition, language):
    order = make_order((edition, 10), consignees=[{**CONSIGNEE, "quantities": {edition.pk: 4}}])
    fulfilment.pack_all(order, by=clerk())

    page = client.get(path(order, language=language)).text

    assert page.count(said(language, "Consignee %(number)s", number=1)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_parcel_has_the_name_that_stands_on_its_slip(client, edition, language):
    order = make_order((edition, 5))
    make_consignment(order, "sent")

    page = client.get(path(order, language=language)).text

    assert said(language, "Parcel <bdi>%(number)s</bdi>", number=f"{order}/1") in page
    assert page.partition('class="timeline"')[2].count(f">{order}/1<") == 2  # packed, dispatched


def test_parcels_of_consignees_cost_no_more_queries(client, edition, django_assert_max_num_queries):
    some = [{**CONSIGNEE, "quantities": {edition.pk: 1}} for _number in range(5)]
    order = make_order((edition, 10), consignees=some)
    fulfilment.pack_all(order, by=clerk())

    with django_assert_max_num_queries(20):
        assert client.get(path(order)).text.count("Consignee 5") == 1


def test_the_words_of_a_decision_can_be_read(client, edition, settings):
    settings.ORDER_LIMIT_PER_TITLE = 2
    order = make_order((edition, 10))
    changes.approve(order, grants={}, by=clerk(), words="We have few (specimen).")

    assert "We have few (specimen)." in client.get(path(order)).text


@pytest.mark.parametrize("delivery", ["post", "pick_up"])
def test_another_day_or_another_point_is_chosen_until_packed(client, edition, delivery):
    point, day = make_point(), timezone.localdate() + datetime.timedelta(days=9)
    make_state()
    order = make_order((edition, 5))
    form = {"version": order.version, f"copies-{edition.pk}": 5, "needed_by": day.isoformat()}
    form |= {"delivery": delivery, "pick_up_point": point.pk, "country": "CH"}

    client.post(path(order, "change"), form | {"address": "New Street 1\nBerne"})

    order.refresh_from_db()
    chosen = point if delivery == "pick_up" else None
    assert (order.needed_by, order.delivery, order.pick_up_point) == (day, delivery, chosen)
