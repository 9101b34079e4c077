"""The work queue: narrowed from the address bar, and many orders done at once."""

import pytest
from django.urls import reverse

from orders import audit, lifecycle, stock
from orders.models import Look, Order
from tests.builders import clerk, make_edition, make_order, make_point, make_publication

pytestmark = pytest.mark.django_db
QUEUE = "/en/desk/"


@pytest.fixture
def desk(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client


@pytest.fixture
def edition(db):
    return make_edition(make_publication("action-plan"), on_hand=500, weight_g=50)


def numbers(answer):
    return [order.number for order in answer.context["page"]]


def notices(answer):
    return [str(message) for message in answer.context["messages"]]


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


@pytest.mark.parametrize(
    "name", ["delivery", "hold", "language", "source", "point", "orderer_kind"]
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
    assert list(audit.breaches()) == []


def test_what_cannot_be_done_is_told_by_order_and_the_rest_is_done(desk, edition):
    free, held = make_order((edition, 3)), make_order((edition, 3))
    lifecycle.hold(held, by=clerk(), reason="address")

    answer = do(desk, "pack", free, held)

    assert notices(answer)[0] == "1 order is packed."
    assert notices(answer)[1].startswith(f"{held.number}: This order is on hold.")


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
