"""The life of an order: every change of its status happens here, and leaves an event.

Each verb is one transaction, locks the stock it may touch and then the order, and is safe to
repeat. A refusal is an `OrderError` with a sentence for the person who asked.
"""

import datetime
import hashlib
import json

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalogue.models import Edition
from orders import links, outbox, stock
from orders.errors import AlreadyPlaced, OrderError, StaleError
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
def place(*, details: dict, quantities: dict[int, int], language: str, key: str) -> Order:
    """Store an order of `quantities` copies by edition, and owe its confirmation mail.

    `details` are the columns of `Order` that describe the orderer and the delivery. The same
    `key` with the same content gives the first order again; with another content it raises
    `AlreadyPlaced`. Raises `OrderError` when there is nothing to order, or not any more.
    """
    fingerprint = _fingerprint(details, quantities, language)
    if first := Order.objects.filter(submission_key=key).first():
        return _the_same(first, fingerprint)
    _check_orderable(quantities)
    order = _stored(
        details | {"submission_key": key, "submission_fingerprint": fingerprint}, language
    )
    if order.submission_fingerprint != fingerprint or order.lines.exists():
        return _the_same(order, fingerprint)  # the same key arrived twice at once
    _add_lines(order, quantities)
    event = record(order, What.PLACED)
    outbox.queue(order, "confirm", event=event)
    return order


@transaction.atomic
def confirm(order: Order) -> Order:
    """The orderer followed the link: the order is open, and copies on the shelf are promised."""
    order = _locked(order)
    if order.status == Status.EXPIRED or is_late(order):
        raise OrderError(_("This order was not confirmed in time. Please order again."))
    if order.status != Status.UNVERIFIED:
        return order
    order.accepted_at = timezone.now()
    event = step(order, What.CONFIRMED, Status.OPEN)
    for line in _lines(order):
        line.approved = line.backordered = min(line.requested, settings.ORDER_LIMIT_PER_TITLE)
        line.save(update_fields=["approved", "backordered"])
        stock.allocate(line)
    outbox.queue(order, "received", event=event)
    return order


def expire_unverified() -> int:
    """End the orders that nobody confirmed in time; returns how many."""
    late = Order.objects.unverified().filter(placed_at__lt=_oldest())
    return sum(_expire(order) for order in late)


def _oldest() -> datetime.datetime:
    return timezone.now() - datetime.timedelta(hours=settings.ORDER_CONFIRMATION_HOURS)


def is_late(order: Order) -> bool:
    """Whether an order was not confirmed in time, even if the clock has not come round yet."""
    return order.status == Status.UNVERIFIED and order.placed_at < _oldest()


@transaction.atomic
def _expire(order: Order) -> bool:
    order = _locked(order)
    if order.status != Status.UNVERIFIED:
        return False
    step(order, What.EXPIRED, Status.EXPIRED, actor=OrderEvent.Actor.CLOCK)
    return True


# Changing ---------------------------------------------------------------------


def can_change(order: Order) -> bool:
    """Whether the orderer may still change or cancel it: until something is packed."""
    if order.status == Status.UNVERIFIED:
        return True
    consignments = order.consignments.exclude(status__in=[Consignment.Status.VOID])
    return order.status == Status.OPEN and not consignments.exists()


@transaction.atomic
def change(
    order: Order, *, quantities: dict[int, int], details: dict | None, version: int, by=None
) -> Order:
    """Set how many copies of each edition are wanted (0 or more), and new details if given.

    Moves the difference only. Raises `StaleError` when the order has changed since `version`,
    `OrderError` when it is packed or over.
    """
    order = _changeable(order, version)
    lines = {line.edition_id: line for line in _lines(order)}
    wanted = {edition_id: line.wanted for edition_id, line in lines.items()} | quantities
    if not any(wanted[edition_id] for edition_id in lines):
        raise OrderError(_("To order nothing, cancel the order."))
    for edition_id, line in lines.items():
        _set_wanted(order, line, wanted[edition_id], by=by)
    for column, value in (details or {}).items():
        setattr(order, column, value)
    event = step(order, What.CHANGED, order.status, by=by)
    if order.status == Status.OPEN:
        stock.serve(lines)
        outbox.queue(order, "changed", event=event)
    return order


