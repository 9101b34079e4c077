"""A step in the life of an order: which status may follow which, and the event that says why.

Nothing else writes `Order.status`.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import stock
from orders.errors import OrderError, StaleError
from orders.events import record
from orders.models import Consignment, Order, OrderEvent

Status = Order.Status
What = OrderEvent.What

NEXT: dict[str, set[Status]] = {
    Status.UNVERIFIED: {Status.OPEN, Status.EXPIRED, Status.CANCELLED, Status.DECLINED},
    Status.OPEN: {Status.CLOSED, Status.CANCELLED, Status.DECLINED},
    Status.CLOSED: {Status.OPEN},
    Status.EXPIRED: set(),
    Status.CANCELLED: set(),
    Status.DECLINED: set(),
}


def step(
    order: Order,
    what: str,
    status: str,
    *,
    by=None,
    actor="",
    reason="",
    until=None,
    consignment=None,
) -> OrderEvent:
    """Write the order's status, its new version and the event that says why."""
    before = order.status
    if status != before and status not in NEXT[before]:
        raise OrderError(_("This cannot be done with an order in this state."))
    order.status = status
    is_over = status not in (Status.UNVERIFIED, Status.OPEN)
    order.ended_at = (order.ended_at or timezone.now()) if is_over else None
    order.version += 1
    order.save()
    if is_over and status != before:  # nothing is promised any more that was missed
        order.consignments.unsettled().update(settled_at=order.ended_at)
    about = {"reason": reason, "until": until, "consignment": consignment}
    return record(order, what, by=by, actor=actor, before=before, **about)


def close_when_done(order: Order) -> None:
    """Close an open order once nothing is left to do: nothing to decide, to wait for, to send.

    A hold ends with it; the event tells which.
    """
    busy = any(line.pending or line.to_decide for line in order.lines.all())
    if order.status == Status.OPEN and not busy and not order.consignments.live().exists():
        ended = {"reason": order.hold, "until": order.hold_until}
        order.hold, order.hold_until = "", None
        step(order, What.CLOSED, Status.CLOSED, actor=OrderEvent.Actor.CLOCK, **ended)


def open_again(order: Order, what: str, *, by, consignment: Consignment) -> OrderEvent:
    """Undo the closing of an order, if it closed: it is on hold again where it was until then."""
    if order.status == Status.CLOSED:
        closed = order.events.filter(what=What.CLOSED).latest("pk")
        order.hold, order.hold_until = closed.reason, closed.until
    return step(order, what, Status.OPEN, by=by, consignment=consignment)


def locked(order: Order, *more_editions: int) -> Order:
    """The order as it is now, held until the transaction ends, after the stock of its lines."""
    held = {*order.lines.values_list("edition_id", flat=True), *more_editions}
    stock.lock(held)
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if not held.issuperset(order.lines.values_list("edition_id", flat=True)):
        raise _changed()  # a colleague added a title, of which the stock is not held
    return order


def lines_of(order: Order):
    return order.lines.select_related("edition__publication").order_by("edition_id")


def can_change(order: Order) -> bool:
    """Whether the orderer may still change or cancel it: until something is packed."""
    if order.status == Status.UNVERIFIED:
        return True
    consignments = order.consignments.exclude(status__in=[Consignment.Status.VOID])
    return order.status == Status.OPEN and not consignments.exists()


def refuse_if_stale(order: Order, version: int | None) -> None:
    """Refuse what was asked on a page that showed an older version of the order."""
    if version is not None and order.version != version:
        raise _changed()


def _changed() -> StaleError:
    return StaleError(
        _("This order has changed since you opened this page. Please look at it again.")
    )
