"""Whom we believe without asking, and how much: standings, limits, orders that look alike."""

import datetime

import pytest
from django.utils import timezone

from orders import changes, lifecycle, limits, links, outbox, standing, stock
from orders.errors import OrderError
from orders.models import AddressStanding, Order, OrderEvent
from orders.receipt import receipt_of
from tests.builders import clerk, line_of, make_edition, make_order, make_state, place_order
from tests.orders.visits import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
TRUSTED, REFUSED = standing.Standing.TRUSTED, standing.Standing.REFUSED
ADDRESS = "delegate@example.org"


@pytest.fixture
def edition(db):
    return make_edition(on_hand=100)


# Addresses ------------------------------------------------------------------------


def test_an_order_of_a_trusted_address_is_open_at_once(edition):
    standing.mark(ADDRESS, TRUSTED, by=clerk())

    order = place_order((edition, 4), email=ADDRESS)

    assert (order.status, line_of(order).allocated) == ("open", 4)
    assert [message.template for message in order.messages.all()] == ["received"]


def test_a_trusted_address_has_the_limits_of_everybody(edition, settings):
    settings.ORDER_LIMIT_PER_TITLE = 5
    standing.mark(ADDRESS, TRUSTED, by=clerk())

    assert line_of(place_order((edition, 9), email=ADDRESS)).to_decide == 4


def test_what_staff_enter_is_granted_whole(edition, settings):
    settings.ORDER_LIMIT_PER_TITLE = 5

    order = place_order((edition, 9), by=clerk(), email="")

    assert (order.status, line_of(order).allocated) == ("open", 9)
    assert not order.messages.exists()


def test_nothing_is_sent_to_who_told_us_to_stop(edition):
    standing.mark(ADDRESS, REFUSED)

    order = place_order((edition, 4), email=ADDRESS)

    assert outbox.deliver() == 0
    assert order.messages.get().last_error == outbox.REFUSED
    with pytest.raises(OrderError, match="wants no mail"):
        outbox.resend(order.messages.get())


@pytest.mark.parametrize("typed", ["Delegate@Example.org", " delegate@example.org "])
def test_an_address_is_known_however_it_is_typed(typed):
    standing.mark(ADDRESS, TRUSTED)

    assert standing.trusts(typed)


def test_no_address_can_be_read_from_the_table():
    standing.mark(ADDRESS, TRUSTED)

    assert ADDRESS not in str(AddressStanding.objects.values_list())


def test_a_standing_outlives_a_change_of_the_key(settings):
    standing.mark(ADDRESS, REFUSED)

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "x" * 50

    assert standing.refuses(ADDRESS)
    standing.mark(ADDRESS, "")
    assert standing.of(ADDRESS) == ""


@pytest.mark.parametrize("times", [1, 2])
def test_a_standing_is_remembered_once_and_forgotten_on_request(times):
    for _time in range(times):
        standing.mark(ADDRESS, TRUSTED)
    assert AddressStanding.objects.count() == 1

    standing.mark(ADDRESS, "")

    assert not AddressStanding.objects.exists()


# Limits -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "already", "granted"),
    [
        ({1: 5}, 0, {1: 5}),
        ({1: 11}, 0, {1: 10}),
        ({1: 10, 2: 10, 3: 10}, 0, {1: 10, 2: 10, 3: 5}),
        ({3: 10, 2: 10, 1: 10}, 0, {3: 10, 2: 10, 1: 5}),
        ({1: 10}, 20, {1: 5}),
        ({1: 10}, 30, {1: 0}),
    ],
)
def test_a_title_and_an_order_have_limits(settings, asked, already, granted):
    settings.ORDER_LIMIT_PER_TITLE, settings.ORDER_LIMIT_COPIES = 10, 25

    assert limits.granted(asked, already) == granted


@pytest.mark.parametrize(("per_title", "most"), [(1, 10), (50, 500), (500, 999)])
def test_ten_times_the_limit_can_be_asked_for_up_to_what_the_database_takes(
    settings, per_title, most
):
    settings.ORDER_LIMIT_PER_TITLE = per_title

    assert limits.most() == most


def test_what_is_raised_later_meets_the_limit_of_the_whole_order(settings, edition):
    settings.ORDER_LIMIT_PER_TITLE, settings.ORDER_LIMIT_COPIES = 10, 15
    order = make_order((edition, 5), (make_edition(on_hand=100), 8))

    quantities = {edition.pk: 10}
    changes.change(order, quantities=quantities, details=None, version=order.version)

    line = order.lines.get(edition=edition)
    assert (line.allocated, line.to_decide) == (7, 3)


def test_staff_raise_above_the_limit(settings, edition):
    settings.ORDER_LIMIT_PER_TITLE = 10
    order = make_order((edition, 5))

    given = {"quantities": {edition.pk: 20}, "details": None, "version": order.version}
    changes.change(order, by=clerk(), **given)

    assert line_of(order).allocated == 20


def test_the_words_of_a_decision_are_in_its_event_and_mail(settings, edition):
    settings.ORDER_LIMIT_PER_TITLE = 5
    order = make_order((edition, 9))

    changes.approve(order, grants={line_of(order).pk: 1}, by=clerk(), words="One more.")

    mail = order.messages.get(template="decided")
    assert (mail.event.what, mail.event.reason) == ("approved", "One more.")
    assert (line_of(order).allocated, line_of(order).refused) == (6, 3)


