"""Who may not be written to, who needs no confirmation, and who looked at people's data."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AddressStanding(models.Model):
    """What we know of an e-mail address, by its keyed hash: the address itself is not kept."""

    class Standing(models.TextChoices):
        TRUSTED = "trusted", _("needs no confirmation")
        REFUSED = "refused", _("gets no mail")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    standing = models.CharField(_("standing"), max_length=8, choices=Standing.choices)
    at = models.DateTimeField(_("at"), auto_now=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name, verbose_name_plural = _("standing of an address"), _("standings of addresses")
        ordering = ["-at"]

    def __str__(self):
        return f"{self.digest[:8]}: {self.get_standing_display()}"


class Look(models.Model):
    """A member of staff saw names and addresses of many orders at once: on which page, when.

    A look at one order is an event of that order. Never updated, never deleted.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    page = models.CharField(_("page"), max_length=40)
    orders = models.PositiveIntegerField(_("orders shown"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("look at personal data"), _("looks at personal data")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.page} {self.at:%Y-%m-%d}"
