"""Consignments: packing, dispatch, hand-over, return. Every change of their status happens here.

Each verb is one transaction, locks stock, then the order, then the consignment, and is safe to
repeat: a second press of a button finds the work done and changes nothing.
"""

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import consignees as destinations
from orders import lifecycle, outbox, stock
from orders.errors import OrderError
from orders.events import ASIDE, record
from orders.models import Consignee, Consignment, ConsignmentLine, Order, OrderEvent
from orders.models.pick_up import DeliveryMethod

Status = Consignment.Status
What = OrderEvent.What
PICK_UP = DeliveryMethod.PICK_UP
ARRIVED_OR_NOT = (Status.SENT, Status.DELIVERED, Status.RETURNED, Status.LOST)


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
    return _packed(order, consignee, copies, weight_g, by=by)


@transaction.atomic
def pack_all(order: Order, *, by, version: int | None = None) -> list[Consignment]:
    """One consignment for each destination that copies are due to; those live where none are."""
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    due = destinations.due(order)
    if not due and (live := list(order.consignments.live())):
        return live
    lifecycle.refuse_if_stale(order, version)
    _refuse_unless_packable(order, due)
    return [_packed(order, place, copies, None, by=by) for place, copies in due.items()]


def _chosen(due: dict, quantities: dict[int, int] | None) -> dict:
    """Of the copies due by line, those that are named; all where nothing is."""
    if quantities is None:
        return due
    chosen = {line: quantities.get(line.pk, 0) for line in due}
    if any(not 0 <= copies <= due[line] for line, copies in chosen.items()):
        raise OrderError(_("More copies are named than lie on the shelf for this destination."))
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


@transaction.atomic
def unpack(consignment: Consignment, *, by, reason: str = "") -> Consignment:
    """Dissolve a consignment that has not left; its copies stay promised to the order."""
    consignment = locked(consignment)
    if consignment.status == Status.VOID:
        return consignment
    refuse_unless(consignment, Status.PREPARING, Status.PACKED, Status.AT_DESK)
    return step(consignment, Status.VOID, What.UNPACKED, by=by, reason=reason)


@transaction.atomic
def send(
    consignment: Consignment, *, by, tracking: str = "", weight_g: int | None = None
) -> Consignment:
    """The parcel or pouch left: its copies are issued, and the orderer is told."""
    consignment = locked(consignment)
    if consignment.status == Status.SENT:
        return _sent_alike(consignment, tracking, weight_g)
    if consignment.delivery == PICK_UP:
        raise OrderError(_("This consignment is for pick-up: hand it over, do not dispatch it."))
    refuse_unless(consignment, Status.PACKED)
    consignment.tracking = tracking
    consignment.weight_g = weight_g or consignment.weight_g
    _issue(consignment, by=by)
    return step(consignment, Status.SENT, What.SENT, by=by, mail="sent")


def _sent_alike(consignment: Consignment, tracking: str, weight_g: int | None) -> Consignment:
    """What was sent already, if it was with what is said now; a colleague may have said else."""
    if tracking in ("", consignment.tracking) and weight_g in (None, consignment.weight_g):
        return consignment
    if not consignment.tracking:
        raise OrderError(
            _(
                "This parcel was dispatched a moment ago, without a tracking number. What you "
                "typed was not kept: note the number on the parcel as it is now."
            )
        )
    raise OrderError(
        _(
            "This parcel was dispatched a moment ago, with the tracking number %(tracking)s. What "
            "you typed was not kept: correct the parcel if it is wrong."
        )
        % {"tracking": consignment.tracking}
    )


@transaction.atomic
def track(consignment: Consignment, *, by, tracking: str) -> Consignment:
    """Write down or correct the tracking number of what was dispatched."""
    consignment = locked(consignment)
    refuse_unless(consignment, *ARRIVED_OR_NOT)
    refuse_if_forgotten(consignment.order)
    if consignment.tracking != tracking:
        consignment.tracking = tracking
        consignment.save(update_fields=["tracking"])
        record(consignment.order, What.EDITED, by=by, consignment=consignment)
    return consignment


@transaction.atomic
def deliver(consignment: Consignment, *, by) -> Consignment:
    """The recipient confirmed that it arrived."""
    consignment = locked(consignment)
    if consignment.status == Status.DELIVERED:
        return consignment
    refuse_unless(consignment, Status.SENT)
    return step(consignment, Status.DELIVERED, What.DELIVERED, by=by)


