"""Orders are placed, and open once they are confirmed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import consignees as destinations
from orders import limits, outbox, standing, stock, submission
from orders.errors import OrderError
from orders.events import record
from orders.lifecycle.expiry import is_late, refuse_unless_unverified
from orders.lifecycle.steps import close_when_done, lines_of, locked, refuse_if_stale, step
from orders.models import Order, OrderEvent, OrderLine

Status = Order.Status
What = OrderEvent.What


@transaction.atomic
def place(
    *,
    details: dict,
    quantities: dict[int, int],
    language: str,
    key: str,
    waits: dict[int, bool] | None = None,
    consignees: list[dict] | None = None,
    by=None,
) -> Order:
    """Store an order of `quantities` copies by edition, and owe its confirmation mail.

    `details` are the columns of `Order` that describe the orderer and the delivery; `waits` says
    by edition whether what is not on the shelf is waited for; `consignees` get part of it
    (`orders.consignees.store`). Orders that staff enter, and those of a trusted address, are open
    at once. The same `key` with the same content gives the first order again; with another
    content it raises `AlreadyPlaced`. Raises `OrderError` when there is nothing to order, or not
    any more.
    """
    fingerprint = submission.fingerprint(details, quantities, language, waits, consignees)
    consignees = consignees or []
    submission.hold_points(*(given.get("pick_up_point") for given in (details, *consignees)))
    if first := Order.objects.filter(submission_key=key).first():
        return submission.the_same(first, fingerprint)
    submission.check_orderable(quantities)
    keys = {"submission_key": key, "submission_fingerprint": fingerprint}
    order = submission.stored(details | keys, language)
    if order.submission_fingerprint != fingerprint or order.lines.exists():
        return submission.the_same(order, fingerprint)  # the same key arrived twice at once
    submission.add_lines(order, quantities, waits or {})
    destinations.store(order, consignees)
    submission.refuse_if_full(order)
    event = record(order, What.PLACED, by=by)
    if by or standing.trusts(order.email):
        return confirm(order, by=by)
    outbox.queue(order, "confirm", event=event)
    return order


@transaction.atomic
def confirm(order: Order, *, by=None) -> Order:
    """The orderer followed the link: the order is open, and copies on the shelf are promised.

    What staff enter (`by`) is granted as they entered it; an orderer is granted the limits, and
    the excess waits for a person. An order that looks like another one is held.
    """
    order = locked(order)
    if order.status == Status.EXPIRED or is_late(order):
        raise OrderError(_("This order was not confirmed in time. Please order again."))
    if order.status in (Status.CANCELLED, Status.DECLINED):
        raise OrderError(_("This order is over: it cannot be confirmed any more."))
    if order.status != Status.UNVERIFIED:
        return order
    return _open(order, by=by, is_entered=bool(by))


@transaction.atomic
def accept(order: Order, *, by, reason: str, version: int | None = None) -> Order:
    """Staff open an order that nobody confirmed, as if its orderer had followed the link.

    For one whose mail was kept back, or whose person told us otherwise; the reason is for
    colleagues.
    """
    order = locked(order)
    if order.status in (Status.OPEN, Status.CLOSED):
        return order
    refuse_if_stale(order, version)
    refuse_unless_unverified(order)
    return _open(order, by=by, reason=reason)


def _open(order: Order, *, by, reason: str = "", is_entered: bool = False) -> Order:
    order.accepted_at = timezone.now()
    event = step(order, What.CONFIRMED, Status.OPEN, by=by, reason=reason)
    lines = list(lines_of(order))
    asked = {line.edition_id: line.requested for line in sorted(lines, key=lambda line: line.pk)}
    grants = asked if is_entered else limits.granted(asked)
    for line in lines:
        _accept(line, grants[line.edition_id], by=by)
    stock.pass_over(lines)
    if not is_entered and is_like_another(order):
        order.hold = Order.Hold.DUPLICATE
        step(order, What.HELD, Status.OPEN, actor=OrderEvent.Actor.CLOCK, reason=order.hold)
    outbox.queue(order, _first_mail(order, lines), event=event)
    close_when_done(order)
    return order


def _accept(line: OrderLine, copies: int, *, by) -> None:
    """Agree copies of a line, and promise what is on the shelf."""
    line.approved = line.backordered = copies
    line.save(update_fields=["approved", "backordered"])
    stock.allocate(line, by=by)
    leave_out(line, by=by)


def leave_out(line: OrderLine, *, by) -> None:
    """Cancel what a line would wait for, where its orderer does not want to wait."""
    if stock.leave_out(line, by=by):
        destinations.trim(line)


def _first_mail(order: Order, lines: list[OrderLine]) -> str:
    if order.hold:
        return "alike"
    has_copies = any(line.allocated for line in lines)
    return "received" if has_copies or not any(line.backordered for line in lines) else "waiting"


def is_like_another(order: Order) -> bool:
    """Whether the same person or organisation ordered the same a short while ago."""
    return resembled_by(order).exists()


def resembled_by(order: Order):
    """The orders for which another one is held as a possible duplicate."""
    return Order.objects.resembled_by(order)
