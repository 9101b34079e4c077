"""The work queue: narrowed from the address bar, and many orders done at once."""

import re
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from orders import audit, fulfilment, lifecycle, stock
from orders.desk.tabs import TABS
from orders.errors import OrderError
from orders.models import Consignment, Look, Order
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_publication,
    make_state,
)
from tests.orders.test_desk import packer, sign_in_with_second_factor
from tests.orders.visits import LANGUAGES, notices, said

pytestmark = pytest.mark.django_db
QUEUE = "/en/desk/"


@pytest.fixture
def edition(db):
    return make_edition(make_publication("action-plan"), on_hand=500, weight_g=50)


def numbers(answer):
    return [order.number for order in answer.context["page"]]


def do(desk, verb, *orders, **fields):
    data = {"do": verb, "picked": [order.number for order in orders]} | fields
    return desk.post(reverse("desk:batch"), data, follow=True)


# Narrowing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("delivery", "courier"),
        ("orderer_kind", "observer"),
        ("source", "telephone"),
        ("language", "es"),
    ],
)
def test_the_address_bar_narrows_the_queue(desk, edition, name, value):
    wanted = make_order((edition, 1), **{name: value})
    make_order((edition, 1))

    assert numbers(desk.get(QUEUE, {"tab": "to_pack", name: value})) == [wanted.number]


def test_the_queue_is_narrowed_to_a_state(desk, edition):
    chad = make_state("TD", "Chad", name_fr="Tchad", name_es="Chad")
    wanted = make_order((edition, 1), state=chad)
    make_order((edition, 1), state=make_state())
    make_order((edition, 1))

    answer = desk.get(QUEUE, {"tab": "to_pack", "state": "TD"})

    assert numbers(answer) == [wanted.number]
    assert '<input type="hidden" name="state" value="TD">' in answer.text
    assert "tab=packed&amp;state=TD" in answer.text or "state=TD&amp;tab=packed" in answer.text


def test_all_is_shown_again_of_what_was_searched_for(desk, edition):
    make_order((edition, 1), state=make_state("TD", "Chad"))

    page = desk.get(QUEUE, {"tab": "to_pack", "q": "specimen", "state": "TD", "page": "1"}).text

    [address] = re.findall(r'<a href="([^"]*)">Show all</a>', page)
    assert parse_qs(address.lstrip("?").replace("&amp;", "&")) == {
        "tab": ["to_pack"],
        "q": ["specimen"],
    }


def test_states_that_ordered_can_be_chosen_by_their_names_in_order(desk, edition):
    for code, name, name_fr in [("AT", "Austria", "Autriche"), ("DE", "Germany", "Allemagne")]:
        make_order((edition, 1), state=make_state(code, name, name_fr=name_fr))
    make_state("PE", "Peru")

    choices = desk.get(QUEUE.replace("en", "fr")).context["narrowing"].fields["state"].choices

    assert [str(name) for _code, name in choices[1:]] == ["Allemagne", "Autriche"]


@pytest.mark.parametrize(
    "name", ["delivery", "hold", "language", "source", "point", "orderer_kind", "state"]
)
@pytest.mark.parametrize("value", ["", "nonsense", "'", "\x00", "99999999999", "٣"])
def test_what_is_in_no_list_narrows_nothing(desk, edition, name, value):
    order = make_order((edition, 1))

    answer = desk.get(QUEUE, {"tab": "to_pack", name: value})

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert numbers(answer) == [order.number]


def test_a_meeting_shows_what_goes_there_in_whole_or_in_part(desk, edition):
    point = make_point()
    part = {"delivery": "pick_up", "pick_up_point": point, "quantities": {edition.pk: 1}}
    whole = make_order((edition, 1), pick_up_point=point)
    shared = make_order((edition, 2), consignees=[part])
    make_order((edition, 1))

    answer = desk.get(QUEUE, {"tab": "to_pack", "point": point.pk})

    assert numbers(answer) == [whole.number, shared.number]
    assert list(answer.context["points"]) == [point]


def test_a_tracking_number_finds_its_order(desk, edition):
    order = make_order((edition, 1), status="closed")
    order.consignments.update(tracking="RR123456785CH")

    assert numbers(desk.get(QUEUE, {"tab": "ended", "q": "rr123456785"})) == [order.number]


