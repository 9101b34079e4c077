"""What a person asked for, and what was agreed."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orders.querysets import OrderQuerySet, PickUpPointQuerySet

MOST_COPIES = 999  # of one edition in one order; a database rule, the limit shown is a setting


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
    capacity = models.PositiveIntegerField(_("capacity in copies"), null=True, blank=True)

    objects = PickUpPointQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("pick-up point"), _("pick-up points")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="pick_up_point_closes_after_it_opens",
            )
        ]

    def __str__(self):
        return self.name


class Order(models.Model):
    """An order of paper copies. Its status is written by `orders.lifecycle` alone."""

    class Status(models.TextChoices):
        UNVERIFIED = "unverified", _("to be confirmed")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        EXPIRED = "expired", _("expired")
        DECLINED = "declined", _("declined")
        CANCELLED = "cancelled", _("cancelled")

    class Hold(models.TextChoices):
        ADDRESS = "address", _("address in question")
        DUPLICATE = "duplicate", _("possible duplicate")
        OVER_LIMIT = "over_limit", _("over the limit")
        REQUEST = "request", _("asked to wait")
        OTHER = "other", _("other reason")

    class Source(models.TextChoices):
        """How a request reached the unit."""

        SITE = "site", _("on the site")
        MAIL = "mail", _("by e-mail")
        LETTER = "letter", _("by letter or note verbale")
        TELEPHONE = "telephone", _("by telephone")
        IN_PERSON = "in_person", _("in person")

    class OrdererKind(models.TextChoices):
        STATE_PARTY = "state_party", _("State Party")
        SIGNATORY = "signatory", _("signatory State")
        NOT_PARTY = "not_party", _("State not party")
        OBSERVER = "observer", _("international organization")
        CIVIL_SOCIETY = "civil_society", _("non-governmental organization")
        OTHER = "other", _("other")

    number = models.CharField(_("number"), max_length=12, unique=True, editable=False)
    link_seed = models.CharField(max_length=43, editable=False)
    link_hash = models.CharField(max_length=64, unique=True, editable=False)
    submission_key = models.CharField(max_length=64, null=True, unique=True, editable=False)
    submission_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    status = models.CharField(
        _("status"),
        max_length=12,
        choices=Status.choices,
        default=Status.UNVERIFIED,
        editable=False,
    )
    language = models.CharField(_("language of correspondence"), max_length=10)
    source = models.CharField(
        _("received"), max_length=10, choices=Source.choices, default=Source.SITE
    )
    hold = models.CharField(_("on hold"), max_length=12, choices=Hold.choices, blank=True)
    hold_until = models.DateField(_("on hold until"), null=True, blank=True)

    name = models.CharField(_("name"), max_length=200, blank=True)
    post = models.CharField(_("post"), max_length=200, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    orderer_kind = models.CharField(_("you order for"), max_length=15, choices=OrdererKind.choices)
    state = models.ForeignKey(
        "catalogue.State",
        models.PROTECT,
        verbose_name=_("State"),
        null=True,
        blank=True,
        related_name="+",
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    delivery = models.CharField(_("delivery"), max_length=10, choices=DeliveryMethod.choices)
    pick_up_point = models.ForeignKey(
        PickUpPoint, models.PROTECT, verbose_name=_("pick-up point"), null=True, blank=True
    )
    address = models.TextField(_("address"), blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    note_verbale = models.CharField(_("note verbale reference"), max_length=60, blank=True)

    placed_at = models.DateTimeField(_("placed at"), auto_now_add=True, db_index=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True, db_index=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, db_index=True)
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("order"), _("orders")
        permissions = [
            ("pack_order", _("Can pack and dispatch orders")),
            ("decide_order", _("Can decline, hold and cancel orders")),
        ]
        indexes = [models.Index("status", "accepted_at", "id", name="order_queue")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(delivery="pick_up") | Q(pick_up_point__isnull=False),
                name="order_pick_up_has_a_point",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["unverified", "expired", "cancelled", "declined"])
                | Q(accepted_at__isnull=False),
                name="order_open_was_accepted",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=["unverified", "open"]) & Q(ended_at=None))
                | (~Q(status__in=["unverified", "open"]) & Q(ended_at__isnull=False)),
                name="order_ended_has_a_time",
            ),
        ]

    def __str__(self):
        return self.number

    def get_desk_url(self):
        return reverse("desk:order", args=[self.number])

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None


class OrderLine(models.Model):
    """Copies of one edition in an order, and what became of each of them."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    edition = models.ForeignKey("catalogue.Edition", models.PROTECT, related_name="+")
    location = models.ForeignKey("orders.StockLocation", models.PROTECT, related_name="+")
    requested = models.PositiveIntegerField(
        _("requested"), validators=[MinValueValidator(1), MaxValueValidator(MOST_COPIES)]
    )
    approved = models.PositiveIntegerField(_("approved"), default=0)
    refused = models.PositiveIntegerField(_("not granted"), default=0)
    allocated = models.PositiveIntegerField(_("allocated"), default=0)
    backordered = models.PositiveIntegerField(_("waiting for stock"), default=0)
    issued = models.PositiveIntegerField(_("issued"), default=0)
    cancelled = models.PositiveIntegerField(_("cancelled"), default=0)
    returned = models.PositiveIntegerField(_("returned"), default=0)
    replaced = models.PositiveIntegerField(_("to be sent again"), default=0)
    waits_for_reprint = models.BooleanField(
        _("the rest follows when reprinted"),
        default=True,
        help_text=_("Otherwise what is not on the shelf is left out."),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("line"), _("lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("order", "edition", name="order_names_an_edition_once"),
            models.CheckConstraint(
                condition=Q(requested__gte=1, requested__lte=MOST_COPIES),
                name="line_asks_for_1_to_999_copies",
            ),
            models.CheckConstraint(
                condition=Q(
                    approved=F("allocated") + F("backordered") + F("issued") + F("cancelled"),
                    allocated__gte=0,
                    backordered__gte=0,
                    issued__gte=0,
                    cancelled__gte=0,
                ),
                name="line_copies_are_accounted_for",
            ),
            models.CheckConstraint(
                condition=Q(approved__lte=F("requested") + F("replaced") - F("refused")),
                name="line_decides_no_more_than_asked",
            ),
            models.CheckConstraint(
                condition=Q(returned__lte=F("issued")), name="line_returns_no_more_than_issued"
            ),
            models.CheckConstraint(
                condition=Q(replaced__lte=F("issued")), name="line_replaces_what_was_issued"
            ),
        ]
        indexes = [
            models.Index("edition", condition=Q(backordered__gt=0), name="line_waiting"),
            models.Index("edition", condition=Q(allocated__gt=0), name="line_promised"),
        ]

    def __str__(self):
        return f"{self.requested} × {self.edition}"

    @property
    def to_decide(self) -> int:
        """Copies beyond the limit, waiting for a person's decision."""
        return self.requested + self.replaced - self.approved - self.refused

    @property
    def pending(self) -> int:
        """Copies agreed and still on our side: on the shelf for the order, or to come."""
        return self.allocated + self.backordered

    @property
    def wanted(self) -> int:
        """Copies that the orderer still counts on, sent ones included."""
        return self.requested + self.replaced - self.refused - self.cancelled


class Consignee(models.Model):
    """Somebody else who gets part of an order; what is not theirs goes where the order goes."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="consignees")
    position = models.PositiveSmallIntegerField(_("number"))
    recipient = models.CharField(_("recipient"), max_length=620, blank=True)
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
        AT_DESK = "at_desk", _("ready for pick-up")
        HANDED_OVER = "handed_over", _("handed over")
        MISSED = "missed", _("not picked up")
        DELIVERED = "delivered", _("delivered")
        RETURNED = "returned", _("returned")
        LOST = "lost", _("lost on the way")
        REPLACED = "replaced", _("to be sent again")
        FORWARDED = "forwarded", _("goes another way")
        LET_GO = "let_go", _("missed copies released")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("reopened")
        CANCELLED = "cancelled", _("cancelled")
        DECLINED = "declined", _("declined")
        DISOWNED = "disowned", _("“I did not order this”")
        EXPIRED = "expired", _("expired")
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
