"""Titles added at the desk to an order that is open."""

import pytest
from django.urls import reverse

from orders import changes, fulfilment, lifecycle, stock
from orders.errors import OrderError, StaleError
from orders.models import Order, OutgoingMessage
from orders.references import short_code
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_publication,
    part_for,
)
from tests.orders.visits import notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]


@pytest.fixture
def english(db):
    return make_edition(make_publication(title_en="Dubrovnik Action Plan"), on_hand=20)


@pytest.fixture
def french(english):
    return make_edition(english.publication, "fr", on_hand=5)


@pytest.fixture
def order(english):
    return make_order((english, 4), language="es")


def add(order, *wanted, version=None):
    quantities = {edition.pk: copies for edition, copies in wanted}
    version = version or Order.objects.get(pk=order.pk).version
    return changes.add(order, quantities=quantities, version=version, by=clerk())


def post(desk, order, *, version=None, **typed):
    order.refresh_from_db()
    typed = {"version": version or order.version, "q": "", "searched": ""} | typed
    return desk.post(reverse("desk:add", args=[order.number]), typed, follow=True)


def figures(order):
    """(asked for, on the shelf, waiting) by the languages of the editions."""
    return {
        "/".join(line.edition.tags): (line.requested, line.allocated, line.backordered)
        for line in order.lines.all()
    }


# The verb -------------------------------------------------------------------------------


def test_of_many_titles_the_event_names_whole_codes_and_says_that_there_are_more(order):
    many = [make_edition(on_hand=2) for _ in range(20)]

    add(order, *((edition, 1) for edition in many))

    *named, rest = order.events.get(what="changed").reason.split(", ")
    assert named == [f"+ {short_code(edition, 1)}" for edition in many[: len(named)]]
    assert rest == "…"


def test_what_is_there_is_promised_and_the_rest_waits(order, french):
    add(order, (french, 7))

    assert figures(order) == {"en": (4, 4, 0), "fr": (7, 5, 2)}


def test_more_of_what_is_ordered_is_added_to_its_line(order, english):
    add(order, (english, 2))

    assert figures(order) == {"en": (6, 6, 0)}


def test_what_staff_add_is_granted_whatever_the_limit(settings, order, english, french):
    settings.ORDER_LIMIT_PER_TITLE = 5

    add(order, (french, 9), (english, 20))

    assert [line.to_decide for line in order.lines.all()] == [0, 0]


def test_who_ordered_is_told_in_the_language_of_the_order(order, french):
    before = OutgoingMessage.objects.count()

    add(order, (french, 2))

    mail = OutgoingMessage.objects.latest("pk")
    assert OutgoingMessage.objects.count() == before + 1
    assert (mail.template, mail.language, mail.to) == ("changed", "es", order.email)


def test_the_event_says_what_was_added(order, french):
    add(order, (french, 2))

    event = order.events.get(what="changed")
    assert (event.by, event.reason) == (clerk(), "+ DAP · FR · 2")


def test_an_older_order_that_waits_is_served_first(order, french):
    older = Order.objects.filter(pk=make_order((french, 9)).pk)
    older.update(accepted_at="2020-01-01T00:00Z")

    add(order, (french, 3))

    assert figures(older.get())["fr"] == (9, 5, 4)
    assert figures(order)["fr"] == (3, 0, 3)


def test_an_order_on_hold_gets_nothing_yet(order, french):
    lifecycle.hold(order, by=clerk(), reason="other")

    add(order, (french, 3))

    assert figures(order)["fr"] == (3, 0, 3)
    lifecycle.release(order, by=clerk())
    assert figures(order)["fr"] == (3, 3, 0)


def test_what_is_added_after_packing_goes_in_a_parcel_of_its_own(order, french):
    make_consignment(order, "sent", quantities={order.lines.get().pk: 1})

    add(order, (french, 3))

    [parcel] = fulfilment.pack_all(Order.objects.get(), by=clerk())
    assert sum(part.quantity for part in parcel.lines.all()) == 6


def test_what_is_added_is_for_the_orderer_not_for_a_consignee(english, french):
    order = make_order((english, 4), consignees=[part_for(english, 4)])

    add(order, (french, 3))

    own, _other = fulfilment.pack_all(order, by=clerk())
    assert (own.consignee, own.lines.get().quantity) == (None, 3)


def test_a_full_pick_up_point_takes_no_more(english, french):
    order = make_order((english, 4), pick_up_point=make_point(capacity=5))

    with pytest.raises(OrderError, match="has room for 5"):
        add(order, (french, 2))

    assert figures(order) == {"en": (4, 4, 0)}


