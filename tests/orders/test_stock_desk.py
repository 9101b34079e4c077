"""The desk's stock: every figure opens what is behind it, and many shelves are counted at once."""

import csv
import io
import re

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from catalogue.models import Job
from orders import audit, lifecycle, shelves, stock
from orders.desk.views import store as store_views
from orders.models import OrderLine, StockEntry, StockItem, StockLocation
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_state,
)
from tests.orders.visits import LANGUAGES, notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(admin_client, settings):
    settings.STAFF_SECOND_FACTOR = False
    settings.JOBS = "inline"
    return admin_client


@pytest.fixture
def store(db):
    stock.main_location()
    return StockLocation.objects.create(slug="store", name_en="Store", name_fr="Dépôt")


def address(name, *args):
    return reverse(f"desk:{name}", args=args)


def press(desk, name, *args, **fields):
    return desk.post(address(name, *args), fields, follow=True)


def rows(answer):
    return list(answer.context["editions"])


# The list ---------------------------------------------------------------------


def test_the_list_shows_another_location(desk, store):
    edition = make_edition(on_hand=10)
    stock.receive(edition, 7, by=clerk(), location=store)

    [main], [other] = (
        rows(desk.get(address("stock"), query)) for query in ({}, {"location": "store"})
    )

    assert (main.on_hand, other.on_hand) == (10, 7)
    assert [item.location for item in main.elsewhere] == [store]


def test_low_counts_from_the_threshold_of_the_item(desk, settings):
    settings.LOW_STOCK = 20
    usual, special = make_edition(on_hand=15), make_edition(on_hand=15)
    stock.describe(stock.balance(special), shelf="A-3", low_at=5)

    assert rows(desk.get(address("stock"), {"low": "1"})) == [usual]


def test_the_list_keeps_to_what_is_waited_for(desk):
    make_edition(on_hand=15)
    edition = make_edition(is_printed=True)
    make_order((edition, 3))

    answer = desk.get(address("stock"), {"waiting": "1"})

    assert rows(answer) == [edition]
    assert answer.context["totals"]["waiting"] == 3


@pytest.mark.parametrize("query", ["location=nowhere", "low=x&page=99", "q=%27", "language=%27"])
def test_a_strange_address_of_the_list_is_a_list(desk, query):
    make_edition(on_hand=15)

    assert desk.get(f"{address('stock')}?{query}").status_code == 200


@pytest.mark.parametrize("editions", [1, 20])
def test_the_list_takes_the_same_queries_with_other_locations(
    desk, store, editions, django_assert_max_num_queries
):
    for _ in range(editions):
        stock.receive(make_edition(on_hand=5), 2, by=clerk(), location=store)

    with django_assert_max_num_queries(11):
        desk.get(address("stock"))


# Movements --------------------------------------------------------------------


def transfer(desk, edition, copies="4", **fields):
    fields = {"location": "office", "destination": "store", "key": "k", "reason": ""} | fields
    return press(desk, "transfer", edition.pk, copies=copies, **fields)


def test_copies_are_moved_to_another_location(desk, store):
    edition = make_edition(on_hand=10)

    answer = transfer(desk, edition)

    assert notices(answer) == ["4 copies are moved to the other location."]
    assert (stock.balance(edition).on_hand, stock.balance(edition, store).on_hand) == (6, 4)


def test_a_second_press_says_that_nothing_changed(desk, store):
    edition = make_edition(on_hand=10)

    transfer(desk, edition)
    answer = transfer(desk, edition)

    assert notices(answer) == ["This was done already; nothing has changed."]
    assert stock.balance(edition, store).on_hand == 4


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"copies": "11"}, "Only 10 copies"),
        ({"destination": "office"}, "Choose two different locations."),
        ({"destination": ""}, "Choose a location from the list."),
        ({"destination": "moon"}, "Choose a location from the list."),
        ({"copies": "ten"}, "Write a whole number from 1 to"),
    ],
)
def test_a_transfer_that_cannot_be_says_why_and_keeps_what_was_typed(desk, store, fields, sentence):
    edition = make_edition(on_hand=10)

    answer = transfer(desk, edition, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields.get("copies", "4")}"' in answer.text


