"""A pick-up point has room for so many copies: what is expected there, and who is refused."""

import datetime
import re

import pytest

from catalogue import formats
from orders import aftercare, changes, fulfilment, room
from orders.errors import OrderError
from orders.models import Order, PickUpPoint
from tests.builders import (
    clerk,
    make_consignment,
    make_details,
    make_edition,
    make_order,
    make_point,
    parcel_for,
    part_for,
    place_order,
    set_wanted,
)
from tests.orders.visits import LANGUAGES, at, fill_basket, filled_form, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]


@pytest.fixture
def edition(db):
    return make_edition(on_hand=50)


@pytest.fixture
def point(db):
    return make_point("Counter", capacity=10)


def expected(point):
    """Copies expected at a point; the room that the form shows is what is left."""
    copies = room.expected_at(point)
    if point.capacity is not None:
        assert room.left_at([point]) == {point.pk: max(0, point.capacity - copies)}
    return copies


# What is expected -----------------------------------------------------------------


@pytest.mark.parametrize("status", ["unverified", "open"])
def test_an_order_under_way_is_expected(edition, point, status):
    make_order((edition, 4), pick_up_point=point, status=status)

    assert expected(point) == 4


@pytest.mark.parametrize("status", ["expired", "cancelled", "declined"])
def test_an_order_that_is_over_is_not_expected(edition, point, status):
    make_order((edition, 4), pick_up_point=point, status=status)

    assert expected(point) == 0


def test_what_goes_to_a_consignee_elsewhere_is_not_expected(edition, point):
    make_order((edition, 9), pick_up_point=point, consignees=[part_for(edition, 4)])

    assert expected(point) == 5


def test_what_a_consignee_elsewhere_has_already_is_not_taken_off_twice(edition, point):
    order = make_order((edition, 9), pick_up_point=point, consignees=[part_for(edition, 4)])

    parcel_for(order.consignees.get(), "sent")

    assert expected(point) == 5


def test_what_a_consignee_picks_up_is_expected_until_it_is_picked_up(edition, point):
    order = make_order((edition, 9), consignees=[part_for(edition, 4, pick_up_point=point)])
    assert expected(point) == 4

    parcel_for(order.consignees.get(), "handed_over")

    assert expected(point) == 0


@pytest.mark.parametrize("status", ["packed", "at_desk", "missed"])
def test_what_lies_there_is_expected_once(edition, point, status):
    make_consignment(make_order((edition, 4), pick_up_point=point), status)

    assert expected(point) == 4


def test_what_is_packed_is_expected_where_it_was_packed_for(edition, point):
    order, other = make_order((edition, 4), pick_up_point=point), make_point("Embassy")
    make_consignment(order)
    order.refresh_from_db()

    details = make_details(delivery="pick_up", pick_up_point=other, address="", country="")
    changes.edit(order, details=details, version=order.version, by=clerk())

    assert (expected(point), expected(other)) == (4, 0)


# Who is refused -------------------------------------------------------------------


def test_a_point_that_is_full_takes_no_more(edition, point):
    make_order((edition, 8), pick_up_point=point)

    with pytest.raises(OrderError, match="Counter has room for 2 more copies"):
        place_order((edition, 3), pick_up_point=point)

    assert Order.objects.count() == 1


def test_consignees_are_counted_at_their_points_and_not_at_the_orders(edition, point):
    there = part_for(edition, 8, pick_up_point=make_point("Embassy", capacity=8))

    place_order((edition, 18), pick_up_point=point, consignees=[there])

    assert expected(point) == 10


def test_a_consignee_is_refused_where_there_is_no_room(edition, point):
    with pytest.raises(OrderError, match="Counter has room for 10 more copies"):
        place_order((edition, 20), consignees=[part_for(edition, 11, pick_up_point=point)])


def test_more_copies_are_refused_at_a_full_point(edition, point):
    order = make_order((edition, 8), pick_up_point=point)

    with pytest.raises(OrderError, match="Counter has room for 10 more copies"):
        set_wanted(order, edition, 11)

    assert set_wanted(order, edition, 10).lines.get().wanted == 10


