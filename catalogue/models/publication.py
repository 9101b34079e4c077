"""The work: one symbol, one address, whatever the languages it exists in."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.fields import SortKeyField, SymbolKeyField
from catalogue.identifiers import validate_symbol
from catalogue.lineage import goes_in_a_circle
from catalogue.models.vocabulary import IssuingBody, Kind, Meeting, Precision, Series, Topic
from catalogue.querysets import PublicationQuerySet


class Publication(models.Model):
    """A publication of the secretariat. Its editions are its language versions.

    The slug is the same in every language and never changes: it is printed in QR codes.
    """

    slug = models.SlugField(
        _("short name"),
        max_length=80,
        unique=True,
        help_text=_("The permanent address, the same in every language."),
    )
    symbol = models.CharField(_("symbol"), max_length=60, blank=True, validators=[validate_symbol])
    symbol_key = SymbolKeyField(source="symbol", max_length=80, db_index=True)
    title = models.CharField(_("title"), max_length=300)
    title_key = SortKeyField(source="title", max_length=300)
    summary = models.TextField(_("summary"), blank=True)
    kind = models.ForeignKey(
        Kind, models.PROTECT, verbose_name=_("kind"), related_name="publications"
    )
    series = models.ForeignKey(
        Series,
        models.PROTECT,
        verbose_name=_("series"),
        null=True,
        blank=True,
        related_name="publications",
    )
    number = models.CharField(_("number in the series"), max_length=20, blank=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    issued_precision = models.CharField(
        _("known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    issuing_body = models.ForeignKey(
        IssuingBody,
        models.PROTECT,
        verbose_name=_("issuing body"),
        null=True,
        blank=True,
        related_name="publications",
    )
    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        verbose_name=_("meeting"),
        null=True,
        blank=True,
        related_name="publications",
    )
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), blank=True, related_name="publications"
    )
    original_language = models.CharField(
        _("original language"), max_length=35, blank=True, validators=[languages.validate_tag]
    )
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        related_name="replaced_by",
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        related_name="corrigenda",
        help_text=_("For a corrigendum or an addendum: the publication it belongs to."),
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, db_index=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("publication"), _("publications")
        constraints = [
            models.UniqueConstraint(
                "symbol", condition=~Q(symbol=""), name="publication_symbol_names_one_work"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(published_at__isnull=False),
                name="publication_withdrawn_only_if_published",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")),
                name="publication_replaces_another",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(corrects=F("id")),
                name="publication_corrects_another",
            ),
        ]

    def __str__(self):
        return languages.translated(self, "title")[0]

    def get_absolute_url(self):
        return reverse("catalogue:publication", args=[self.slug])

    def clean(self):
        """Every publication has a title; none is replaced or corrected by itself in the end."""
        if not languages.translated(self, "title")[0]:
            raise ValidationError(_("Give the title in at least one language."))
        if goes_in_a_circle(self, "replaces"):
            raise ValidationError(
                _("“Replaces” goes in a circle: in the end this publication would replace itself."),
                code="circle",
            )
        if goes_in_a_circle(self, "corrects"):
            raise ValidationError(
                _("“Corrects” goes in a circle: in the end this publication would correct itself."),
                code="circle",
            )