def test_a_print_run_names_the_orders_it_served(desk):
    edition = make_edition(is_printed=True)
    order = make_order((edition, 4))

    answer = press(desk, "receive", edition.pk, copies="10", key="k")

    assert f'1 order got copies: <a href="{order.get_desk_url()}">' in answer.text


def test_copies_are_received_at_another_location_and_promised_to_nobody(desk, store):
    edition = make_edition(is_printed=True)
    make_order((edition, 4))

    press(desk, "receive", edition.pk, copies="10", location="store", key="k")

    item = stock.balance(edition, store)
    assert (item.on_hand, item.allocated) == (10, 0)


def test_a_walk_up_may_say_for_which_state(desk):
    edition, state = make_edition(on_hand=10), make_state()

    press(desk, "walk_up", edition.pk, copies="2", state=state.pk, key="k")

    assert StockEntry.objects.get(kind="walk_up").state == state


def test_shelf_and_threshold_are_written_on_the_ledger_page(desk):
    edition = make_edition(on_hand=10)

    press(desk, "describe", edition.pk, location="office", shelf="A-3", low_at="5")

    item = stock.balance(edition)
    assert (item.shelf, item.low_at) == ("A-3", 5)


def test_a_bad_threshold_is_refused_and_stays_typed(desk):
    edition = make_edition(on_hand=10)

    answer = press(desk, "describe", edition.pk, location="office", shelf="A-3", low_at="few")

    assert answer.status_code == 422
    assert 'value="few"' in answer.text


@pytest.mark.parametrize("reader", LANGUAGES)
def test_what_a_colleague_says_of_a_shelf_is_not_written_over(desk, reader):
    edition = make_edition(on_hand=10)
    stock.describe(stock.balance(edition), shelf="A-3", low_at=5)
    was = {"location": "office", "was_shelf": "A-3", "was_low_at": "5"}
    press(desk, "describe", edition.pk, **was, shelf="B-1", low_at="0")

    with translation.override(reader):
        late = press(desk, "describe", edition.pk, **was, shelf="C-9", low_at="7")

    [sentence] = late.context["refused"].errors["shelf"]
    assert (late.status_code, "B-1" in sentence, "0" in sentence) == (409, True, True)
    assert 'value="C-9"' in late.text
    assert stock.balance(edition).shelf == "B-1"
    was |= {name: late.context["refused"][name].value() for name in ("was_shelf", "was_low_at")}
    press(desk, "describe", edition.pk, **was, shelf="C-9", low_at="7")
    assert stock.balance(edition).shelf == "C-9"


def test_the_same_shelf_said_twice_is_saved_once(desk):
    edition = make_edition(on_hand=10)

    for _twice in range(2):
        answer = press(desk, "describe", edition.pk, location="office", shelf="A-3", low_at="5")

        assert answer.status_code == 200


# The ledger -------------------------------------------------------------------


def entries(desk, edition, **query):
    return list(desk.get(address("ledger", edition.pk), query).context["page"])


def test_balances_run_for_each_location(desk, store):
    edition = make_edition(on_hand=10)
    stock.transfer(edition, 4, origin=stock.main_location(), destination=store, by=clerk())

    found = entries(desk, edition)

    assert [(e.stock_item.location.slug, e.on_hand_after) for e in found] == [
        ("store", 4),
        ("office", 6),
        ("office", 10),
    ]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({"kind": "receipt"}, ["receipt"]),
        ({"balance": "allocated"}, ["allocation"]),
        ({"balance": "unusable"}, ["damage"]),
        ({"since": "2999-01-01"}, []),
        ({"until": "2999-01-01", "location": "office"}, ["damage", "allocation", "receipt"]),
    ],
)
def test_the_ledger_is_narrowed(desk, query, kinds):
    edition = make_edition(on_hand=10)
    make_order((edition, 4))
    stock.damage(edition, 1, by=clerk(), reason="Water")

    assert [entry.kind for entry in entries(desk, edition, **query)] == kinds


def test_a_narrowed_ledger_keeps_the_balances_of_the_whole(desk):
    edition = make_edition(on_hand=10)
    make_order((edition, 4))
    stock.damage(edition, 1, by=clerk(), reason="Water")

    [entry] = entries(desk, edition, kind="damage")

    assert (entry.on_hand_after, entry.allocated_after, entry.unusable_after) == (10, 4, 1)


