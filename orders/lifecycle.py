"""The life of an order: every change of its status happens here, and leaves an event.

Each verb is one transaction, locks the stock it may touch and then the order, and is safe to
repeat. A refusal is an `OrderError` with a sentence for the person who asked.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import consignees as destinations
from orders import limits, outbox, standing, stock, submission
from orders.errors import OrderError, StaleError
from orders.events import record
from orders.models import Consignment, Order, OrderEvent, OrderLine

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


# Placing and confirming -------------------------------------------------------


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
    _refuse_unless_unverified(order)
    return _open(order, by=by, reason=reason)


def _refuse_unless_unverified(order: Order) -> None:
    if order.status != Status.UNVERIFIED:
        raise OrderError(_("This order does not wait for a confirmation."))


def _open(order: Order, *, by, reason: str = "", is_entered: bool = False) -> Order:
    order.accepted_at = timezone.now()
    event = step(order, What.CONFIRMED, Status.OPEN, by=by, reason=reason)
    lines = list(lines_of(order))
    asked = {line.edition_id: line.requested for line in lines}
    grants = asked if is_entered else limits.granted(asked)
    for line in lines:
        _accept(line, grants[line.edition_id], by=by)
    stock.pass_over(lines)
    if not is_entered and is_like_another(order):
        order.hold = Order.Hold.DUPLICATE
        step(order, What.HELD, Status.OPEN, actor=OrderEvent.Actor.CLOCK, reason=order.hold)
    outbox.queue(order, _first_mail(lines), event=event)
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


def _first_mail(lines: list[OrderLine]) -> str:
    has_copies = any(line.allocated for line in lines)
    return "received" if has_copies or not any(line.backordered for line in lines) else "waiting"


def is_like_another(order: Order) -> bool:
    """Whether the same person or organisation ordered the same a short while ago."""
    return resembled_by(order).exists()


def resembled_by(order: Order):
    """Orders of the same person, or the same organisation of the same State, with one of the
    same editions, from `DUPLICATE_DAYS` before it on; not those that ended unsent."""
    accepted_at = order.accepted_at or timezone.now()
    since = accepted_at - datetime.timedelta(days=settings.DUPLICATE_DAYS)
    same = Q(email__iexact=order.email) if order.email else Q(pk=None)
    if order.state_id and order.organisation:
        same |= Q(state=order.state_id, organisation__iexact=order.organisation)
    others = Order.objects.filter(same, accepted_at__gte=since).exclude(pk=order.pk)
    editions = order.lines.values("edition")
    found = others.filter(status__in=[Status.OPEN, Status.CLOSED], lines__edition__in=editions)
    return found.distinct().order_by("-accepted_at")


@transaction.atomic
def disown(order: Order) -> Order:
    """Its reader says: I did not order this. It ends, and the address gets no more mail."""
    order = locked(order)
    if not order.email:
        return order
    standing.mark(order.email, standing.Standing.REFUSED)
    if can_change(order):
        lines = list(lines_of(order))
        _give_back(lines, by=None)
        order.hold, order.hold_until = "", None
        step(order, What.DISOWNED, Status.CANCELLED)
        stock.serve(line.edition_id for line in lines)
    elif not order.events.filter(what=What.DISOWNED).exists():
        record(order, What.DISOWNED)
    outbox.drop_unsent(order.email)
    return order


def expire_unverified() -> int:
    """End the orders that nobody confirmed in time; returns how many."""
    return sum(_expire(order) for order in Order.objects.late())


def is_late(order: Order) -> bool:
    """Whether an order was not confirmed in time, even if the clock has not come round yet."""
    is_new = order.status == Status.UNVERIFIED
    return is_new and Order.objects.late().filter(pk=order.pk).exists()


@transaction.atomic
def _expire(order: Order) -> bool:
    order = locked(order)
    if not is_late(order):  # confirmed this moment, or its mail sent again
        return False
    step(order, What.EXPIRED, Status.EXPIRED, actor=OrderEvent.Actor.CLOCK)
    return True


@transaction.atomic
def let_expire(order: Order, *, by, version: int | None = None) -> Order:
    """Staff end an order that nobody confirmed before its time is over; nobody is written to."""
    order = locked(order)
    if order.status == Status.EXPIRED:
        return order
    refuse_if_stale(order, version)
    _refuse_unless_unverified(order)
    step(order, What.EXPIRED, Status.EXPIRED, by=by)
    return order


# Whether it may be touched ----------------------------------------------------


def can_change(order: Order) -> bool:
    """Whether the orderer may still change or cancel it: until something is packed."""
    if order.status == Status.UNVERIFIED:
        return True
    consignments = order.consignments.exclude(status__in=[Consignment.Status.VOID])
    return order.status == Status.OPEN and not consignments.exists()


def refuse_if_stale(order: Order, version: int | None) -> None:
    """Refuse what was asked on a page that showed an older version of the order."""
    if version is not None and order.version != version:
        raise StaleError(
            _("This order has changed since you opened this page. Please look at it again.")
        )


# Holding and ending -----------------------------------------------------------


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
    """Work goes on; copies that came in meanwhile are promised to it in its turn."""
    order = locked(order)
    refuse_if_stale(order, version)
    if order.hold:
        order.hold, order.hold_until = "", None
        step(order, What.RELEASED, order.status, by=by)
        stock.serve(order.lines.values_list("edition_id", flat=True))
        for line in lines_of(order):
            leave_out(line, by=by)
        close_when_done(order)
    return order


def cancel(order: Order, *, by=None, reason: str = "", version: int | None = None) -> Order:
    """End an order and give back what it holds. By the orderer, or by staff with a reason."""
    return _end(order, What.CANCELLED, Status.CANCELLED, by=by, reason=reason, version=version)


def decline(order: Order, *, by, reason: str, version: int | None = None) -> Order:
    """Staff will not fulfil the order; the reason is for colleagues and the mail."""
    return _end(order, What.DECLINED, Status.DECLINED, by=by, reason=reason, version=version)


@transaction.atomic
def _end(order: Order, what: str, status: str, *, by, reason: str, version) -> Order:
    order = locked(order)
    if order.status == status:
        return order
    refuse_if_stale(order, version)
    _refuse_unless_endable(order)
    lines = list(lines_of(order))
    _give_back(lines, by=by)
    status = Status.CLOSED if any(line.issued for line in lines) else status
    order.hold, order.hold_until = "", None
    event = step(order, what, status, by=by, reason=reason)
    stock.serve(line.edition_id for line in lines)
    outbox.queue(order, what, event=event)
    return order


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


def _refuse_unless_endable(order: Order) -> None:
    if order.is_over:
        raise OrderError(_("This order is over already."))
    if order.consignments.live().exists():
        raise OrderError(_("This order is packed. It has to be unpacked before it can be ended."))


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


# Steps and events -------------------------------------------------------------


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


def locked(order: Order, *more_editions: int) -> Order:
    """The order as it is now, held until the transaction ends, after the stock of its lines."""
    stock.lock([*order.lines.values_list("edition_id", flat=True), *more_editions])
    return Order.objects.select_for_update(no_key=True).get(pk=order.pk)


def lines_of(order: Order):
    return order.lines.select_related("edition__publication").order_by("edition_id")