@pytest.mark.parametrize("copies", [0, -1, 501, 1000])
def test_a_number_out_of_bounds_is_refused(order, english, french, copies):
    with pytest.raises(OrderError, match="from 1 to 500"):
        add(order, (english, 1), (french, copies))

    assert figures(order) == {"en": (4, 4, 0)}


def test_a_title_added_while_somebody_else_takes_hold_of_the_order_is_not_missed(
    order, french, monkeypatch
):
    """The stock of all its lines is held before it: of a new one it was not."""
    lock = stock.lock

    def add_meanwhile(editions, *more):
        monkeypatch.setattr(stock, "lock", lock)
        held = lock(editions, *more)
        add(order, (french, 1))
        return held

    monkeypatch.setattr(stock, "lock", add_meanwhile)

    with pytest.raises(StaleError):
        lifecycle.cancel(order, by=clerk())

    assert lifecycle.cancel(order, by=clerk()).status == "cancelled"


def test_what_cannot_be_ordered_is_not_added(order):
    with pytest.raises(OrderError, match="can no longer be ordered"):
        add(order, (make_edition(is_printed=False), 1))


def test_an_older_page_adds_nothing(order, french):
    with pytest.raises(StaleError):
        add(order, (french, 1), version=order.version - 1)


# The page -------------------------------------------------------------------------------


def test_the_page_offers_other_languages_of_what_is_ordered(desk, order, french):
    make_edition(on_hand=5)

    form = desk.get(order.get_desk_url(), {"open": "add"}).context["forms"]["add"]

    assert [edition for edition, _field in form.rows] == [french]


def test_a_press_adds_and_a_second_one_changes_nothing(desk, order, french):
    typed = {f"copies-{french.pk}": "2", "version": order.version}

    first, second = (post(desk, order, **typed) for _twice in range(2))

    assert [answer.redirect_chain[-1][0] for answer in (first, second)] == [
        order.get_desk_url(),
        order.get_desk_url(),
    ]
    assert notices(second)[-1] == "This was done already; nothing has changed."
    assert figures(order)["fr"] == (2, 2, 0)


@pytest.mark.parametrize("pressed", [{"find": "1"}, {}])
def test_titles_are_found_and_what_was_typed_stays(desk, order, french, pressed):
    wanted = make_edition(make_publication(title_en="Guide to clearance"), on_hand=3)

    answer = post(desk, order, q="clearance", **{f"copies-{french.pk}": "2"}, **pressed)

    form = answer.context["forms"]["add"]
    assert [(edition, field.value()) for edition, field in form.rows] == [
        (french, "2"),
        (wanted, None),
    ]
    assert figures(order) == {"en": (4, 4, 0)}


def test_what_is_found_is_added_when_the_words_stay(desk, order):
    wanted = make_edition(make_publication(title_en="Guide to clearance"), on_hand=3)

    post(desk, order, q="clearance", searched="clearance", **{f"copies-{wanted.pk}": "2"})

    assert wanted in [line.edition for line in order.lines.all()]


def test_words_that_no_title_holds_say_so(desk, order):
    answer = post(desk, order, q="nonsense", find="1")

    assert "No title on paper holds “nonsense”." in answer.text


@pytest.mark.parametrize("typed", ["0", "x", "-3", "99999", "٣", "2.5"])
def test_a_bad_number_is_said_beside_the_field_and_stays(desk, order, french, typed):
    answer = post(desk, order, **{f"copies-{french.pk}": typed})

    form = answer.context["refused"]
    assert answer.status_code == 422
    assert "Write a whole number" in str(form.errors[f"copies-{french.pk}"])
    assert f'value="{typed}"' in answer.text
    assert f'href="#add_copies-{french.pk}"' in answer.text


def test_no_copies_are_asked_for(desk, order, french):
    answer = post(desk, order)

    assert (answer.status_code, answer.text.count("Say how many copies of which titles.")) == (
        422,
        1,
    )


@pytest.mark.parametrize("status", ["unverified", "closed", "cancelled"])
def test_an_order_that_is_not_open_offers_nothing_to_add(desk, english, french, status):
    order = make_order((english, 1), status=status)

    assert reverse("desk:add", args=[order.number]) not in desk.get(order.get_desk_url()).text
    answer = post(desk, order, **{f"copies-{french.pk}": "1"}, q="dap", searched="dap")
    assert answer.status_code == 409
    assert "titles can be added" in answer.text or "no title can be added" in answer.text
