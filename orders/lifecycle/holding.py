"""Work on an order stops for a reason, and goes on."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders import outbox, stock
from orders.errors import OrderError
from orders.lifecycle.opening import leave_out
from orders.lifecycle.steps import close_when_done, lines_of, locked, refuse_if_stale, step
from orders.models import Order, OrderEvent

Status = Order.Status
What = OrderEvent.What


@transaction.atomic
def hold(
    order: Order,
    *,
    by,
    reason: str,
    until: datetime.date | None = None,
    version: int | None = None,
) -> Order:
    """Stop work on an open order for a coded reason (`Order.Hold`)."""
    order = locked(order)
    refuse_if_stale(order, version)
    if order.status != Status.OPEN:
        raise OrderError(_("Only an open order can be put on hold."))
    if (order.hold, order.hold_until) == (reason, until):
        return order
    order.hold, order.hold_until = reason, until
    event = step(order, What.HELD, Status.OPEN, by=by, reason=reason, until=until)
    outbox.queue(order, "hold", event=event)
    return order


@transaction.atomic
def release(order: Order, *, by, version: int | None = None) -> Order:
    """Work goes on; copies that came in meanwhile are promised to it in its turn.

    Who was told of the hold is told that it is over.
    """
    order = locked(order)
    refuse_if_stale(order, version)
    if order.hold:
        was_told = order.messages.filter(template="hold", event=_held(order)).exists()
        order.hold, order.hold_until = "", None
        event = step(order, What.RELEASED, order.status, by=by)
        if was_told:
            outbox.queue(order, "released", event=event)
        editions = order.lines.values_list("edition_id", flat=True)
        stock.serve(editions, told=order if was_told else None)
        for line in lines_of(order):
            leave_out(line, by=by)
        close_when_done(order)
    return order


def _held(order: Order) -> OrderEvent | None:
    """The event that put an order on hold last."""
    return order.events.filter(what=What.HELD).order_by("pk").last()
