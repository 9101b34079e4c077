"""A meeting, from the store to what is left over, through the desk's pages."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from orders import fulfilment, lifecycle, meetings, papers, stock
from orders.models import Consignment, Look, Order, StockEntry, StockLocation
from orders.papers import picking
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_state,
    part_for,
)
from tests.orders.visits import LANGUAGES, notices, refusal, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
LISTS = ["store", "boxes", "desk", "labels"]


@pytest.fixture
def edition(db):
    return make_edition(on_hand=200, weight_g=100)


@pytest.fixture
def point(db):
    return make_point("Counter of the meeting (specimen)")


@pytest.fixture
def bags(edition, point):
    """Three bags for the meeting, packed."""
    states = [make_state(code, name) for code, name in (("LA", "Lao"), ("AO", "Angola"))]
    orders = [make_order((edition, 5), pick_up_point=point, state=s) for s in [*states, None]]
    return [fulfilment.pack(order, by=clerk()) for order in orders]


def act(desk, point, verb, /, **fields):
    address = reverse("desk:meeting-act", args=[point.pk])
    return desk.post(address, {"do": verb} | fields, follow=True)


def page(desk, point, name="meeting", **query):
    return desk.get(reverse(f"desk:{name}", args=[point.pk]), query)


def statuses():
    return list(Consignment.objects.order_by("pk").values_list("status", flat=True))


# The whole of it ------------------------------------------------------------------------


def test_a_meeting_from_the_store_to_what_is_left_over(desk, edition, point):
    orders = [make_order((edition, 5), pick_up_point=point) for _ in range(3)]
    typed = {f"edition_{edition.pk}": "20", "key": "along"}
    for verb, fields in [("pack", {}), ("box", {}), ("take_along", typed), ("offer_all", {})]:
        for _twice in range(2):
            act(desk, point, verb, **fields)
    point.refresh_from_db()
    bag = orders[0].consignments.get()
    scanned = page(desk, point, "counter", q=f"https://desk.example.org{orders[0].get_desk_url()}")
    for _twice in range(2):
        desk.post(reverse("desk:hand-over", args=[bag.pk]))
    walk_up = {"edition": edition.pk, "copies": "4", "key": "walk"}
    for _twice in range(2):
        desk.post(reverse("desk:counter-walk-up", args=[point.pk]), walk_up)
    asked = act(desk, point, "miss_all")
    named = [each.pk for each in asked.context["bags"]]
    desk.post(reverse("desk:not-picked-up", args=[point.pk]), {"picked": named})
    make_state("CH", "Switzerland")
    missed = list(Consignment.objects.unsettled().order_by("pk"))
    post = {"address": "Example Street 1\nBerne", "country": "CH"}
    post = {f"bag{missed[0].pk}-{name}": text for name, text in post.items()}
    desk.post(reverse("desk:by-post", args=[point.pk]), post | {"picked": missed[0].pk})
    act(desk, point, "let_go", picked=missed[1].pk)
    act(desk, point, "bring_back", key="back", **{f"edition_{edition.pk}": "15"})

    assert [found.pk for found in scanned.context["found"]] == [bag.pk]
    main, counter = stock.balance(edition), stock.balance(edition, point.location)
    assert (counter.on_hand, main.on_hand, main.allocated) == (0, 200 - 5 - 20 + 15, 5)
    assert statuses() == ["handed_over", "missed", "missed", "packed"]
    assert Consignment.objects.get(status="packed").delivery == "post"


# Before -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_the_desks_language(desk, bags, point, language):
    with translation.override(language):
        answers = [
            desk.get(reverse("desk:meetings")),
            page(desk, point),
            page(desk, point, "counter"),
        ]

    assert all(f'<html lang="{language}"' in answer.text for answer in answers)
    assert all(answer.status_code == 200 for answer in answers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_counter_says_that_an_order_is_on_hold(desk, bags, point, language):
    for bag in bags:
        lifecycle.hold(bag.order, by=clerk(), reason=Order.Hold.ADDRESS)

    with translation.override(language):
        answer = page(desk, point, "counter", q=bags[0].order.number)
        told = translation.gettext("on hold: %(reason)s") % {"reason": Order.Hold.ADDRESS.label}

    assert told in answer.text


def test_bags_go_into_boxes_by_state_and_weight(desk, bags, point, settings):
    settings.BOX_MAX_G = 1000

    answer = act(desk, point, "box")

    lao, angola, other = (Consignment.objects.get(pk=bag.pk).box for bag in bags)
    assert notices(answer) == ["2 boxes."]
    assert {lao, angola, other} == {1, 2}
    assert (angola, lao) == (1, 1) or other == 1


@pytest.mark.parametrize("kind", LISTS)
def test_each_list_is_a_pdf_and_the_look_is_noted(desk, bags, point, kind):
    answer = desk.get(reverse("desk:meeting-paper", args=[point.pk, kind]))

    assert answer.content[:5] == b"%PDF-"
    assert Look.objects.filter(page=f"meeting-{kind}").exists()


def test_an_unknown_list_or_button_is_not_there(desk, point):
    assert desk.get(reverse("desk:meeting-paper", args=[point.pk, "other"])).status_code == 404
    assert act(desk, point, "delete").redirect_chain
    assert desk.get(reverse("desk:meeting", args=[point.pk + 1])).status_code == 404


@pytest.mark.parametrize("typed", ["x", "-1", "0", "1.5", "99999999"])
def test_copies_taken_along_are_a_number(desk, edition, point, typed):
    answer = act(desk, point, "take_along", **{f"edition_{edition.pk}": typed, "key": "k"})

    name = f"edition_{edition.pk}"
    assert answer.status_code == 422
    assert answer.context["refused"][name].value() == typed
    assert StockLocation.objects.count() == 1


def test_no_more_is_taken_along_than_is_free(desk, edition, point):
    make_order((edition, 50))

    answer = act(desk, point, "take_along", **{f"edition_{edition.pk}": "151", "key": "k"})

    assert "Only 150 copies" in refusal(answer)
    assert 'value="151"' in answer.text


@pytest.mark.parametrize(
    ("days", "is_told"), [({"opens_on": 3}, True), ({"closes_on": -3}, True), ({}, False)]
)
def test_the_counter_says_that_its_point_is_not_open(desk, point, days, is_told):
    today = timezone.localdate()
    for name, ahead in days.items():
        setattr(point, name, today + datetime.timedelta(days=ahead))
    point.save()

    assert ("is not open today" in page(desk, point, "counter").text) == is_told


def test_the_next_code_is_looked_up_at_the_counter_after_a_mistake(desk, edition, point):
    refused = desk.post(at_counter(point), {"edition": edition.pk, "copies": "999", "key": "k"})

    action = re.search(r'<form class="scan" method="get" action="([^"]+)"', refused.text)[1]
    assert refused.status_code == 422
    assert desk.get(action, {"q": "ABCD-2345"}).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_copies_on_a_form_that_was_sent_before_are_not_lost_without_a_word(
    desk, edition, point, language
):
    first = {"edition": edition.pk, "copies": "2", "key": "walk"}
    desk.post(at_counter(point), first)

    desk.post(at_counter(point), first)
    late = desk.post(at_counter(point, language), first | {"copies": "5"})

    sentence = (
        "This form was sent before, with another number: nothing more was done. Send it again if "
        "this one is right as well."
    )
    assert late.status_code == 422
    assert said(language, sentence) in late.text
    assert stock.balance(edition).on_hand == 198
    again = re.search(r'name="key" value="([^"]+)"', late.text)[1]
    desk.post(at_counter(point), first | {"copies": "5", "key": again})
    assert stock.balance(edition).on_hand == 193


def at_counter(point, language="en"):
    with translation.override(language):
        return reverse("desk:counter-walk-up", args=[point.pk])


# At the counter -----------------------------------------------------------------------------


def spellings(order):
    number = order.number
    yield from (number, number.lower(), number.replace("-", ""), number.replace("-", " "))
    yield from (f"  {number} ", f"{number}/1", f"https://x.example.org/fr/desk/orders/{number}/")


def test_a_bag_is_found_however_its_number_is_scanned_or_typed(desk, bags, point):
    for typed in spellings(bags[0].order):
        found = page(desk, point, "counter", q=typed).context["found"]
        assert [bag.pk for bag in found] == [bags[0].pk], typed


@pytest.mark.parametrize("typed", ["lao", "LAO", "Specimen Delegate", "delegate permanent"])
def test_a_bag_is_found_by_name_or_state(desk, bags, point, typed):
    found = page(desk, point, "counter", q=typed).context["found"]

    assert bags[0].pk in [bag.pk for bag in found]


@pytest.mark.parametrize("typed", ["nobody", "AAAA-AAAA", "%", "'", "a" * 500, "٣", "/orders//"])
def test_what_is_not_there_is_said(desk, bags, point, typed):
    answer = page(desk, point, "counter", q=typed)

    assert answer.context["found"] == []
    assert answer.status_code == 200


def test_a_second_scan_says_when_it_was_handed_over(desk, bags, point):
    act(desk, point, "offer_all")
    desk.post(reverse("desk:hand-over", args=[bags[0].pk]))

    answer = page(desk, point, "counter", q=bags[0].order.number)

    assert re.search(r"Already handed over[^<]*<span class=.muted.>\s*clerk", answer.text)


@pytest.mark.parametrize(
    "typed", [{"copies": ""}, {"copies": "x"}, {"copies": "999"}, {"edition": "0"}, {"state": "0"}]
)
def test_a_walk_up_with_a_mistake_moves_nothing(desk, edition, point, typed):
    fields = {"edition": edition.pk, "copies": "2", "key": "walk"} | typed

    answer = desk.post(reverse("desk:counter-walk-up", args=[point.pk]), fields)

    assert answer.status_code == 422
    assert stock.balance(edition).on_hand == 200


def test_more_than_are_left_is_told_at_the_field_once(desk, edition, point):
    fields = {"edition": edition.pk, "copies": "999", "key": "walk"}

    answer = desk.post(reverse("desk:counter-walk-up", args=[point.pk]), fields)

    form = answer.context["walk_up"]
    assert list(form.errors) == ["copies"]
    assert form.errors["copies"][0].startswith("Only 200 copies of")
    assert (form["copies"].value(), form["edition"].value()) == ("999", str(edition.pk))
    assert notices(answer) == []


def test_whose_delegate_came_is_kept_where_it_was_said(desk, edition, point):
    state = make_state("LA", "Lao")
    fields = {"edition": edition.pk, "copies": "2", "state": state.pk, "key": "walk"}

    desk.post(reverse("desk:counter-walk-up", args=[point.pk]), fields)

    assert stock.balance(edition).entries.get(kind="walk_up").state == state


# Afterwards -----------------------------------------------------------------------------------


def nobody_comes_for(bags):
    for bag in bags:
        fulfilment.miss(fulfilment.offer(bag, by=clerk()), by=clerk())


def test_missed_bags_go_to_the_next_meeting_in_one_press(desk, bags, point):
    nobody_comes_for(bags)
    following = make_point("Next meeting (specimen)")

    for _twice in range(2):
        act(desk, point, "to_next_all", point=following.pk)

    assert meetings.bags(following).filter(status="packed").count() == 3
    assert Consignment.objects.count() == 6


def test_a_point_without_storage_of_its_own_brings_nothing_back(desk, edition, point):
    assert "bring_back" not in page(desk, point).context["forms"]


@pytest.mark.parametrize("number", [1, 12])
def test_pages_ask_as_many_queries_for_many_bags(
    desk, edition, point, number, django_assert_max_num_queries
):
    for _ in range(number):
        fulfilment.pack(make_order((edition, 2), pick_up_point=point), by=clerk())
    desk.get(reverse("desk:meetings"))

    for name, most in (("meeting", 24), ("counter", 16)):
        with django_assert_max_num_queries(most):
            page(desk, point, name, q="specimen")


# What the store's list says, the button packs ----------------------------------------------


def to_take(point):
    """Copies on the store's list that are not packed yet, by the order's number."""
    return {taking.reference: taking.copies for taking in picking.due_at(point)}


def packed_for(point):
    """Copies in what was packed last for a point, by the order's number."""
    bags = point.consignment_set.filter(status="packed")
    return {bag.order.number: sum(part.quantity for part in bag.lines.all()) for bag in bags}