def test_a_possible_duplicate_waits_for_a_look(desk, edition):
    first = make_order((edition, 1), email="same@example.org")
    second = make_order((edition, 2), email="Same@example.org")

    answer = desk.get(QUEUE, {"tab": "to_review"})

    assert numbers(answer) == [second.number]
    assert first.number in desk.get(second.get_desk_url()).text


def test_a_look_at_the_queue_is_noted_once_a_day(desk, edition):
    make_order((edition, 1))

    for _twice in range(2):
        desk.get(QUEUE)

    assert [(look.page, look.orders) for look in Look.objects.all()] == [("queue", 1)]


# At once ------------------------------------------------------------------------------


def test_fifty_orders_are_packed_and_dispatched_in_few_presses(desk, edition):
    orders = [make_order((edition, 3)) for _ in range(50)]

    packed = do(desk, "pack", *orders)
    sent = do(desk, "leave", *orders)

    assert notices(packed) == ["50 orders are packed."]
    assert "50 orders are dispatched" in notices(sent)[0]
    assert Order.objects.filter(status="closed").count() == 50
    assert stock.balance(edition).on_hand == 350
    assert audit.breaches() == []


def test_what_cannot_be_done_is_told_by_order_and_the_rest_is_done(desk, edition):
    free, held = make_order((edition, 3)), make_order((edition, 3))
    lifecycle.hold(held, by=clerk(), reason="address")

    answer = do(desk, "pack", free, held)

    assert notices(answer)[0] == "1 order is packed."
    assert notices(answer)[1].startswith(f"{held.number}: This order is on hold.")


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("verb", ["pack", "leave", "arrive"])
def test_what_was_done_already_is_not_told_as_done(desk, edition, verb, reader):
    ready = {"pack": "", "leave": "packed", "arrive": "sent"}[verb]
    first, second = make_order((edition, 3)), make_order((edition, 3))
    for order in (first, second):
        if ready:
            make_consignment(order, ready)
    do(desk, verb, first)

    with translation.override(reader):
        both, again = do(desk, verb, first, second), do(desk, verb, first, second)

    done, before = notices(both)
    assert ("1" in done, "1" in before) == (True, True)
    assert notices(again) == [said(reader, "This was done already; nothing has changed.")]


@pytest.mark.parametrize("verb", ["pack", "leave"])
def test_a_second_press_changes_nothing(desk, edition, verb):
    order = make_order((edition, 3))
    do(desk, "pack", order)

    for _twice in range(2):
        do(desk, verb, order)

    assert order.consignments.count() == 1
    assert stock.balance(edition).on_hand == (497 if verb == "leave" else 500)


def test_bags_are_made_ready_where_parcels_are_dispatched(desk, edition):
    bag, parcel = make_order((edition, 1), pick_up_point=make_point()), make_order((edition, 1))
    do(desk, "pack", bag, parcel)

    do(desk, "leave", bag, parcel)

    statuses = [order.consignments.get().status for order in (bag, parcel)]
    assert statuses == ["at_desk", "sent"]


@pytest.mark.parametrize(
    "fields", [{"do": "delete"}, {"do": ""}, {"picked": []}, {"picked": ["NONE-SUCH"]}]
)
def test_nothing_ticked_or_nothing_known_is_told(desk, edition, fields):
    order = make_order((edition, 3))

    answer = do(desk, "pack", order, **fields)

    assert len(notices(answer)) == 1
    assert not order.consignments.exists()


def test_papers_are_chosen_for_what_is_packed(desk, edition):
    order = make_order((edition, 3))

    nothing = do(desk, "papers", order)
    do(desk, "pack", order)
    papers = do(desk, "papers", order)

    assert "pack them first" in notices(nothing)[0]
    assert papers.status_code == 200
    assert order.number in papers.text


# Why it waits for a look -------------------------------------------------------------


def test_a_possible_duplicate_names_the_order_that_it_may_repeat(desk, edition):
    other = make_edition(on_hand=10)
    make_order((other, 1), email="same@example.org")  # the same person, another title
    first = make_order((edition, 1), email="same@example.org")
    make_order((edition, 1), email="same@example.org", status="cancelled")
    make_order((edition, 2), email="Same@example.org")

    page = desk.get(QUEUE, {"tab": "to_review"}).text

    assert f'see <a href="{first.get_desk_url()}">{first.number}</a>' in page
    assert page.count("see <a") == 1