def test_fewer_copies_are_welcome_at_a_point_that_became_too_small(edition, point):
    order = make_order((edition, 8), pick_up_point=point)
    point.capacity = 2
    point.save()

    assert set_wanted(order, edition, 5).lines.get().wanted == 5


CLOSED = [
    ({"order_by_on": datetime.date(2026, 5, 4)}, "Counter took orders until 4 May 2026."),
    ({"closes_on": datetime.date(2026, 5, 5)}, "Counter took orders until 5 May 2026."),
    ({"is_closed": True}, "Counter takes no more orders."),
]


@pytest.mark.parametrize(("days", "sentence"), CLOSED)
def test_no_more_copies_are_ordered_for_a_point_that_takes_no_more_orders(
    edition, point, days, sentence
):
    order = make_order((edition, 3), pick_up_point=point)
    PickUpPoint.objects.update(**days)

    with pytest.raises(OrderError, match=sentence):
        set_wanted(order, edition, 5)

    assert set_wanted(order, edition, 2).lines.get().wanted == 2
    assert set_wanted(order, edition, 5, by=clerk()).lines.get().wanted == 5


@pytest.mark.parametrize(("days", "sentence"), CLOSED)
def test_nobody_moves_to_a_point_that_takes_no_more_orders(edition, point, days, sentence):
    order = make_order((edition, 3))
    PickUpPoint.objects.update(**days)
    details = {"delivery": "pick_up", "pick_up_point": point, "address": "", "country": ""}

    with pytest.raises(OrderError, match=sentence):
        changes.change(order, quantities={}, details=details, version=order.version)


def test_more_copies_go_elsewhere_where_the_point_takes_no_more_orders(edition, point):
    order = make_order((edition, 3), pick_up_point=point)
    PickUpPoint.objects.update(is_closed=True)
    details = {"delivery": "post", "pick_up_point": None, "address": "Street 1", "country": "CH"}

    changes.change(order, quantities={edition.pk: 5}, details=details, version=order.version)

    assert order.lines.get().wanted == 5


