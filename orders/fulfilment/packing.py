"""Copies on the shelf become consignments, and copies on the shelf again."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import consignees as destinations
from orders import lifecycle
from orders.errors import OrderError
from orders.events import record
from orders.fulfilment.steps import locked, refuse_unless, step, touch
from orders.models import (
    Consignee,
    Consignment,
    ConsignmentLine,
    Order,
    OrderEvent,
    PickUpPoint,
)

Status = Consignment.Status
What = OrderEvent.What


@transaction.atomic
def pack(
    order: Order,
    *,
    by,
    version: int | None = None,
    weight_g: int | None = None,
    consignee: Consignee | None = None,
    quantities: dict[int, int] | None = None,
) -> Consignment:
    """Put copies on the shelf for an order into one consignment, and return it.

    All that is due to the destination (the order's own, or a consignee), or `quantities` of it by
    line. The recipient, the address and the slip's language are fixed now. `weight_g` is what
    the scales say; without it the weight is the sum of the copies' weights, if all are known.
    The order alone is locked: packing moves no stock.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    copies = destinations.due(order).get(consignee, {})
    live = order.consignments.live().filter(consignee=consignee)
    if not copies and (packed := live.last()):
        return packed
    lifecycle.refuse_if_stale(order, version)
    copies = _chosen(copies, quantities)
    _refuse_unless_packable(order, copies)
    _refuse_if_closed(order, consignee)
    return _packed(order, consignee, copies, weight_g, by=by)


@transaction.atomic
def pack_all(
    order: Order, *, by, version: int | None = None, point: PickUpPoint | None = None
) -> list[Consignment]:
    """One consignment for each destination that copies are due to; those live where none are.

    With `point`, only for what is to be picked up there. What is due to a pick-up point that has
    closed stays, and is refused where it is all.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    due, live = destinations.due(order), order.consignments.live()
    if point:
        due = destinations.of_point(point, order, due)
        live = live.filter(pick_up_point=point)
    if not due and (packed := list(live)):
        return packed
    lifecycle.refuse_if_stale(order, version)
    _refuse_unless_packable(order, due)
    open_due = {place: due[place] for place in due if not destinations.has_closed(order, place)}
    if not open_due:
        _refuse_if_closed(order, next(iter(due)))
    return [_packed(order, place, copies, None, by=by) for place, copies in open_due.items()]


def _chosen(due: dict, quantities: dict[int, int] | None) -> dict:
    """Of the copies due by line, those that are named; all where nothing is."""
    if quantities is None:
        return due
    chosen = {line: quantities.get(line.pk, 0) for line in due}
    if any(not 0 <= copies <= due[line] for line, copies in chosen.items()):
        raise OrderError(_("More copies are named than lie on the shelf for this destination."))
    if chosen and not any(chosen.values()):
        raise OrderError(_("Choose at least one copy."))
    return {line: copies for line, copies in chosen.items() if copies}


def _packed(order: Order, consignee: Consignee | None, copies: dict, weight_g, *, by):
    consignment = _new_consignment(order, consignee, weight_g or _weight(copies))
    ConsignmentLine.objects.bulk_create(
        ConsignmentLine(consignment=consignment, line=line, quantity=quantity)
        for line, quantity in copies.items()
    )
    order.consignments.unsettled().filter(consignee=consignee).update(settled_at=timezone.now())
    touch(order)
    record(order, What.PACKED, by=by, consignment=consignment)
    return consignment


def _refuse_unless_packable(order: Order, copies: dict) -> None:
    if order.status != Order.Status.OPEN:
        raise OrderError(_("Only an open order can be packed."))
    if order.hold:
        raise OrderError(_("This order is on hold. Lift the hold before packing."))
    if not copies:
        raise OrderError(_("No copy is on the shelf for this order: there is nothing to pack."))


def _refuse_if_closed(order: Order, place: Consignee | None) -> None:
    if destinations.has_closed(order, place):
        raise OrderError(
            _(
                "The pick-up point “%(name)s” has closed: nothing is packed for it any more. Say "
                "first where the copies go now: another point, or by post."
            )
            % {"name": (place or order).pick_up_point}
        )


def _new_consignment(order: Order, consignee: Consignee | None, weight_g: int | None):
    goes = consignee or order
    return Consignment.objects.create(
        order=order,
        position=next_position(order),
        consignee=consignee,
        recipient=consignee.recipient if consignee else recipient_of(order),
        delivery=goes.delivery,
        address=goes.address,
        country=goes.country,
        phone=goes.phone,
        pick_up_point=goes.pick_up_point,
        slip_language=order.language,
        status=Status.PACKED,
        weight_g=weight_g,
        packed_at=timezone.now(),
    )


def next_position(order: Order) -> int:
    return (order.consignments.aggregate(last=Max("position"))["last"] or 0) + 1


def recipient_of(order: Order) -> str:
    """The orderer as it stands on a parcel: name, post and organisation, a line each."""
    return "\n".join(filter(None, (order.name, order.post, order.organisation)))


def _weight(copies: dict) -> int | None:
    weights = [line.edition.weight_g for line in copies]
    if None in weights:
        return None
    return sum(line.edition.weight_g * quantity for line, quantity in copies.items())


@transaction.atomic
def unpack(consignment: Consignment, *, by, reason: str = "") -> Consignment:
    """Dissolve a consignment that has not left; its copies stay promised to the order."""
    consignment = locked(consignment)
    if consignment.status == Status.VOID:
        return consignment
    refuse_unless(consignment, Status.PREPARING, Status.PACKED, Status.AT_DESK)
    return step(consignment, Status.VOID, What.UNPACKED, by=by, reason=reason)