def test_the_ledger_is_asked_for_one_order(desk):
    edition = make_edition(on_hand=10)
    order, _other = make_order((edition, 4)), make_order((edition, 2))

    [entry] = entries(desk, edition, order=order.number.lower())

    assert entry.line.order == order


def test_a_movement_leads_to_its_parcel_by_the_number_people_know(desk):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))
    make_consignment(order, "void")
    parcel = make_consignment(order, "sent")

    ledger = desk.get(address("ledger", edition.pk)).text
    [(page, name)] = re.findall(r'<a href="([^"#]+)#(parcel-[^"]+)">' + str(parcel), ledger)

    assert page == order.get_desk_url()
    assert f'id="{name}"' in desk.get(page).text


def test_a_day_that_is_none_says_so(desk):
    answer = desk.get(address("ledger", make_edition(on_hand=1).pk), {"since": "yesterday"})

    assert "Write the date as year-month-day" in answer.text
    assert 'value="yesterday"' in answer.text


def test_a_spreadsheet_takes_no_reason_for_a_formula(desk):
    edition = make_edition(on_hand=10)
    stock.damage(edition, 1, by=clerk(), reason="=1+1")

    answer = desk.get(address("ledger-csv", edition.pk))
    _heads, damage, _receipt = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))

    assert damage[6:] == ["'=1+1", "0", "0", "1", "10", "0", "1"]


def test_the_ledger_is_told_in_the_offices_time_as_its_filter_asks(desk):
    with time_machine.travel("2026-07-02T23:30+02:00", tick=False):
        edition = make_edition(on_hand=10)

    answer = desk.get(address("ledger-csv", edition.pk), {"since": "2026-07-02"})
    _heads, receipt = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    later = desk.get(address("ledger-csv", edition.pk), {"since": "2026-07-03"})

    assert receipt[0] == "2026-07-02T23:30:00+02:00"
    assert len(later.getvalue().splitlines()) == 1


@pytest.mark.parametrize("orders", [1, 9])
def test_the_ledger_takes_the_same_queries_whatever_its_length(
    desk, orders, django_assert_max_num_queries
):
    edition = make_edition(on_hand=100)
    for _ in range(orders):
        make_order((edition, 2))

    with django_assert_max_num_queries(14):
        desk.get(address("ledger", edition.pk))


# Behind the figures -----------------------------------------------------------


def test_promised_copies_open_the_orders_that_hold_them(desk):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))

    answer = desk.get(address("promised", edition.pk))

    assert [line.order for line in answer.context["page"]] == [order]
    assert order.get_desk_url() in answer.text


def test_waiting_copies_open_the_queue_in_serving_order(desk):
    edition = make_edition(is_printed=True)
    first, second = make_order((edition, 4)), make_order((edition, 2))

    answer = desk.get(address("waiting", edition.pk))

    assert [line.order for line in answer.context["lines"]] == [first, second]


def test_a_large_order_before_small_ones_is_told(desk):
    edition = make_edition(is_printed=True)
    large = make_order((edition, 40))
    make_order((edition, 5)), make_order((edition, 7))

    answer = desk.get(address("waiting", edition.pk))

    sentence = f"40 copies for {large.number} come before 2 orders that ask for 12 together."
    assert sentence in answer.text


def test_a_large_order_on_hold_stands_before_nobody(desk):
    edition = make_edition(is_printed=True)
    large = make_order((edition, 40))
    make_order((edition, 5))
    lifecycle.hold(large, by=clerk(), reason="address")

    answer = desk.get(address("waiting", edition.pk))

    assert answer.context["before"] == []
    assert "passed over" in answer.text


# Many at once -----------------------------------------------------------------


def count(desk, *, reason="Yearly", key="k", **fields):
    return press(desk, "save-counts", key=key, reason=reason, **fields)


def test_many_shelves_are_counted_in_one_go(desk):
    items = [stock.balance(make_edition(on_hand=n)) for n in (10, 20, 30)]
    first, second, _third = items

    answer = count(desk, **{f"copies_{first.pk}": "9", f"copies_{second.pk}": "20"})

    assert notices(answer) == ["2 editions are saved."]
    assert [stock.balance(item.edition).on_hand for item in items] == [9, 20, 30]


