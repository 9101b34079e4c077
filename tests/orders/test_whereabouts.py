"""What page and mails say of the copies: no more than was granted, and what is to be done."""

import datetime

import pytest
from django.utils import translation

from orders import aftercare, changes, fulfilment, lifecycle, links, outbox, progress, stock
from orders.models import Order, OutgoingMessage
from tests.builders import (
    clerk,
    line_of,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_state,
    part_for,
    place_order,
)
from tests.orders.visits import LANGUAGES, at, fill_basket, filled_form, said

pytestmark = pytest.mark.django_db

ONE_ABOVE = "%(more)s copy is above the limit: once you confirm, a person decides on it."
ABOVE = "%(more)s copies are above the limit: once you confirm, a person decides on them."


@pytest.fixture
def limits(settings):
    settings.ORDER_LIMIT_PER_TITLE, settings.ORDER_LIMIT_COPIES = 5, 12
    return settings


@pytest.fixture
def edition(db):
    return make_edition(language="fr", on_hand=20)


def page_of(client, order, language="en", **query):
    return client.get(at(language, "order", links.secret_of(order)), query).text


def stage_of(client, order):
    answer = client.get(at("en", "order", links.secret_of(order)))
    return answer.context["stage"]


def mail(order, template):
    owed = OutgoingMessage.objects.filter(order=order, template=template)
    return outbox.render(owed.order_by("pk").last())


def write_to_us(order):
    return f'href="mailto:publications@example.org?subject={order.number}"'


def both(letter):
    """A mail as text, and as HTML."""
    return letter.body, letter.alternatives[0].content


# Before it is confirmed ---------------------------------------------------------


def test_before_confirming_page_and_mail_count_what_is_above_the_limit_of_the_order(client, limits):
    editions = [make_edition(on_hand=20) for _ in range(4)]
    order = place_order(*((edition, 5) for edition in editions))  # 12 are granted: 5, 5, 2

    texts = [page_of(client, order), *both(mail(order, "confirm"))]

    for text in texts:
        assert text.count("above the limit: once you confirm") == 2
        assert ABOVE % {"more": 3} in text
        assert ABOVE % {"more": 5} in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_person_decides_on_is_said_in_every_language(client, limits, edition, language):
    order = place_order((edition, 8), language=language)

    with translation.override(language):
        sentence = translation.ngettext(ONE_ABOVE, ABOVE, 3) % {"more": 3}

    assert sentence in page_of(client, order, language)


def test_what_is_granted_after_confirming_is_what_was_said_before(client, limits):
    editions = [make_edition(on_hand=20) for _ in range(4)]
    order = place_order(*((edition, 7) for edition in editions))
    before = client.get(at("en", "order", links.secret_of(order))).context["copies"]

    order = lifecycle.confirm(order)

    assert [part.excess for part in before] == [line.to_decide for line in order.lines.all()]


@pytest.mark.parametrize("end", [lifecycle.cancel, lifecycle.disown])
def test_an_order_that_ends_before_it_is_confirmed_has_nothing_to_be_confirmed(
    client, edition, end
):
    order = end(place_order((edition, 2)))

    text = page_of(client, order)

    assert "to be confirmed" not in text
    assert "2 copies, never confirmed" in text


def test_who_cancels_before_anything_left_reads_that_nothing_will_be_sent(edition):
    order = make_order((edition, 2), status="cancelled")

    for text in both(mail(order, "cancelled")):
        assert "nothing will be sent" in text


def test_who_cancels_after_a_parcel_left_reads_that_nothing_more_will_be_sent(edition):
    order = make_order((edition, 30))
    make_consignment(order, "sent")

    lifecycle.cancel(order, by=clerk(), reason="x")

    for text in both(mail(order, "cancelled")):
        assert "nothing more will be sent" in text


# What a person still decides on -------------------------------------------------


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        (None, "set_aside_and_review"),
        ("packed", "packed_and_review"),
        ("sent", "left_and_review"),
        ("delivered", "left_and_review"),
    ],
)
def test_nothing_is_promised_of_copies_that_nobody_granted(client, limits, edition, status, stage):
    order = make_order((edition, 8))
    if status:
        make_consignment(order, status)

    assert stage_of(client, order) == stage
    assert "above the limit and will write to you" in page_of(client, order)
    assert "follow" not in stage_of(client, order).label


