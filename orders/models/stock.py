"""How many paper copies exist, where, and every movement that made it so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.querysets import StockItemQuerySet


class StockLocation(models.Model):
    """A place where copies lie: the office, a store room, a meeting's documents counter."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_main = models.BooleanField(
        _("orders are served from here"), default=False, help_text=_("One location only.")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("storage location"), _("storage locations")
        constraints = [
            models.UniqueConstraint(
                "is_main", condition=Q(is_main=True), name="one_main_stock_location"
            )
        ]

    def __str__(self):
        return self.name


class StockItem(models.Model):
    """The paper copies of one edition at one location: on the shelf, promised, unusable.

    Balances only; `StockEntry` says how they came about. Written by `orders.stock` alone.
    """

    edition = models.ForeignKey(
        "catalogue.Edition", models.PROTECT, verbose_name=_("edition"), related_name="+"
    )
    location = models.ForeignKey(
        StockLocation, models.PROTECT, verbose_name=_("location"), related_name="items"
    )
    on_hand = models.PositiveIntegerField(_("on hand"), default=0, editable=False)
    allocated = models.PositiveIntegerField(_("promised"), default=0, editable=False)
    unusable = models.PositiveIntegerField(_("unusable"), default=0, editable=False)
    shelf = models.CharField(
        _("shelf"), max_length=40, blank=True, help_text=_("Where it lies, for example A-3.")
    )
    low_at = models.PositiveIntegerField(
        _("low from"),
        null=True,
        blank=True,
        help_text=_("Available copies at which a reprint should be thought of."),
    )

    objects = StockItemQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("stock of an edition"), _("stock of editions")
        constraints = [
            models.UniqueConstraint("edition", "location", name="stock_item_once_a_location"),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, unusable__gte=0)
                & Q(on_hand__gte=F("allocated") + F("unusable")),
                name="stock_promises_are_covered",
            ),
        ]

    def __str__(self):
        return f"{self.edition}, {self.location}"

    @property
    def available(self) -> int:
        """Copies that may still be promised."""
        return self.on_hand - self.allocated - self.unusable


class StockEntry(models.Model):
    """One movement of paper: what changed, by whom, why. Never updated, never deleted."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("print run received")
        ALLOCATION = "allocation", _("promised to an order")
        RELEASE = "release", _("promise released")
        ISSUE = "issue", _("left the shelf")
        RETURN = "return", _("came back")
        WALK_UP = "walk_up", _("handed out without an order")
        DAMAGE = "damage", _("found unusable")
        WRITE_OFF = "write_off", _("written off")
        COUNT = "count", _("stock count")
        TRANSFER = "transfer", _("moved between locations")

    stock_item = models.ForeignKey(
        StockItem, models.PROTECT, verbose_name=_("stock"), related_name="entries"
    )
    kind = models.CharField(_("movement"), max_length=12, choices=Kind.choices)
    on_hand_change = models.IntegerField(_("on hand"), default=0)
    allocated_change = models.IntegerField(_("promised"), default=0)
    unusable_change = models.IntegerField(_("unusable"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    line = models.ForeignKey(
        "orders.OrderLine",
        models.PROTECT,
        verbose_name=_("line"),
        null=True,
        related_name="stock_entries",
    )
    consignment = models.ForeignKey(
        "orders.Consignment",
        models.PROTECT,
        verbose_name=_("consignment"),
        null=True,
        related_name="stock_entries",
    )
    other_location = models.ForeignKey(
        StockLocation,
        models.PROTECT,
        verbose_name=_("to or from"),
        null=True,
        related_name="+",
        help_text=_("The other end of a transfer."),
    )
    state = models.ForeignKey(
        "catalogue.State",
        models.PROTECT,
        verbose_name=_("State"),
        null=True,
        related_name="+",
        help_text=_("Whose delegate took copies without an order, where it was said."),
    )
    key = models.CharField(_("one-time key"), max_length=64, null=True, unique=True)
    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = _("stock movement"), _("stock movements")
        ordering = ["-pk"]
        indexes = [  # for reports: what came or left, without promises
            models.Index(
                fields=["kind", "stock_item", "at", "on_hand_change", "consignment", "state"],
                condition=~Q(on_hand_change=0),
                name="entry_left_by_edition",
            ),
            models.Index(
                fields=["kind", "at", "on_hand_change", "consignment", "state"],
                condition=~Q(on_hand_change=0),
                name="entry_left_by_time",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(on_hand_change=0, allocated_change=0, unusable_change=0),
                name="stock_entry_moves_something",
            ),
            models.CheckConstraint(
                condition=Q(kind="transfer", other_location__isnull=False)
                | (~Q(kind="transfer") & Q(other_location=None)),
                name="stock_entry_transfer_has_two_ends",
            ),
        ]

    def __str__(self):
        return f"{self.movement}: {self.stock_item}"

    @property
    def movement(self):
        """What it was, in words; copies that went by mistake came by the same kind of entry."""
        if self.on_hand_change > 0 and self.kind == self.Kind.ISSUE:
            return _("departure undone")
        if self.on_hand_change > 0 and self.kind == self.Kind.WALK_UP:
            return _("handing out undone")
        return self.get_kind_display()

    @property
    def copies(self) -> int:
        """How many came or left."""
        return abs(self.on_hand_change)

    @property
    def is_fresh(self) -> bool:
        """Whether it was written today."""
        return timezone.localdate(self.at) == timezone.localdate()
