"""Many people at once: real threads, real connections, on whichever database the suite runs."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from django.db.models import Count

from orders import audit, changes, fulfilment, lifecycle, meetings, outbox, room, stock
from orders.errors import OrderError
from orders.models import Order, OrderEvent, OutgoingMessage, StockItem
from tests.builders import (
    clerk,
    make_consignment,
    make_details,
    make_edition,
    make_order,
    make_point,
    place_order,
)
from tests.orders import crowd

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ledger_agrees_in_the_end(transactional_db):
    yield
    assert audit.breaches() == []


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


@pytest.fixture
def mails_wait(monkeypatch):
    """Mails are owed and not sent: the verbs race, not the rendering of letters."""
    monkeypatch.setattr(outbox, "deliver_soon", lambda: None)


def test_the_last_copy_is_promised_to_one_of_fifty(mails_wait):
    """In five rounds; two hundred are in `benchmarks/operations.py`."""
    for _round in range(5):
        edition = make_edition(on_hand=1)
        orders = [place_order((edition, 1)) for _ in range(50)]

        at_once(*(lambda order=order: lifecycle.confirm(order) for order in orders))

        winners = Order.objects.filter(pk__in=[o.pk for o in orders], lines__allocated=1)
        assert winners.count() == 1


def test_a_crowd_at_work_neither_breaks_nor_blocks_anything(mails_wait):
    """6,000 random operations; 100,000 are in `benchmarks/operations.py`."""
    crowd.prepare()
    people = [crowd.Person(seed) for seed in range(4)]

    met = sum(at_once(*(lambda one=one: one.work(1_500) for one in people)), Counter())

    assert set(met) == {"done", "refused"}
    assert met.total() == 6_000
    assert met["done"] > met["refused"]
    assert_each_event_owes_one_mail()


def assert_each_event_owes_one_mail():
    told = ["sent", "at_desk", "missed", "forwarded", "let_go", "replaced", "cancelled"]
    events = OrderEvent.objects.filter(what__in=told).annotate(mails=Count("messages"))
    assert not events.exclude(mails=1).exists()


def test_a_double_click_on_the_last_room_of_a_point_is_one_order(mails_wait):
    point, edition = make_point(capacity=5), make_edition(on_hand=9)
    details = make_details(delivery="pick_up", pick_up_point=point, address="", country="")

    def press():
        form = {"details": details, "quantities": {edition.pk: 5}}
        return lifecycle.place(**form, language="en", key="once")

    assert len({order.pk for order in at_once(*[press] * 8)}) == 1


def test_a_point_takes_no_more_than_it_has_room_for(mails_wait):
    point, edition = make_point(capacity=10), make_edition(on_hand=99)

    at_once(*[lambda: place_order((edition, 3), pick_up_point=point)] * 12)

    assert Order.objects.count() == 3
    assert room.expected_at(point) == 9


def test_orders_and_people_who_move_between_points_do_not_deadlock(mails_wait):
    """Some hold a point and want stock, others hold stock and would want a point."""
    points = [make_point(name, capacity=10_000) for name in ("Office", "Counter")]
    edition = make_edition(on_hand=500)
    orders = [make_order((edition, 1), pick_up_point=points[n % 2]) for n in range(4)]

    def move(order, number):
        for turn in range(10):
            order.refresh_from_db()
            there = {"delivery": "pick_up", "pick_up_point": points[(number + turn) % 2]}
            changes.edit(order, details=there, version=order.version, by=clerk())

    def enter(number):
        for turn in range(10):
            place_order((edition, 1), by=clerk(), pick_up_point=points[(number + turn) % 2])

    jobs = [lambda n=n, o=o: move(o, n) for n, o in enumerate(orders)]
    jobs += [lambda n=n: enter(n) for n in range(4)]

    assert at_once(*jobs) == [None] * 8


def test_vans_that_cross_carry_everything_and_do_not_deadlock(mails_wait):
    """Several editions from one place to the other, packed by their number, held by their row."""
    editions = [make_edition(is_printed=True) for _ in range(5)]
    for edition in reversed(editions):  # the rows of stock are in the other order
        stock.receive(edition, 100, by=clerk())
    point = make_point("Counter")
    meetings.give_location(point)
    point.refresh_from_db()

    def take(number):
        copies = dict.fromkeys(editions, 3)
        return meetings.take_along(point, copies, by=clerk(), key=f"take{number}")

    def bring(number):
        left = dict.fromkeys(editions, 0)
        return meetings.bring_back(point, left, by=clerk(), reason="x", key=f"bring{number}")

    def order(_number):
        return place_order(*((edition, 2) for edition in editions), by=clerk())

    jobs = [lambda n=n, do=do: do(n) for n in range(3) for do in (take, bring, order)]

    assert not [answer for answer in at_once(*jobs) if isinstance(answer, OrderError)]


@pytest.mark.postgresql
@pytest.mark.parametrize(("status", "verb"), [("packed", "let_leave"), ("sent", "arrive")])
def test_all_that_leaves_or_arrives_waits_for_its_stock_without_the_order(mails_wait, status, verb):
    """Who has the stock of one of its parcels may want the order, which must not be held then."""
    order = make_order(*((make_edition(on_hand=5), 1) for _ in range(2)))
    parcels = [make_consignment(order, status, quantities={li.pk: 1}) for li in order.lines.all()]
    last = parcels[-1].lines.get().line.edition

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            stock.lock([last.pk])
            done = pool.submit(apart, lambda: getattr(fulfilment, verb)(order, by=clerk()))
            wait_until_somebody_waits()
            Order.objects.select_for_update(nowait=True).get()
        assert len(done.result(timeout=20)) == 2


def apart(verb):
    try:
        return verb()
    finally:
        connections.close_all()


def wait_until_somebody_waits():
    """For a lock of a row."""
    for _turn in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            if cursor.fetchone():
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_an_address_gets_no_more_mails_a_day_however_many_ask_at_once(mails_wait, settings):
    settings.MAILS_PER_ADDRESS_A_DAY, settings.MAILS_PER_HOUR = 3, 100
    edition = make_edition(on_hand=99)

    at_once(*(lambda: place_order((edition, 1), email="a@example.org") for _ in range(12)))

    assert OutgoingMessage.objects.unsent().count() == 3
    assert OutgoingMessage.objects.parked().count() == 9


def test_a_mail_is_not_asked_for_again_more_often_than_there_may_be(mails_wait, settings):
    settings.MAILS_PER_ADDRESS_A_DAY, settings.MAILS_PER_HOUR = 6, 100
    edition = make_edition(on_hand=99)
    orders = [place_order((edition, 1), email="a@example.org") for _ in range(4)]

    answers = at_once(*(lambda o=o: outbox.repeat_confirmation(o) for o in orders))

    assert Counter(answers) == {True: 2, False: 2}
    assert OutgoingMessage.objects.unsent().count() == 6


def test_a_double_click_makes_one_order():
    edition, details = make_edition(on_hand=10), make_details()

    def press():
        return lifecycle.place(
            details=details, quantities={edition.pk: 2}, language="en", key="once"
        )

    orders = at_once(*[press] * 8)

    assert len({order.pk for order in orders}) == 1
    assert (Order.objects.count(), OutgoingMessage.objects.count()) == (1, 1)


def test_four_people_dispatch_the_same_parcels_once(mails_wait):
    """Forty parcels; three hundred are in `benchmarks/operations.py`."""
    edition = make_edition(on_hand=100)
    staff = [clerk(f"clerk{number}") for number in range(4)]
    parcels = [fulfilment.pack(make_order((edition, 2)), by=staff[0]) for _ in range(40)]

    def dispatch_all(by):
        return [fulfilment.send(parcel, by=by) for parcel in parcels]

    at_once(*(lambda by=by: dispatch_all(by) for by in staff))

    assert stock.balance(edition).on_hand == 20
    assert OutgoingMessage.objects.filter(template="sent").count() == 40


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
