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
    submission.refuse_if_full(order, {})
    event = record(order, What.PLACED, by=by)
    if by:
        return _open(locked(order), by=by, is_entered=True)
    if standing.trusts(order.email):
        return _open(locked(order), by=None, actor=OrderEvent.Actor.CLOCK)
    outbox.queue(order, "confirm", event=event)
    return order


@transaction.atomic
def confirm(order: Order) -> Order:
    """The orderer followed the link: the order is open, and copies on the shelf are promised."""
    order = locked(order)
    if order.status == Status.EXPIRED or is_late(order):
        raise OrderError(_("This order was not confirmed in time. Please order again."))
    if order.status in (Status.CANCELLED, Status.DECLINED):
        raise OrderError(_("This order is over: it cannot be confirmed any more."))
    if order.status != Status.UNVERIFIED:
        return order
    return _open(order, by=None)


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


def _open(
    order: Order, *, by, reason: str = "", is_entered: bool = False, actor: str = ""
) -> Order:
    """Agree the copies of an order, and promise what is on the shelf.

    What staff enter is granted as they entered it, if they may decide; all others are granted the
    limits, and the excess waits for a person. What an orderer sent is held if it looks like another
    order.
    """
    order.accepted_at = timezone.now()
    event = step(order, What.CONFIRMED, Status.OPEN, by=by, reason=reason, actor=actor)
    lines = list(lines_of(order))
    asked = {line.edition_id: line.requested for line in sorted(lines, key=lambda line: line.pk)}
    is_decided = is_entered and by.has_perm("orders.decide_order")
    grants = asked if is_decided else limits.granted(asked)
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
    """Cancel what a line would wait for, where its orderer does not want to wait.

    Nor is anybody asked for more than lies on the shelf: what they granted would be left out.
    """
    if stock.stop_waiting(line, by=by) + _withdraw_unwanted(line):
        destinations.trim(line)


def _withdraw_unwanted(line: OrderLine) -> int:
    """Ask for no copies above the limit that are not there and not waited for; returns how many."""
    if line.waits_for_reprint or not line.to_decide:
        return 0
    left = stock.available([line.edition_id])[line.edition_id]
    copies = max(0, line.to_decide - left)
    if copies < line.requested:
        line.requested -= copies
    else:  # a line asks for one copy at least
        line.refused += copies
    line.save(update_fields=["requested", "refused"])
    return copies


def _first_mail(order: Order, lines: list[OrderLine]) -> str:
    if not any(line.pending or line.to_decide for line in lines):
        return "gone"
    if order.hold:
        return "alike"
    if any(line.allocated for line in lines):
        return "received"
    return "waiting" if any(line.backordered for line in lines) else "considered"


def is_like_another(order: Order) -> bool:
    """Whether the same person or organisation ordered the same a short while ago."""
    return Order.objects.resembled_by(order).exists()
