"""What happened to an order, and what colleagues note about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class OrderEvent(models.Model):
    """What happened to an order, when and by whom. Never updated, never deleted.

    `by` is empty when the orderer or the clock acted; `actor` says which.
    """

    class Actor(models.TextChoices):
        ORDERER = "orderer", _("orderer")
        STAFF = "staff", _("staff")
        CLOCK = "clock", _("automatic")

    class What(models.TextChoices):
        PLACED = "placed", _("placed")
        CONFIRMED = "confirmed", _("confirmed")
        CHANGED = "changed", _("changed")
        EDITED = "edited", _("details corrected")
        APPROVED = "approved", _("excess decided")
        HELD = "held", _("put on hold")
        RELEASED = "released", _("hold lifted")
        SERVED = "served", _("copies set aside")
        PUT_BACK = "put_back", _("put back into the queue")
        SKIPPED = "skipped", _("passed over in the queue")
        PREPARED = "prepared", _("consignment prepared")
        PACKED = "packed", _("packed")
        UNPACKED = "unpacked", _("unpacked")
        SENT = "sent", _("dispatched")
        UNSENT = "unsent", _("dispatch undone")
        AT_DESK = "at_desk", _("ready for pick-up")
        HANDED_OVER = "handed_over", _("handed over")
        UNDONE = "undone", _("hand-over undone")
        MISSED = "missed", _("not picked up")
        STILL_HERE = "still_here", _("still at the pick-up point")
        DELIVERED = "delivered", _("delivered")
        RETURNED = "returned", _("returned")
        LOST = "lost", _("lost on the way")
        REPLACED = "replaced", _("to be sent again")
        FORWARDED = "forwarded", _("goes another way")
        LET_GO = "let_go", _("missed copies released")
        POINT = "point", _("pick-up point changed")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("reopened")
        CANCELLED = "cancelled", _("cancelled")
        DECLINED = "declined", _("declined")
        DISOWNED = "disowned", _("“I did not order this”")
        EXPIRED = "expired", _("expired")
        MAILED = "mailed", _("confirmation mail released")
        MAIL_ALLOWED = "mail_allowed", _("address may be written to again")
        ERASED = "erased", _("personal data erased")
        VIEWED = "viewed", _("personal data viewed")

    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    actor = models.CharField(_("who"), max_length=8, choices=Actor.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), null=True, related_name="+"
    )
    what = models.CharField(_("what"), max_length=12, choices=What.choices)
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12, blank=True)
    consignment = models.ForeignKey(
        "orders.Consignment", models.PROTECT, null=True, related_name="events"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    until = models.DateField(_("on hold until"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(actor="staff") & Q(by__isnull=False))
                | (~Q(actor="staff") & Q(by=None)),
                name="event_names_the_member_of_staff",
            )
        ]

    def __str__(self):
        return f"{self.order}: {self.get_what_display()}"


class Note(models.Model):
    """What a colleague should know about an order; nobody outside reads it."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="notes")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    text = models.CharField(_("note"), max_length=1000)

    class Meta:
        verbose_name, verbose_name_plural = _("note"), _("notes")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.order}: {self.text[:40]}"
