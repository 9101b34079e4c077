"""What a person asked for, and what was agreed."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.fields import SortKeyField
from orders.models.pick_up import DeliveryMethod, PickUpPoint
from orders.querysets import OrderQuerySet

MOST_COPIES = 999  # of one edition in one order; a database rule, the limit shown is a setting


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
    last_press = models.CharField(max_length=64, blank=True, editable=False)

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
    person_key = SortKeyField(source="person", max_length=450)  # searched without accents
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
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    # Of its consignments; kept here for the report on waiting times.
    first_left_at = models.DateTimeField(
        _("first parcel left at"), null=True, blank=True, editable=False
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, db_index=True)
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("order"), _("orders")
        permissions = [
            ("pack_order", _("Can pack and dispatch orders")),
            ("decide_order", _("Can decline, hold and cancel orders")),
        ]
        indexes = [
            models.Index("status", "accepted_at", "id", name="order_queue"),
            models.Index("accepted_at", "first_left_at", name="order_waiting_time"),
            models.Index(
                "accepted_at", "id", condition=Q(erased_at=None), name="order_with_a_person"
            ),
            models.Index("person_key", condition=~Q(person_key=""), name="order_person"),
            models.Index("placed_at", "id", condition=Q(status="unverified"), name="order_new"),
            models.Index("pick_up_point", condition=Q(status="open"), name="order_for_a_point"),
        ]
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
    def person(self) -> str:
        """Name and organisation, a line each."""
        return "\n".join(filter(None, (self.name, self.organisation)))

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def is_resting(self) -> bool:
        """On hold until a later day; on that day it is to be looked at again."""
        return bool(self.hold and self.hold_until and self.hold_until > timezone.localdate())


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
    # For the report: the ledger does not tell a lowered line's releases from a cancelled one's.
    given_up = models.PositiveIntegerField(
        _("given up while waiting"),
        default=0,
        editable=False,
        help_text=_("Of the cancelled copies, those that were not on the shelf for it."),
    )
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
                condition=Q(given_up__lte=F("cancelled")), name="line_gives_up_what_is_cancelled"
            ),
            models.CheckConstraint(
                condition=Q(replaced__lte=F("issued")), name="line_replaces_what_was_issued"
            ),
        ]
        indexes = [
            models.Index("edition", "order", name="line_of_an_edition"),  # searches by title
            models.Index("edition", condition=Q(backordered__gt=0), name="line_waiting"),
            models.Index("edition", condition=Q(allocated__gt=0), name="line_promised"),
            models.Index(
                "order",
                condition=Q(requested__gt=F("approved") + F("refused") - F("replaced")),
                name="line_to_decide",
            ),
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

    @property
    def to_have(self) -> int:
        """Copies that the orderer has in the end: those sent again count once."""
        return max(0, self.wanted - self.replaced)