def _changeable(order: Order, version: int) -> Order:
    order = _locked(order)
    if not can_change(order):
        raise OrderError(_("This order can no longer be changed: it is packed, sent or over."))
    if order.version != version:
        raise StaleError(
            _("This order has changed since you opened this page. Please look at it again.")
        )
    return order


def _set_wanted(order: Order, line: OrderLine, copies: int, *, by=None) -> None:
    """Bring a line from the copies wanted now to `copies`."""
    _check_number(copies, least=0)
    if order.status == Status.UNVERIFIED:
        _rewrite(line, copies)
    elif copies < line.wanted:
        _lower(line, copies, by=by)
    elif copies > line.wanted:
        _raise(line, copies - line.wanted, by=by)


def _rewrite(line: OrderLine, copies: int) -> None:
    if copies == 0:
        line.delete()
    elif copies != line.requested:
        line.requested = copies
        line.save(update_fields=["requested"])


def _lower(line: OrderLine, copies: int, *, by=None) -> None:
    undecided = min(line.wanted - copies, line.to_decide)
    granted = line.wanted - copies - undecided
    line.requested -= undecided
    line.save(update_fields=["requested"])
    if granted:
        stock.give_back(line, granted, cancel=copies == 0, by=by)
    if granted and copies:
        line.requested -= granted
        line.save(update_fields=["requested"])


def _raise(line: OrderLine, more: int, *, by=None) -> None:
    again = min(more, line.cancelled)
    line.cancelled -= again
    line.requested += more - again
    limit = line.requested if by else settings.ORDER_LIMIT_PER_TITLE
    granted = max(0, min(line.requested - line.refused, limit) - line.approved)
    line.approved += granted
    line.backordered += again + granted
    line.save(update_fields=["requested", "approved", "backordered", "cancelled"])


@transaction.atomic
def approve(order: Order, *, grants: dict[int, int], by) -> Order:
    """Decide the copies beyond the limit: `grants` by line; what is not granted is refused."""
    order = _locked(order)
    if order.status != Status.OPEN:
        raise OrderError(_("Only an open order can be decided."))
    undecided = [line for line in _lines(order) if line.to_decide]
    for line in undecided:
        granted = min(max(grants.get(line.pk, 0), 0), line.to_decide)
        line.refused += line.to_decide - granted
        line.approved += granted
        line.backordered += granted
        line.save(update_fields=["refused", "approved", "backordered"])
    if undecided:
        event = step(order, What.APPROVED, Status.OPEN, by=by)
        stock.serve(line.edition_id for line in undecided)
        outbox.queue(order, "changed", event=event)
        close_when_done(order)
    return order


# Holding and ending -----------------------------------------------------------


@transaction.atomic
def hold(order: Order, *, by, reason: str, until: datetime.date | None = None) -> Order:
    """Stop work on an open order for a coded reason (`Order.Hold`)."""
    order = _locked(order)
    if order.status != Status.OPEN:
        raise OrderError(_("Only an open order can be put on hold."))
    if (order.hold, order.hold_until) == (reason, until):
        return order
    order.hold, order.hold_until = reason, until
    event = step(order, What.HELD, Status.OPEN, by=by, reason=reason)
    outbox.queue(order, "hold", event=event)
    return order


@transaction.atomic
def release(order: Order, *, by) -> Order:
    """Work goes on; copies that came in meanwhile are promised to it in its turn."""
    order = _locked(order)
    if order.hold:
        order.hold, order.hold_until = "", None
        step(order, What.RELEASED, order.status, by=by)
        stock.serve(order.lines.values_list("edition_id", flat=True))
    return order


def cancel(order: Order, *, by=None, reason: str = "") -> Order:
    """End an order and give back what it holds. By the orderer, or by staff with a reason."""
    return _end(order, What.CANCELLED, Status.CANCELLED, by=by, reason=reason)


def decline(order: Order, *, by, reason: str) -> Order:
    """Staff will not fulfil the order; the reason is for colleagues and the mail."""
    return _end(order, What.DECLINED, Status.DECLINED, by=by, reason=reason)


@transaction.atomic
def _end(order: Order, what: str, status: str, *, by, reason: str) -> Order:
    order = _locked(order)
    if order.status == status:
        return order
    _refuse_unless_endable(order)
    lines = list(_lines(order))
    for line in lines:
        line.requested -= line.to_decide if line.approved else 0
        line.save(update_fields=["requested"])
        if line.pending:
            stock.give_back(line, line.pending, cancel=True, by=by)
    status = Status.CLOSED if any(line.issued for line in lines) else status
    order.hold, order.hold_until = "", None
    event = step(order, what, status, by=by, reason=reason)
    stock.serve(line.edition_id for line in lines)
    outbox.queue(order, what, event=event)
    return order


