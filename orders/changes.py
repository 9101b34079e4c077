"""What is wanted of an order, who gets it, and how much of it is granted: changed and decided here.

Each verb is one transaction, takes its locks as `orders.lifecycle` does, moves the difference
only, and is safe to repeat from a page that is not too old. A refusal is an `OrderError`.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from orders import consignees as destinations
from orders import events, lifecycle, limits, outbox, stock, submission
from orders.errors import OrderError
from orders.models import (
    Consignee,
    Consignment,
    ConsignmentLine,
    Order,
    OrderEvent,
    OrderLine,
    PickUpPoint,
)
from orders.references import short_code

Status = Order.Status
What = OrderEvent.What


@transaction.atomic
def change(
    order: Order,
    *,
    quantities: dict[int, int],
    details: dict | None,
    version: int,
    consignees: dict[int, dict] | None = None,
    by=None,
) -> Order:
    """Set how many copies of each edition are wanted (0 or more), and new details if given.

    `consignees` are new columns of further consignees, by key, and perhaps their `quantities`,
    copies by edition; where they are not given, fewer copies are taken from the last one first
    (`orders.consignees.trim`). Moves the difference only. The orderer may do so until something
    is packed, staff while the order is open, down to what is packed or gone. Raises `StaleError`
    when the order has changed since `version`, `OrderError` when it cannot be done.
    """
    details, consignees = details or {}, consignees or {}
    points = [given.get("pick_up_point") for given in (details, *consignees.values())]
    submission.hold_points(*PickUpPoint.objects.of(order), *points)
    order = _changeable(order, version, by=by)
    taken_up = submission.taken_up(order)
    lines = {line.edition_id: line for line in lifecycle.lines_of(order)}
    wanted = {edition_id: line.wanted for edition_id, line in lines.items()} | quantities
    if not any(wanted[edition_id] for edition_id in lines):
        raise OrderError(_("To order nothing, cancel the order."))
    there = destinations.at_points(order)
    for edition_id, line in lines.items():
        _set_wanted(order, line, wanted[edition_id], by=by)
    _set_details(order, details)
    destinations.correct(order, consignees)
    destinations.allot(order, consignees)
    event = lifecycle.step(order, What.CHANGED, order.status, by=by)
    submission.refuse_if_full(order, taken_up)
    if not by:
        submission.refuse_if_closed(destinations.at_points(order) - there)
    if order.status == Status.OPEN:
        _serve(order, lines, by=by)
        outbox.queue(order, "changed", event=event)
        lifecycle.close_when_done(order)
    return order


@transaction.atomic
def add(order: Order, *, quantities: dict[int, int], version: int, by) -> Order:
    """Add copies, by edition, to an open order: new titles, or more of what is on it.

    All of it is granted, and goes where the order goes. Raises `StaleError` as `change` does,
    `OrderError` when it cannot be done.
    """
    submission.hold_points(*PickUpPoint.objects.of(order))
    submission.check_orderable(quantities)
    order = lifecycle.locked(order, *quantities)
    lifecycle.refuse_if_stale(order, version)
    _refuse_unless_open(order)
    taken_up = submission.taken_up(order)
    added = [_add(order, edition_id, copies, by=by) for edition_id, copies in quantities.items()]
    event = lifecycle.step(order, What.CHANGED, order.status, by=by, reason=_listed(added))
    submission.refuse_if_full(order, taken_up)
    _serve(order, quantities, by=by)
    outbox.queue(order, "changed", event=event)
    lifecycle.close_when_done(order)
    return order


def _add(order: Order, edition_id: int, copies: int, *, by) -> str:
    """Ask for copies and agree to them; returns them as colleagues read them."""
    if line := lifecycle.lines_of(order).filter(edition=edition_id).first():
        _set_wanted(order, line, line.wanted + copies, by=by)
    else:
        submission.add_lines(order, {edition_id: copies}, {})
        line = lifecycle.lines_of(order).get(edition=edition_id)
        line.approved = line.backordered = copies
        line.save(update_fields=["approved", "backordered"])
    return f"+ {short_code(line.edition, copies)}"


def _listed(codes: list[str]) -> str:
    """As many codes as an event has room for; of more, "…" says so."""
    listed = ", ".join(codes)
    while len(listed) > events.LONGEST:
        codes = codes[:-1]
        listed = ", ".join([*codes, "…"])
    return listed


def _refuse_unless_open(order: Order) -> None:
    if order.status == Status.UNVERIFIED:
        raise OrderError(_("This order is to be confirmed first: then titles can be added."))
    if order.status != Status.OPEN:
        raise OrderError(_("This order is over: no title can be added. Enter a new order."))


@transaction.atomic
def edit(order: Order, *, details: dict, version: int, by=None) -> Order:
    """Correct who ordered and where the copies go; what is packed already keeps its address.

    By staff while the order is not over, by the orderer until something is packed: another
    pick-up point, another day. Raises `StaleError` as `change` does.
    """
    submission.hold_points(details.get("pick_up_point"))
    order = _changeable(order, version, by=by)
    taken_up = submission.taken_up(order)
    _set_details(order, details)
    return _corrected(order, taken_up, by=by)


@transaction.atomic
def edit_consignee(consignee: Consignee, *, details: dict, version: int, by=None) -> Order:
    """Correct who else gets copies and where theirs go (`orders.consignees.COLUMNS`).

    As `edit` does, and by whom: what is packed already keeps its address, what comes back and is
    sent again goes to the new one. Raises `StaleError` as `change` does.
    """
    submission.hold_points(details.get("pick_up_point"))
    order = _changeable(consignee.order, version, by=by)
    taken_up = submission.taken_up(order)
    destinations.correct(order, {consignee.pk: details})
    return _corrected(order, taken_up, by=by)


def _corrected(order: Order, taken_up: dict[int, int], *, by) -> Order:
    """Write the event of a correction; where it goes elsewhere now, there has to be room."""
    event = lifecycle.step(order, What.EDITED, order.status, by=by)
    submission.refuse_if_full(order, taken_up)
    if order.status == Status.OPEN:
        outbox.queue(order, "changed", event=event)
    return order


def _set_details(order: Order, details: dict) -> None:
    for column, value in details.items():
        setattr(order, column, value)


def _changeable(order: Order, version: int, *, by=None) -> Order:
    order = lifecycle.locked(order)
    lifecycle.refuse_if_stale(order, version)
    is_open = order.status in (Status.UNVERIFIED, Status.OPEN)
    if not (is_open if by else lifecycle.can_change(order)):
        raise OrderError(_("This order can no longer be changed: it is packed, sent or over."))
    return order


# How many of a line ----------------------------------------------------------


def _set_wanted(order: Order, line: OrderLine, copies: int, *, by=None) -> None:
    """Bring a line from the copies wanted now to `copies`."""
    most = max(limits.most() + line.replaced, line.wanted)
    submission.check_number(copies, least=0, most=most)
    if copies < (least := line.issued + _packed(line)):
        raise OrderError(
            _("Of %(title)s, %(n)s are packed or gone: no fewer can be ordered.")
            % {"n": least, "title": line.edition}
        )
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
        destinations.trim(line)


def _lower(line: OrderLine, copies: int, *, by=None) -> None:
    undecided = min(line.wanted - copies, line.to_decide)
    granted = line.wanted - copies - undecided
    if undecided == line.requested:
        line.delete()  # nobody has agreed to any of it
        return
    line.requested -= undecided
    line.save(update_fields=["requested"])
    cancel = copies == 0 or line.replaced > 0  # what was asked for and sent stays as it was
    if granted:
        stock.give_back(line, granted, cancel=cancel, by=by)
    if granted and not cancel:
        line.requested -= granted
        line.save(update_fields=["requested"])
    destinations.trim(line)


def _raise(line: OrderLine, more: int, *, by=None) -> None:
    """Ask for more: first for what was cancelled, then for what was refused, then for new ones."""
    again = min(more, line.cancelled)
    anew = min(more - again, line.refused)
    line.cancelled -= again
    line.given_up = min(line.given_up, line.cancelled)
    line.approved -= again
    line.refused -= anew
    line.requested += more - again - anew
    granted = line.to_decide if by else min(line.to_decide, _left_of_limit(line))
    line.approved += granted
    line.backordered += granted
    written = ["requested", "refused", "approved", "backordered", "cancelled", "given_up"]
    line.save(update_fields=written)


def _left_of_limit(line: OrderLine) -> int:
    """Copies that a line can be granted without a decision, beside those it and the other lines
    of its order were granted. What was cancelled counts no more."""
    granted = F("approved") - F("cancelled")
    others = line.order.lines.exclude(pk=line.pk).aggregate(n=Sum(granted))["n"] or 0
    limit = min(limits.per_title(), max(0, limits.per_order() - others))
    return max(0, limit - (line.approved - line.cancelled))


def _serve(order: Order, edition_ids: Iterable[int], *, by) -> None:
    """Give the order what is there in its turn, and leave out what it does not wait for.

    On hold it gets nothing yet, and loses nothing.
    """
    stock.serve(edition_ids, told=order)
    for line in () if order.hold else lifecycle.lines_of(order):
        lifecycle.leave_out(line, by=by)


def _packed(line: OrderLine) -> int:
    live = ConsignmentLine.objects.filter(
        line=line, consignment__in=Consignment.objects.live().filter(order=line.order_id)
    )
    return live.aggregate(copies=Sum("quantity"))["copies"] or 0


# Deciding --------------------------------------------------------------------


@transaction.atomic
def approve(
    order: Order, *, grants: dict[int, int], by, words: str = "", version: int | None = None
) -> Order:
    """Decide the copies beyond the limit: `grants` by line; what is not granted is refused.

    `words` are read by the orderer, in the mail and on the order's page.
    """
    order = lifecycle.locked(order)
    lifecycle.refuse_if_stale(order, version)
    if order.status != Status.OPEN:
        raise OrderError(_("Only an open order can be decided."))
    undecided = [line for line in lifecycle.lines_of(order) if line.to_decide]
    for line in undecided:
        granted = min(max(grants.get(line.pk, 0), 0), line.to_decide)
        line.refused += line.to_decide - granted
        line.approved += granted
        line.backordered += granted
        line.save(update_fields=["refused", "approved", "backordered"])
        destinations.trim(line)
    if undecided:
        event = lifecycle.step(order, What.APPROVED, Status.OPEN, by=by, reason=words)
        _serve(order, [line.edition_id for line in undecided], by=by)
        outbox.queue(order, "decided", event=event)
        lifecycle.close_when_done(order)
    return order


@transaction.atomic
def put_back(line: OrderLine, copies: int, *, by, reason: str, version: int | None = None) -> int:
    """Let others go first: promised copies of a line go to those who wait behind its order.

    What nobody else waits for stays promised to it. Returns the copies that others got. Raises
    `OrderError` where the copies are packed or were never promised.
    """
    order = lifecycle.locked(line.order)
    lifecycle.refuse_if_stale(order, version)
    line = order.lines.get(pk=line.pk)
    if not 1 <= copies <= line.allocated - _packed(line):
        raise OrderError(_("Only copies that are set aside and not packed can be put back."))
    stock.put_back(line, copies, by=by, reason=reason)
    lifecycle.step(order, What.PUT_BACK, order.status, by=by, reason=reason)
    taken = stock.serve([line.edition_id], besides=order)
    stock.serve([line.edition_id], told=order)
    return taken
