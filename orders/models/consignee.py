"""Who else gets part of an order."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.fields import SortKeyField
from orders.models.order import Order, OrderLine
from orders.models.pick_up import DeliveryMethod, PickUpPoint


class Consignee(models.Model):
    """Somebody else who gets part of an order; what is not theirs goes where the order goes."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="consignees")
    position = models.PositiveSmallIntegerField(_("number"))
    recipient = models.CharField(_("recipient"), max_length=620, blank=True)
    recipient_key = SortKeyField(source="recipient", max_length=620)  # searched without accents
    delivery = models.CharField(_("delivery"), max_length=10, choices=DeliveryMethod.choices)
    address = models.TextField(_("address"), blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    pick_up_point = models.ForeignKey(
        PickUpPoint, models.PROTECT, verbose_name=_("pick-up point"), null=True, blank=True
    )

    class Meta:
        verbose_name, verbose_name_plural = _("consignee"), _("consignees")
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint("order", "position", name="consignee_numbered_once"),
            models.CheckConstraint(
                condition=~Q(delivery="pick_up") | Q(pick_up_point__isnull=False),
                name="consignee_pick_up_has_a_point",
            ),
        ]
        indexes = [
            models.Index(
                "recipient_key", "order", condition=~Q(recipient_key=""), name="consignee_named"
            )
        ]

    def __str__(self):
        return f"{self.order}/{self.position}"


class Share(models.Model):
    """How many copies of a line are for a consignee."""

    consignee = models.ForeignKey(Consignee, models.CASCADE, related_name="shares")
    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="shares")
    quantity = models.PositiveIntegerField(_("copies"))

    class Meta:
        verbose_name, verbose_name_plural = _("share"), _("shares")
        ordering = ["consignee", "pk"]
        constraints = [
            models.UniqueConstraint("consignee", "line", name="consignee_names_a_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="share_holds_copies"),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.line.edition}"