def test_the_organisation_of_a_state_may_repeat_an_order_too(desk, edition):
    mission = {"organisation": "Permanent Mission", "state": make_state()}
    first = make_order((edition, 1), **mission)
    make_order((edition, 2), **mission | {"organisation": "PERMANENT MISSION"})

    assert f">{first.number}</a>" in desk.get(QUEUE, {"tab": "to_review"}).text


def held_duplicate(edition, email, *, days, hold="duplicate"):
    """An order that was accepted some days ago, and is on hold."""
    order = make_order((edition, 1), email=email)
    accepted_at = timezone.now() - timedelta(days=days)
    Order.objects.filter(pk=order.pk).update(hold=hold, accepted_at=accepted_at)
    return order


@pytest.mark.parametrize(("days", "is_named"), [(40, False), (29, True)])
@pytest.mark.parametrize("is_alone", [True, False])
def test_an_order_of_long_ago_is_not_repeated(desk, edition, settings, days, is_named, is_alone):
    settings.DUPLICATE_DAYS = 30
    first = held_duplicate(edition, "same@example.org", hold="", days=days)
    held_duplicate(edition, "same@example.org", days=0)
    if not is_alone:  # another one on the page looks further back
        held_duplicate(edition, "other@example.org", days=25)

    page = desk.get(QUEUE, {"tab": "to_review"}).text

    assert (f'see <a href="{first.get_desk_url()}">' in page) == is_named


@pytest.mark.parametrize("status", ["returned", "missed"])
def test_what_went_astray_says_how(desk, edition, status):
    point = make_point() if status == "missed" else None
    make_consignment(make_order((edition, 1), pick_up_point=point), status)

    words = {"returned": "returned", "missed": "not picked up"}[status]
    page = desk.get(QUEUE, {"tab": "astray"}).text

    assert f'<li class="alert">{words}</li>' in page


# Sent, not heard of -------------------------------------------------------------------


@pytest.fixture
def silent(edition):
    """A parcel that was dispatched six weeks ago."""
    parcel = make_consignment(make_order((edition, 1)), "sent")
    Consignment.objects.update(left_at=timezone.now() - timedelta(days=42))
    return parcel


def test_a_parcel_not_heard_of_for_long_is_asked_after_and_marked(desk, silent):
    page = desk.get(QUEUE, {"tab": "sent_long_ago"})

    desk.post(reverse("desk:deliver", args=[silent.pk]))

    assert numbers(page) == [silent.order.number]
    assert "It has arrived" in page.text
    assert numbers(desk.get(QUEUE, {"tab": "sent_long_ago"})) == []


def test_parcels_are_marked_as_arrived_together(desk, silent):
    first, _second = do(desk, "arrive", silent.order), do(desk, "arrive", silent.order)

    assert notices(first) == ["1 order is marked as delivered."]
    assert silent.order.events.filter(what="delivered").count() == 1


def test_what_was_never_dispatched_has_not_arrived(desk, edition):
    order = make_order((edition, 1))

    assert notices(do(desk, "arrive", order)) == [f"{order}: Nothing was dispatched for it."]


@pytest.mark.parametrize("days", [1, 20])
def test_a_parcel_may_take_its_time(desk, silent, days):
    Consignment.objects.update(left_at=timezone.now() - timedelta(days=days))

    assert numbers(desk.get(QUEUE, {"tab": "sent_long_ago"})) == []


# Ticked -------------------------------------------------------------------------------


def test_what_was_just_packed_is_ticked_for_the_next_press(desk, edition):
    earlier = make_consignment(make_order((edition, 1))).order
    order, held = make_order((edition, 1)), make_order((edition, 1))
    lifecycle.hold(held, by=clerk(), reason="address")

    answer = do(desk, "pack", order, held)

    assert numbers(answer) == [order.number]
    assert answer.text.count(" checked>") == 2  # its box, and that of all
    assert "The order just packed is ticked." in answer.text
    assert numbers(desk.get(QUEUE, {"tab": "packed"})) == [earlier.number, order.number]


def test_a_link_ticks_all_without_a_script(desk, edition):
    make_order((edition, 1))

    page = desk.get(QUEUE, {"tab": "to_pack"}).text
    ticked = desk.get(QUEUE, {"tab": "to_pack", "all": "1"}).text

    assert 'href="?tab=to_pack&amp;all=1"' in page
    assert (page.count(" checked>"), ticked.count(" checked>")) == (0, 2)


