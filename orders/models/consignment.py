"""One parcel, pouch or bag: where the paper physically is."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.fields import SortKeyField
from orders.models.consignee import Consignee
from orders.models.order import Order, OrderLine
from orders.models.pick_up import DeliveryMethod, PickUpPoint
from orders.querysets import LEFT, ConsignmentQuerySet


def without_signs(column):
    """A column without what people put between figures, as `orders.searching` leaves it out."""
    plain: F | Replace = F(column)
    for sign in " ./-":
        plain = Replace(plain, Value(sign), Value(""))
    return plain


class Consignment(models.Model):
    """What is packed together and goes one way. `orders.fulfilment` alone writes its status."""

    class Status(models.TextChoices):
        PREPARING = "preparing", pgettext_lazy("consignment", "in preparation")
        PACKED = "packed", pgettext_lazy("consignment", "packed")
        SENT = "sent", pgettext_lazy("consignment", "dispatched")
        DELIVERED = "delivered", pgettext_lazy("consignment", "delivered")
        RETURNED = "returned", pgettext_lazy("consignment", "returned")
        LOST = "lost", pgettext_lazy("consignment", "lost")
        AT_DESK = "at_desk", pgettext_lazy("consignment", "ready for pick-up")
        HANDED_OVER = "handed_over", pgettext_lazy("consignment", "picked up")
        MISSED = "missed", pgettext_lazy("consignment", "not picked up")
        VOID = "void", pgettext_lazy("consignment", "unpacked")

    order = models.ForeignKey(Order, models.PROTECT, related_name="consignments")
    position = models.PositiveSmallIntegerField(_("number"), default=1)
    consignee = models.ForeignKey(
        Consignee,
        models.PROTECT,
        verbose_name=_("consignee"),
        null=True,
        blank=True,
        related_name="consignments",
        help_text=_("Nobody: it goes where the order goes."),
    )
    delivery = models.CharField(_("delivery"), max_length=10, choices=DeliveryMethod.choices)
    recipient = models.CharField(_("recipient"), max_length=620, blank=True)
    recipient_key = SortKeyField(source="recipient", max_length=620)  # searched without accents
    address = models.TextField(_("address"), blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    pick_up_point = models.ForeignKey(
        PickUpPoint, models.PROTECT, verbose_name=_("pick-up point"), null=True, blank=True
    )
    slip_language = models.CharField(_("language of the packing slip"), max_length=10)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.PREPARING, editable=False
    )
    weight_g = models.PositiveIntegerField(_("weight in grams"), null=True, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=40, blank=True)
    tracking_plain = models.GeneratedField(  # searched, whatever stands between its figures
        expression=without_signs("tracking"),
        output_field=models.CharField(max_length=40),
        db_persist=True,
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    box = models.PositiveSmallIntegerField(_("box"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    packed_at = models.DateTimeField(_("packed at"), null=True, blank=True)
    left_at = models.DateTimeField(_("dispatched or handed over at"), null=True, blank=True)
    settled_at = models.DateTimeField(
        _("settled at"),
        null=True,
        blank=True,
        help_text=_("When its missed copies went another way or were released."),
    )

    objects = ConsignmentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("consignment"), _("consignments")
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint("order", "position", name="consignment_numbered_once"),
            models.CheckConstraint(
                condition=~Q(delivery="pick_up") | Q(pick_up_point__isnull=False),
                name="consignment_pick_up_has_a_point",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["preparing", "void"]) | Q(packed_at__isnull=False),
                name="consignment_was_packed_first",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=list(LEFT)) | Q(left_at__isnull=False),
                name="consignment_left_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(status="missed"),
                name="consignment_settled_was_missed",
            ),
        ]
        indexes = [
            models.Index("status", "pick_up_point", name="consignment_whereabouts"),
            models.Index("status", "left_at", name="consignment_since"),
            models.Index("order", "left_at", name="consignment_first_left"),
            models.Index(
                "tracking_plain",
                "order",
                condition=~Q(tracking_plain=""),
                name="consignment_tracked_plain",
            ),
            models.Index(
                "recipient_key", "order", condition=~Q(recipient_key=""), name="consignment_named"
            ),
        ]

    def __str__(self):
        return f"{self.order}/{self.position}"

    @property
    def is_fresh(self) -> bool:
        """Whether it was handed over or dispatched today: on the same day that can be undone."""
        is_gone = self.status in (self.Status.HANDED_OVER, self.Status.SENT) and self.left_at
        return bool(is_gone) and timezone.localdate(self.left_at) == timezone.localdate()


class ConsignmentLine(models.Model):
    """Copies of one order line in a consignment."""

    consignment = models.ForeignKey(Consignment, models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="consignment_lines")
    quantity = models.PositiveIntegerField(_("copies"))
    replaced = models.PositiveIntegerField(_("to be sent again"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = (
            _("line of the consignment"),
            _("lines of the consignment"),
        )
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("consignment", "line", name="consignment_names_a_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="consignment_line_holds_copies"
            ),
            models.CheckConstraint(
                condition=Q(replaced__lte=F("quantity")),
                name="consignment_line_replaces_what_it_held",
            ),
        ]
        indexes = [
            models.Index(
                "consignment",
                condition=Q(replaced__gt=0),
                name="consignment_line_sent_again",
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.line.edition}"

    @property
    def replaceable(self) -> int:
        """Copies of it, once they left, that can be agreed once more."""
        return self.quantity - self.replaced
