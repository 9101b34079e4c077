"""Consignments leave, and arrive."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders import stock
from orders.errors import OrderError
from orders.events import record
from orders.fulfilment.pick_up import offer
from orders.fulfilment.steps import (
    issue,
    locked,
    refuse_if_forgotten,
    refuse_if_on_hold,
    refuse_unless,
    step,
)
from orders.models import Consignment, ConsignmentLine, Order, OrderEvent
from orders.models.pick_up import DeliveryMethod
from orders.querysets import LEFT

Status = Consignment.Status
What = OrderEvent.What
PICK_UP = DeliveryMethod.PICK_UP
ARRIVED_OR_NOT = (Status.SENT, Status.DELIVERED, Status.RETURNED, Status.LOST)


@transaction.atomic
def send(
    consignment: Consignment, *, by, tracking: str = "", weight_g: int | None = None
) -> Consignment:
    """The parcel or pouch left: its copies are issued, and the orderer is told."""
    consignment = locked(consignment)
    if consignment.status == Status.SENT:
        return _sent_alike(consignment, tracking, weight_g)
    if consignment.delivery == PICK_UP:
        raise OrderError(_("This consignment is for pick-up: hand it over, do not dispatch it."))
    refuse_unless(consignment, Status.PACKED)
    refuse_if_on_hold(consignment.order)
    consignment.tracking = tracking
    consignment.weight_g = weight_g or consignment.weight_g
    issue(consignment, by=by)
    return step(consignment, Status.SENT, What.SENT, by=by, mail="sent")


def _sent_alike(consignment: Consignment, tracking: str, weight_g: int | None) -> Consignment:
    """What was sent already, if it was with what is said now; a colleague may have said else."""
    if tracking in ("", consignment.tracking) and weight_g in (None, consignment.weight_g):
        return consignment
    if not consignment.tracking:
        raise OrderError(
            _(
                "This parcel was dispatched a moment ago, without a tracking number. What you "
                "typed was not kept: note the number on the parcel as it is now."
            )
        )
    raise OrderError(
        _(
            "This parcel was dispatched a moment ago, with the tracking number %(tracking)s. What "
            "you typed was not kept: correct the parcel if it is wrong."
        )
        % {"tracking": consignment.tracking}
    )


@transaction.atomic
def track(consignment: Consignment, *, by, tracking: str, was: str | None = None) -> Consignment:
    """Write down or correct the tracking number of what was dispatched.

    `was` is the number on the page where this was typed: where another stands now, a colleague's,
    it is not written over. The events stay when an order is forgotten, so they name no number.
    """
    consignment = locked(consignment)
    refuse_unless(consignment, *ARRIVED_OR_NOT)
    refuse_if_forgotten(consignment.order)
    if consignment.tracking != tracking:
        _refuse_if_tracked_since(consignment, was)
        consignment.tracking = tracking
        consignment.save(update_fields=["tracking"])
        record(consignment.order, What.EDITED, by=by, consignment=consignment)
    return consignment


def _refuse_if_tracked_since(consignment: Consignment, was: str | None) -> None:
    if was in (None, consignment.tracking):
        return
    if not consignment.tracking:
        raise OrderError(
            _(
                "A colleague has removed the tracking number since you opened this page. What you "
                "typed is not saved yet: save it again if it is right."
            )
        )
    raise OrderError(
        _(
            "A colleague has changed the tracking number since you opened this page: it is now "
            "%(tracking)s. What you typed is not saved yet: save it again if it is right."
        )
        % {"tracking": consignment.tracking}
    )


@transaction.atomic
def deliver(consignment: Consignment, *, by) -> Consignment:
    """The recipient confirmed that it arrived."""
    consignment = locked(consignment)
    if consignment.status == Status.DELIVERED:
        return consignment
    refuse_unless(consignment, Status.SENT)
    return step(consignment, Status.DELIVERED, What.DELIVERED, by=by)


@transaction.atomic
def let_leave(order: Order, *, by) -> list[Consignment]:
    """All that is packed for an order: parcels are dispatched, bags lie ready at their point.

    Where everything has left already, nothing changes.
    """
    packed = list(order.consignments.filter(status=Status.PACKED))
    gone = (Status.AT_DESK, *LEFT)
    if not packed and not order.consignments.filter(status__in=gone).exists():
        raise OrderError(_("Nothing is packed for it."))
    _lock_stock_of(packed)
    return [(offer if each.delivery == PICK_UP else send)(each, by=by) for each in packed]


@transaction.atomic
def arrive(order: Order, *, by) -> list[Consignment]:
    """All that was dispatched for an order arrived."""
    sent = list(order.consignments.filter(status=Status.SENT))
    if not sent and not order.consignments.filter(status=Status.DELIVERED).exists():
        raise OrderError(_("Nothing was dispatched for it."))
    _lock_stock_of(sent)
    return [deliver(each, by=by) for each in sent]


def _lock_stock_of(consignments: list[Consignment]) -> None:
    """Hold what lies in all of them before their order: each verb by itself would hold it after."""
    lines = ConsignmentLine.objects.filter(consignment__in=consignments)
    stock.lock(lines.values_list("line__edition_id", flat=True))