def test_once_dispatched_the_queue_shows_all_again(desk, edition):
    order = make_order((edition, 1))
    packed = do(desk, "pack", order)
    here = packed.redirect_chain[-1][0]

    answer = do(desk, "leave", order, next=here + "&delivery=post")

    assert f"picked={order.number}" in here
    assert answer.redirect_chain == [("/en/desk/?tab=packed&delivery=post", 302)]


def test_a_second_press_of_dispatch_says_that_it_was_done(desk, edition):
    order = make_order((edition, 1))
    do(desk, "pack", order)

    first, second = do(desk, "leave", order), do(desk, "leave", order)

    assert "1 order is dispatched" in notices(first)[0]
    assert notices(second) == ["This was done already; nothing has changed."]
    assert order.events.filter(what="sent").count() == 1


def test_an_order_leaves_whole_or_not_at_all(desk, edition, monkeypatch):
    part = {"delivery": "post", "country": "CH", "quantities": {edition.pk: 1}}
    order = make_order((edition, 2), consignees=[part | {"recipient": "A", "address": "B"}])
    do(desk, "pack", order)
    refusal = OrderError("The second parcel cannot go.")
    send, calls = fulfilment.send, []

    def send_one(consignment, *, by):
        calls.append(consignment)
        if len(calls) == 2:
            raise refusal
        return send(consignment, by=by)

    monkeypatch.setattr(fulfilment.dispatch, "send", send_one)
    answer = do(desk, "leave", order)

    assert notices(answer) == [f"{order}: The second parcel cannot go."]
    assert [row.status for row in order.consignments.all()] == ["packed", "packed"]


def test_the_search_keeps_what_narrows_the_queue(desk, edition):
    make_order((edition, 1), pick_up_point=(point := make_point()))

    page = desk.get(QUEUE, {"tab": "to_pack", "point": point.pk, "delivery": "pick_up"}).text
    find = page[page.index('role="search"') : page.index('<nav class="tabs"')]

    assert f'name="point" value="{point.pk}"' in find
    assert 'name="delivery" value="pick_up"' in find


def test_a_filter_without_result_offers_the_way_back(desk, edition):
    make_order((edition, 1))

    page = desk.get(QUEUE, {"tab": "to_pack", "delivery": "courier"}).text

    assert "No order here is like this." in page
    assert 'href="?tab=to_pack">Show all</a>' in page


def test_the_queue_says_how_many_orders_there_are(desk, edition):
    make_order((edition, 1))

    assert "1 order in all" in desk.get(QUEUE, {"tab": "to_pack"}).text


def test_a_point_counts_what_goes_there_in_part(desk, edition):
    point = make_point()
    part = {"delivery": "pick_up", "pick_up_point": point, "quantities": {edition.pk: 1}}
    make_order((edition, 1), pick_up_point=point)
    make_order((edition, 2), consignees=[part])
    make_order((edition, 2), pick_up_point=point, consignees=[part])

    [counted] = desk.get(QUEUE).context["points"]

    assert counted.orders == 3


@pytest.mark.parametrize("words", ["", "specimen"])
@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("orders", [1, 4])
def test_every_tab_takes_as_many_queries_for_many(
    desk, edition, tab, words, orders, django_assert_max_num_queries
):
    for number in range(orders):
        make_order((edition, 1), email=f"{number}@example.org")
        lifecycle.hold(make_order((edition, 1)), by=clerk(), reason="duplicate")
        make_consignment(make_order((edition, 1)), "returned")

    desk.get(QUEUE)
    with django_assert_max_num_queries(12):
        desk.get(QUEUE, {"tab": tab, "q": words})


def test_a_queue_narrowed_by_everything_takes_12_queries(
    client, edition, django_assert_max_num_queries
):
    sign_in_with_second_factor(client, packer())
    chad, point = make_state("TD", "Chad"), make_point()
    for _twice in range(2):
        order = make_order((edition, 1), state=chad, pick_up_point=point)
        lifecycle.hold(order, by=clerk(), reason="duplicate")
    narrowed = {"tab": "to_review", "state": "TD", "point": point.pk, "hold": "duplicate"}
    narrowed |= {"q": "chad", "picked": [order.number], "language": "en"}

    client.get(QUEUE)
    with django_assert_max_num_queries(12):
        answer = client.get(QUEUE, narrowed)

    assert numbers(answer) == [order.number]
