"""Names and addresses disappear in time, everywhere; the figures stay."""

import datetime

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from orders import audit, fulfilment, lifecycle, outbox, presses, privacy
from orders.errors import OrderError
from orders.models import Order, OrderLine, StockEntry
from tests.builders import clerk, make_edition, make_order, make_state, part_for, place_order

pytestmark = pytest.mark.django_db
MARK = "Zyxwvut"


def marked_order(**options):
    return make_order(
        (make_edition(on_hand=10), 4),
        name=f"{MARK} Name",
        post=f"{MARK} post",
        organisation=f"{MARK} organisation",
        email=f"{MARK}@example.org",
        phone="+41 22 000 99 99",
        address=f"{MARK} street 1",
        purpose=f"{MARK} purpose",
        note_verbale=MARK,
        state=make_state(),
        **options,
    )


def everything_stored():
    """Every value of every row of every table, as text."""
    return [
        str(value)
        for model in apps.get_models(include_auto_created=True)
        for row in model._default_manager.values_list()
        for value in row
    ]


def what_is_left():
    """Of the person, in whatever letters."""
    texts = [value.casefold() for value in everything_stored()]
    return [text for text in texts if MARK.casefold() in text or "99 99" in text]


def later(days):
    return time_machine.travel(timezone.now() + datetime.timedelta(days=days))


@pytest.mark.parametrize("status", ["closed", "cancelled", "declined", "expired"])
def test_nothing_of_a_person_is_left_when_the_time_is_over(status, caplog):
    marked_order(status=status)
    outbox.deliver()
    assert any(MARK in value for value in everything_stored())

    with later(days=91):
        call_command("erase_personal_data")

    assert what_is_left() == []
    assert MARK not in caplog.text


def test_nothing_is_left_of_who_else_got_a_part():
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4), consignees=[part_for(edition, 1, recipient=f"{MARK} Other")])
    for parcel in fulfilment.pack_all(order, by=clerk()):
        fulfilment.send(parcel, by=clerk())
    assert any(MARK in value for value in everything_stored())

    with later(days=91):
        privacy.erase_due()

    assert what_is_left() == []


def test_figures_and_ledger_stay_as_they_were():
    order = marked_order(status="closed")
    figures = list(OrderLine.objects.values()), list(StockEntry.objects.values())

    with later(days=91):
        privacy.erase_due()

    order.refresh_from_db()
    assert (list(OrderLine.objects.values()), list(StockEntry.objects.values())) == figures
    assert (order.state.iso2, order.language) == ("CH", "en")
    assert audit.breaches() == []


@pytest.mark.parametrize("status", ["unverified", "open"])
def test_an_order_that_is_not_over_keeps_its_address(status):
    order = marked_order(status=status)

    with later(days=1000):
        privacy.erase_due()

    order.refresh_from_db()
    assert order.name == f"{MARK} Name"


def test_nothing_is_erased_before_its_time(settings):
    settings.ORDER_KEPT_DAYS = 90
    marked_order(status="closed")

    with later(days=89):
        assert privacy.erase_due() == 0


def test_what_was_last_pressed_goes_with_the_person():
    order = marked_order(status="closed")
    presses.take(order, "typed", str)
    assert presses.was_taken(order, "typed")

    with later(days=91):
        privacy.erase_due()

    order.refresh_from_db()
    assert order.last_press == ""


def test_erasing_twice_records_it_once():
    order = marked_order(status="closed")

    with later(days=91):
        privacy.erase_due()
        privacy.erase(order)

    assert order.events.filter(what="erased").count() == 1


def test_an_erased_orders_link_leads_to_the_page_that_says_so(client):
    from orders.links import order_url

    order = marked_order(status="closed")
    with later(days=91):
        privacy.erase_due()

    response = client.get(order_url(order).partition("8000")[2])

    assert response.status_code == 404


def test_a_consignment_that_comes_back_after_erasure_is_still_taken_back():
    order = place_order((make_edition(on_hand=10), 4))
    order = lifecycle.confirm(order)
    consignment = fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk())
    with later(days=91):
        privacy.erase_due()

    fulfilment.take_back(consignment, by=clerk())

    assert Order.objects.get().lines.get().returned == 4
    assert audit.breaches() == []


def test_no_mail_is_sent_again_to_whom_is_forgotten():
    order = make_order((make_edition(on_hand=5), 2), status=Order.Status.CLOSED)
    privacy.erase(order)

    with pytest.raises(OrderError, match="no e-mail address"):
        outbox.resend(order.messages.first())
