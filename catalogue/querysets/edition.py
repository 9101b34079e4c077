"""Which editions, and which of their files."""

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from catalogue.querysets.publication import later_works
from catalogue.querysets.visibility import visible


class EditionQuerySet(models.QuerySet):
    def visible(self):
        """Published editions, not withdrawn; their publication may still be hidden."""
        return self.filter(visible())

    def announced(self):
        """Published once, even if withdrawn since."""
        return self.filter(published_at__lte=timezone.now())

    def known(self):
        """What a page speaks of: published once, or in translation."""
        return self.filter(Q(published_at__lte=timezone.now()) | Q(stage="translation"))

    def published(self):
        """Editions that the public may see now, of publications that it may see."""
        return self.filter(visible(), visible("publication__"))

    def printed(self):
        return self.filter(is_printed=True)

    def readable(self):
        """With a PDF to read."""
        return self.filter(_has_pdf())

    def held(self):
        """With something to read or to order; of some it is only known that they exist."""
        return self.filter(_has_pdf() | Q(is_printed=True))

    def newly_published(self, since=None, until=None):
        """Let out in a span of time and there now, to read or to order; `out_at` says when.

        The newest first. An edition is out when its publication is; `until` is not of the span.
        """
        out_at = Greatest("published_at", "publication__published_at")
        rows = self.published().held().annotate(out_at=out_at).order_by("-out_at", "-pk")
        rows = rows.filter(out_at__gte=since) if since else rows
        return rows.filter(out_at__lt=until) if until else rows

    def ready(self):
        """Never published so far, with something to read or to order."""
        return self.held().filter(published_at=None)

    def with_files(self):
        """With languages and files, but not the files' text, which may be long."""
        from catalogue.models import EditionFile

        return self.prefetch_related(
            "languages", Prefetch("files", EditionFile.objects.without_text())
        )

    def with_records(self):
        """With all that is said of them to machines, in nine queries; their siblings too."""
        from catalogue.models import Edition

        names = ("kind", "series", "issuing_body", "meeting", "replaces", "corrects")
        siblings = Prefetch("publication__editions", Edition.objects.visible().with_files())
        return (
            self.select_related(*(f"publication__{name}" for name in names))
            .prefetch_related("publication__topics", siblings, *later_works("publication__"))
            .with_files()
        )


class EditionFileQuerySet(models.QuerySet):
    def without_text(self):
        return self.defer("text")

    def reading(self):
        return self.filter(purpose="reading")

    def offered(self, publications):
        """The newest PDFs of the editions of some publications that readers are offered now."""
        from catalogue.models import Edition, EditionFile

        newer = EditionFile.objects.reading().filter(
            edition=OuterRef("edition"), version__gt=OuterRef("version")
        )
        editions = Edition.objects.visible().filter(publication__in=publications)
        successors = editions.held().exclude(supersedes=None)
        return (
            self.reading()
            .filter(~Exists(newer), visible("edition__publication__"), edition__in=editions)
            .exclude(edition__in=successors.values("supersedes"))
        )


def _has_pdf() -> Exists:
    from catalogue.models import EditionFile

    return Exists(EditionFile.objects.reading().filter(edition=OuterRef("pk")))
