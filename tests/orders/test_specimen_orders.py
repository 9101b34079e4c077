"""The orders of the demonstration, loaded once: there is one of everything, and it agrees."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.models import Meeting
from catalogue.specimens import loading
from orders import audit, fulfilment, meetings, specimens, stock
from orders.models import Consignment, Order, PickUpPoint, StockEntry
from orders.reports import departures
from orders.reports.choices import Choice
from orders.reports.periods import Period
from orders.specimens import points
from tests.builders import clerk

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def demonstration(made_once):
    made_once(load)


def load():
    loading.load_words()
    loading.load_publications()
    load_orders()


def load_orders():
    specimens.load_stock(clerk())
    return list(specimens.load_orders(specimens.missing_orders(), clerk()))


def test_there_is_an_order_and_a_consignment_in_every_status():
    orders = set(Order.objects.values_list("status", flat=True))
    consignments = set(Consignment.objects.values_list("status", flat=True))

    assert orders == set(Order.Status.values)
    assert consignments == set(Consignment.Status.values) - {"preparing"}


def test_there_is_work_of_every_kind_at_the_desk_and_the_ledger_agrees():
    for queue in ("to_pack", "packed", "waiting", "on_hold", "to_review"):
        assert getattr(Order.objects, queue)().exists(), queue
    assert audit.breaches() == []


def test_copies_handed_over_at_the_counter_count_for_its_meeting():
    today = timezone.localdate()
    PickUpPoint.objects.filter(name_en=points.COUNTER).update(opens_on=today)
    point = PickUpPoint.objects.get(name_en=points.COUNTER)
    bag = point.consignment_set.filter(status__in=["packed", "at_desk"]).first()
    if bag.status == "packed":
        bag = fulfilment.offer(bag, by=clerk()) or bag

    fulfilment.hand_over(bag, by=clerk())

    by_meeting = departures.by_meeting(Choice(Period(today - timedelta(days=400), today)))
    assert by_meeting[Meeting.objects.get(code="specimen").pk].left > 0


def test_reports_tell_what_a_meeting_that_is_over_took():
    today = timezone.localdate()
    point = PickUpPoint.objects.get(name_en=points.WORKSHOP)
    period = Period(today - timedelta(days=400), today)

    by_meeting = departures.by_meeting(Choice(period))[point.meeting_id]
    by_state = {row.name: (row.bags, row.copies, row.walk_ups) for row in meetings.summary(point)}

    assert (by_meeting.issued, by_meeting.walk_ups, by_meeting.left) == (25, 10, 35)
    assert sum(copies + walk_ups for _bags, copies, walk_ups in by_state.values()) == 35
    assert by_state["Togo"] == (1, 17, 0)
    assert by_state["Senegal"] == (0, 0, 4)
    assert not list(meetings.shelf(point))


def test_a_workshop_is_held_once():
    specimens.hold_workshop(specimens.load_pick_up_points()["workshop"], clerk())
    specimens.hold_meetings()

    assert StockEntry.objects.filter(stock_item__location__slug="workshop").count() == 3
    assert Meeting.objects.filter(code__startswith="specimen").count() == 2


def test_stock_is_low_on_some_titles_and_out_on_one(settings):
    left = Counter(
        "out" if not copies else "low" if copies < settings.LOW_STOCK else "plenty"
        for copies in stock.available(
            [specimens._edition(name).pk for name in specimens.words()["print_runs"]]
        ).values()
    )

    assert left["out"] >= 1
    assert left["low"] >= 2
    assert left["plenty"] >= 10


def test_specimen_persons_cannot_be_taken_for_real_ones():
    for order in Order.objects.all():
        assert order.email.endswith("@example.org")
        assert re.search("spécimen|specimen|muestra", f"{order.name}", re.IGNORECASE)


def test_specimen_orders_are_loaded_once():
    assert specimens.missing_orders() == []
    assert load_orders() == []
    assert audit.breaches() == []
