"""Another name, another address, another meeting for a further consignee of an order."""

import pytest
from django.urls import reverse
from django.utils import translation

from orders import aftercare, changes, consignees, fulfilment, lifecycle, links, privacy
from orders.errors import OrderError, StaleError
from orders.models import Consignee, Order, OrderEvent, OutgoingMessage
from tests.builders import (
    clerk,
    make_edition,
    make_order,
    make_point,
    make_state,
    parcel_for,
    part_for,
)
from tests.orders.visits import LANGUAGES, at, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
NEW = {
    "recipient": "Mine action centre (specimen)",
    "delivery": "post",
    "address": "Marked Street 9\nBerne",
    "country": "CH",
}


@pytest.fixture
def edition(db):
    make_state("CH", "Switzerland", name_fr="Suisse", name_es="Suiza")
    return make_edition(language="fr", on_hand=60)


@pytest.fixture
def order(edition):
    return make_order((edition, 20), language="fr", consignees=[part_for(edition, 5)])


@pytest.fixture
def consignee(order):
    return order.consignees.get()


def now(row):
    row.refresh_from_db()
    return row


def columns(consignee):
    return {name: getattr(now(consignee), name) for name in consignees.COLUMNS}


# The verb ---------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_leaves_one_event_and_one_mail_in_the_orders_language(edition, language):
    order = make_order((edition, 20), language=language, consignees=[part_for(edition, 5)])
    consignee, version = order.consignees.get(), order.version

    with translation.override("es"):
        changes.edit_consignee(consignee, details=NEW, version=version, by=clerk())

    assert NEW.items() <= columns(consignee).items()
    event = order.events.latest("pk")
    assert (event.what, event.by) == (OrderEvent.What.EDITED, clerk())
    mail = OutgoingMessage.objects.latest("pk")
    assert (mail.template, mail.language) == ("changed", language)
    assert now(order).version == version + 1


def test_a_correction_on_an_old_page_is_refused(order, consignee):
    changes.edit_consignee(consignee, details=NEW, version=order.version)

    with pytest.raises(StaleError):
        changes.edit_consignee(consignee, details=NEW, version=order.version)


def test_nobody_picks_up_nowhere(order, consignee):
    with pytest.raises(OrderError, match="Choose where"):
        changes.edit_consignee(
            consignee, details={"delivery": "pick_up"}, version=order.version, by=clerk()
        )


@pytest.mark.parametrize(("capacity", "fits"), [(5, True), (4, False)])
def test_another_point_needs_room_for_the_copies(order, consignee, capacity, fits):
    point = make_point(capacity=capacity)
    there = {"delivery": "pick_up", "pick_up_point": point, "address": "", "country": ""}

    if fits:
        changes.edit_consignee(consignee, details=there, version=order.version)
    else:
        with pytest.raises(OrderError, match="room for"):
            changes.edit_consignee(consignee, details=there, version=order.version)

    assert (now(consignee).pick_up_point == point) == fits


def test_what_is_packed_keeps_its_address_and_what_is_sent_again_gets_the_new_one(order, consignee):
    parcel = parcel_for(consignee)
    changes.edit_consignee(consignee, details=NEW, version=now(order).version, by=clerk())
    assert now(parcel).address == "Example Street 2"

    fulfilment.take_back(fulfilment.send(parcel, by=clerk()), by=clerk())
    aftercare.replace(parcel, by=clerk(), version=now(order).version, reason="returned")
    again = parcel_for(now(consignee))

    assert (again.recipient, again.address) == (NEW["recipient"], NEW["address"])
    assert again.lines.get().quantity == 5


def test_a_corrected_consignee_is_forgotten_with_the_order(order, consignee):
    changes.edit_consignee(consignee, details=NEW, version=order.version)
    lifecycle.cancel(now(order))

    privacy.erase(order)

    shown = columns(consignee)
    assert (shown["recipient"], shown["address"], shown["phone"]) == ("", "", "")
    with pytest.raises(OrderError, match="can no longer be changed"):
        changes.edit_consignee(consignee, details=NEW, version=now(order).version, by=clerk())


# The delegate's page ----------------------------------------------------------


def page_of(order, language="en"):
    return at(language, "change", links.secret_of(order))