def is_linked(answer, point, kind):
    return reverse("desk:meeting-paper", args=[point.pk, kind]) in answer.text


def test_the_rest_of_an_order_is_packed_while_its_first_bag_lies_at_the_counter(desk, point):
    scarce = make_edition(on_hand=3)
    order = make_order((scarce, 5), pick_up_point=point)
    make_consignment(order, "at_desk")
    stock.receive(scarce, 10, by=clerk(), reason="Reprint", key="reprint")
    before, taken = page(desk, point), to_take(point)

    answer = act(desk, point, "pack")

    assert before.context["to_pack"] == 1
    assert is_linked(before, point, "store")
    assert notices(answer) == ["1 order is packed."]
    assert taken == packed_for(point) == {order.number: 2}
    assert to_take(point) == {}


def test_for_a_point_only_the_parts_that_are_picked_up_there_are_packed(desk, edition, point):
    parts = [
        part_for(edition, 4),
        part_for(edition, 3, pick_up_point=point),
        part_for(edition, 2, pick_up_point=make_point("Elsewhere")),
    ]
    order = make_order((edition, 20), consignees=parts)
    taken = to_take(point)

    act(desk, point, "pack")
    again = act(desk, point, "pack")

    assert taken == packed_for(point) == {order.number: 3}
    assert order.consignments.count() == 1
    assert again.context["to_pack"] == 0