def test_a_count_that_is_refused_stays_typed_and_the_others_are_saved(desk):
    good, promised = (stock.balance(make_edition(on_hand=10)) for _ in range(2))
    make_order((promised.edition, 4))

    answer = count(desk, **{f"copies_{good.pk}": "9", f"copies_{promised.pk}": "3"})

    assert answer.status_code == 422
    assert "4 copies are promised or unusable" in answer.text
    assert stock.balance(good.edition).on_hand == 9
    assert stock.balance(promised.edition).on_hand == 10


@pytest.mark.parametrize("name", ["count", "receipts"])
def test_several_refusals_stand_each_beside_its_number(desk, name):
    items = [stock.balance(make_edition(on_hand=10)) for _ in range(2)]
    for item in items:
        make_order((item.edition, 4))
    keys = [item.pk if name == "count" else item.edition_id for item in items]
    saved = {"count": "save-counts", "receipts": "save-receipts"}[name]

    for copies in ("3", "2"):
        typed = {f"copies_{key}": copies for key in keys}
        answer = press(desk, saved, key="k", reason="x", **typed)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(typed)


def test_copies_that_moved_since_the_page_was_opened_are_counted_again(desk):
    item = stock.balance(make_edition(on_hand=10))

    answer = count(desk, **{f"copies_{item.pk}": "8", f"was_{item.pk}": "12"})

    assert "the ledger now says 10. Count again." in answer.text
    assert stock.balance(item.edition).on_hand == 10


def test_what_is_counted_again_is_taken_from_the_page_that_said_so(desk):
    item = stock.balance(make_edition(on_hand=10))
    late = count(desk, **{f"copies_{item.pk}": "8", f"was_{item.pk}": "12"})
    [(_row, copies, was)] = late.context["form"].lines()

    count(desk, **{copies.html_name: copies.value(), was.html_name: was.value()})

    assert (copies.value(), was.value()) == ("8", "10")
    assert stock.balance(item.edition).on_hand == 8


def test_copies_that_leave_while_others_are_saved_are_counted_again(desk, monkeypatch):
    first, second = (stock.balance(make_edition(on_hand=50)) for _ in range(2))
    counted = stock.count

    def dispatch_meanwhile(edition, copies, **about):
        if edition == second.edition:
            monkeypatch.setattr(stock, "count", counted)
            stock.walk_up(edition, 5, by=clerk())
        return counted(edition, copies, **about)

    monkeypatch.setattr(stock, "count", dispatch_meanwhile)
    fields = {f"{name}_{item.pk}": "50" for item in (first, second) for name in ("copies", "was")}
    answer = count(desk, **fields)

    assert "the ledger now says 45. Count again." in answer.text
    assert stock.balance(second.edition).on_hand == 45


def test_a_row_that_went_to_another_page_meanwhile_is_counted_all_the_same(desk, monkeypatch):
    monkeypatch.setattr(store_views, "ROWS_A_PAGE", 1)
    items = [stock.balance(make_edition(on_hand=10)) for _ in range(2)]
    gone = stock.balance(make_edition(on_hand=1))
    stock.walk_up(gone.edition, 1, by=clerk())

    count(desk, **{f"copies_{item.pk}": "9" for item in [*items, gone]})

    assert [stock.balance(item.edition).on_hand for item in [*items, gone]] == [9, 9, 9]


@pytest.mark.parametrize("name", ["copies_", "copies_x", "copies_٣", f"copies_{'9' * 40}"])
def test_a_field_that_names_no_row_counts_nothing(desk, name):
    make_edition(on_hand=10)

    assert notices(count(desk, **{name: "9"})) == ["No number was written; nothing has changed."]


def test_the_same_page_of_counts_sent_twice_counts_once(desk):
    item = stock.balance(make_edition(on_hand=10))
    fields = {f"copies_{item.pk}": "8", f"was_{item.pk}": "10"}

    count(desk, **fields)
    answer = count(desk, **fields)

    assert answer.status_code == 200
    assert StockEntry.objects.filter(kind="count").count() == 1


def test_a_delivery_of_several_editions_is_received(desk, store):
    first, second = make_edition(on_hand=1), make_edition(is_printed=True)

    desk.post(
        f"{address('save-receipts')}?location=store",
        {"key": "k", "reason": "", f"copies_{first.pk}": "5", f"copies_{second.pk}": "6"},
    )

    assert [stock.balance(edition, store).on_hand for edition in (first, second)] == [5, 6]


