"""What becomes of a consignment that did not reach anybody: sent again, another way, released, or
still there after all.

Each verb is one transaction, takes its locks as `orders.fulfilment` does, and is safe to repeat.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import consignees as destinations
from orders import lifecycle, outbox, stock, submission
from orders.errors import OrderError
from orders.fulfilment import (
    locked,
    next_position,
    packed_lines,
    refuse_if_closed,
    refuse_if_forgotten,
    refuse_unless,
    step,
)
from orders.models import Consignment, ConsignmentLine, Order, OrderEvent
from orders.models.pick_up import DeliveryMethod
from orders.querysets import LEFT

Status = Consignment.Status
What = OrderEvent.What


@transaction.atomic
def replace(
    consignment: Consignment,
    *,
    by,
    version: int,
    reason: str,
    quantities: dict[int, int] | None = None,
) -> Order:
    """Agree the copies of a lost, damaged or returned consignment once more, and promise them.

    `quantities` by order line, all of them where nothing is named. The order is open again, and
    keeps its place in the queue. `version` makes a second press harmless: it is stale.
    """
    consignment = locked(consignment)
    order = consignment.order
    lifecycle.refuse_if_stale(order, version)
    refuse_unless(consignment, *LEFT)
    refuse_if_forgotten(order)
    copies = _of(consignment, quantities)
    event = lifecycle.step(order, What.REPLACED, Order.Status.OPEN, by=by, reason=reason)
    for packed, number in copies.items():
        stock.agree_again(packed, number)
        destinations.add_to_share(consignment.consignee, packed.line, number)
    stock.serve([packed.line.edition_id for packed in copies], told=order)
    outbox.queue(order, "replaced", event=event)
    return order


def _of(consignment: Consignment, quantities: dict[int, int] | None) -> dict[ConsignmentLine, int]:
    """Copies by line of a consignment: those named, no more than are left to replace."""
    copies = {}
    for packed in packed_lines(consignment):
        wanted = packed.quantity if quantities is None else quantities.get(packed.line_id, 0)
        if not 0 <= wanted <= packed.replaceable:
            raise OrderError(_("More copies are named than this consignment held."))
        if wanted:
            copies[packed] = wanted
    if not copies:
        raise OrderError(_("Say how many copies are to be sent again."))
    return copies


@transaction.atomic
def forward(consignment: Consignment, *, by, **destination) -> Consignment:
    """Missed copies go another way: to another pick-up point, or to an address.

    `destination` are the columns `delivery`, `address`, `country`, `phone`, `pick_up_point`; what
    else is still to come for the same consignee goes there too. Returns the new consignment.
    """
    submission.hold_points(destination.get("pick_up_point"))
    consignment = locked(consignment)
    if consignment.settled_at and (before := _forwarded(consignment)):
        return _forwarded_alike(before, destination)
    refuse_unless(consignment, Status.MISSED)
    columns = _complete(destination)
    _refuse_if_taken(consignment)
    taken_up = submission.taken_up(consignment.order)
    new = _copied(consignment, columns)
    goes = consignment.consignee or consignment.order
    for column, value in columns.items():
        setattr(goes, column, value)
    goes.save(update_fields=list(columns))
    _settle(consignment)
    submission.refuse_if_full(consignment.order, taken_up)
    event = _step(consignment.order, What.FORWARDED, by=by, consignment=new)
    outbox.queue(consignment.order, "forwarded", event=event)
    return new


def _forwarded(consignment: Consignment) -> Consignment | None:
    """The consignment as which a settled one went another way, if it did.

    It was made in the transaction that settled this one: of those made until then, the last.
    """
    if consignment.events.filter(what=What.LET_GO).exists():
        return None
    later = consignment.order.consignments.filter(
        consignee=consignment.consignee,
        position__gt=consignment.position,
        created_at__lte=consignment.settled_at,
    )
    last = later.order_by("-position").first()
    return last if last and last.events.filter(what=What.FORWARDED).exists() else None


def _forwarded_alike(before: Consignment, destination: dict) -> Consignment:
    """What went another way already, if it is the way said now; a colleague may have said else."""
    columns = _complete(destination)
    if all(getattr(before, column) == value for column, value in columns.items()):
        return before
    raise OrderError(
        _(
            "These copies went another way a moment ago: they are consignment %(consignment)s "
            "(%(delivery)s). What you typed is not done: unpack that consignment if they should "
            "go elsewhere."
        )
        % {"consignment": before, "delivery": before.get_delivery_display()}
    )


def _complete(destination: dict) -> dict:
    columns = {"address": "", "country": "", "phone": "", "pick_up_point": None} | destination
    is_pick_up = columns["delivery"] == DeliveryMethod.PICK_UP
    if is_pick_up and columns["pick_up_point"] is None:
        raise OrderError(_("Choose where the copies can be picked up."))
    if is_pick_up and columns["pick_up_point"].has_closed:
        raise OrderError(
            _("The pick-up point “%(name)s” has closed: choose another one, or an address.")
            % {"name": columns["pick_up_point"]}
        )
    if not is_pick_up and not columns["address"]:
        raise OrderError(_("Write the address to which the copies should go."))
    return columns


def _refuse_if_taken(consignment: Consignment) -> None:
    due = destinations.due(consignment.order).get(consignment.consignee, {})
    for packed in packed_lines(consignment):
        if consignment.settled_at or due.get(packed.line, 0) < packed.quantity:
            raise OrderError(_("These copies are packed again, or no longer promised."))


def _copied(consignment: Consignment, columns: dict) -> Consignment:
    new = Consignment.objects.create(
        order=consignment.order,
        position=next_position(consignment.order),
        consignee=consignment.consignee,
        recipient=consignment.recipient,
        slip_language=consignment.slip_language,
        status=Status.PACKED,
        weight_g=consignment.weight_g,
        packed_at=timezone.now(),
        **columns,
    )
    ConsignmentLine.objects.bulk_create(
        ConsignmentLine(consignment=new, line=packed.line, quantity=packed.quantity)
        for packed in packed_lines(consignment)
    )
    return new


@transaction.atomic
def undo_miss(consignment: Consignment, *, by) -> Consignment:
    """It still lies at its point, which is open: somebody may come for it after all.

    The mail that says nobody came is not sent; where it is gone, another one says that the copies
    are ready.
    """
    consignment = locked(consignment)
    if consignment.status == Status.AT_DESK:
        return consignment
    refuse_unless(consignment, Status.MISSED)
    _refuse_if_taken(consignment)
    refuse_if_closed(consignment.pick_up_point)
    missed = consignment.events.filter(what=What.MISSED).latest("pk")
    mail = "ready" if outbox.withdraw(missed) else ""
    return step(consignment, Status.AT_DESK, What.STILL_HERE, by=by, mail=mail)


@transaction.atomic
def let_go(consignment: Consignment, *, by) -> Consignment:
    """Missed copies are promised to nobody any more; the orderer is told, and others are served."""
    consignment = locked(consignment)
    if consignment.settled_at:
        return _released_alike(consignment)
    refuse_unless(consignment, Status.MISSED)
    order = consignment.order
    due = destinations.due(order).get(consignment.consignee, {})
    lines = [packed.line for packed in packed_lines(consignment)]
    for packed in packed_lines(consignment):
        copies = min(packed.quantity, due.get(packed.line, 0))
        if copies:
            destinations.add_to_share(consignment.consignee, packed.line, -copies)
            stock.give_back(packed.line, copies, cancel=True, by=by, from_shelf=True)
            destinations.trim(packed.line)
    _settle(consignment)
    event = _step(order, What.LET_GO, by=by, consignment=consignment)
    stock.serve([line.edition_id for line in lines], besides=order)
    stock.serve([line.edition_id for line in lines], told=order)
    outbox.queue(order, "let_go", event=event)
    lifecycle.close_when_done(order)
    return consignment


def _released_alike(consignment: Consignment) -> Consignment:
    """What was released already, by hand or with its order; refused where it went elsewhere."""
    if before := _forwarded(consignment):
        raise OrderError(
            _(
                "These copies went another way a moment ago: they are consignment "
                "%(consignment)s (%(delivery)s), and are not released."
            )
            % {"consignment": before, "delivery": before.get_delivery_display()}
        )
    is_released = consignment.events.filter(what=What.LET_GO).exists()
    if not is_released and consignment.settled_at != consignment.order.ended_at:
        raise OrderError(_("These copies are packed again, or no longer promised."))
    return consignment


def _settle(consignment: Consignment) -> None:
    consignment.settled_at = timezone.now()
    consignment.save(update_fields=["settled_at"])


def _step(order: Order, what: str, *, by, consignment: Consignment) -> OrderEvent:
    return lifecycle.step(order, what, order.status, by=by, consignment=consignment)