@transaction.atomic
def take_back(
    consignment: Consignment, *, by, reason: str = "", unusable: dict[int, int] | None = None
) -> Consignment:
    """It came back: its copies lie on the shelf again and serve whoever waits.

    `unusable` says how many copies of a line are not fit to be sent again, by order line.
    """
    consignment = locked(consignment)
    if consignment.status == Status.RETURNED:
        counted = {line: copies for line, copies in (unusable or {}).items() if copies}
        if counted != stock.spoilt(consignment):
            raise OrderError(
                _(
                    "A colleague has taken this parcel back already, with another number of "
                    "unusable copies. What you typed was not kept: enter damage under Stock."
                )
            )
        return _done_alike(consignment, What.RETURNED, reason)
    refuse_unless(consignment, Status.SENT, Status.DELIVERED, Status.HANDED_OVER, Status.LOST)
    for packed in packed_lines(consignment):
        spoilt = (unusable or {}).get(packed.line_id, 0)
        stock.take_back(packed, by=by, reason=reason, unusable=spoilt)
    consignment = step(consignment, Status.RETURNED, What.RETURNED, by=by, reason=reason)
    stock.serve(packed.line.edition_id for packed in packed_lines(consignment))
    return consignment


@transaction.atomic
def lose(consignment: Consignment, *, by, reason: str = "") -> Consignment:
    """It was dispatched and did not arrive; what is known of it stays, its copies are gone."""
    consignment = locked(consignment)
    if consignment.status == Status.LOST:
        return _done_alike(consignment, What.LOST, reason)
    refuse_unless(consignment, Status.SENT)
    return step(consignment, Status.LOST, What.LOST, by=by, reason=reason)


def _done_alike(consignment: Consignment, what: str, reason: str) -> Consignment:
    """What was done already, if for the reason that is given now; else that would be lost."""
    told = OrderEvent.objects.filter(consignment=consignment, what=what).latest("pk")
    if reason not in ("", told.reason):
        raise OrderError(
            _(
                "A colleague has done this already, for another reason: “%(reason)s”. Yours was "
                "not kept: add it as a note."
            )
            % {"reason": told.reason}
        )
    return consignment


@transaction.atomic
def let_leave(order: Order, *, by) -> list[Consignment]:
    """All that is packed for an order: parcels are dispatched, bags lie ready at their point.

    Where everything has left already, nothing changes.
    """
    packed = list(order.consignments.filter(status=Status.PACKED))
    gone = (Status.AT_DESK, Status.HANDED_OVER, *ARRIVED_OR_NOT)
    if not packed and not order.consignments.filter(status__in=gone).exists():
        raise OrderError(_("Nothing is packed for it."))
    lines = ConsignmentLine.objects.filter(consignment__in=packed)
    stock.lock(lines.values_list("line__edition_id", flat=True))  # of all, before the order
    return [(offer if each.delivery == PICK_UP else send)(each, by=by) for each in packed]


@transaction.atomic
def arrive(order: Order, *, by) -> list[Consignment]:
    """All that was dispatched for an order arrived."""
    sent = list(order.consignments.filter(status=Status.SENT))
    if not sent and not order.consignments.filter(status=Status.DELIVERED).exists():
        raise OrderError(_("Nothing was dispatched for it."))
    return [deliver(each, by=by) for each in sent]


# Pick-up ----------------------------------------------------------------------


@transaction.atomic
def offer(consignment: Consignment, *, by) -> Consignment:
    """It lies at its pick-up point, and the orderer is told."""
    consignment = locked(consignment)
    if consignment.status in (Status.AT_DESK, Status.HANDED_OVER):
        return consignment
    if consignment.delivery != PICK_UP:
        raise OrderError(_("This consignment is not for pick-up: dispatch it."))
    refuse_unless(consignment, Status.PACKED)
    return step(consignment, Status.AT_DESK, What.AT_DESK, by=by, mail="ready")


@transaction.atomic
def hand_over(consignment: Consignment, *, by) -> Consignment:
    """It was picked up: its copies are issued. The pick-up point must be open today."""
    consignment = locked(consignment)
    if consignment.status == Status.HANDED_OVER:
        return consignment
    refuse_unless(consignment, Status.AT_DESK)
    _refuse_if_closed(consignment.pick_up_point)
    _issue(consignment, by=by)
    return step(consignment, Status.HANDED_OVER, What.HANDED_OVER, by=by)


