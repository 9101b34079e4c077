"""The messages we owe, written in the transaction that owes them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Mail
from orders.models.event import OrderEvent
from orders.models.order import Order


class OutgoingMessage(Mail):
    """A mail about an order: which template, to whom, about what; and what it said when sent."""

    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="messages")
    event = models.ForeignKey(OrderEvent, models.PROTECT, null=True, related_name="messages")
    subject = models.CharField(_("subject"), max_length=500, blank=True, editable=False)
    text = models.TextField(_("text"), blank=True, editable=False)  # without the secret link

    CONFIRMATIONS: ClassVar[tuple] = ("confirm",)

    class Meta:
        verbose_name, verbose_name_plural = _("message"), _("messages")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                "locked_until", condition=Q(sent_at=None, parked_at=None), name="message_due"
            ),
            models.Index("last_error", condition=Q(parked_at__isnull=False), name="message_parked"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(parked_at=None), name="message_is_sent_or_parked"
            ),
            models.CheckConstraint(
                condition=~Q(to="") | Q(subject="", text=""),
                name="message_is_forgotten_with_its_reader",
            ),
        ]

    def __str__(self):
        return f"{self.template} {self.order}"
