"""What left by a wrong press has not left: as it was before, on the same day."""

from typing import NamedTuple

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from orders import lifecycle, outbox, stock
from orders.errors import OrderError
from orders.events import ASIDE
from orders.fulfilment.steps import locked, packed_lines, refuse_if_forgotten, refuse_unless
from orders.models import Consignment, OrderEvent

Status = Consignment.Status
What = OrderEvent.What


class Departure(NamedTuple):
    """A step by which copies left: from which status to which, and what is written of it."""

    before: str
    after: str
    what: str
    undone: str


HANDED_OVER = Departure(Status.AT_DESK, Status.HANDED_OVER, What.HANDED_OVER, What.UNDONE)
SENT = Departure(Status.PACKED, Status.SENT, What.SENT, What.UNSENT)


def undo_hand_over(consignment: Consignment, *, by) -> Consignment:
    """The wrong bag was pressed: it still lies at its point, its copies are promised as before.

    Nobody was told of the hand-over, so nobody is told of this.
    """
    return _undo(consignment, HANDED_OVER, by=by)


def undo_send(consignment: Consignment, *, by) -> Consignment:
    """The wrong parcel was pressed: it is still here, packed, and without a tracking number.

    The mail that says it left is not sent; where it is gone, another one says how the order
    stands, and that it was our mistake.
    """
    return _undo(consignment, SENT, by=by)


@transaction.atomic
def _undo(consignment: Consignment, left: Departure, *, by) -> Consignment:
    """Take a departure back.

    On the same day only: by then no report can have told of it. And only while nothing else was
    done with the order, nor its copies counted; afterwards what is there was returned. The order
    is open again, and on hold if it was.
    """
    consignment = locked(consignment)
    if consignment.status == left.before:
        return consignment
    refuse_unless(consignment, left.after)
    refuse_if_forgotten(consignment.order)
    done = consignment.events.filter(what=left.what).latest("pk")
    _refuse_if_gone_on(consignment, done)
    for packed in packed_lines(consignment):
        stock.undo_issue(packed, by=by)
    consignment.status, consignment.left_at, consignment.tracking = left.before, None, ""
    consignment.save()
    order = consignment.order
    order.first_left_at = order.consignments.aggregate(first=Min("left_at"))["first"]
    event = lifecycle.open_again(order, left.undone, by=by, consignment=consignment)
    if outbox.withdraw(done):
        outbox.queue(order, "changed", event=event)
    return consignment


def _refuse_if_gone_on(consignment: Consignment, done: OrderEvent) -> None:
    if not consignment.is_fresh:
        raise OrderError(
            _("It left on another day. If the copies are here, mark them as returned.")
        )
    later = consignment.order.events.filter(pk__gt=done.pk, consignment=None)
    if later.exclude(what__in=(*ASIDE, What.CLOSED)).exists():
        raise OrderError(
            _("The order was changed since. If the copies are here, mark them as returned.")
        )
