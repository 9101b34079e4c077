"""Every verb in every status: it works, finds its work done, or says why not."""

import pytest
from django.utils import translation

from orders import aftercare, changes, fulfilment, lifecycle, privacy
from orders.errors import OrderError
from orders.models import (
    Consignee,
    Consignment,
    ConsignmentLine,
    Order,
    OrderEvent,
    OrderLine,
    OutgoingMessage,
    Share,
    StockEntry,
    StockItem,
)
from tests.builders import clerk, make_consignment, make_edition, make_order, make_point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
WORKS, AGAIN, REFUSED = "works", "again", "refused"
OUTCOMES = {"W": WORKS, "=": AGAIN, "-": REFUSED}  # works, was done before, says why not
TABLES = (
    *(Order, OrderLine, Consignee, Share, Consignment, ConsignmentLine),
    *(OrderEvent, OutgoingMessage, StockItem, StockEntry),
)


def everything():
    return [list(table.objects.order_by("pk").values_list()) for table in TABLES]


def pairs(statuses, table):
    """(verb, status, outcome) of a table with a row for each verb, a sign for each status."""
    return [
        pytest.param(verb, status, OUTCOMES[sign], id=f"{verb.__name__}-{status}")
        for verb, signs in table.items()
        for status, sign in zip(statuses, signs.split(), strict=True)
    ]


def check(verb, row, outcome):
    before = everything()
    if outcome == REFUSED:
        assert_refused_in_every_language(verb, row)
    else:
        verb(row)
    assert (everything() != before) == (outcome == WORKS)


def assert_refused_in_every_language(verb, row):
    sentences = set()
    for language in ("en", "fr", "es"):
        with translation.override(language), pytest.raises(OrderError) as refusal:
            verb(row)
        with translation.override(language):
            sentences.add(str(refusal.value))
    assert len(sentences) == 3
    assert all(sentence.endswith(".") for sentence in sentences)


# Orders -----------------------------------------------------------------------------


def confirm(order):
    lifecycle.confirm(order)


def accept(order):
    lifecycle.accept(order, by=clerk(), reason="x", version=order.version)


def let_expire(order):
    lifecycle.let_expire(order, by=clerk(), version=order.version)


def disown(order):
    lifecycle.disown(order)


def change(order, by=None):
    quantities = {order.lines.get().edition_id: 17}
    given = {"quantities": quantities, "details": None, "version": order.version}
    changes.change(order, by=by, **given)


def change_by_staff(order):
    change(order, by=clerk())


def add(order):
    quantities = {make_edition(is_printed=True).pk: 2, order.lines.get().edition_id: 3}
    changes.add(order, quantities=quantities, version=order.version, by=clerk())


def edit(order, by=None):
    changes.edit(order, details={"name": "Other"}, version=order.version, by=by)


def edit_by_staff(order):
    edit(order, by=clerk())


def edit_consignee(order, by=None):
    consignee = order.consignees.get()
    changes.edit_consignee(consignee, details={"recipient": "Other"}, version=order.version, by=by)


def edit_consignee_by_staff(order):
    edit_consignee(order, by=clerk())


def approve(order):
    grants = {order.lines.get().pk: 2}
    changes.approve(order, grants=grants, words="x", by=clerk(), version=order.version)


def hold(order):
    lifecycle.hold(order, by=clerk(), reason=Order.Hold.ADDRESS, version=order.version)


def release(order):
    lifecycle.release(order, by=clerk(), version=order.version)


def put_back(order):
    changes.put_back(order.lines.get(), 1, by=clerk(), reason="x")


def cancel(order):
    lifecycle.cancel(order, version=order.version)


def cancel_by_staff(order):
    lifecycle.cancel(order, by=clerk(), reason="x", version=order.version)


def decline(order):
    lifecycle.decline(order, by=clerk(), reason="specimen", version=order.version)


def pack(order):
    fulfilment.pack(order, by=clerk(), version=order.version)