@transaction.atomic
def undo_hand_over(consignment: Consignment, *, by) -> Consignment:
    """The wrong bag was pressed: it still lies at its point, its copies are promised as before.

    On the same day only: by then no report can have told of it. And only while nothing else was
    done with the order, nor its copies counted; afterwards what is there was returned. The order
    is open again, and on hold if it was. Nobody was told of the hand-over, so nobody is told of
    this.
    """
    consignment = locked(consignment)
    if consignment.status == Status.AT_DESK:
        return consignment
    refuse_unless(consignment, Status.HANDED_OVER)
    refuse_if_forgotten(consignment.order)
    _refuse_if_gone_on(consignment)
    for packed in packed_lines(consignment):
        stock.undo_issue(packed, by=by)
    consignment.status, consignment.left_at = Status.AT_DESK, None
    consignment.save()
    order = consignment.order
    order.first_left_at = order.consignments.aggregate(first=Min("left_at"))["first"]
    lifecycle.open_again(order, What.UNDONE, by=by, consignment=consignment)
    return consignment


def _refuse_if_gone_on(consignment: Consignment) -> None:
    if not consignment.is_fresh:
        raise OrderError(
            _("It was handed over on another day. If the copies are here, mark it as returned.")
        )
    handed = consignment.events.filter(what=What.HANDED_OVER).latest("pk")
    later = consignment.order.events.filter(pk__gt=handed.pk, consignment=None)
    if later.exclude(what__in=(*ASIDE, What.CLOSED)).exists():
        raise OrderError(
            _("The order was changed since. If the copies are here, mark the bag as returned.")
        )


@transaction.atomic
def miss(consignment: Consignment, *, by) -> Consignment:
    """Nobody came while the point was open; its copies stay promised and can be packed again."""
    consignment = locked(consignment)
    if consignment.status == Status.MISSED:
        return consignment
    refuse_unless(consignment, Status.AT_DESK)
    _refuse_if_closed(consignment.pick_up_point, afterwards=False)
    return step(consignment, Status.MISSED, What.MISSED, by=by, mail="missed")


def _refuse_if_closed(point, *, afterwards: bool = True) -> None:
    today = timezone.localdate()
    opens, closes = point.opens_on or today, point.closes_on or today
    if today < opens or (afterwards and today > closes):
        raise OrderError(_("The pick-up point “%(name)s” is not open today.") % {"name": point})


# Shared steps -----------------------------------------------------------------


def _refuse_unless_packable(order: Order, copies: dict) -> None:
    if order.status != Order.Status.OPEN:
        raise OrderError(_("Only an open order can be packed."))
    if order.hold:
        raise OrderError(_("This order is on hold. Lift the hold before packing."))
    if not copies:
        raise OrderError(_("No copy is on the shelf for this order: there is nothing to pack."))


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


def _issue(consignment: Consignment, *, by) -> None:
    for packed in packed_lines(consignment):
        stock.issue(packed, by=by)
    order, consignment.left_at = consignment.order, timezone.now()
    order.first_left_at = order.first_left_at or consignment.left_at


def step(consignment, status, what, *, by, reason="", mail="") -> Consignment:
    """Write the status, the event, the mail owed; close the order if this was the last thing."""
    consignment.status = status
    consignment.save()
    order = consignment.order
    touch(order)
    event = record(order, what, by=by, reason=reason, consignment=consignment)
    if mail:
        outbox.queue(order, mail, event=event)
    lifecycle.close_when_done(order)
    return consignment


def touch(order: Order) -> None:
    order.version += 1
    order.save(update_fields=["version", "first_left_at"])


def refuse_unless(consignment: Consignment, *allowed: str) -> None:
    if consignment.status not in allowed:
        raise OrderError(
            _("This cannot be done: the consignment is “%(status)s”.")
            % {"status": consignment.get_status_display()}
        )


def refuse_if_forgotten(order: Order) -> None:
    if order.erased_at:
        raise OrderError(_("Nobody knows any more where this order went."))


def packed_lines(consignment: Consignment):
    return consignment.lines.select_related("line").order_by("line__edition_id")


def locked(consignment: Consignment) -> Consignment:
    """The consignment as it is now, held after its stock and its order."""
    stock.lock(consignment.lines.values_list("line__edition_id", flat=True))
    order = Order.objects.select_for_update(no_key=True).get(pk=consignment.order_id)
    fresh = Consignment.objects.select_for_update(no_key=True).get(pk=consignment.pk)
    fresh.order = order
    return fresh
