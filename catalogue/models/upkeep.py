"""What the site keeps about itself: its version, its long work, what harvesters were told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models.edition import Edition
from catalogue.querysets import RecordQuerySet


class CatalogueVersion(models.Model):
    """One row: counts the changes that a reader can see, so that nobody keeps an old page."""

    number = models.PositiveBigIntegerField(default=0)
    caught_up_at = models.DateTimeField(
        default=timezone.now, help_text="What was scheduled until then was let out."
    )

    class Meta:
        verbose_name, verbose_name_plural = (
            _("version of the catalogue"),
            _("versions of the catalogue"),
        )
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="catalogue_has_one_version")]

    def __str__(self):
        return str(self.number)


class Record(models.Model):
    """An edition in one language as harvesters know it (OAI-PMH). Withdrawn, it stays as deleted.

    `datestamp`, whole seconds, moves when anything in the record changes; `digest` tells.
    """

    identifier = models.CharField(max_length=140, unique=True)  # after "oai:domain:"
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="records")
    language = models.CharField(max_length=35)
    kind = models.CharField(max_length=60)
    datestamp = models.DateTimeField()
    is_deleted = models.BooleanField(default=False)
    digest = models.CharField(max_length=32)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("harvested record"), _("harvested records")
        indexes = [
            models.Index("datestamp", "id", name="record_by_datestamp"),
            models.Index("language", "datestamp", "id", name="record_by_language"),
            models.Index("kind", "datestamp", "id", name="record_by_kind"),
        ]

    def __str__(self):
        return self.identifier


class Job(models.Model):
    """Long work that a colleague asked for; done in a process of its own (`catalogue.jobs`)."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("what"), max_length=40)
    arguments = models.JSONField(default=dict)
    language = models.CharField(_("language"), max_length=10)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.WAITING
    )
    outcome = models.JSONField(default=dict, help_text="What the work returned.")
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("job"), _("jobs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running"], finished_at=None)
                | Q(status__in=["done", "failed"], finished_at__isnull=False),
                name="job_is_finished_at_a_time",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def folder(self):
        """Where its files lie; made when it starts."""
        return settings.DATA_DIR / "jobs" / str(self.pk)