@pytest.mark.parametrize(("granted", "expected"), [(-5, (5, 4)), (0, (5, 4)), (99, (9, 0))])
def test_a_decision_grants_no_less_than_nothing_and_no_more_than_all(
    settings, edition, granted, expected
):
    settings.ORDER_LIMIT_PER_TITLE = 5
    order = make_order((edition, 9))

    changes.approve(order, grants={line_of(order).pk: granted}, by=clerk())

    assert (line_of(order).approved, line_of(order).refused) == expected


# Orders that look alike ---------------------------------------------------------------


def is_held(order):
    return order.hold == Order.Hold.DUPLICATE


def test_a_second_order_of_the_same_address_for_the_same_title_is_held(edition):
    make_order((edition, 1), email=ADDRESS)

    order = make_order((edition, 1), email=ADDRESS.upper())

    assert is_held(order)
    assert order.events.get(what=OrderEvent.What.HELD).actor == "clock"
    assert line_of(order).allocated == 1


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ({"organisation": "Ministry"}, {"organisation": "ministry"}, True),
        ({"organisation": "Ministry"}, {"organisation": "Mission"}, False),
        ({"organisation": ""}, {"organisation": ""}, False),
    ],
)
def test_the_same_organisation_of_a_state_looks_alike(edition, first, second, alike):
    state = make_state()
    make_order((edition, 1), state=state, **first)

    assert is_held(make_order((edition, 1), state=state, **second)) == alike


@pytest.mark.parametrize("status", ["expired", "cancelled", "declined", "unverified"])
def test_an_order_that_came_to_nothing_is_not_looked_at(edition, status):
    make_order((edition, 1), email=ADDRESS, status=status)

    assert not is_held(make_order((edition, 1), email=ADDRESS))


def test_another_title_does_not_look_alike(edition):
    make_order((make_edition(on_hand=9), 1), email=ADDRESS)

    assert not is_held(make_order((edition, 1), email=ADDRESS))


def test_an_order_of_long_ago_does_not_look_alike(edition, settings):
    long_ago = timezone.now() - datetime.timedelta(days=settings.DUPLICATE_DAYS + 1)
    make_order((edition, 1), email=ADDRESS)
    Order.objects.update(accepted_at=long_ago)

    assert not is_held(make_order((edition, 1), email=ADDRESS))


def test_what_staff_enter_is_no_duplicate(edition):
    make_order((edition, 1), email=ADDRESS)

    assert not is_held(place_order((edition, 1), email=ADDRESS, by=clerk()))


# Putting back -------------------------------------------------------------------------


def test_copies_put_back_go_to_who_waits_and_the_rest_returns():
    edition = make_edition(on_hand=10)
    first, second = make_order((edition, 10)), make_order((edition, 4))

    taken = changes.put_back(line_of(first), 6, by=clerk(), reason="Meeting first")

    assert taken == 4
    assert (line_of(first).allocated, line_of(first).backordered) == (6, 4)
    assert line_of(second).allocated == 4
    assert first.events.filter(what="skipped").exists()


def test_copies_that_nobody_waits_for_stay_where_they_were():
    order = make_order((make_edition(on_hand=10), 10))

    assert changes.put_back(line_of(order), 6, by=clerk(), reason="x") == 0
    assert line_of(order).allocated == 10
    assert stock.available([line_of(order).edition_id]) == {line_of(order).edition_id: 0}


@pytest.mark.parametrize("copies", [0, -1, 11])
def test_no_more_is_put_back_than_is_set_aside(copies):
    order = make_order((make_edition(on_hand=10), 10))

    with pytest.raises(OrderError, match="set aside and not packed"):
        changes.put_back(line_of(order), copies, by=clerk(), reason="x")


# What is told of it --------------------------------------------------------------------


def mails_of(order):
    return [outbox.render(message).body for message in order.messages.exclude(template="confirm")]


@pytest.mark.parametrize("is_same_person", [True, False])
def test_the_one_mail_at_confirmation_says_that_it_is_looked_at_first(edition, is_same_person):
    state = make_state()
    about = {"organisation": "Ministry", "state": state}
    first = make_order((edition, 1), email=ADDRESS, **about)

    order = make_order((edition, 1), email=ADDRESS if is_same_person else "b@example.org", **about)

    [text] = mails_of(order)
    assert "Before we pack it we look at it" in text
    assert "pack them next" not in text
    assert (first.number in text) == is_same_person


def test_the_page_and_the_receipt_say_that_it_is_looked_at_first(client, edition):
    first = make_order((edition, 1), email=ADDRESS)
    order = make_order((edition, 1), email=ADDRESS)

    page = client.get(links.order_url(order)).text

    told = "We look at it first, because it resembles an earlier one."
    assert told in page
    assert f"The earlier one is your order {first.number}." in page
    receipt = " ".join(text_of(receipt_of(order)).split())
    assert told in receipt
    assert first.number in receipt


def test_who_was_asked_by_a_colleague_is_not_told_to_do_nothing(client, edition):
    order = make_order((edition, 1), email=ADDRESS)
    lifecycle.hold(order, by=clerk(), reason=Order.Hold.DUPLICATE)

    assert "You need not do anything" not in client.get(links.order_url(order)).text