def _refuse_unless_endable(order: Order) -> None:
    if order.is_over:
        raise OrderError(_("This order is over already."))
    if order.consignments.live().exists():
        raise OrderError(_("This order is packed. It has to be unpacked before it can be ended."))


def close_when_done(order: Order) -> None:
    """Close an open order once nothing is left to do: nothing to decide, to wait for, to send."""
    busy = any(line.pending or line.to_decide for line in order.lines.all())
    if order.status == Status.OPEN and not busy and not order.consignments.live().exists():
        order.hold, order.hold_until = "", None
        step(order, What.CLOSED, Status.CLOSED, actor=OrderEvent.Actor.CLOCK)


# Steps and events -------------------------------------------------------------


def step(order: Order, what: str, status: str, *, by=None, actor="", reason="") -> OrderEvent:
    """Write the order's status, its new version and the event that says why."""
    before = order.status
    if status != before and status not in NEXT[before]:
        raise OrderError(_("This cannot be done with an order in this state."))
    order.status = status
    order.ended_at = None if status in (Status.UNVERIFIED, Status.OPEN) else timezone.now()
    order.version += 1
    order.save()
    return record(order, what, by=by, actor=actor, reason=reason, before=before)


def _locked(order: Order) -> Order:
    """The order as it is now, held until the transaction ends, after the stock of its lines."""
    stock.lock(order.lines.values_list("edition_id", flat=True))
    return Order.objects.select_for_update(no_key=True).get(pk=order.pk)


def _lines(order: Order):
    return order.lines.select_related("edition__publication").order_by("edition_id")


# What can be ordered ----------------------------------------------------------


def _check_orderable(quantities: dict[int, int]) -> None:
    if not quantities:
        raise OrderError(_("There is nothing in your order yet."))
    for copies in quantities.values():
        _check_number(copies, least=1)
    printed = Edition.objects.published().printed().filter(pk__in=quantities)
    if gone := set(quantities) - set(printed.values_list("pk", flat=True)):
        raise OrderError(_gone(gone))


def _check_number(copies: int, *, least: int) -> None:
    most = settings.ORDER_LIMIT_PER_TITLE * 10  # more than a person may grant is a mistake
    if not least <= copies <= most:
        raise OrderError(
            _("Write a number of copies from %(least)s to %(most)s.")
            % {"least": least, "most": most}
        )


def _gone(edition_ids):
    titles = [str(edition) for edition in Edition.objects.filter(pk__in=edition_ids)]
    return ngettext_lazy(
        "%(titles)s can no longer be ordered. Remove it from your order.",
        "%(titles)s can no longer be ordered. Remove them from your order.",
        len(titles),
    ) % {"titles": ", ".join(titles)}


def _add_lines(order: Order, quantities: dict[int, int]) -> None:
    location = stock.main_location()
    OrderLine.objects.bulk_create(
        OrderLine(order=order, edition_id=edition, requested=copies, location=location)
        for edition, copies in sorted(quantities.items())
    )


def _stored(columns: dict, language: str) -> Order:
    """A new order; or, where its one-time key is taken meanwhile, the order that took it."""
    try:
        with transaction.atomic():
            return Order.objects.create(
                number=links.new_number(), language=language, **links.new_link(), **columns
            )
    except IntegrityError:
        first = Order.objects.filter(submission_key=columns["submission_key"]).first()
        if first is None:  # not the key: one number in 850 thousand million came twice
            return _stored(columns, language)
        return first


def _the_same(order: Order, fingerprint: str) -> Order:
    if order.submission_fingerprint == fingerprint:
        return order
    raise AlreadyPlaced(_("This form has already been sent with another content."), order)


def _fingerprint(details: dict, quantities: dict[int, int], language: str) -> str:
    content = [sorted(details.items()), sorted(quantities.items()), language]
    return hashlib.sha256(json.dumps(content, default=_plain).encode()).hexdigest()


def _plain(value) -> str:
    """A row by its key: its name may be in another language the second time."""
    return str(getattr(value, "pk", value))
