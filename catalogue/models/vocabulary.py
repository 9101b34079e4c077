"""The words that describe publications: kinds, topics, series, bodies, meetings, States."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.fields import SortKeyField


class Precision(models.TextChoices):
    """How much of a date is known: a report of “2019” has no day."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class Term(models.Model):
    """A named entry of a small vocabulary, with a permanent short name for addresses."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_key = SortKeyField(source="name", max_length=200)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class Kind(Term):
    """What sort of publication: action plan, final report, working paper."""

    class Meta:
        verbose_name, verbose_name_plural = _("kind"), _("kinds")


class Topic(Term):
    """What a publication is about, mostly an article of the Convention."""

    article = models.PositiveSmallIntegerField(_("article"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("topic"), _("topics")


class Series(Term):
    """Publications that follow one another: final reports, action plans."""

    class Meta:
        verbose_name, verbose_name_plural = _("series"), _("series (plural)")


class IssuingBody(Term):
    """Who speaks in a publication."""

    name = models.CharField(_("name"), max_length=300)
    name_key = SortKeyField(source="name", max_length=300)

    class Meta:
        verbose_name, verbose_name_plural = _("issuing body"), _("issuing bodies")


class Meeting(models.Model):
    """A meeting of the Convention; publications belong to it and copies are handed over at it."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    place = models.CharField(_("place"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("meeting"), _("meetings")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="meeting_ends_after_it_starts",
            )
        ]

    def __str__(self):
        return self.name


class State(models.Model):
    """A State, and where it stands under the Convention: dated facts, edited by staff."""

    class Status(models.TextChoices):
        STATE_PARTY = "state_party", _("State Party")
        SIGNATORY = "signatory", _("signatory State")
        NOT_PARTY = "not_party", _("State not party")
        WITHDRAWN = "withdrawn", _("withdrawn State")

    iso2 = models.CharField(_("ISO code (2 letters)"), max_length=2, unique=True)
    iso3 = models.CharField(_("ISO code (3 letters)"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_key = SortKeyField(source="name", max_length=120)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    consent_by = models.CharField(_("consent by"), max_length=30, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    consented_on = models.DateField(_("consented on"), null=True, blank=True)
    in_force_on = models.DateField(_("in force on"), null=True, blank=True)
    un_group = models.CharField(_("regional group"), max_length=60, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("State"), _("States")

    def __str__(self):
        return self.name
