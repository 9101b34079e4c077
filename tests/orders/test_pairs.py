"""Every verb at every status: what is allowed works, what is not says why and changes nothing."""

import datetime

import pytest
from django.utils import timezone, translation

from orders import aftercare, audit, fulfilment, lifecycle
from orders.errors import OrderError
from orders.models import Consignment, Order, OrderEvent, StockItem
from tests.builders import (
    clerk,
    make_consignment,
    make_details,
    make_edition,
    make_order,
    make_point,
)
from tests.orders.visits import LANGUAGES

pytestmark = pytest.mark.django_db

CHANGES = {"quantities": {}, "details": None}
ORDER_VERBS = {
    "confirm": lambda order: lifecycle.confirm(order),
    "change": lambda order: lifecycle.change(order, version=order.version, **CHANGES),
    "edit": lambda order: lifecycle.edit(order, details=make_details(), version=order.version),
    "approve": lambda order: lifecycle.approve(order, grants={}, by=clerk()),
    "hold": lambda order: lifecycle.hold(order, by=clerk(), reason="other"),
    "release": lambda order: lifecycle.release(order, by=clerk()),
    "cancel": lambda order: lifecycle.cancel(order),
    "decline": lambda order: lifecycle.decline(order, by=clerk(), reason="x"),
    "pack": lambda order: fulfilment.pack(order, by=clerk()),
    "pack_all": lambda order: fulfilment.pack_all(order, by=clerk()),
    "disown": lambda order: lifecycle.disown(order),
}
S = Order.Status
ANY = set(S)
# By verb, the statuses in which it does something, and those in which it finds it done.
ORDERS_ALLOWED = {
    "confirm": ANY - {S.EXPIRED},
    "change": {S.UNVERIFIED, S.OPEN},
    "edit": {S.UNVERIFIED, S.OPEN},
    "approve": {S.OPEN},
    "hold": {S.OPEN},
    "release": ANY,
    "cancel": {S.UNVERIFIED, S.OPEN, S.CANCELLED},
    "decline": {S.UNVERIFIED, S.OPEN, S.DECLINED},
    "pack": {S.OPEN},
    "pack_all": {S.OPEN},
    "disown": ANY,
}

C = Consignment.Status
CONSIGNMENT_VERBS = {
    "unpack": fulfilment.unpack,
    "send": fulfilment.send,
    "deliver": fulfilment.deliver,
    "take_back": fulfilment.take_back,
    "lose": fulfilment.lose,
    "offer": fulfilment.offer,
    "hand_over": fulfilment.hand_over,
    "miss": fulfilment.miss,
    "track": lambda parcel, *, by: fulfilment.track(parcel, by=by, tracking="X1234"),
    "let_go": aftercare.let_go,
    "forward": lambda parcel, *, by: aftercare.forward(
        parcel, by=by, delivery="post", address="Example Street 1", country="CH"
    ),
    "replace": lambda parcel, *, by: aftercare.replace(
        parcel, by=by, version=Order.objects.get(pk=parcel.order_id).version, reason="x"
    ),
}
BY_POST = [C.PACKED, C.SENT, C.DELIVERED, C.RETURNED, C.LOST, C.VOID]
PICKED_UP = [C.PACKED, C.AT_DESK, C.HANDED_OVER, C.MISSED, C.VOID]
PARCELS_ALLOWED = {
    "unpack": {C.PACKED, C.VOID},
    "send": {C.PACKED, C.SENT, C.DELIVERED, C.RETURNED, C.LOST},
    "deliver": {C.SENT, C.DELIVERED},
    "take_back": {C.SENT, C.DELIVERED, C.RETURNED, C.LOST},
    "lose": {C.SENT, C.LOST},
    "track": {C.SENT, C.DELIVERED, C.RETURNED, C.LOST},
    "replace": {C.SENT, C.DELIVERED, C.RETURNED, C.LOST},
}
BAGS_ALLOWED = {
    "unpack": {C.PACKED, C.AT_DESK, C.VOID},
    "offer": {C.PACKED, C.AT_DESK, C.HANDED_OVER},
    "hand_over": {C.AT_DESK, C.HANDED_OVER},
    "miss": {C.AT_DESK, C.MISSED},
    "take_back": {C.HANDED_OVER},
    "let_go": {C.MISSED},
    "forward": {C.MISSED},
    "replace": {C.HANDED_OVER},
}


@pytest.fixture(autouse=True)
def ledger_agrees_in_the_end(db):
    yield
    assert list(audit.breaches()) == []


@pytest.fixture
def edition(db):
    return make_edition(on_hand=20)


def everything():
    """What a refused verb must leave as it was."""
    orders = Order.objects.values_list("status", "version", "hold", "name")
    parcels = Consignment.objects.values_list("status", "tracking", "settled_at")
    shelves = StockItem.objects.values_list("on_hand", "allocated", "unusable")
    return list(orders), list(parcels), list(shelves), OrderEvent.objects.count()


def refusal_in(language, verb):
    """The sentence with which a verb is refused to a reader of the language."""
    with translation.override(language):
        with pytest.raises(OrderError) as caught:
            verb()
        return str(caught.value)


def is_done(verb, allowed):
    """Try it: done where allowed, else refused with a sentence in each language, for nothing."""
    if allowed:
        verb()
        return
    before = everything()
    sentences = {refusal_in(language, verb) for language in LANGUAGES}
    assert len(sentences) == len(LANGUAGES)
    assert everything() == before


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("verb", ORDER_VERBS)
def test_a_verb_of_an_order_at_a_status(edition, verb, status):
    order = make_order((edition, 5), status=status)

    is_done(lambda: ORDER_VERBS[verb](order), status in ORDERS_ALLOWED[verb])


@pytest.mark.parametrize("status", BY_POST)
@pytest.mark.parametrize("verb", CONSIGNMENT_VERBS)
def test_a_verb_of_a_parcel_at_a_status(edition, verb, status):
    parcel = make_consignment(make_order((edition, 5)), status)

    allowed = status in PARCELS_ALLOWED.get(verb, ())
    is_done(lambda: CONSIGNMENT_VERBS[verb](parcel, by=clerk()), allowed)


@pytest.mark.parametrize("status", PICKED_UP)
@pytest.mark.parametrize("verb", CONSIGNMENT_VERBS)
def test_a_verb_of_a_bag_at_a_status(edition, verb, status):
    parcel = make_consignment(make_order((edition, 5), pick_up_point=make_point()), status)

    allowed = status in BAGS_ALLOWED.get(verb, ())
    is_done(lambda: CONSIGNMENT_VERBS[verb](parcel, by=clerk()), allowed)


def test_a_closed_point_hands_nothing_over(edition):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    point = make_point()
    bag = make_consignment(make_order((edition, 5), pick_up_point=point), C.AT_DESK)
    type(point).objects.filter(pk=point.pk).update(closes_on=yesterday)

    is_done(lambda: fulfilment.hand_over(bag, by=clerk()), allowed=False)
