import pytest
from django.urls import reverse

from orders import events, standing, stock
from orders.models import (
    AddressStanding,
    Look,
    Order,
    OutgoingMessage,
    PickUpPoint,
    StockEntry,
    StockItem,
    StockLocation,
)
from tests.builders import clerk, make_edition, make_order

pytestmark = pytest.mark.django_db
LOOKED_AT = [Order, StockItem, StockEntry, OutgoingMessage, Look, AddressStanding]


@pytest.fixture
def staff(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client


def address(model, page, *args):
    return reverse(f"admin:orders_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", LOOKED_AT)
def test_what_the_verbs_write_is_only_looked_at(staff, model):
    order = make_order((make_edition(on_hand=5), 2))
    events.record_look("queue", 1, by=clerk())
    standing.mark(order.email, standing.Standing.TRUSTED, by=clerk())
    row = model.objects.first()

    statuses = [
        staff.get(address(model, "change", row.pk)).status_code,
        staff.post(address(model, "change", row.pk), {}).status_code,
        staff.post(address(model, "delete", row.pk), {"post": "yes"}).status_code,
        staff.get(address(model, "add")).status_code,
    ]

    assert statuses == [200, 403, 403, 403]


@pytest.mark.parametrize("page", ["changelist", "change"])
@pytest.mark.parametrize("model", [Order, OutgoingMessage])
def test_no_person_is_named_in_the_administration(staff, model, page):
    make_order(
        (make_edition(on_hand=5), 2),
        name="Marked Name",
        email="marked@example.org",
        address="Marked Street",
    )
    args = [model.objects.first().pk] if page == "change" else []

    text = staff.get(address(model, page, *args)).text

    assert "marked" not in text.lower()


def test_a_pick_up_point_is_added(staff):
    staff.post(address(PickUpPoint, "add"), {"name_en": "Office", "place_en": "Room 1"})

    assert PickUpPoint.objects.get().name_en == "Office"


def test_orders_are_served_from_the_same_location_for_ever(staff):
    place = stock.main_location()
    form = {"name_en": "Office", "name_fr": "Bureau", "name_es": "Oficina", "slug": "store"}

    answer = staff.post(address(StockLocation, "change", place.pk), form)

    place.refresh_from_db()
    assert (answer.status_code, place.slug, place.is_main) == (302, "store", True)