def typed(order, copies=20, delivery="keep", **fields):
    [line] = order.lines.all()
    own = {f"copies-{line.edition_id}": copies, "delivery": "keep", "version": order.version}
    given = {"recipient": "", "delivery": delivery} | fields
    return own | {f"to1-{name}": value for name, value in given.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_orderer_gives_a_consignee_another_address(client, order, consignee, language):
    form = typed(order, copies=18, **NEW)
    done = f"{at(language, 'order', links.secret_of(order))}?done=changed"

    answers = [client.post(page_of(order, language), form) for _twice in range(2)]

    assert {answer.url for answer in answers} == {done}
    assert NEW.items() <= columns(consignee).items()
    assert order.lines.get().wanted == 18
    assert order.events.filter(what=OrderEvent.What.CHANGED).count() == 1


def test_what_was_typed_on_an_older_page_is_shown_again(client, order, consignee):
    form = typed(order, copies=18, **NEW) | {"version": order.version - 1}

    answer = client.post(page_of(order), form)

    assert "This order has changed since you opened this page." in answer.text
    assert NEW["recipient"] in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_orderers_page_shows_a_consignee_without_the_person(client, edition, language):
    part = part_for(edition, 5, recipient="Marked Name", address="Marked Street 3\nBerne")
    order = make_order((edition, 20), consignees=[part])

    page = client.get(page_of(order, language)).text

    assert "Berne" in page
    assert "Marked Name" not in page
    assert "Marked Street" not in page


def test_what_is_left_alone_stays(client, order, consignee):
    before = columns(consignee)

    client.post(page_of(order), typed(order, copies=19))

    assert columns(consignee) == before
    assert order.lines.get().wanted == 19


def test_the_orderer_sends_a_consignee_to_a_meeting(client, order, consignee):
    point = make_point("Meeting of States Parties")

    client.post(page_of(order), typed(order, delivery="pick_up", pick_up_point=point.pk))

    assert (now(consignee).delivery, consignee.pick_up_point) == ("pick_up", point)
    assert (consignee.address, consignee.recipient) == ("", "Specimen")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("recipient", "123", "Write it with letters."),
        ("address", "", "Write the address to which the copies should go."),
        ("delivery", "", "Choose how the copies should go."),
        ("country", "ZZ", "Choose a country from the list."),
    ],
)
def test_the_orderer_reads_beside_the_field_what_is_wrong(
    client, order, consignee, language, field, value, sentence
):
    before = columns(consignee)

    page = client.post(page_of(order, language), typed(order, **(NEW | {field: value})))

    [shown] = page.context["others"]
    assert dict(shown.errors) == {field: [said(language, sentence)]}
    assert f'<a href="#id_to1-{field}' in page.text
    assert shown["address"].value() == (NEW | {field: value})["address"]
    assert columns(consignee) == before


def test_a_full_point_is_said_and_nothing_changes(client, order, consignee):
    point = make_point(capacity=1)

    form = typed(order, copies=18, delivery="pick_up", pick_up_point=point.pk)
    page = client.post(page_of(order), form)

    assert "has room for 1 more copy" in page.text
    assert now(consignee).delivery == "post"
    assert order.lines.get().wanted == 20


# The desk ---------------------------------------------------------------------


def press(desk, consignee, language="en", **fields):
    with translation.override(language):
        address = reverse("desk:correct-consignee", args=[consignee.pk])
    return desk.post(address, {"version": consignee.order.version} | NEW | fields, follow=True)


def shown_form(desk, consignee, language="en"):
    with translation.override(language):
        address = consignee.order.get_desk_url()
    return desk.get(f"{address}?correct={consignee.pk}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_colleague_corrects_a_consignee(desk, order, consignee, language):
    page = shown_form(desk, consignee, language)
    answer = press(desk, consignee, language)
    late = press(desk, consignee, language, address="Late Street 1\nBerne")

    assert page.context["correction"]["address"].value() == "Example Street 2"
    assert NEW.items() <= columns(consignee).items()
    sentence = "The consignee is corrected. What is packed already keeps its address."
    assert [str(message) for message in answer.context["messages"]] == [said(language, sentence)]
    assert late.status_code == 409
    assert late.context["correction"]["address"].value() == "Late Street 1\nBerne"
    assert "Late Street 1" in late.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("recipient", "", "Write who gets these copies."),
        ("address", "", "Write the address to which the copies should go."),
        ("delivery", "", "Choose how the copies should go."),
        ("country", "ZZ", "Choose a country from the list."),
    ],
)
def test_a_colleague_reads_beside_the_field_what_is_wrong(
    desk, consignee, language, field, value, sentence
):
    answer = press(desk, consignee, language, **{field: value})

    form = answer.context["correction"]
    assert answer.status_code == 422
    assert dict(form.errors) == {field: [said(language, sentence)]}
    assert f'<a href="#consignee1_{field}' in answer.text
    assert form["recipient"].value() == (NEW | {field: value})["recipient"]
    assert now(consignee).address == "Example Street 2"


def test_a_consignee_may_stay_at_a_point_that_takes_no_new_orders(desk, edition):
    point = make_point()
    order = make_order((edition, 20), consignees=[part_for(edition, 5, pick_up_point=point)])
    consignee = order.consignees.get()
    type(point).objects.update(order_by_on="2020-01-01")

    press(desk, consignee, delivery="pick_up", pick_up_point=point.pk)

    assert now(consignee).recipient == NEW["recipient"]
    assert consignee.pick_up_point == point


@pytest.mark.parametrize("asked", ["x", "", "999999", "1e3", "💥"])
def test_an_odd_address_corrects_nobody(desk, order, asked):
    answer = desk.get(order.get_desk_url(), {"correct": asked})

    assert answer.status_code == 200
    assert answer.context["correction"] is None


def test_of_an_order_that_is_over_nobody_is_corrected(desk, order, consignee):
    lifecycle.cancel(order)
    consignee.order.refresh_from_db()

    answer = press(desk, consignee)

    assert answer.status_code == 409
    assert "can no longer be changed" in answer.text
    assert "?correct=" not in answer.text


def test_a_held_address_is_corrected_and_packed(desk, order, consignee):
    lifecycle.hold(order, by=clerk(), reason=Order.Hold.ADDRESS)
    consignee.order.refresh_from_db()

    press(desk, consignee)
    lifecycle.release(order, by=clerk())

    addresses = {parcel.address for parcel in fulfilment.pack_all(now(order), by=clerk())}
    assert NEW["address"] in addresses


@pytest.mark.parametrize("places", [1, 5])
def test_the_desks_page_costs_no_more_with_many_consignees(
    desk, edition, django_assert_max_num_queries, places
):
    order = make_order((edition, 20), consignees=[part_for(edition, 2) for _ in range(places)])
    consignee = Consignee.objects.filter(order=order).first()
    shown_form(desk, consignee)  # the look is recorded

    with django_assert_max_num_queries(16):
        shown_form(desk, consignee)