# Reprints ---------------------------------------------------------------------


def test_the_most_needed_is_reprinted_first(desk):
    low, wanted = make_edition(on_hand=3), make_edition(is_printed=True)
    make_edition(on_hand=500)
    make_order((wanted, 9))

    page = desk.get(address("reprints")).context["page"]

    assert [edition for edition, _form in page.object_list] == [wanted, low]


def test_a_reprint_gets_its_date(desk):
    edition = make_edition(is_printed=True)

    press(desk, "set-reprint", edition.pk, reprint_on="2027-03-01")

    edition.refresh_from_db()
    assert str(edition.reprint_on) == "2027-03-01"


def test_a_date_that_is_none_stays_typed(desk):
    edition = make_edition(is_printed=True)

    answer = press(desk, "set-reprint", edition.pk, reprint_on="spring")

    assert answer.status_code == 422
    assert 'value="spring"' in answer.text


# Locations --------------------------------------------------------------------

NAMES = {"name_en": "Store room", "name_fr": "Dépôt", "name_es": "Almacén"}


def test_a_location_is_added_under_its_three_names(desk):
    press(desk, "add-location", **NAMES)

    place = StockLocation.objects.get(slug="store-room")
    assert (place.name_fr, place.name_es, place.is_main) == ("Dépôt", "Almacén", False)


def test_a_location_wants_a_name_in_every_language(desk):
    answer = press(desk, "add-location", **NAMES | {"name_es": ""})

    assert answer.status_code == 422
    assert "Write the name in this language." in answer.text
    assert 'value="Dépôt"' in answer.text


def test_two_locations_of_one_name_are_kept_apart(desk):
    press(desk, "add-location", **NAMES)
    press(desk, "add-location", **NAMES)

    assert StockLocation.objects.filter(slug="store-room-2").exists()


def test_the_main_location_stays(desk):
    answer = press(desk, "remove-location", stock.main_location().pk)

    assert notices(answer) == ["Orders are served from this location: it cannot be removed."]


def test_a_location_that_held_copies_stays(desk, store):
    stock.receive(make_edition(is_printed=True), 3, by=clerk(), location=store)

    press(desk, "remove-location", store.pk)

    assert StockLocation.objects.filter(pk=store.pk).exists()


def test_removal_is_offered_where_it_works(desk, store):
    used, named, ordered = (
        StockLocation.objects.create(slug=slug, name_en=slug) for slug in ("used", "named", "ours")
    )
    stock.receive(make_edition(is_printed=True), 3, by=clerk(), location=used)
    make_point(location=named)
    OrderLine.objects.filter(order=make_order((make_edition(on_hand=2), 1))).update(
        location=ordered
    )

    page = desk.get(address("locations")).text

    offered = {place for place in StockLocation.objects.all() if removal_of(place) in page}
    assert offered == {store}


def removal_of(place):
    return address("remove-location", place.pk)


def test_an_empty_location_is_removed(desk, store):
    press(desk, "remove-location", store.pk)

    assert not StockLocation.objects.filter(pk=store.pk).exists()


# Whether it agrees ------------------------------------------------------------


def test_the_check_is_run_by_hand_and_says_that_all_agrees(
    desk, django_capture_on_commit_callbacks
):
    make_order((make_edition(on_hand=10), 4))

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(address("run-audit"))

    assert "ledger and orders agree." in desk.get(address("audit")).text


def test_the_nightly_check_leaves_its_outcome_for_the_desk(desk):
    call_command("check_ledger", verbosity=0)

    assert shelves.last_check().outcome == {"count": 0, "breaches": []}
    assert "ledger and orders agree." in desk.get(address("stock")).text


def test_a_breach_is_listed_in_words(desk):
    make_edition(on_hand=10)
    StockItem.objects.update(on_hand=11)

    with pytest.raises(CommandError):
        call_command("check_ledger", verbosity=0)

    assert Job.objects.get().outcome["count"] == 2  # the balance, and the edition as a whole
    assert "on hand: 11; by the movements: 10" in desk.get(address("audit")).text


def test_a_check_asks_as_often_whatever_the_orders(django_assert_max_num_queries):
    edition = make_edition(on_hand=100)
    for _ in range(5):
        make_order((edition, 2))

    with django_assert_max_num_queries(25):
        assert audit.breaches() == []
