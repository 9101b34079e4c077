"""How copies reach people, and the places where they are handed over."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.querysets import PickUpPointQuerySet


class DeliveryMethod(models.TextChoices):
    POST = "post", _("by post")
    COURIER = "courier", _("by courier")
    POUCH = "pouch", _("by diplomatic pouch")
    PICK_UP = "pick_up", _("pick-up")


class PickUpPoint(models.Model):
    """A place with hours and dates where copies are handed over: a meeting or the office."""

    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(_("place"), max_length=200)
    hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    meeting = models.ForeignKey(
        "catalogue.Meeting",
        models.PROTECT,
        verbose_name=_("meeting"),
        null=True,
        blank=True,
        related_name="+",
    )
    location = models.ForeignKey(
        "orders.StockLocation",
        models.PROTECT,
        verbose_name=_("stock location"),
        null=True,
        blank=True,
    )
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    order_by_on = models.DateField(_("order by"), null=True, blank=True)
    is_closed = models.BooleanField(
        _("closed"),
        default=False,
        help_text=_("It takes no more orders; bags that lie there are still handed over."),
    )
    capacity = models.PositiveIntegerField(_("capacity in copies"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PickUpPointQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("pick-up point"), _("pick-up points")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="pick_up_point_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(order_by_on=None)
                | Q(closes_on=None)
                | Q(order_by_on__lte=F("closes_on")),
                name="pick_up_point_takes_orders_before_it_closes",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_yet_to_open(self) -> bool:
        return self.opens_on is not None and timezone.localdate() < self.opens_on

    @property
    def took_orders_until(self) -> datetime.date | None:
        """The last day on which it took orders, once that is past."""
        days = [day for day in (self.order_by_on, self.closes_on) if day]
        return min((day for day in days if day < timezone.localdate()), default=None)

    @property
    def has_closed(self) -> bool:
        return self.closes_on is not None and timezone.localdate() > self.closes_on

    @property
    def is_at_its_end(self) -> bool:
        """Whether its last day has come: who has not come by now does not come any more."""
        return self.closes_on is not None and timezone.localdate() >= self.closes_on
