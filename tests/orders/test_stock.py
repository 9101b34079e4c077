"""Copies of paper: promised once, moved with a reason, never lost from the ledger."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.db.utils import DatabaseError

from orders import aftercare, audit, events, lifecycle, standing, stock
from orders.breaches import breach
from orders.errors import OrderError
from orders.models import (
    ConsignmentLine,
    Order,
    OrderEvent,
    OrderLine,
    StockEntry,
    StockItem,
    StockLocation,
)
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    part_for,
    place_order,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(db):
    return make_edition(on_hand=10)


def figures(edition):
    item = stock.balance(edition)
    return item.on_hand, item.allocated, item.unusable


def test_a_print_run_is_received(edition):
    stock.receive(edition, 5, by=clerk(), reason="reprint")

    entry = stock.balance(edition).entries.first()
    assert figures(edition) == (15, 0, 0)
    assert (entry.kind, entry.on_hand_change, entry.by, entry.reason) == (
        "receipt",
        5,
        clerk(),
        "reprint",
    )


def test_a_print_run_serves_the_queue_first_come_first_served(db):
    edition = make_edition(is_printed=True)
    first, second = make_order((edition, 4)), make_order((edition, 4))

    served = stock.receive(edition, 5, by=clerk())

    assert served == 5
    assert [o.lines.get().allocated for o in (first, second)] == [4, 1]


def test_the_first_in_the_queue_takes_what_there_is(db):
    edition = make_edition(is_printed=True)
    large, small = make_order((edition, 50)), make_order((edition, 2))

    stock.receive(edition, 20, by=clerk())

    assert [o.lines.get().allocated for o in (large, small)] == [20, 0]


def test_the_same_key_receives_once(edition):
    stock.receive(edition, 5, by=clerk(), key="k")
    stock.receive(edition, 5, by=clerk(), key="k")

    assert figures(edition) == (15, 0, 0)


@pytest.mark.parametrize("copies", [0, -1, 10**9])
@pytest.mark.parametrize("verb", [stock.receive, stock.walk_up, stock.damage, stock.write_off])
def test_a_nonsense_number_is_refused(edition, verb, copies):
    with pytest.raises(OrderError, match="Write how many copies"):
        verb(edition, copies, by=clerk(), reason="x")


def test_a_walk_up_takes_free_copies_only(edition):
    make_order((edition, 8))
    stock.walk_up(edition, 2, by=clerk())

    with pytest.raises(OrderError, match="Only 0 copies"):
        stock.walk_up(edition, 1, by=clerk())
    assert figures(edition) == (8, 8, 0)


def test_damaged_copies_are_unusable_until_written_off(edition):
    stock.damage(edition, 3, by=clerk(), reason="water")
    assert figures(edition) == (10, 0, 3)

    stock.write_off(edition, 2, by=clerk(), reason="water")

    assert figures(edition) == (8, 0, 1)


def test_no_more_is_written_off_than_is_unusable(edition):
    stock.damage(edition, 1, by=clerk(), reason="water")

    with pytest.raises(OrderError, match="1 copy is set aside as unusable"):
        stock.write_off(edition, 2, by=clerk(), reason="water")


@pytest.mark.parametrize(("counted", "difference"), [(12, 2), (7, -3), (10, 0)])
def test_a_count_records_the_difference(edition, counted, difference):
    assert stock.count(edition, counted, by=clerk(), reason="yearly") == difference

    assert figures(edition) == (counted, 0, 0)


def test_a_count_below_what_is_promised_is_refused(edition):
    make_order((edition, 8))

    with pytest.raises(OrderError, match="8 copies are promised or unusable"):
        stock.count(edition, 7, by=clerk())


def test_a_count_that_finds_copies_serves_the_queue(edition):
    waiting = make_order((edition, 12))

    stock.count(edition, 11, by=clerk())

    assert waiting.lines.get().allocated == 11


def test_available_is_zero_for_what_was_never_received():
    edition = make_edition(is_printed=True)

    assert stock.available([edition.pk]) == {edition.pk: 0}


# The database keeps the rules ---------------------------------------------------


@pytest.mark.parametrize(
    "columns", [{"allocated": 11}, {"unusable": 11}, {"allocated": 6, "unusable": 5}]
)
def test_the_database_refuses_promises_that_are_not_covered(edition, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        StockItem.objects.filter(edition=edition).update(**columns)


@pytest.mark.parametrize(
    "columns",
    [{"requested": 0}, {"requested": 1000}, {"allocated": 9}, {"returned": 1}, {"approved": 5}],
)
def test_the_database_refuses_lines_that_do_not_add_up(edition, columns):
    order = make_order((edition, 4))

    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(order=order).update(**columns)


@pytest.mark.parametrize("model", [StockEntry, OrderEvent])
@pytest.mark.parametrize("words", ["UPDATE {} SET reason = 'another story'", "DELETE FROM {}"])
def test_ledger_and_events_refuse_to_be_rewritten(edition, model, words):
    make_order((edition, 4))
    statement = words.format(model._meta.db_table)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# The audit finds what it is there for ----------------------------------------------


def test_the_audit_is_silent_when_all_agrees(edition):
    make_order((edition, 4))

    assert audit.breaches() == []


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("on_hand", "on hand: 7; by the movements: 10"),
        ("allocated", "promised: 7; in the orders: 4"),
    ],
)
def test_the_audit_finds_a_balance_that_was_tampered_with(edition, column, words):
    make_order((edition, 4))
    StockItem.objects.update(**{column: 7})

    assert any(words in str(breach) for breach in audit.breaches())


def test_the_audit_finds_a_status_without_its_event(edition):
    order = make_order((edition, 4))
    type(order).objects.filter(pk=order.pk).update(status="expired", ended_at=order.placed_at)

    found = [str(breach) for breach in audit.breaches()]

    assert any("its last event says “open”" in breach for breach in found)
    assert any("it holds copies" in breach for breach in found)


def test_the_audit_finds_copies_that_nobody_received(edition):
    StockItem.objects.update(on_hand=F("on_hand") + 1)

    assert any(
        "on hand at all locations: 11; received and not gone: 10" in str(breach)
        for breach in audit.breaches()
    )


def test_the_audit_finds_somebody_who_waits_for_free_copies(edition, monkeypatch):
    make_order((edition, 14))
    monkeypatch.setattr(stock.serving, "_serve", lambda *args: 0)

    stock.receive(edition, 2, by=clerk())

    assert any("free copies: 2, while" in str(breach) for breach in audit.breaches())


def test_the_audit_finds_a_closed_order_with_copies_to_decide(edition):
    order = make_order((edition, 4), status="closed")
    order.lines.update(requested=9)

    assert any("copies are undecided" in str(breach) for breach in audit.breaches())


def test_the_audit_finds_consignees_who_get_what_the_orderer_has(edition):
    order = make_order((edition, 4), consignees=[part_for(edition, 2)])
    make_consignment(order)
    order.lines.get().shares.update(quantity=4)

    assert any("consignees get more than is wanted" in str(breach) for breach in audit.breaches())


def test_the_audit_finds_a_mail_about_somebody_elses_order(edition):
    one, other = make_order((edition, 1)), make_order((edition, 1))
    one.messages.update(event=other.events.first())

    assert any("an event of another order" in str(breach) for breach in audit.breaches())


def test_the_audit_finds_a_replacement_of_no_parcel(edition):
    parcel = make_consignment(make_order((edition, 3)), "lost")
    aftercare.replace(parcel, by=clerk(), version=Order.objects.get().version, reason="lost")
    ConsignmentLine.objects.update(replaced=1)

    assert any("to be sent again: 3; by its parcels: 1" in str(b) for b in audit.breaches())


def test_a_look_at_an_order_that_closes_meanwhile_is_no_breach(edition):
    order = make_order((edition, 3))
    before = Order.objects.get()
    make_consignment(order, "delivered")

    events.record_view(before, by=clerk())
    standing.mark_of(before, standing="trusted", by=clerk())

    assert audit.breaches() == []


@pytest.mark.django_db(transaction=True)
def test_the_audit_sees_one_moment_while_others_work(edition, monkeypatch):
    """Its answer is that of before, also for what it reads after somebody wrote."""
    order = place_order((edition, 3))

    def somebody_confirms():
        with ThreadPoolExecutor(1) as pool:
            pool.submit(confirm_apart, order).result()
        return []

    def promised():
        return [breach("message", message=str(item.allocated)) for item in StockItem.objects.all()]

    monkeypatch.setattr(audit, "CHECKS", [promised, somebody_confirms, promised])

    first, second = audit.breaches()
    assert first == second
    assert stock.balance(edition).allocated == 3


def confirm_apart(order):
    try:
        lifecycle.confirm(order)
    finally:
        connection.close()


def test_the_command_lists_breaches_and_fails(edition, capsys):
    from django.core.management import CommandError, call_command

    call_command("check_ledger")
    StockItem.objects.update(on_hand=11)

    with pytest.raises(CommandError, match="2 breaches"):
        call_command("check_ledger")


# Two locations ----------------------------------------------------------------


@pytest.fixture
def store(db):
    return StockLocation.objects.create(slug="store", name_en="Store")


def move_to(store, edition, copies, **more):
    office = stock.main_location()
    return stock.transfer(edition, copies, origin=office, destination=store, by=clerk(), **more)


def test_a_transfer_leaves_an_entry_at_both_ends(edition, store):
    move_to(store, edition, 4, reason="meeting", key="k")

    ends = StockEntry.objects.filter(kind="transfer").order_by("pk")
    assert [
        (e.stock_item.location.slug, e.on_hand_change, e.other_location.slug) for e in ends
    ] == [
        ("office", -4, "store"),
        ("store", 4, "office"),
    ]
    assert audit.breaches() == []


def test_promised_copies_are_not_moved(edition, store):
    make_order((edition, 8))

    with pytest.raises(OrderError, match="Only 2 copies"):
        move_to(store, edition, 3)

    assert not StockEntry.objects.filter(kind="transfer").exists()


def test_copies_that_come_to_the_main_location_serve_who_waits(store):
    edition = make_edition(is_printed=True)
    order = make_order((edition, 4))
    stock.receive(edition, 10, by=clerk(), location=store)

    served = stock.transfer(edition, 6, origin=store, destination=stock.main_location(), by=clerk())

    assert served == 4
    assert order.lines.get().allocated == 4


def test_a_transfer_with_the_same_key_moves_once(edition, store):
    for _ in range(2):
        move_to(store, edition, 4, key="k")

    assert stock.balance(edition, store).on_hand == 4


def test_a_count_at_another_location_leaves_the_main_one_alone(edition, store):
    move_to(store, edition, 4)

    difference = stock.count(edition, 3, by=clerk(), location=store)

    assert difference == -1
    assert figures(edition) == (6, 0, 0)


def test_a_location_with_a_ledger_cannot_be_removed(edition, store):
    move_to(store, edition, 4)

    with pytest.raises(ProtectedError):
        stock.remove(store)


def test_the_main_location_cannot_be_removed(db):
    with pytest.raises(OrderError, match="served from this location"):
        stock.remove(stock.main_location())
