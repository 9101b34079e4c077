"""Consignments lie at a pick-up point, and are handed over or missed."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders.errors import OrderError
from orders.fulfilment.steps import (
    issue,
    locked,
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
    """It lies at its pick-up point, which has not closed yet, and the orderer is told."""
    consignment = locked(consignment)
    if consignment.status in (Status.AT_DESK, Status.HANDED_OVER):
        return consignment
    if consignment.delivery != PICK_UP:
        raise OrderError(_("This consignment is not for pick-up: dispatch it."))
    refuse_unless(consignment, Status.PACKED)
    refuse_if_on_hold(consignment.order)
    _refuse_if_over(consignment.pick_up_point)
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
    refuse_if_closed(consignment.pick_up_point)
    issue(consignment, by=by)
    return step(consignment, Status.HANDED_OVER, What.HANDED_OVER, by=by)


@transaction.atomic
def miss(consignment: Consignment, *, by) -> Consignment:
    """Nobody came while the point was open; its copies stay promised and can be packed again."""
    consignment = locked(consignment)
    if consignment.status == Status.MISSED:
        return consignment
    refuse_unless(consignment, Status.AT_DESK)
    refuse_if_closed(consignment.pick_up_point, afterwards=False)
    return step(consignment, Status.MISSED, What.MISSED, by=by, mail="missed")


def _refuse_if_over(point) -> None:
    if point.has_closed:
        raise OrderError(
            _(
                "The pick-up point “%(name)s” has closed: nobody can come for this bag any more. "
                "Unpack it, and say where the copies go now: another point, or by post."
            )
            % {"name": point}
        )


def refuse_if_closed(point, *, afterwards: bool = True) -> None:
    if point.is_yet_to_open or (afterwards and point.has_closed):
        raise OrderError(_("The pick-up point “%(name)s” is not open today.") % {"name": point})