def pack_all(order):
    fulfilment.pack_all(order, by=clerk(), version=order.version)


def erase(order):
    privacy.erase(order)


def brought_to(status):
    """An order of 20 copies, of which 10 are on the shelf, 5 to come and 5 to be decided."""
    edition = make_edition(on_hand=10)
    if status in ("unverified", "expired", "cancelled", "declined"):
        return make_order((edition, 20), status=status)
    order = make_order((edition, 20))
    if status == "held":
        lifecycle.hold(order, by=clerk(), reason=Order.Hold.OTHER)
    if status in ("packed", "partly_sent", "closed"):
        parcel = fulfilment.pack(order, by=clerk())
    if status in ("partly_sent", "closed"):
        fulfilment.send(parcel, by=clerk())
    if status == "closed":
        lifecycle.cancel(order, by=clerk())
    order.refresh_from_db()
    return order


ORDERS = [
    *("unverified", "open", "held", "packed", "partly_sent"),
    *("closed", "expired", "cancelled", "declined"),
]
ORDER_VERBS = {
    #                UNV OPE HEL PAC PAR CLO EXP CAN DEC
    confirm: "        W   =   =   =   =   =   -   -   - ",
    accept: "         W   =   =   =   =   =   -   -   - ",
    let_expire: "     W   -   -   -   -   -   =   -   - ",
    disown: "         W   W   W   W   W   W   W   W   W ",
    change: "         W   W   W   -   -   -   -   -   - ",
    change_by_staff: "W   W   W   W   W   -   -   -   - ",
    add: "            -   W   W   W   W   -   -   -   - ",
    edit: "           W   W   W   -   -   -   -   -   - ",
    edit_by_staff: "  W   W   W   W   W   -   -   -   - ",
    approve: "        -   W   W   W   W   -   -   -   - ",
    hold: "           -   W   W   W   W   -   -   -   - ",
    release: "        =   =   W   =   =   =   =   =   = ",
    put_back: "       -   W   W   -   -   -   -   -   - ",
    cancel: "         W   W   W   -   -   -   -   =   - ",
    cancel_by_staff: "W   W   W   -   W   -   -   -   - ",
    decline: "        W   W   W   -   W   -   -   -   = ",
    pack: "           -   W   -   =   -   -   -   -   - ",
    pack_all: "       -   W   -   =   -   -   -   -   - ",
    erase: "          =   =   =   =   =   W   W   W   W ",
}


@pytest.mark.parametrize(("verb", "status", "outcome"), pairs(ORDERS, ORDER_VERBS))
def test_every_verb_on_an_order_in_every_status(settings, verb, status, outcome):
    settings.ORDER_LIMIT_PER_TITLE = 15

    check(verb, brought_to(status), outcome)


CONSIGNEE_VERBS = {
    #                        UNV OPE HEL PAC PAR CLO EXP CAN DEC
    edit_consignee: "         W   W   W   -   -   -   -   -   - ",
    edit_consignee_by_staff: "W   W   W   W   W   -   -   -   - ",
}


@pytest.mark.parametrize(("verb", "status", "outcome"), pairs(ORDERS, CONSIGNEE_VERBS))
def test_every_verb_on_a_consignee_in_every_status(settings, verb, status, outcome):
    settings.ORDER_LIMIT_PER_TITLE = 15
    order = brought_to(status)
    goes = {"delivery": "post", "address": "Example Street 2", "country": "CH"}
    Consignee.objects.create(order=order, position=1, **goes)

    check(verb, order, outcome)


# Consignments -------------------------------------------------------------------------


def unpack(parcel):
    fulfilment.unpack(parcel, by=clerk())


def send(parcel):
    fulfilment.send(parcel, by=clerk())


def track(parcel):
    fulfilment.track(parcel, by=clerk(), tracking="RR473124829CH")


def deliver(parcel):
    fulfilment.deliver(parcel, by=clerk())