@pytest.mark.parametrize(
    ("status", "stage"), [("at_desk", "ready_and_review"), ("handed_over", "left_and_review")]
)
def test_a_bag_is_not_all_where_a_person_still_decides(client, limits, edition, status, stage):
    order = make_order((edition, 8), pick_up_point=make_point())
    make_consignment(order, status)

    assert stage_of(client, order) == stage


def test_who_waits_for_a_reprint_and_for_a_decision_hears_of_both(client, limits):
    order = make_order((make_edition(is_printed=True), 8))

    assert stage_of(client, order) == "waiting_and_review"


def test_the_mail_of_a_parcel_promises_no_rest_that_nobody_granted(limits, edition):
    order = make_order((edition, 8))
    make_consignment(order, "sent")

    for text in both(mail(order, "sent")):
        assert "The rest of your order follows" not in text
        assert "We are still looking at the copies above the limit" in text


def test_the_mail_of_a_parcel_says_that_the_rest_follows_where_it_does(edition):
    order = make_order((edition, 30))
    make_consignment(order, "sent")

    for text in both(mail(order, "sent")):
        assert "The rest of your order follows" in text


# Pick-ups -----------------------------------------------------------------------


def test_a_bag_for_a_meeting_does_not_leave_shortly(client, edition):
    order = make_order((edition, 2), pick_up_point=make_point("Meeting"))
    make_consignment(order)

    assert stage_of(client, order) == "bagged"
    assert "leave shortly" not in page_of(client, order)


def test_a_bag_beside_a_parcel_is_packed_and_no_more_is_said(client, edition):
    part = part_for(edition, 2, pick_up_point=make_point())
    order = make_order((edition, 5), consignees=[part])
    fulfilment.pack_all(order, by=clerk())

    assert stage_of(client, order) == "all_packed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_a_missed_pick_up_the_page_asks_what_the_mail_asks(client, edition, language):
    order = make_order((edition, 2), pick_up_point=make_point("Office"), language=language)
    make_consignment(order, "missed")

    text = page_of(client, order, language)

    assert stage_of(client, order) == "missed"
    assert write_to_us(order) in text
    assert said(language, "%(number)s copy not picked up, still set aside for you")[-8:] in text
    assert "2 copies set aside for you" not in text
    assert "can no longer be changed here" not in text


@pytest.mark.parametrize("what", ["pack", "let_go"])
def test_what_became_of_missed_copies_is_no_longer_asked(client, edition, what):
    order = make_order((edition, 2), (make_edition(is_printed=True), 1), pick_up_point=make_point())
    missed = make_consignment(order, "missed")
    if what == "pack":
        fulfilment.pack(order, by=clerk())
    else:
        aftercare.let_go(missed, by=clerk())

    assert stage_of(client, order) != "missed"
    assert "not picked up, still" not in page_of(client, order)


def test_the_mail_of_a_missed_pick_up_says_where_and_when(edition):
    point = make_point("Fourteenth Meeting", hours_en="9 to 5")
    order = make_order((edition, 2), pick_up_point=point)
    make_consignment(order, "missed")

    for text in both(mail(order, "missed")):
        assert "Fourteenth Meeting" in text
        assert "9 to 5" in text


def test_a_hand_over_that_was_undone_does_not_come_back(client, edition):
    order = make_order((edition, 2), pick_up_point=make_point())
    bag = make_consignment(order, "handed_over")

    fulfilment.miss(fulfilment.undo_hand_over(bag, by=clerk()), by=clerk())

    [parcel] = client.get(at("en", "order", links.secret_of(order))).context["consignments"]
    assert [step.label for step in parcel.steps] == ["packed", "ready for pick-up", "not picked up"]


def test_a_second_hand_over_after_an_undone_one_is_told_once(client, edition):
    order = make_order((edition, 2), pick_up_point=make_point())
    bag = make_consignment(order, "handed_over")

    fulfilment.hand_over(fulfilment.undo_hand_over(bag, by=clerk()), by=clerk())

    [parcel] = client.get(at("en", "order", links.secret_of(order))).context["consignments"]
    assert [step.label for step in parcel.steps] == ["packed", "ready for pick-up", "picked up"]


# On hold ------------------------------------------------------------------------

