"""Which readers left an address, and what they wait for."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone


class ReaderQuerySet(models.QuerySet):
    """People who left an address: each has to confirm that it is theirs, within some hours."""

    def unconfirmed(self):
        return self.filter(confirmed_at=None)

    def confirmed(self):
        return self.exclude(confirmed_at=None)

    def late(self):
        """Those that were not confirmed in time."""
        hours = timedelta(hours=settings.READER_CONFIRMATION_HOURS)
        return self.unconfirmed().filter(created_at__lte=timezone.now() - hours)

    def alive(self):
        return self.exclude(pk__in=type(self)(self.model).late().values("pk"))


class LanguageRequestQuerySet(ReaderQuerySet):
    def waiting(self):
        """Confirmed, and not written to so far."""
        return self.confirmed().filter(notified_at=None)

    def unmet(self):
        return self.filter(notified_at=None)

    def met(self):
        """Those whose edition can be read or ordered now."""
        from catalogue.models import Edition

        wanted = Edition.objects.published().held()
        return self.filter(
            Exists(
                wanted.filter(
                    publication=OuterRef("publication"), languages__language=OuterRef("language")
                )
            )
        )

    def stale(self):
        """Those that waited so long that nobody expects an answer any more."""
        days = timedelta(days=settings.WISH_KEPT_DAYS)
        return self.unmet().filter(created_at__lte=timezone.now() - days)