def take_back(parcel):
    fulfilment.take_back(parcel, by=clerk())


def lose(parcel):
    fulfilment.lose(parcel, by=clerk())


def offer(parcel):
    fulfilment.offer(parcel, by=clerk())


def hand_over(parcel):
    fulfilment.hand_over(parcel, by=clerk())


def undo_hand_over(parcel):
    fulfilment.undo_hand_over(parcel, by=clerk())


def undo_send(parcel):
    fulfilment.undo_send(parcel, by=clerk())


def undo_miss(parcel):
    aftercare.undo_miss(parcel, by=clerk())


def miss(parcel):
    fulfilment.miss(parcel, by=clerk())


def replace(parcel):
    version = Order.objects.get(pk=parcel.order_id).version
    aftercare.replace(parcel, by=clerk(), version=version, reason="x")


def forward(parcel):
    aftercare.forward(parcel, by=clerk(), delivery="post", address="Example Street 1")


def let_go(parcel):
    aftercare.let_go(parcel, by=clerk())


PARCELS = ["packed", "sent", "delivered", "returned", "lost", "void"]
PARCEL_VERBS = {
    #          PAC SEN DEL RET LOS VOI
    unpack: "   W   -   -   -   -   = ",
    send: "     W   =   -   -   -   - ",
    track: "    -   W   W   W   W   - ",
    deliver: "  -   W   =   -   -   - ",
    take_back: "-   W   W   =   W   - ",
    lose: "     -   W   W   -   =   - ",
    undo_send: "=   W   -   -   -   - ",
    undo_miss: "-   -   -   -   -   - ",
    offer: "    -   -   -   -   -   - ",
    hand_over: "-   -   -   -   -   - ",
    undo_hand_over: "- - - - - -",
    miss: "     -   -   -   -   -   - ",
    replace: "  -   W   W   W   W   - ",
    forward: "  -   -   -   -   -   - ",
    let_go: "   -   -   -   -   -   - ",
}
BAGS = ["packed", "at_desk", "handed_over", "missed", "let_go", "void"]
BAG_VERBS = {
    #          PAC DES HAN MIS LET VOI
    unpack: "   W   W   -   -   -   = ",
    send: "     -   -   -   -   -   - ",
    track: "    -   -   -   -   -   - ",
    deliver: "  -   -   -   -   -   - ",
    take_back: "-   -   W   -   -   - ",
    lose: "     -   -   -   -   -   - ",
    undo_send: "=   -   -   -   -   - ",
    undo_miss: "-   =   -   W   -   - ",
    offer: "    W   =   =   -   -   - ",
    hand_over: "-   W   =   -   -   - ",
    undo_hand_over: "- = W - - -",
    miss: "     -   W   -   =   =   - ",
    replace: "  -   -   W   -   -   - ",
    forward: "  -   -   -   W   -   - ",
    let_go: "   -   -   -   W   =   - ",
}


@pytest.mark.parametrize(("verb", "status", "outcome"), pairs(PARCELS, PARCEL_VERBS))
def test_every_verb_on_a_parcel_in_every_status(verb, status, outcome):
    order = make_order((make_edition(on_hand=10), 4))

    check(verb, make_consignment(order, status), outcome)


@pytest.mark.parametrize(("verb", "status", "outcome"), pairs(BAGS, BAG_VERBS))
def test_every_verb_on_a_bag_for_pick_up_in_every_status(verb, status, outcome):
    order = make_order((make_edition(on_hand=10), 4), pick_up_point=make_point())
    bag = make_consignment(order, "missed" if status == "let_go" else status)
    if status == "let_go":
        aftercare.let_go(bag, by=clerk())

    check(verb, bag, outcome)


def test_every_status_of_orders_and_consignments_is_in_the_tables():
    assert set(Order.Status.values) <= {*ORDERS}
    assert set(Consignment.Status.values) - {"preparing"} <= {*PARCELS, *BAGS}