@pytest.mark.parametrize("why", ["held", "waiting", "posted", "packed"])
def test_what_cannot_be_packed_is_neither_listed_nor_offered(desk, edition, point, why):
    wanted = make_edition(on_hand=0) if why == "waiting" else edition
    order = make_order((wanted, 5), **({} if why == "posted" else {"pick_up_point": point}))
    if why == "held":
        lifecycle.hold(order, by=clerk(), reason="other")
    if why == "packed":
        make_consignment(order)

    assert to_take(point) == {}
    assert page(desk, point).context["to_pack"] == 0


def test_the_list_for_the_store_is_there_before_anything_is_packed(desk, edition, point):
    nothing = page(desk, point)
    make_order((edition, 5), pick_up_point=point)

    answer = page(desk, point)

    assert not is_linked(nothing, point, "store")
    assert is_linked(answer, point, "store")
    assert not is_linked(answer, point, "boxes")


@pytest.mark.parametrize("number", [1, 9])
def test_the_store_list_asks_as_much_for_many_orders_as_for_one(
    edition, point, number, django_assert_max_num_queries
):
    for _ in range(number):
        others = [part_for(edition, 3, pick_up_point=point), part_for(edition, 2)]
        make_order((edition, 10), consignees=others, pick_up_point=point)
        make_order((edition, 1), pick_up_point=point)

    with django_assert_max_num_queries(13):
        papers.store_pick_list(point, "en")


