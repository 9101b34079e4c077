"""Which rows: questions about publications, editions and files."""

from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone


def visible(prefix: str = "") -> Q:
    """Published, and not withdrawn, at this moment."""
    return Q(**{f"{prefix}published_at__lte": timezone.now(), f"{prefix}withdrawn_at": None})


class PublicationQuerySet(models.QuerySet):
    def published(self):
        """What the public may see now."""
        return self.filter(visible())

    def announced(self):
        """What the public may know of: published once, even if withdrawn since."""
        return self.filter(published_at__lte=timezone.now())

    def in_language(self, tag):
        """Those with a published edition in the language."""
        return self.filter(
            pk__in=self._editions().filter(languages__language=tag).values("publication")
        )

    def on_paper(self):
        """Those with an edition that exists on paper."""
        return self.filter(pk__in=self._editions().filter(is_printed=True).values("publication"))

    def issued_in(self, year):
        return self.filter(issued_on__year=year)

    def newest_first(self):
        return self.order_by(models.F("issued_on").desc(nulls_last=True), "-pk")

    def with_editions(self):
        """With what a card or a page shows, in four queries whatever the number of rows."""
        from catalogue.models import Edition

        editions = Edition.objects.visible().with_files()
        return self.select_related("kind", "series", "issuing_body", "meeting").prefetch_related(
            Prefetch("editions", editions)
        )

    def _editions(self):
        from catalogue.models import Edition

        return Edition.objects.visible()


class EditionQuerySet(models.QuerySet):
    def visible(self):
        """Published editions, not withdrawn; their publication may still be hidden."""
        return self.filter(visible())

    def published(self):
        """Editions that the public may see now, of publications that it may see."""
        return self.filter(visible(), visible("publication__"))

    def printed(self):
        return self.filter(is_printed=True)

    def with_files(self):
        """With languages and files, but not the files' text, which may be long."""
        from catalogue.models import EditionFile

        return self.prefetch_related(
            "languages", Prefetch("files", EditionFile.objects.without_text())
        )


class EditionFileQuerySet(models.QuerySet):
    def without_text(self):
        return self.defer("text")

    def reading(self):
        return self.filter(purpose="reading")
