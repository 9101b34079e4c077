"""Many people at once: real threads, real connections, on whichever database the suite runs."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from orders import audit, fulfilment, lifecycle, stock
from orders.errors import OrderError
from orders.models import Order, OutgoingMessage, StockItem
from tests.builders import clerk, make_details, make_edition, make_order, place_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ledger_agrees_in_the_end(transactional_db):
    yield
    assert list(audit.breaches()) == []


def at_once(*jobs):
    """Run the jobs in threads that start together; their results, or the refusals they met."""
    start = Barrier(len(jobs))

    def run(job):
        try:
            start.wait(timeout=20)
            return job()
        except OrderError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_the_last_copy_is_promised_to_one_of_fifty():
    for _round in range(6):
        edition = make_edition(on_hand=1)
        orders = [place_order((edition, 1)) for _ in range(50)]

        at_once(*(lambda order=order: lifecycle.confirm(order) for order in orders))

        winners = Order.objects.filter(pk__in=[o.pk for o in orders], lines__allocated=1)
        assert winners.count() == 1


def test_a_double_click_makes_one_order():
    edition, details = make_edition(on_hand=10), make_details()

    def press():
        return lifecycle.place(
            details=details, quantities={edition.pk: 2}, language="en", key="once"
        )

    orders = at_once(*[press] * 8)

    assert len({order.pk for order in orders}) == 1
    assert (Order.objects.count(), OutgoingMessage.objects.count()) == (1, 1)


def test_four_people_dispatch_the_same_parcels_once():
    edition = make_edition(on_hand=100)
    staff = [clerk(f"clerk{number}") for number in range(4)]
    parcels = [fulfilment.pack(make_order((edition, 2)), by=staff[0]) for _ in range(20)]

    def dispatch_all(by):
        return [fulfilment.send(parcel, by=by) for parcel in parcels]

    at_once(*(lambda by=by: dispatch_all(by) for by in staff))

    assert stock.balance(edition).on_hand == 60
    assert OutgoingMessage.objects.filter(template="sent").count() == 20


def test_two_people_pack_the_same_order_once():
    order = make_order((make_edition(on_hand=10), 4))

    parcels = at_once(*[lambda: fulfilment.pack(order, by=clerk())] * 4)

    assert len({parcel.pk for parcel in parcels}) == 1


def test_orders_that_cross_each_other_neither_block_nor_break():
    editions = [make_edition(on_hand=20) for _ in range(3)]
    orders = [
        place_order(*[(edition, 3) for edition in (editions if n % 2 else editions[::-1])])
        for n in range(8)
    ]

    def live(order, number):
        lifecycle.confirm(order)
        stock.receive(editions[number % 3], 1, by=clerk())
        if number % 2:
            lifecycle.cancel(order)
        else:
            fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk())

    outcomes = at_once(*(lambda order=order, n=n: live(order, n) for n, order in enumerate(orders)))

    assert outcomes == [None] * 8


def test_the_canary_a_naive_promise_gives_the_last_copies_away_twice():
    """What the conditional update prevents; if this canary lives, the tests above prove nothing."""
    edition = make_edition(on_hand=8)
    together = Barrier(8)

    def promise_naively():
        item = StockItem.objects.get(edition=edition)
        together.wait(timeout=20)
        if item.available:
            StockItem.objects.filter(pk=item.pk).update(allocated=item.allocated + 1)

    at_once(*[promise_naively] * 8)

    assert stock.balance(edition).allocated < 8  # promises were overwritten
    StockItem.objects.filter(edition=edition).update(allocated=0)
