"""Mail that is owed: written in the transaction that owes it, sent by `catalogue.mailing`."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.publication import Publication
from catalogue.models.readers import LanguageRequest, Subscription
from catalogue.querysets import MailQuerySet


class Mail(models.Model):
    """A mail to be sent once: which template, to whom. Rendered when it is sent."""

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

    CONFIRMATIONS: ClassVar[tuple] = ()  # templates that a stranger can have sent
    ADDRESSES: ClassVar[tuple] = ("to",)  # where it is known to whom it went
    FORGOTTEN_WHEN_SENT: ClassVar[dict] = {}  # columns, and what is left in them

    objects = MailQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.template} {self.pk}"


class Notice(Mail):
    """A mail to a reader of the catalogue. The address goes when it is sent."""

    request = models.ForeignKey(
        LanguageRequest, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="+"
    )
    quarter = models.DateField(_("first day of the quarter"), null=True, blank=True)

    CONFIRMATIONS: ClassVar[tuple] = ("wish-confirm", "subscribe-confirm")
    ADDRESSES: ClassVar[tuple] = ("to", "request__email", "subscription__email")
    FORGOTTEN_WHEN_SENT: ClassVar[dict] = {"to": ""}

    class Meta:
        verbose_name, verbose_name_plural = _("notice to a reader"), _("notices to readers")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                "locked_until", condition=Q(sent_at=None, parked_at=None), name="notice_due"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(parked_at=None), name="notice_is_sent_or_parked"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(to=""), name="notice_address_erased_when_sent"
            ),
        ]