@pytest.fixture
def store(edition, point):
    """Twenty copies at the storage of the point."""
    meetings.take_along(point, {edition: 20}, by=clerk(), key="along")
    point.refresh_from_db()
    return point.location


def test_copies_brought_back_twice_come_back_once(edition, point, store):
    for _twice in range(2):
        meetings.bring_back(point, {edition: 18}, by=clerk(), reason="", key="back")

    assert stock.balance(edition, store).on_hand == 0
    assert stock.balance(edition).on_hand == 198


@pytest.mark.parametrize("damaged", [0, 2])
def test_what_is_back_already_is_told_so(desk, edition, point, store, damaged):
    if damaged:
        stock.damage(edition, damaged, by=clerk(), reason="wet", location=store)
    counted = {"key": "back", f"edition_{edition.pk}": "20"}
    act(desk, point, "bring_back", **counted)

    again = act(desk, point, "bring_back", **counted)

    assert notices(again) == ["This was done already; nothing has changed."]
    assert stock.balance(edition).on_hand == 200 - damaged


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_who_counts_nothing_is_asked_to(desk, edition, point, store, language):
    with translation.override(language):
        answer = act(desk, point, "bring_back", key="back", **{f"edition_{edition.pk}": ""})

    assert answer.status_code == 422
    assert said(language, "Write how many copies came back.") in answer.text


