"""Orders are cancelled, declined or disowned, and give back what they hold."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders import consignees as destinations
from orders import outbox, standing, stock
from orders.errors import OrderError
from orders.events import record
from orders.lifecycle.steps import can_change, lines_of, locked, refuse_if_stale, step
from orders.models import Order, OrderEvent, OrderLine

Status = Order.Status
What = OrderEvent.What


def cancel(order: Order, *, by=None, reason: str = "", version: int | None = None) -> Order:
    """End an order and give back what it holds.

    By the orderer until something is packed; or by staff, with a reason, what is left of it.
    """
    return _end(order, What.CANCELLED, Status.CANCELLED, by=by, reason=reason, version=version)


def decline(order: Order, *, by, reason: str, version: int | None = None) -> Order:
    """Staff will not fulfil the order; the reason is for colleagues and the mail."""
    return _end(order, What.DECLINED, Status.DECLINED, by=by, reason=reason, version=version)


@transaction.atomic
def _end(order: Order, what: str, status: str, *, by, reason: str, version) -> Order:
    order = locked(order)
    if order.status == status:
        return _ended_alike(order, what, reason)
    refuse_if_stale(order, version)
    _refuse_unless_endable(order, by=by)
    event = _stop(order, what, status, by=by, reason=reason)
    outbox.queue(order, what, event=event)
    return order


def _stop(order: Order, what: str, status: str, *, by=None, reason: str = "") -> OrderEvent:
    """Give back what an order holds; one of which something was sent is closed."""
    lines = list(lines_of(order))
    _give_back(lines, by=by)
    status = Status.CLOSED if any(line.issued for line in lines) else status
    order.hold, order.hold_until = "", None
    event = step(order, what, status, by=by, reason=reason)
    stock.serve(line.edition_id for line in lines)
    return event


def _ended_alike(order: Order, what: str, reason: str) -> Order:
    """What ended already, if for the reason that is given now; else that would be lost."""
    told = order.events.filter(what__in=(what, What.DISOWNED)).order_by("pk").last()
    before = told.reason if told else ""
    if reason in ("", before):
        return order
    if not before:
        raise OrderError(
            _("This was done already, without a reason. Yours was not kept: add it as a note.")
        )
    raise OrderError(
        _(
            "A colleague has done this already, for another reason: “%(reason)s”. Yours was "
            "not kept: add it as a note."
        )
        % {"reason": before}
    )


@transaction.atomic
def disown(order: Order) -> Order:
    """Its reader says: I did not order this. The address gets no more mail, and nothing leaves.

    What was not sent is cancelled. An order that is packed is on hold instead, for staff to look
    at: its paper lies in a parcel.
    """
    order = locked(order)
    if not order.email:
        return order
    standing.mark(order.email, standing.Standing.REFUSED)
    if not order.is_over and not _is_packed(order):
        _stop(order, What.DISOWNED, Status.CANCELLED)
    elif not order.events.filter(what=What.DISOWNED).exists():
        _leave_to_staff(order)
    outbox.drop_unsent(order.email)
    return order


def _leave_to_staff(order: Order) -> None:
    if order.is_over:
        record(order, What.DISOWNED)
        return
    order.hold, order.hold_until = order.hold or Order.Hold.OTHER, None
    step(order, What.DISOWNED, Status.OPEN)


def _give_back(lines: list[OrderLine], *, by) -> None:
    """Take everything off the lines of an order that ends.

    One of which something was sent can be opened again by a replacement: so nothing stays to be
    decided, nor meant for a consignee.
    """
    can_reopen = any(line.issued for line in lines)
    for line in lines:
        _withdraw_excess(line, refuse=can_reopen)
        if line.pending:
            stock.give_back(line, line.pending, cancel=True, by=by)
        if can_reopen:
            destinations.trim(line)


def _withdraw_excess(line: OrderLine, *, refuse: bool) -> None:
    """What nobody decided on is not asked for any more; a line asks for one copy at least."""
    if line.approved:
        line.requested -= line.to_decide
    elif refuse:
        line.refused += line.to_decide
    line.save(update_fields=["requested", "refused"])


def _refuse_unless_endable(order: Order, *, by) -> None:
    if order.is_over:
        raise OrderError(_("This order is over already."))
    if by is None and not can_change(order):
        raise OrderError(
            _("This order can no longer be cancelled: part of it or all of it is packed or sent.")
        )
    if _is_packed(order):
        raise OrderError(_("This order is packed. It has to be unpacked before it can be ended."))


def _is_packed(order: Order) -> bool:
    return order.consignments.live().exists()
