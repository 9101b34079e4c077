"""The messages we owe, written in the transaction that owes them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order, OrderEvent
from orders.querysets import OutgoingMessageQuerySet


class OutgoingMessage(models.Model):
    """A mail to be sent once: which template, to whom, about what. Rendered when sent."""

    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="messages")
    event = models.ForeignKey(OrderEvent, models.PROTECT, null=True, related_name="messages")
    to = models.EmailField(_("to"), blank=True)
    language = models.CharField(_("language"), max_length=10)
    template = models.CharField(_("message"), max_length=40)
    key = models.CharField(_("key"), max_length=120, unique=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    locked_until = models.DateTimeField(_("next attempt"), null=True, blank=True)
    parked_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, db_index=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = OutgoingMessageQuerySet.as_manager()

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
