"""Orders that nobody confirmed come to an end."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders.errors import OrderError
from orders.lifecycle.steps import locked, refuse_if_stale, step
from orders.models import Order, OrderEvent

Status = Order.Status
What = OrderEvent.What


def expire_unverified() -> int:
    """End the orders that nobody confirmed in time; returns how many."""
    return sum(_expire(order) for order in Order.objects.late())


@transaction.atomic
def _expire(order: Order) -> bool:
    order = locked(order)
    if not is_late(order):  # confirmed this moment, or its mail sent again
        return False
    step(order, What.EXPIRED, Status.EXPIRED, actor=OrderEvent.Actor.CLOCK)
    return True


def is_late(order: Order) -> bool:
    """Whether an order was not confirmed in time, even if the clock has not come round yet."""
    is_new = order.status == Status.UNVERIFIED
    return is_new and Order.objects.late().filter(pk=order.pk).exists()


@transaction.atomic
def let_expire(order: Order, *, by, version: int | None = None) -> Order:
    """Staff end an order that nobody confirmed before its time is over; nobody is written to."""
    order = locked(order)
    if order.status == Status.EXPIRED:
        return order
    refuse_if_stale(order, version)
    refuse_unless_unverified(order)
    step(order, What.EXPIRED, Status.EXPIRED, by=by)
    return order


def refuse_unless_unverified(order: Order) -> None:
    if order.status != Status.UNVERIFIED:
        raise OrderError(_("This order does not wait for a confirmation."))
