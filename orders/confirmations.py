"""Confirmation mails that were kept back, looked at by a member of staff."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders import lifecycle, outbox, standing
from orders.errors import OrderError
from orders.events import record
from orders.models import Order, OrderEvent


@transaction.atomic
def send(order: Order, *, by, version: int | None = None) -> Order:
    """Owe the confirmation mail that was kept back, to the address of now. Safe to repeat.

    The hours to confirm in begin when it is sent.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    mail = order.messages.confirmations().order_by("-pk").first()
    if order.status != Order.Status.UNVERIFIED or mail is None:
        raise OrderError(_("This order does not wait for a confirmation."))
    if not outbox.has_confirmation_under_way(order):
        lifecycle.refuse_if_stale(order, version)
        mail.to, mail.language = order.email, order.language
        mail.save(update_fields=["to", "language"])
        outbox.resend(mail)
        record(order, OrderEvent.What.MAILED, by=by)
    return order


@transaction.atomic
def lift(order: Order, *, by, reason: str) -> Order:
    """The reader of the address wants our mail after all: the confirmation first."""
    standing.lift_refusal(order, by=by, reason=reason)
    return send(order, by=by)
