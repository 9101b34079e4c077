"""Forgetting people: names and addresses go, quantities, States and months stay."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orders import outbox
from orders.events import Actor, record
from orders.models import Order, OrderEvent

COLUMNS = ["name", "post", "organisation", "email", "phone", "address", "purpose"]
COLUMNS += ["person_key", "note_verbale", "submission_fingerprint", "last_press"]
OF_THE_ORDER = dict.fromkeys(COLUMNS, "")
OF_A_CONSIGNMENT = {
    "recipient": "",
    "recipient_key": "",
    "address": "",
    "tracking": "",
    "phone": "",
}
OF_A_CONSIGNEE = {"recipient": "", "recipient_key": "", "address": "", "phone": ""}


def erase_due() -> int:
    """Erase the people in orders that ended `ORDER_KEPT_DAYS` ago or earlier; returns how many."""
    limit = timezone.now() - datetime.timedelta(days=settings.ORDER_KEPT_DAYS)
    due = Order.objects.filter(ended_at__lte=limit, erased_at=None).order_by("pk")
    for order in due:
        erase(order)
    return len(due)


@transaction.atomic
def erase(order: Order) -> None:
    """Take the person out of an order that is over; its ledger and its statistics stay.

    Messages not sent by now are dropped: there is nobody left to write to.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if order.erased_at or not order.is_over:
        return
    Order.objects.filter(pk=order.pk).update(erased_at=timezone.now(), **OF_THE_ORDER)
    order.consignments.update(**OF_A_CONSIGNMENT)
    order.consignees.update(**OF_A_CONSIGNEE)
    order.notes.all().delete()
    order.messages.unsent().update(parked_at=timezone.now(), last_error=outbox.ERASED)
    order.messages.update(to="", subject="", text="")
    record(order, OrderEvent.What.ERASED, actor=Actor.CLOCK)