WHY = {
    "address": "We have a question about the address.",
    "duplicate": "tell us whether you need both",
    "over_limit": "You ask for more copies than we usually send.",
    "request": "As we were asked, we wait with this order.",
    "other": "We cannot go on with the order for the moment",
}


@pytest.mark.parametrize("reason", Order.Hold.values)
def test_page_and_mail_give_the_same_reason_for_a_hold_and_the_day(client, edition, reason):
    until = datetime.date(2031, 3, 5)
    order = make_order((edition, 2))

    lifecycle.hold(order, by=clerk(), reason=reason, until=until)

    for text in (page_of(client, order), *both(mail(order, "hold"))):
        assert WHY[reason] in text
        assert "5 March 2031" in text.replace("\xa0", " ")


@pytest.mark.parametrize("reason", Order.Hold.values)
def test_an_answer_is_asked_for_where_we_have_a_question(client, edition, reason):
    order = make_order((edition, 2))
    lifecycle.hold(order, by=clerk(), reason=reason)

    asks = f'href="mailto:publications@example.org?subject={order.number}"' in page_of(
        client, order
    )

    assert asks == (reason in ("address", "duplicate"))
    assert ("will write to you" in page_of(client, order)) != asks


def test_who_was_told_of_a_hold_is_told_when_it_is_over(edition):
    order = make_order((edition, 2))
    lifecycle.hold(order, by=clerk(), reason="other")

    lifecycle.release(order, by=clerk())
    lifecycle.release(order, by=clerk())

    assert order.messages.filter(template="released").count() == 1
    assert "no longer on hold" in mail(order, "released").body


def test_one_mail_tells_that_a_hold_is_over_and_what_came_in_meanwhile(edition):
    order = make_order((edition, 22))
    lifecycle.hold(order, by=clerk(), reason="other")
    stock.receive(edition, 2, by=clerk())

    lifecycle.release(order, by=clerk())

    assert line_of(order).allocated == 22
    assert not order.messages.filter(template="back").exists()


def test_who_was_told_of_no_hold_is_not_told_that_it_is_over(edition):
    make_order((edition, 2), email="same@example.org")
    order = make_order((edition, 2), email="same@example.org")
    assert order.hold == "duplicate"

    lifecycle.release(order, by=clerk())

    assert not order.messages.filter(template="released").exists()


# Only what is left --------------------------------------------------------------


def test_who_wants_only_what_is_left_gives_no_reason_for_what_is_not_there(client, limits):
    make_state("CH", "Switzerland")
    scarce = make_edition(on_hand=3)
    fill_basket(client, (scarce, 8))
    basket = at("en", "basket")
    client.post(basket, {f"copies-{scarce.pk}": "8", f"rest-{scarce.pk}": "leave"})

    page = client.post(at("en", "details"), filled_form(client))

    assert page.status_code == 302
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("left", "decided"), [(0, 0), (3, 0), (5, 0), (7, 2), (20, 3)], ids=lambda n: str(n)
)
def test_nobody_decides_on_copies_that_are_neither_there_nor_waited_for(
    client, limits, left, decided
):
    scarce = make_edition(on_hand=left)
    order = place_order((scarce, 8), waits={scarce.pk: False})
    [before] = client.get(at("en", "order", links.secret_of(order))).context["copies"]

    lifecycle.confirm(order)

    line = line_of(order)
    assert (line.allocated, line.to_decide, line.backordered) == (min(left, 5), decided, 0)
    assert before.excess == decided


def test_the_mail_of_who_wants_only_what_is_left_counts_only_that(limits):
    scarce = make_edition(on_hand=3)
    order = make_order((scarce, 8), waits={scarce.pk: False})

    text = mail(order, "received").body

    assert "- 3 × " in text
    assert "above the limit" not in text


def test_a_title_that_is_over_and_beyond_the_limit_of_the_order_ends_undecided(limits):
    plenty = [make_edition(on_hand=20) for _ in range(3)]
    gone = make_edition(is_printed=True)
    order = place_order(*((e, 5) for e in plenty), (gone, 4), waits={gone.pk: False})

    lifecycle.confirm(order)

    assert order.lines.get(edition=gone).to_decide == 0


