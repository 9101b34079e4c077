"""Consignments that were dispatched or handed over come back, or are lost."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders import stock
from orders.errors import OrderError
from orders.fulfilment.steps import locked, packed_lines, refuse_unless, step
from orders.models import Consignment, OrderEvent

Status = Consignment.Status
What = OrderEvent.What


@transaction.atomic
def take_back(
    consignment: Consignment, *, by, reason: str = "", unusable: dict[int, int] | None = None
) -> Consignment:
    """It came back: its copies lie on the shelf again and serve whoever waits.

    `unusable` says how many copies of a line are not fit to be sent again, by order line.
    """
    consignment = locked(consignment)
    if consignment.status == Status.RETURNED:
        counted = {line: copies for line, copies in (unusable or {}).items() if copies}
        if counted != stock.spoilt(consignment):
            raise OrderError(
                _(
                    "A colleague has taken this parcel back already, with another number of "
                    "unusable copies. What you typed was not kept: enter damage under Stock."
                )
            )
        return _done_alike(consignment, What.RETURNED, reason)
    refuse_unless(consignment, Status.SENT, Status.DELIVERED, Status.HANDED_OVER, Status.LOST)
    for packed in packed_lines(consignment):
        spoilt = (unusable or {}).get(packed.line_id, 0)
        stock.take_back(packed, by=by, reason=reason, unusable=spoilt)
    consignment = step(consignment, Status.RETURNED, What.RETURNED, by=by, reason=reason)
    stock.serve(packed.line.edition_id for packed in packed_lines(consignment))
    return consignment


@transaction.atomic
def lose(consignment: Consignment, *, by, reason: str = "") -> Consignment:
    """It was dispatched and did not arrive; what is known of it stays, its copies are gone.

    Also where it was marked as delivered by mistake.
    """
    consignment = locked(consignment)
    if consignment.status == Status.LOST:
        return _done_alike(consignment, What.LOST, reason)
    refuse_unless(consignment, Status.SENT, Status.DELIVERED)
    return step(consignment, Status.LOST, What.LOST, by=by, reason=reason)


def _done_alike(consignment: Consignment, what: str, reason: str) -> Consignment:
    """What was done already, if for the reason that is given now; else that would be lost."""
    told = OrderEvent.objects.filter(consignment=consignment, what=what).latest("pk")
    if reason not in ("", told.reason):
        raise OrderError(
            _(
                "A colleague has done this already, for another reason: “%(reason)s”. Yours was "
                "not kept: add it as a note."
            )
            % {"reason": told.reason}
        )
    return consignment
