"""Bags that nobody came for, and copies for a point that has closed: found, decided, never lost."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from orders import aftercare, changes, fulfilment, outbox, stock
from orders.errors import OrderError
from orders.models import Consignment, Order, PickUpPoint
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_state,
    parcel_for,
    part_for,
)
from tests.orders.test_meetings import act, page
from tests.orders.visits import LANGUAGES, notices, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
QUEUE = "/en/desk/"


@pytest.fixture
def edition(db):
    return make_edition(on_hand=50, weight_g=100)


@pytest.fixture
def point(db):
    return make_point("Counter of the meeting (specimen)", closes_on=ahead(3))


def ahead(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def close(point, days=-1):
    PickUpPoint.objects.filter(pk=point.pk).update(closes_on=ahead(days))


def tabs_of(order):
    """The tabs of the queue in which an order stands."""
    tabs = ("to_review", "to_pack", "packed", "astray")
    return [tab for tab in tabs if getattr(Order.objects, tab)().filter(pk=order.pk).exists()]


def row_of(desk, tab):
    return desk.get(QUEUE, {"tab": tab}).text


# A point that has closed ------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_invited_to_a_point_that_has_closed(edition, point, language):
    bag = make_consignment(make_order((edition, 5), pick_up_point=point))
    close(point)

    with translation.override(language), pytest.raises(OrderError, match="specimen") as refusal:
        fulfilment.offer(bag, by=clerk())

    sentence = (
        "The pick-up point “%(name)s” has closed: nobody can come for this bag any more. "
        "Unpack it, and say where the copies go now: another point, or by post."
    )
    assert str(refusal.value) == said(language, sentence, name=point.name)
    assert not bag.order.messages.filter(template="ready").exists()


def test_on_its_last_day_and_before_it_opens_bags_are_made_ready(edition, point):
    for opens, closes in ((None, 0), (5, 8)):
        point.opens_on, point.closes_on = opens and ahead(opens), ahead(closes)
        point.save()

        bag = make_consignment(make_order((edition, 5), pick_up_point=point), "at_desk")

        assert bag.status == "at_desk"


@pytest.mark.parametrize("verb", [fulfilment.pack, fulfilment.pack_all])
def test_nothing_is_packed_for_a_point_that_has_closed(edition, point, verb):
    order = make_order((edition, 5), pick_up_point=point)
    close(point)

    with pytest.raises(OrderError, match="has closed: nothing is packed"):
        verb(order, by=clerk())


def test_what_is_due_to_others_is_packed_all_the_same(edition, point):
    order = make_order((edition, 5), consignees=[part_for(edition, 2, pick_up_point=point)])
    close(point)

    packed = fulfilment.pack_all(order, by=clerk())

    assert [parcel.consignee for parcel in packed] == [None]


def test_dispatch_or_make_ready_refuses_the_bag_of_a_meeting_that_is_over(desk, edition, point):
    bag = make_consignment(make_order((edition, 5), pick_up_point=point))
    close(point)

    answer = desk.post(
        reverse("desk:batch"), {"do": "leave", "picked": [bag.order.number]}, follow=True
    )

    assert "has closed" in notices(answer)[0]
    bag.refresh_from_db()
    assert bag.status == "packed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_never_packed_for_a_meeting_that_is_over_is_to_be_reviewed(
    desk, edition, point, language
):
    order = make_order((edition, 5), pick_up_point=point)
    close(point)

    assert tabs_of(order) == ["to_review"]
    with translation.override(language):
        row = desk.get(reverse("desk:queue"), {"tab": "to_review"}).text
        shown = desk.get(order.get_desk_url()).text
    assert said(language, "the pick-up point has closed") in row
    assert reverse("desk:pack", args=[order.number]) not in row + shown
    assert f"{order.get_desk_url()[3:]}?open=edit#edit" in shown


def test_once_it_goes_elsewhere_it_is_packed_and_dispatched(edition, point):
    order = make_order((edition, 5), pick_up_point=point)
    close(point)
    goes = {"delivery": "post", "address": "Example Street 1", "country": "CH"}

    changes.edit(order, details=goes | {"pick_up_point": None}, version=order.version, by=clerk())

    assert tabs_of(order) == ["to_pack"]
    assert make_consignment(order, "sent").delivery == "post"


def test_a_consignees_part_for_a_meeting_that_is_over_is_to_be_reviewed_too(edition, point):
    order = make_order((edition, 5), consignees=[part_for(edition, 2, pick_up_point=point)])
    assert tabs_of(order) == ["to_pack"]

    close(point)

    assert tabs_of(order) == ["to_review", "to_pack"]


def test_a_consignee_who_came_in_time_is_no_reason(edition, point):
    order = make_order((edition, 5), consignees=[part_for(edition, 2, pick_up_point=point)])
    parcel_for(order.consignees.get(), "handed_over")

    close(point)

    assert tabs_of(order) == ["to_pack"]


def test_the_page_of_the_meeting_leads_to_what_was_never_packed_for_it(desk, edition, point):
    make_order((edition, 5), pick_up_point=point)
    close(point)

    answer = page(desk, point)

    assert answer.context["stranded"] == 1
    assert f'href="/en/desk/?tab=to_review&amp;point={point.pk}"' in answer.text
    assert 'value="pack"' not in answer.text


def test_a_bag_of_a_meeting_that_is_over_is_not_offered_to_be_made_ready(desk, edition, point):
    bag = make_consignment(make_order((edition, 5), pick_up_point=point))
    close(point)

    shown = desk.get(bag.order.get_desk_url()).text + row_of(desk, "packed")
    shown += page(desk, point).text

    assert reverse("desk:offer", args=[bag.pk]) not in shown
    assert 'value="offer' not in shown
    assert "the pick-up point has closed" in shown


# In the queue -------------------------------------------------------------------------------


def test_a_bag_that_nobody_came_for_is_only_among_the_missed(edition, point):
    bag = make_consignment(make_order((edition, 5), pick_up_point=point), "missed")

    assert tabs_of(bag.order) == ["astray"]


def test_other_copies_of_the_same_order_are_still_to_be_packed(desk, edition, point):
    scarce = make_edition(is_printed=True)
    order = make_order((edition, 5), (scarce, 2), pick_up_point=point)
    make_consignment(order, "missed")
    assert tabs_of(order) == ["astray"]

    stock.receive(scarce, 2, by=clerk())

    assert tabs_of(order) == ["to_pack", "astray"]
    row = row_of(desk, "to_pack")
    assert "2 copies to pack" in row
    assert "5 copies not picked up" in row


def test_more_copies_of_the_same_title_are_still_to_be_packed(point):
    edition = make_edition(on_hand=5)
    order = make_order((edition, 8), pick_up_point=point)
    make_consignment(order, "missed")

    stock.receive(edition, 3, by=clerk())

    assert tabs_of(order) == ["to_pack", "astray"]


@pytest.mark.parametrize("what", ["forwarded", "packed again", "let go"])
def test_what_was_decided_leaves_the_missed(edition, point, what):
    bag = make_consignment(make_order((edition, 5), pick_up_point=point), "missed")

    if what == "forwarded":
        aftercare.forward(bag, by=clerk(), delivery="post", address="Example Street 1")
    elif what == "packed again":
        fulfilment.pack_all(bag.order, by=clerk())
    else:
        aftercare.let_go(bag, by=clerk())

    assert tabs_of(bag.order) == ([] if what == "let go" else ["packed"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_over", [False, True])
def test_the_next_step_of_a_missed_bag_is_the_decision(desk, edition, point, language, is_over):
    bag = make_consignment(make_order((edition, 5), pick_up_point=point), "missed")
    close(point, -1 if is_over else 1)
    with translation.override(language):
        shown = desk.get(bag.order.get_desk_url()).text
        ways = {name: reverse(f"desk:{name}", args=[bag.pk]) for name in WAYS}
        pack = reverse("desk:pack", args=[bag.order.number])
    step = re.search(r'<section class="next-step".*?</section>', shown, re.S)[0]

    assert said(language, "Nobody came for these copies: say what becomes of them.") in step
    assert '<details class="decision" open>' in step
    assert [name for name in WAYS if ways[name] not in step] == (["undo-miss"] if is_over else [])
    assert (pack in step) == (not is_over)
    assert 'class="secondary" data-key="p"' in step or is_over


WAYS = ("forward", "let-go", "undo-miss")


def test_what_was_missed_goes_to_no_point_that_has_closed(desk, edition, point):
    bag = make_consignment(make_order((edition, 5), pick_up_point=point), "missed")
    close(point)
    goes = {"delivery": "pick_up", "pick_up_point": PickUpPoint.objects.get()}

    with pytest.raises(OrderError, match="choose another one"):
        aftercare.forward(bag, by=clerk(), **goes)
    answer = desk.post(
        reverse("desk:forward", args=[bag.pk]), {"delivery": "pick_up", "pick_up_point": point.pk}
    )

    assert answer.status_code == 422


# It still lies here -------------------------------------------------------------------------


@pytest.fixture
def missed(edition, point):
    return make_consignment(make_order((edition, 5), pick_up_point=point), "missed")


def told(order):
    return sorted(order.messages.filter(parked_at=None).values_list("template", flat=True))


def test_who_comes_after_all_gets_the_bag_at_the_counter(desk, missed, point):
    found = page(desk, point, "counter", q=missed.order.number)
    assert reverse("desk:undo-miss", args=[missed.pk]) in found.text

    for verb in ("undo-miss", "undo-miss", "hand-over"):
        desk.post(reverse(f"desk:{verb}", args=[missed.pk]))

    missed.refresh_from_db()
    assert missed.status == "handed_over"
    assert Order.objects.get().status == "closed"


def test_a_mail_that_has_not_left_is_not_sent(missed):
    aftercare.undo_miss(missed, by=clerk())

    assert "missed" not in told(missed.order)
    assert told(missed.order).count("ready") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_was_told_that_nobody_came_is_told_that_it_was_our_mistake(missed, language):
    missed.order.messages.update(language=language)
    Order.objects.update(language=language)
    outbox.deliver()

    aftercare.undo_miss(missed, by=clerk())

    first, again = missed.order.messages.filter(template="ready").order_by("pk")
    sentence = (
        "We wrote to you that nobody had come for these copies. That was our mistake: they still "
        "wait for you. Please give the number of the order when you come."
    )
    assert said(language, sentence) in outbox.render(again).body
    assert said(language, sentence) not in outbox.render(first).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_about_what_was_undone_is_not_sent_again(desk, missed, language):
    aftercare.undo_miss(missed, by=clerk())
    message = missed.order.messages.get(template="missed")

    with translation.override(language):
        shown = desk.get(missed.order.get_desk_url()).text
        answer = desk.post(reverse("desk:again", args=[message.pk]), follow=True)

    assert said(language, "not sent: what it tells was undone") in shown
    assert notices(answer) == [said(language, "What this message tells was undone before it left.")]
    outbox.deliver()
    message.refresh_from_db()
    assert message.sent_at is None


def test_what_was_told_before_can_be_sent_again_once_more(desk, missed):
    outbox.deliver()
    aftercare.undo_miss(missed, by=clerk())
    outbox.deliver()
    fulfilment.miss(missed, by=clerk())
    aftercare.undo_miss(missed, by=clerk())
    ready = missed.order.messages.filter(template="ready").first()

    offered = dict(outbox.mails_of(missed.order))

    assert offered[ready]
    assert not outbox.is_overtaken(ready)


def test_once_the_point_has_closed_it_does_not_lie_there(missed, point):
    close(point)

    with pytest.raises(OrderError, match="not open today"):
        aftercare.undo_miss(missed, by=clerk())


@pytest.mark.parametrize("since", ["packed", "let_go", "lowered"])
def test_copies_that_went_on_do_not_lie_there(missed, edition, since):
    if since == "packed":
        fulfilment.pack_all(missed.order, by=clerk())
    elif since == "let_go":
        aftercare.let_go(missed, by=clerk())
    else:
        order = Order.objects.get()
        wanted = {"quantities": {edition.pk: 3}, "details": None, "version": order.version}
        changes.change(order, by=clerk(), **wanted)

    with pytest.raises(OrderError, match="no longer promised"):
        aftercare.undo_miss(missed, by=clerk())


def test_the_page_of_the_meeting_undoes_the_ticked_ones(desk, missed, point):
    for _twice in range(2):
        answer = act(desk, point, "still_here", picked=missed.pk)

    assert Consignment.objects.get().status == "at_desk"
    assert notices(answer) == [
        "A ticked bag is in another list by now, or was from the start: nothing was done."
    ]


# Before the last day ------------------------------------------------------------------------


@pytest.fixture
def at_desk(edition, point):
    orders = [make_order((edition, 2), pick_up_point=point) for _ in range(3)]
    return [make_consignment(order, "at_desk") for order in orders]


def statuses():
    return list(Consignment.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_the_last_day_the_meeting_asks_once_whether_nobody_comes(
    desk, at_desk, point, language
):
    with translation.override(language):
        asked = act(desk, point, "miss_all")
        assert statuses() == ["at_desk"] * 3
        assert asked.redirect_chain[0][0] == f"{reverse('desk:not-picked-up', args=[point.pk])}"
        assert all(str(bag) in asked.text for bag in at_desk)
        for _twice in range(2):
            answer = desk.post(
                asked.redirect_chain[0][0], {"picked": [bag.pk for bag in at_desk]}, follow=True
            )

    assert statuses() == ["missed"] * 3
    assert notices(answer) == [said(language, "This was done already; nothing has changed.")]


def test_only_the_ticked_bags_are_asked_about(desk, at_desk, point):
    asked = act(desk, point, "miss", picked=at_desk[1].pk)

    assert str(at_desk[1]) in asked.text
    assert str(at_desk[0]) not in asked.text
    desk.post(asked.redirect_chain[0][0], {"picked": at_desk[1].pk})
    assert statuses() == ["at_desk", "missed", "at_desk"]


def test_on_the_last_day_nothing_is_asked(desk, at_desk, point):
    close(point, 0)

    act(desk, point, "miss_all")

    assert statuses() == ["missed"] * 3


def test_without_a_bag_nothing_is_asked(desk, point):
    answer = act(desk, point, "miss_all")

    assert answer.redirect_chain[-1][0] == reverse("desk:meeting", args=[point.pk])


# By post ------------------------------------------------------------------------------------


@pytest.fixture
def bags(edition, point):
    """Two bags that nobody came for, of a meeting that is over."""
    make_state("CH", "Switzerland")
    orders = [make_order((edition, 2), pick_up_point=point) for _ in range(2)]
    found = [make_consignment(order, "missed") for order in orders]
    close(point)
    return found


def typed(bags, *addresses, country="CH"):
    """What is sent for these bags: an address each, or nothing."""
    fields = {"picked": [bag.pk for bag in bags]}
    for bag, address in zip(bags, addresses, strict=True):
        fields[f"bag{bag.pk}-address"] = address
        fields[f"bag{bag.pk}-country"] = country if address else ""
    return fields


def by_post(point):
    return reverse("desk:by-post", args=[point.pk])


@pytest.mark.parametrize("language", LANGUAGES)
def test_by_post_asks_for_the_address_of_each_ticked_bag(desk, bags, point, language):
    with translation.override(language):
        answer = act(desk, point, "to_post", picked=bags[0].pk)

    assert answer.status_code == 200
    assert str(bags[0]) in answer.text
    assert "Specimen Delegate" in answer.text
    assert f'name="bag{bags[0].pk}-address"' in answer.text
    assert f'name="bag{bags[1].pk}-address"' not in answer.text


def test_an_address_that_is_known_is_there(desk, bags, point):
    Order.objects.filter(pk=bags[1].order_id).update(address="Rue 7\nBerne", country="CH")

    answer = act(desk, point, "to_post_all")

    assert "Rue 7\nBerne</textarea>" in answer.text
    assert '<option value="CH" selected' in answer.text


def test_one_press_sends_what_has_an_address_and_leaves_the_others(desk, bags, point):
    fields = typed(bags, "Rue 1\nBerne", "")

    for _twice in range(2):
        answer = desk.post(by_post(point), fields, follow=True)

    assert statuses() == ["missed", "missed", "packed"]
    new = Consignment.objects.get(status="packed")
    assert (new.order_id, new.delivery, new.address) == (bags[0].order_id, "post", "Rue 1\nBerne")
    assert notices(answer) == ["This was done already; nothing has changed."]
    assert list(Consignment.objects.unsettled()) == [bags[1]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", ["country", "address", "long"])
def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(
    desk, bags, point, language, wrong
):
    fields = typed(bags, "Rue 1\nBerne", "Rue 2\nBerne")
    name = f"bag{bags[1].pk}"
    if wrong == "country":
        fields[f"{name}-country"] = ""
    elif wrong == "address":
        fields[f"{name}-address"] = ""
        fields[f"{name}-country"] = "CH"
    else:
        fields[f"{name}-address"] = "\n".join("abcdefghijkl")
    with translation.override(language):
        answer = desk.post(by_post(point), fields)

    assert answer.status_code == 422
    assert "Rue 1\nBerne</textarea>" in answer.text
    assert statuses() == ["missed"] * 2
    field = "country" if wrong == "country" else "address"
    [tag] = re.findall(rf'<[^>]*id="{name}-{field}"[^>]*>', answer.text)
    assert 'aria-invalid="true"' in tag


def test_a_bag_that_a_colleague_released_meanwhile_says_so_and_the_others_go(desk, bags, point):
    aftercare.let_go(bags[0], by=clerk("other"))

    answer = desk.post(by_post(point), typed(bags, "Rue 1\nBerne", "Rue 2\nBerne"))

    assert answer.status_code == 409
    assert "no longer promised" in answer.text
    assert "Rue 1\nBerne</textarea>" in answer.text
    assert statuses() == ["missed", "missed", "packed"]


def test_without_any_address_nothing_is_done(desk, bags, point):
    answer = desk.post(by_post(point), typed(bags, "", ""), follow=True)

    assert notices(answer) == ["No address was written; nothing has changed."]
    assert statuses() == ["missed"] * 2


@pytest.mark.parametrize("picked", ["x", "9" * 40, "0"])
def test_bags_that_are_not_here_are_not_asked_about(desk, bags, point, picked):
    shown = desk.get(by_post(point), {"picked": picked}, follow=True)
    sent = desk.post(by_post(point), {"picked": picked}, follow=True)

    assert [answer.status_code for answer in (shown, sent)] == [200, 200]
    assert statuses() == ["missed"] * 2