def test_who_asks_later_for_more_than_is_left_waits_for_no_empty_decision(limits):
    scarce = make_edition(on_hand=3)
    order = make_order((scarce, 4), (make_edition(on_hand=2), 1), waits={scarce.pk: False})
    version = Order.objects.get(pk=order.pk).version

    changes.change(order, quantities={scarce.pk: 8}, details=None, version=version)

    line = order.lines.get(edition=scarce)
    assert (line.allocated, line.to_decide) == (3, 0)


# What came in -------------------------------------------------------------------


def test_the_mail_of_what_came_in_counts_that_and_nothing_else():
    edition, other = make_edition(on_hand=4), make_edition(on_hand=20)
    order = make_order((edition, 20), (other, 20))

    stock.receive(edition, 10, by=clerk(), key="print")

    for text in both(mail(order, "back")):
        assert "10 copies set aside for you" in text
        assert "14 copies set aside" not in text
        assert "20 copies set aside" not in text
        assert "6 copies to follow" in text


def test_titles_that_came_in_together_are_told_in_one_mail():
    one, two = make_edition(on_hand=5), make_edition(on_hand=5)
    before = make_order((one, 5), (two, 5))
    order = make_order((one, 3), (two, 2))

    lifecycle.cancel(before)

    text = mail(order, "back").body
    assert order.messages.filter(template="back").count() == 1
    assert "3 copies set aside for you" in text
    assert "2 copies set aside for you" in text


def test_colleagues_see_what_was_set_aside():
    edition = make_edition(on_hand=4)
    order = make_order((edition, 6))

    stock.receive(edition, 2, by=clerk(), key="print")

    assert order.events.get(what="served").reason.endswith(" · EN · 2")


# The rest -----------------------------------------------------------------------


@pytest.mark.parametrize("status", ["returned", "lost"])
def test_where_the_page_asks_to_write_to_us_the_address_is_beside(client, edition, status):
    order = make_order((edition, 2))
    make_consignment(order, status)

    assert f'href="mailto:publications@example.org?subject={order.number}"' in page_of(
        client, order
    )


def test_a_consignee_is_named_on_one_line(edition):
    part = part_for(edition, 2, recipient="Ministry\nDirectorate X")
    order = make_order((edition, 5), consignees=[part])
    make_consignment(order, "sent", consignee=order.consignees.get())

    assert "For consignee 1: Ministry\n\n" in mail(order, "sent").body


@pytest.mark.parametrize(
    ("done", "status", "is_true"),
    [
        ("confirmed", "open", True),
        ("confirmed", "unverified", False),
        ("confirmed", "cancelled", False),
        ("cancelled", "cancelled", True),
        ("cancelled", "open", False),
        ("disowned", "open", False),
        ("changed", "unverified", False),
        ("changed", "cancelled", False),
    ],
)
def test_the_address_says_nothing_that_is_not_so(client, edition, done, status, is_true):
    order = make_order((edition, 2), status=status)

    text = page_of(client, order, done=done)

    assert ('role="status"' in text) == is_true


def test_a_language_switch_after_the_button_keeps_what_is_so(client, edition):
    order = lifecycle.disown(make_order((edition, 2)))

    assert "Thank you for telling us" in page_of(client, order, done="disowned")


# On hold, and in part ------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_copies_that_wait_for_the_end_of_a_hold_are_not_said_to_be_reprinted(client, language):
    edition = make_edition(on_hand=20)
    order = make_order((edition, 2), language=language)
    lifecycle.hold(order, by=clerk(), reason=Order.Hold.ADDRESS)
    order.refresh_from_db()
    changes.change(order, quantities={edition.pk: 6}, details=None, version=order.version)

    page = client.get(links.order_url(order, language)).text
    mail = outbox.render(order.messages.get(template="changed")).body

    with translation.override(language):
        words = ("%(number)s copy not set aside yet: the order is on hold",)
        words += ("%(number)s copies not set aside yet: the order is on hold",)
        told = translation.ngettext(*words, 4) % {"number": 4}
    assert told in page
    assert told in mail


def test_part_of_an_order_that_is_ready_is_called_a_part():
    edition = make_edition(on_hand=2)
    order = make_order((edition, 5), pick_up_point=make_point())
    make_consignment(order, "at_desk")

    assert progress.stage(order, progress.copies(order)) == progress.Stage.PARTLY_READY
