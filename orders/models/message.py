"""The messages we owe, written in the transaction that owes them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Mail
from orders.models.event import OrderEvent
from orders.models.order import Order


class OutgoingMessage(Mail):
    """A mail about an order: which template, to whom, about what."""

    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="messages")
    event = models.ForeignKey(OrderEvent, models.PROTECT, null=True, related_name="messages")

    CONFIRMATIONS: ClassVar[tuple] = ("confirm",)

    class Meta:
        verbose_name, verbose_name_plural = _("message"), _("messages")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                "locked_until", condition=Q(sent_at=None, parked_at=None), name="message_due"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(parked_at=None), name="message_is_sent_or_parked"
            )
        ]

    def __str__(self):
        return f"{self.template} {self.order}"