def test_where_nothing_is_left_over_nothing_is_counted_back(desk, edition, point, store):
    meetings.bring_back(point, {edition: 20}, by=clerk(), reason="", key="back")

    assert "bring_back" not in page(desk, point).context["forms"]


def test_unusable_copies_stay_where_they_are_counted(desk, edition, point, store):
    stock.damage(edition, 2, by=clerk(), reason="wet", location=store)

    answer = act(desk, point, "bring_back", key="back", **{f"edition_{edition.pk}": "20"})

    left = stock.balance(edition, store)
    assert notices(answer) == ["18 copies are back."]
    assert (left.on_hand, left.unusable) == (2, 2)
    assert stock.balance(edition).on_hand == 198


def test_fewer_than_are_unusable_cannot_be_left_over(desk, edition, point, store):
    stock.damage(edition, 2, by=clerk(), reason="wet", location=store)

    answer = act(desk, point, "bring_back", key="back", **{f"edition_{edition.pk}": "1"})

    assert refusal(answer).startswith("2 copies are promised or unusable")
    assert answer.status_code == 409
    assert stock.balance(edition, store).on_hand == 20


# Ticks and boxes ---------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["offer", "hand_over", "miss", "let_go"])
def test_a_bag_ticked_in_another_list_stops_the_button(desk, bags, point, verb):
    fulfilment.offer(bags[0], by=clerk())
    before = statuses()

    answer = act(desk, point, verb, picked=[bag.pk for bag in bags])

    assert notices(answer)[0].startswith("A ticked bag is in another list")
    assert statuses() == before


@pytest.mark.parametrize("typed", ["x", "99999999999999999999"])
def test_a_tick_that_is_no_bag_stops_the_button(desk, bags, point, typed):
    answer = act(desk, point, "offer", picked=typed)

    assert notices(answer)[0].startswith("A ticked bag is in another list")


@pytest.mark.parametrize("verb", ["offer", "hand_over", "miss", "let_go", "to_post", "to_next"])
def test_without_a_tick_nothing_happens_to_any_bag(desk, bags, point, verb):
    missed = bags[2]
    fulfilment.offer(bags[1], by=clerk())
    fulfilment.miss(fulfilment.offer(missed, by=clerk()), by=clerk())
    before = statuses()

    answer = act(desk, point, verb, point=make_point("Next (specimen)").pk)

    assert notices(answer) == ["Tick the bags first."]
    assert statuses() == before


@pytest.mark.parametrize(
    ("verb", "status"), [("hand_over_all", "handed_over"), ("miss_all", "missed")]
)
def test_all_bags_at_the_counter_are_named_as_such(desk, bags, point, verb, status):
    point.closes_on = timezone.localdate()
    point.save()
    act(desk, point, "offer_all")

    act(desk, point, verb)

    assert statuses() == [status] * 3


def test_a_bag_changes_its_box_by_hand(desk, bags, point):
    act(desk, point, "box")

    act(desk, point, "set_box", picked=bags[1].pk, box="7")

    boxes = [Consignment.objects.get(pk=bag.pk).box for bag in bags]
    assert boxes == [1, 7, 1]


def test_a_bag_is_taken_out_of_its_box_by_hand(desk, bags, point):
    act(desk, point, "box")

    act(desk, point, "set_box", picked=bags[1].pk, box="")

    assert Consignment.objects.get(pk=bags[1].pk).box is None


def test_without_a_tick_no_box_is_changed_by_hand(desk, bags, point):
    answer = act(desk, point, "set_box", box="7")

    assert notices(answer) == ["Tick the bags first."]
    assert not Consignment.objects.filter(box=7).exists()


