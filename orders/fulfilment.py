"""Consignments: packing, dispatch, hand-over, return. Every change of their status happens here.

Each verb is one transaction, locks stock, then the order, then the consignment, and is safe to
repeat: a second press of a button finds the work done and changes nothing.
"""

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import lifecycle, outbox, stock
from orders.errors import OrderError, StaleError
from orders.events import record
from orders.models import Consignment, ConsignmentLine, Order, OrderEvent
from orders.models.order import DeliveryMethod

Status = Consignment.Status
What = OrderEvent.What
PICK_UP = DeliveryMethod.PICK_UP


@transaction.atomic
def pack(order: Order, *, by, version: int | None = None, weight_g: int | None = None):
    """Put all copies on the shelf for an order into one consignment, and return it.

    The recipient, the address and the slip's language are fixed now. `weight_g` is what the
    scales say; without it the weight is the sum of the copies' weights, if all are known.
    The order alone is locked: packing moves no stock.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    copies = _unpacked(order)
    if not copies and (packed := order.consignments.live().last()):
        return packed
    _refuse_unless_packable(order, copies, version)
    consignment = _new_consignment(order, weight_g)
    ConsignmentLine.objects.bulk_create(
        ConsignmentLine(consignment=consignment, line=line, quantity=quantity)
        for line, quantity in copies.items()
    )
    if weight_g is None:
        consignment.weight_g = _weight(copies)
        consignment.save(update_fields=["weight_g"])
    _touch(order)
    record(order, What.PACKED, by=by, consignment=consignment)
    return consignment


@transaction.atomic
def unpack(consignment: Consignment, *, by, reason: str = "") -> Consignment:
    """Dissolve a consignment that has not left; its copies stay promised to the order."""
    consignment = _locked(consignment)
    if consignment.status == Status.VOID:
        return consignment
    _refuse_unless(consignment, Status.PREPARING, Status.PACKED, Status.AT_DESK)
    return _step(consignment, Status.VOID, What.UNPACKED, by=by, reason=reason)


@transaction.atomic
def send(
    consignment: Consignment, *, by, tracking: str = "", weight_g: int | None = None
) -> Consignment:
    """The parcel or pouch left: its copies are issued, and the orderer is told."""
    consignment = _locked(consignment)
    if consignment.status in (Status.SENT, Status.DELIVERED, Status.RETURNED):
        return consignment
    if consignment.delivery == PICK_UP:
        raise OrderError(_("This consignment is for pick-up: hand it over, do not dispatch it."))
    _refuse_unless(consignment, Status.PACKED)
    consignment.tracking = tracking
    consignment.weight_g = weight_g or consignment.weight_g
    _issue(consignment, by=by)
    return _step(consignment, Status.SENT, What.SENT, by=by, mail="sent")


@transaction.atomic
def deliver(consignment: Consignment, *, by) -> Consignment:
    """The recipient confirmed that it arrived."""
    consignment = _locked(consignment)
    if consignment.status == Status.DELIVERED:
        return consignment
    _refuse_unless(consignment, Status.SENT)
    return _step(consignment, Status.DELIVERED, What.DELIVERED, by=by)


@transaction.atomic
def take_back(consignment: Consignment, *, by, reason: str = "") -> Consignment:
    """It came back: its copies lie on the shelf again and serve whoever waits."""
    consignment = _locked(consignment)
    if consignment.status == Status.RETURNED:
        return consignment
    _refuse_unless(consignment, Status.SENT, Status.DELIVERED, Status.HANDED_OVER)
    for packed in _packed_lines(consignment):
        stock.take_back(packed, by=by, reason=reason)
    consignment = _step(consignment, Status.RETURNED, What.RETURNED, by=by, reason=reason)
    stock.serve(packed.line.edition_id for packed in _packed_lines(consignment))
    return consignment


# Pick-up ----------------------------------------------------------------------


@transaction.atomic
def offer(consignment: Consignment, *, by) -> Consignment:
    """It lies at its pick-up point, and the orderer is told."""
    consignment = _locked(consignment)
    if consignment.status in (Status.AT_DESK, Status.HANDED_OVER):
        return consignment
    if consignment.delivery != PICK_UP:
        raise OrderError(_("This consignment is not for pick-up: dispatch it."))
    _refuse_unless(consignment, Status.PACKED)
    return _step(consignment, Status.AT_DESK, What.AT_DESK, by=by, mail="ready")


@transaction.atomic
def hand_over(consignment: Consignment, *, by) -> Consignment:
    """It was picked up: its copies are issued. The pick-up point must be open today."""
    consignment = _locked(consignment)
    if consignment.status == Status.HANDED_OVER:
        return consignment
    _refuse_unless(consignment, Status.AT_DESK)
    _refuse_if_closed(consignment.pick_up_point)
    _issue(consignment, by=by)
    return _step(consignment, Status.HANDED_OVER, What.HANDED_OVER, by=by)


@transaction.atomic
def miss(consignment: Consignment, *, by) -> Consignment:
    """Nobody came while the point was open; its copies stay promised and can be packed again."""
    consignment = _locked(consignment)
    if consignment.status == Status.MISSED:
        return consignment
    _refuse_unless(consignment, Status.AT_DESK)
    _refuse_if_closed(consignment.pick_up_point, afterwards=False)
    return _step(consignment, Status.MISSED, What.MISSED, by=by, mail="missed")


def _refuse_if_closed(point, *, afterwards: bool = True) -> None:
    today = timezone.localdate()
    opens, closes = point.opens_on or today, point.closes_on or today
    if today < opens or (afterwards and today > closes):
        raise OrderError(_("The pick-up point “%(name)s” is not open today.") % {"name": point})


# Shared steps -----------------------------------------------------------------


def _unpacked(order: Order) -> dict:
    """Copies on the shelf for an order that lie in no consignment yet, by line."""
    lines = order.lines.select_related("edition").filter(allocated__gt=0)
    packed = ConsignmentLine.objects.filter(consignment__in=order.consignments.live())
    taken = dict(packed.values_list("line").annotate(Sum("quantity")))
    rest = {line: line.allocated - taken.get(line.pk, 0) for line in lines}
    return {line: copies for line, copies in rest.items() if copies > 0}


def _refuse_unless_packable(order: Order, copies: dict, version: int | None) -> None:
    if version is not None and version != order.version:
        raise StaleError(
            _("This order has changed since you opened this page. Please look at it again.")
        )
    if order.status != Order.Status.OPEN:
        raise OrderError(_("Only an open order can be packed."))
    if order.hold:
        raise OrderError(_("This order is on hold. Lift the hold before packing."))
    if not copies:
        raise OrderError(_("No copy is on the shelf for this order: there is nothing to pack."))


def _new_consignment(order: Order, weight_g: int | None) -> Consignment:
    last = order.consignments.aggregate(last=Max("position"))["last"] or 0
    names = (order.name, order.post, order.organisation)
    return Consignment.objects.create(
        order=order,
        position=last + 1,
        delivery=order.delivery,
        recipient="\n".join(name for name in names if name),
        address=order.address,
        country=order.country,
        pick_up_point=order.pick_up_point,
        slip_language=order.language,
        status=Status.PACKED,
        weight_g=weight_g,
        packed_at=timezone.now(),
    )


def _weight(copies: dict) -> int | None:
    weights = [line.edition.weight_g for line in copies]
    if None in weights:
        return None
    return sum(line.edition.weight_g * quantity for line, quantity in copies.items())


def _issue(consignment: Consignment, *, by) -> None:
    for packed in _packed_lines(consignment):
        stock.issue(packed, by=by)
    consignment.left_at = timezone.now()


def _step(consignment, status, what, *, by, reason="", mail="") -> Consignment:
    """Write the status, the event, the mail owed; close the order if this was the last thing."""
    consignment.status = status
    consignment.save()
    order = consignment.order
    _touch(order)
    event = record(order, what, by=by, reason=reason, consignment=consignment)
    if mail:
        outbox.queue(order, mail, event=event)
    lifecycle.close_when_done(order)
    return consignment


def _touch(order: Order) -> None:
    order.version += 1
    order.save(update_fields=["version"])


def _refuse_unless(consignment: Consignment, *allowed: str) -> None:
    if consignment.status not in allowed:
        raise OrderError(
            _("This cannot be done: the consignment is “%(status)s”.")
            % {"status": consignment.get_status_display()}
        )


def _packed_lines(consignment: Consignment):
    return consignment.lines.select_related("line").order_by("line__edition_id")


def _locked(consignment: Consignment) -> Consignment:
    """The consignment as it is now, held after its stock and its order."""
    stock.lock(consignment.lines.values_list("line__edition_id", flat=True))
    order = Order.objects.select_for_update(no_key=True).get(pk=consignment.order_id)
    fresh = Consignment.objects.select_for_update(no_key=True).get(pk=consignment.pk)
    fresh.order = order
    return fresh
