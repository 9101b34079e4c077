"""What readers leave behind: tallies of downloads, wishes for a language, subscriptions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.models.edition import EditionFile
from catalogue.models.publication import Publication
from catalogue.querysets import LanguageRequestQuerySet, ReaderQuerySet


class Download(models.Model):
    """How often a file was downloaded on a day. A tally: no address, no cookie, no person."""

    file = models.ForeignKey(EditionFile, models.CASCADE, related_name="downloads")
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("downloads"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = (
            _("downloads of a day"),
            _("downloads of a day (plural)"),
        )
        constraints = [models.UniqueConstraint("file", "day", name="download_counted_once_a_day")]

    def __str__(self):
        return f"{self.file} {self.day:%Y-%m-%d}: {self.count}"


class LanguageRequest(models.Model):
    """Somebody waits for a publication in a language. The address goes when the wish is met."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="language_requests")
    language = models.CharField(_("language"), max_length=35, validators=[languages.validate_tag])
    correspondence_language = models.CharField(_("language of the mail"), max_length=10)
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)

    objects = LanguageRequestQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("language request"), _("language requests")
        constraints = [
            models.UniqueConstraint(
                "publication",
                "language",
                "email",
                condition=~models.Q(email=""),
                name="language_request_once_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(notified_at=None) | models.Q(email=""),
                name="language_request_address_erased_when_met",
            ),
        ]

    def __str__(self):
        return f"{self.publication} → {self.language}"


class Subscription(models.Model):
    """Somebody wants the quarterly list of what is new. Who unsubscribes is deleted."""

    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language of the mail"), max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ReaderQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("subscription"), _("subscriptions")
        constraints = [models.UniqueConstraint("email", name="subscription_once_a_person")]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"
