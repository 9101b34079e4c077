"""Consignments lie at a pick-up point, and are handed over or missed."""

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from orders import lifecycle, stock
from orders.errors import OrderError
from orders.events import ASIDE
from orders.fulfilment.steps import (
    issue,
    locked,
    packed_lines,
    refuse_if_forgotten,
    refuse_if_on_hold,
    refuse_unless,
    step,
)
from orders.models import Consignment, OrderEvent
from orders.models.pick_up import DeliveryMethod

Status = Consignment.Status
What = OrderEvent.What
PICK_UP = DeliveryMethod.PICK_UP


@transaction.atomic
def offer(consignment: Consignment, *, by) -> Consignment:
    """It lies at its pick-up point, and the orderer is told."""
    consignment = locked(consignment)
    if consignment.status in (Status.AT_DESK, Status.HANDED_OVER):
        return consignment
    if consignment.delivery != PICK_UP:
        raise OrderError(_("This consignment is not for pick-up: dispatch it."))
    refuse_unless(consignment, Status.PACKED)
    refuse_if_on_hold(consignment.order)
    return step(consignment, Status.AT_DESK, What.AT_DESK, by=by, mail="ready")


@transaction.atomic
def hand_over(consignment: Consignment, *, by) -> Consignment:
    """It was picked up: its copies are issued. The pick-up point must be open today.

    A hold does not forbid it, as it forbids what we do ourselves: who came has the copies, whatever
    is written here, and the counter shows the hold beforehand.
    """
    consignment = locked(consignment)
    if consignment.status == Status.HANDED_OVER:
        return consignment
    refuse_unless(consignment, Status.AT_DESK)
    _refuse_if_closed(consignment.pick_up_point)
    issue(consignment, by=by)
    return step(consignment, Status.HANDED_OVER, What.HANDED_OVER, by=by)


@transaction.atomic
def undo_hand_over(consignment: Consignment, *, by) -> Consignment:
    """The wrong bag was pressed: it still lies at its point, its copies are promised as before.

    On the same day only: by then no report can have told of it. And only while nothing else was
    done with the order, nor its copies counted; afterwards what is there was returned. The order
    is open again, and on hold if it was. Nobody was told of the hand-over, so nobody is told of
    this.
    """
    consignment = locked(consignment)
    if consignment.status == Status.AT_DESK:
        return consignment
    refuse_unless(consignment, Status.HANDED_OVER)
    refuse_if_forgotten(consignment.order)
    _refuse_if_gone_on(consignment)
    for packed in packed_lines(consignment):
        stock.undo_issue(packed, by=by)
    consignment.status, consignment.left_at = Status.AT_DESK, None
    consignment.save()
    order = consignment.order
    order.first_left_at = order.consignments.aggregate(first=Min("left_at"))["first"]
    lifecycle.open_again(order, What.UNDONE, by=by, consignment=consignment)
    return consignment


def _refuse_if_gone_on(consignment: Consignment) -> None:
    if not consignment.is_fresh:
        raise OrderError(
            _("It was handed over on another day. If the copies are here, mark it as returned.")
        )
    handed = consignment.events.filter(what=What.HANDED_OVER).latest("pk")
    later = consignment.order.events.filter(pk__gt=handed.pk, consignment=None)
    if later.exclude(what__in=(*ASIDE, What.CLOSED)).exists():
        raise OrderError(
            _("The order was changed since. If the copies are here, mark the bag as returned.")
        )


@transaction.atomic
def miss(consignment: Consignment, *, by) -> Consignment:
    """Nobody came while the point was open; its copies stay promised and can be packed again."""
    consignment = locked(consignment)
    if consignment.status == Status.MISSED:
        return consignment
    refuse_unless(consignment, Status.AT_DESK)
    _refuse_if_closed(consignment.pick_up_point, afterwards=False)
    return step(consignment, Status.MISSED, What.MISSED, by=by, mail="missed")


def _refuse_if_closed(point, *, afterwards: bool = True) -> None:
    if point.is_yet_to_open or (afterwards and point.has_closed):
        raise OrderError(_("The pick-up point “%(name)s” is not open today.") % {"name": point})
