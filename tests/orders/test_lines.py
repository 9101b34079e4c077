"""Lines after much has happened to them: lowered, raised, refused, replaced, shared."""

import pytest

from orders import aftercare, changes, fulfilment, lifecycle
from orders import consignees as destinations
from orders.models import Order
from tests.builders import (
    clerk,
    line_of,
    make_edition,
    make_order,
    parcel_for,
    part_for,
    set_wanted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]


def replaced(consignment, copies=None):
    """The consignment lost, and its copies agreed once more."""
    order = Order.objects.get(pk=consignment.order_id)
    given = {"by": clerk(), "version": order.version, "reason": "lost"}
    if copies is not None:
        given["quantities"] = {line.pk: copies for line in order.lines.all()}
    return aftercare.replace(consignment, **given)


# Lowered and raised ---------------------------------------------------------------


def test_a_title_nobody_has_decided_on_can_be_taken_off_the_order(settings):
    settings.ORDER_LIMIT_COPIES = 50
    granted, undecided = make_edition(on_hand=99), make_edition(on_hand=99)
    order = make_order((granted, 50), (undecided, 5))

    order = set_wanted(order, undecided, 0)

    assert [line.edition_id for line in order.lines.all()] == [granted.pk]


def test_copies_agreed_a_second_time_can_be_taken_off_the_order_again(db):
    edition = make_edition(on_hand=99)
    order = make_order((edition, 5), (make_edition(is_printed=True), 5))
    order = replaced(fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk()))

    order = set_wanted(order, edition, 5, by=clerk())

    line = order.lines.get(edition=edition)
    assert (line.wanted, line.issued, line.allocated, line.cancelled) == (5, 5, 0, 5)


def test_what_was_refused_is_asked_for_again_without_growing(settings):
    settings.ORDER_LIMIT_PER_TITLE = 50
    edition = make_edition(on_hand=99)
    order = make_order((edition, 500))

    for _time in range(3):
        order = changes.approve(order, grants={}, by=clerk())
        order = set_wanted(order, edition, 500)

    line = line_of(order)
    assert (line.requested, line.approved, line.to_decide) == (500, 50, 450)


@pytest.fixture
def five(settings):
    """An order of five titles, 50 each, where 200 go without a decision."""
    settings.ORDER_LIMIT_PER_TITLE, settings.ORDER_LIMIT_COPIES = 50, 200
    return [make_edition(on_hand=99) for _ in range(5)]


def granted(order):
    """By line, the copies that are granted and not cancelled, and those to decide."""
    lines = order.lines.order_by("edition")
    return [(line.approved - line.cancelled, line.to_decide) for line in lines]


def test_what_was_cancelled_leaves_its_part_of_the_limit_to_other_titles(five):
    order = make_order(*((edition, 50) for edition in five[:4]), (five[4], 49))
    order = set_wanted(order, five[0], 0)

    order = set_wanted(order, five[4], 50)

    assert granted(order) == [(0, 0), *[(50, 0)] * 4]


def test_a_title_that_is_wanted_again_is_granted_what_is_left_of_the_limit(five):
    order = make_order(*((edition, 50) for edition in five[:4]), (five[4], 49))
    order = set_wanted(set_wanted(order, five[0], 0), five[4], 50)

    order = set_wanted(order, five[0], 30)

    assert granted(order) == [(0, 30), *[(50, 0)] * 4]


def test_a_title_that_was_cancelled_whole_is_granted_once_more(five):
    order = make_order((five[0], 80), (five[1], 1))

    for copies in (0, 20, 50, 80):
        order = set_wanted(order, five[0], copies)

    assert granted(order) == [(50, 30), (1, 0)]


def test_a_line_above_the_most_copies_after_a_replacement_does_not_block_the_others(settings):
    settings.ORDER_LIMIT_PER_TITLE = 5
    sent, waiting = make_edition(on_hand=99), make_edition(is_printed=True)
    order = make_order((sent, 50), (waiting, 5))
    changes.approve(order, grants={line.pk: 45 for line in order.lines.all()}, by=clerk())
    order = replaced(fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk()))

    order = set_wanted(order, waiting, 3, by=clerk())

    assert [line.wanted for line in order.lines.order_by("edition")] == [100, 3]


def test_what_is_raised_on_hold_is_not_left_out_while_it_may_not_be_served(db):
    edition = make_edition(on_hand=9)
    order = make_order((edition, 2), waits={edition.pk: False})
    lifecycle.hold(order, by=clerk(), reason=Order.Hold.OTHER)
    order.refresh_from_db()
    order = set_wanted(order, edition, 4)

    lifecycle.release(order, by=clerk())

    assert (line_of(order).allocated, line_of(order).cancelled) == (4, 0)


def test_a_release_leaves_out_what_the_orderer_does_not_wait_for(db):
    edition = make_edition(on_hand=3)
    order = make_order((edition, 2), waits={edition.pk: False})
    lifecycle.hold(order, by=clerk(), reason=Order.Hold.OTHER)
    order.refresh_from_db()
    order = set_wanted(order, edition, 9)

    lifecycle.release(order, by=clerk())

    assert (line_of(order).allocated, line_of(order).cancelled) == (3, 6)


# Shared with consignees -----------------------------------------------------------


def test_lowering_takes_from_the_consignee_who_has_nothing_yet(db):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 10), consignees=[part_for(edition, 5), part_for(edition, 5)])
    _waiting, served = order.consignees.all()
    parcel_for(served, "sent")

    order = set_wanted(order, edition, 5, by=clerk())

    shares = {share.consignee: share.quantity for share in line_of(order).shares.all()}
    assert shares == {served: 5}


def test_a_consignee_is_promised_nothing_that_went_to_the_orderer(db):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 10), consignees=[part_for(edition, 5)])
    fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk())
    order.refresh_from_db()

    order = set_wanted(order, edition, 6, by=clerk())

    assert line_of(order).shares.get().quantity == 1
    assert destinations.due(order) == {order.consignees.get(): {line_of(order): 1}}


def test_copies_sent_again_go_to_the_same_consignee(db):
    edition = make_edition(on_hand=20)
    order = make_order((edition, 10), consignees=[part_for(edition, 5)])
    consignee = order.consignees.get()
    parcel = parcel_for(consignee, "sent")

    order = replaced(parcel, 2)

    assert destinations.due(order)[consignee] == {line_of(order): 2}


def test_what_was_cancelled_does_not_come_back_with_a_replacement(db):
    edition = make_edition(on_hand=20)
    order = make_order((edition, 10), consignees=[part_for(edition, 5), part_for(edition, 5)])
    served, other = order.consignees.all()
    parcel = parcel_for(served, "sent")
    order.refresh_from_db()
    lifecycle.cancel(order, by=clerk())

    order = replaced(parcel)

    assert destinations.due(order) == {served: {line_of(order): 5}}
    assert not other.shares.exists()


def test_an_excess_nobody_decided_on_is_not_asked_for_again_by_a_replacement(settings):
    settings.ORDER_LIMIT_COPIES = 5
    sent, undecided = make_edition(on_hand=9), make_edition(on_hand=9)
    order = make_order((sent, 5), (undecided, 5))
    parcel = fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk())
    order.refresh_from_db()
    lifecycle.cancel(order, by=clerk())

    order = replaced(parcel)

    assert [line.to_decide for line in order.lines.all()] == [0, 0]