@pytest.mark.parametrize("typed", ["0", "1000", "x", "-1", "1.5"])
def test_a_box_has_a_number(desk, bags, point, typed):
    answer = act(desk, point, "set_box", picked=bags[1].pk, box=typed)

    assert answer.status_code == 422
    assert answer.context["forms"]["set_box"]["box"].value() == typed


def test_boxes_are_numbered_on_from_those_at_the_point(desk, edition, bags, point):
    act(desk, point, "box")
    act(desk, point, "offer_all")
    late = fulfilment.pack(make_order((edition, 5), pick_up_point=point), by=clerk())

    act(desk, point, "box")

    assert Consignment.objects.get(pk=late.pk).box == 2


def test_bags_of_no_state_come_last(bags, point):
    assert [bag.pk for bag in meetings.bags(point)] == [bags[1].pk, bags[0].pk, bags[2].pk]


def test_missed_bags_go_to_the_next_meeting_while_there_is_room(desk, bags, point):
    nobody_comes_for(bags)
    small = make_point("Small meeting (specimen)", capacity=12)

    answer = act(desk, point, "to_next_all", point=small.pk)

    assert notices(answer)[0] == "2 bags go another way."
    assert "has room for 2 more copies" in notices(answer)[1]
    assert meetings.bags(small).count() == 2


# What became of it ---------------------------------------------------------------------------


def test_a_state_whose_walk_up_was_undone_is_left_out_of_the_summary(desk, edition, point, store):
    stock.walk_up(edition, 3, by=clerk(), location=store, state=make_state(), key="walk")
    before = meetings.summary(point)

    stock.undo_walk_up(StockEntry.objects.get(kind="walk_up"), by=clerk())

    assert [row.walk_ups for row in before] == [3]
    assert meetings.summary(point) == []


def test_the_summary_tells_by_state_what_became_of_the_copies(desk, edition, bags, point, store):
    fulfilment.offer(bags[0], by=clerk())
    fulfilment.offer(bags[1], by=clerk())
    fulfilment.hand_over(bags[0], by=clerk())
    fulfilment.miss(bags[1], by=clerk())
    lao, angola = bags[0].order.state, bags[1].order.state
    for state in (lao, None):
        stock.walk_up(edition, 2, by=clerk(), location=store, state=state)

    rows = page(desk, point).context["summary"]

    assert rows == [
        meetings.Tally(angola, missed=5),
        meetings.Tally(lao, bags=1, copies=5, walk_ups=2),
        meetings.Tally(None, walk_ups=2),
    ]


def test_bags_of_former_years_are_not_on_the_page(desk, bags, point):
    for bag in bags[:2]:
        fulfilment.offer(bag, by=clerk())
        fulfilment.hand_over(bag, by=clerk())
    Consignment.objects.exclude(left_at=None).update(left_at="2020-01-01T12:00Z")
    Order.objects.exclude(first_left_at=None).update(first_left_at="2020-01-01T12:00Z")

    answer = page(desk, point)

    assert [bag.pk for bag in answer.context["packed"]] == [bags[2].pk]
    assert bags[0].order.number not in answer.text


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (None, None, "always"),
        ("2026-11-16", None, "from 16 Nov 2026"),
        (None, "2026-11-20", "until 20 Nov 2026"),
        ("2026-11-16", "2026-11-20", "16 Nov 2026 – 20 Nov 2026"),
    ],
)
def test_the_list_says_when_a_point_is_open(desk, opens, closes, words):
    make_point(opens_on=opens, closes_on=closes)

    assert words in desk.get(reverse("desk:meetings")).text


def test_why_copies_were_handed_out_is_kept(desk, edition, point):
    fields = {"edition": edition.pk, "copies": "2", "reason": "For the library", "key": "walk"}

    desk.post(reverse("desk:counter-walk-up", args=[point.pk]), fields)

    assert stock.balance(edition).entries.get(kind="walk_up").reason == "For the library"