@pytest.mark.parametrize("is_other_open", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_point_that_closed_while_the_form_was_open_is_said_to_be_closed(
    client, edition, point, language, is_other_open
):
    fill_basket(client, (edition, 3))
    if is_other_open:
        make_point("Office")
    form = filled_form(client, language, delivery="pick_up", pick_up_point=point.pk)
    PickUpPoint.objects.filter(pk=point.pk).update(order_by_on=datetime.date(2026, 5, 4))

    page = client.post(at(language, "details"), form)

    [errors] = page.context["form"].errors.values()
    closed = said(
        language,
        "%(point)s took orders until %(date)s.",
        point="Counter",
        date=formats.date(datetime.date(2026, 5, 4), language=language),
    )
    assert closed in errors[0]


def test_nobody_moves_to_a_full_point(edition, point):
    make_order((edition, 8), pick_up_point=point)
    order = make_order((edition, 5))
    details = make_details(delivery="pick_up", pick_up_point=point, address="", country="")

    with pytest.raises(OrderError, match="Counter has room for 2 more copies"):
        changes.edit(order, details=details, version=order.version)


def test_a_name_is_corrected_at_a_point_that_became_too_small(edition, point):
    order = make_order((edition, 8), pick_up_point=point)
    point.capacity = 2
    point.save()

    changes.edit(order, details={"name": "Other", "pick_up_point": point}, version=order.version)

    order.refresh_from_db()
    assert order.name == "Other"


@pytest.fixture
def moving(edition, point):
    """An order whose own point became too small, with a consignee at another one."""
    there = part_for(edition, 3, pick_up_point=make_point("B"))
    order = make_order((edition, 12), pick_up_point=point, consignees=[there])
    PickUpPoint.objects.filter(pk=point.pk).update(capacity=5)
    return order


def test_a_consignee_moves_though_the_orders_own_point_became_too_small(moving):
    other = make_point("C", capacity=3)
    consignee = moving.consignees.get()

    changes.edit_consignee(consignee, details={"pick_up_point": other}, version=moving.version)

    assert expected(other) == 3


def test_a_consignee_moves_on_the_orderers_page_too(moving, edition):
    other, consignee = make_point("C", capacity=3), moving.consignees.get()
    given = {"quantities": {}, "details": {}, "version": moving.version}

    changes.change(moving, consignees={consignee.pk: {"pick_up_point": other}}, **given)

    assert expected(other) == 3


@pytest.mark.parametrize("capacity", [0, 2])
def test_a_consignee_moves_to_no_full_point(moving, capacity):
    other, consignee = make_point("C", capacity=capacity), moving.consignees.get()

    with pytest.raises(OrderError, match="C "):
        changes.edit_consignee(consignee, details={"pick_up_point": other}, version=moving.version)


def test_a_consignee_does_not_move_to_a_point_that_became_too_small(moving, point):
    consignee = moving.consignees.get()

    with pytest.raises(OrderError, match="Counter has room for 5 more copies"):
        changes.edit_consignee(consignee, details={"pick_up_point": point}, version=moving.version)


def test_missed_copies_go_to_no_full_point(edition, point):
    make_order((edition, 8), pick_up_point=point)
    missed = make_consignment(make_order((edition, 5), pick_up_point=make_point()), "missed")

    with pytest.raises(OrderError, match="Counter has room for 2 more copies"):
        aftercare.forward(missed, by=clerk(), delivery="pick_up", pick_up_point=point)

    missed.refresh_from_db()
    assert missed.settled_at is None


def test_the_same_form_sent_twice_fills_a_point_once(edition, point):
    form = {"pick_up_point": point, "key": "once", "email": "a@example.org"}

    first, again = (place_order((edition, 10), **form) for _time in range(2))

    assert first == again


def test_what_is_handed_over_makes_room(edition, point):
    order = make_order((edition, 10), pick_up_point=point)
    fulfilment.hand_over(make_consignment(order, "at_desk"), by=clerk())

    place_order((edition, 10), pick_up_point=point)

    assert expected(point) == 10


# What the form shows --------------------------------------------------------------


def details_page(client, edition, language="en"):
    fill_basket(client, (edition, 1))
    return client.get(at(language, "details")).text.replace("\xa0", " ")


@pytest.mark.parametrize("ordered", [8, 9])
def test_the_form_shows_how_much_room_is_left(client, edition, point, ordered):
    make_order((edition, ordered), pick_up_point=point)

    sentence = {8: "Room for 2 more copies", 9: "Room for 1 more copy"}[ordered]
    assert sentence in details_page(client, edition)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_full_point_is_shown_and_cannot_be_chosen(client, edition, point, language):
    make_order((edition, 10), pick_up_point=point)
    make_point("Embassy")

    page = details_page(client, edition, language)

    sentence = "This pick-up point is full. Choose another one, or another delivery."
    assert said(language, sentence) in page
    assert len(re.findall(r"<input[^>]* disabled", page)) == 1
    assert re.search(rf'value="{point.pk}"[^>]* disabled', page)


def test_a_full_point_that_is_sent_all_the_same_is_refused(client, edition, point):
    make_order((edition, 10), pick_up_point=point)
    fill_basket(client, (edition, 1))

    form = filled_form(client, delivery="pick_up", pick_up_point=point.pk)
    page = client.post(at("en", "details"), form)

    assert "Counter is full. Choose another delivery." in page.text
    assert Order.objects.count() == 1


def test_a_point_without_a_limit_says_nothing_of_room(client, edition):
    make_point("Embassy")

    page = details_page(client, edition)

    assert "Room for" not in page
    assert "disabled" not in page


def test_a_point_that_only_opens_or_closes_says_so(client, edition):
    make_point("Embassy", opens_on=datetime.date(2026, 12, 1))
    make_point("Annex", closes_on=datetime.date(2099, 12, 3))

    page = details_page(client, edition)

    assert "Open from 1 December 2026" in page
    assert "Open until 3 December 2099" in page


def test_the_room_of_all_points_is_one_query(edition, django_assert_num_queries):
    points = [make_point(f"Counter {number}", capacity=10) for number in range(4)]
    for point in points:
        make_order((edition, 3), pick_up_point=point)

    with django_assert_num_queries(1):
        assert list(room.left_at(points).values()) == [7] * 4
