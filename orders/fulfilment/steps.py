"""What every verb about a consignment begins with, and the step it ends with."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import lifecycle, outbox, stock
from orders.errors import OrderError
from orders.events import record
from orders.models import Consignment, Order


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


def issue(consignment: Consignment, *, by) -> None:
    """Its copies leave the shelf, and the moment is noted; the caller saves both."""
    for packed in packed_lines(consignment):
        stock.issue(packed, by=by)
    order, consignment.left_at = consignment.order, timezone.now()
    order.first_left_at = order.first_left_at or consignment.left_at


def packed_lines(consignment: Consignment):
    return consignment.lines.select_related("line").order_by("line__edition_id")


def locked(consignment: Consignment) -> Consignment:
    """The consignment as it is now, held after its stock and its order."""
    stock.lock(consignment.lines.values_list("line__edition_id", flat=True))
    order = Order.objects.select_for_update(no_key=True).get(pk=consignment.order_id)
    fresh = Consignment.objects.select_for_update(no_key=True).get(pk=consignment.pk)
    fresh.order = order
    return fresh


def refuse_unless(consignment: Consignment, *allowed: str) -> None:
    if consignment.status not in allowed:
        raise OrderError(
            _("This cannot be done: the consignment is “%(status)s”.")
            % {"status": consignment.get_status_display()}
        )


def refuse_if_on_hold(order: Order) -> None:
    if order.hold:
        raise OrderError(
            _("This order is on hold. Lift the hold before a parcel leaves or a bag is made ready.")
        )


def refuse_if_forgotten(order: Order) -> None:
    if order.erased_at:
        raise OrderError(_("Nobody knows any more where this order went."))
