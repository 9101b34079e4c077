"""Which rows: questions about publications, editions and files."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest, NullIf
from django.utils import timezone

from catalogue import languages


def visible(prefix: str = "") -> Q:
    """Published, and not withdrawn, at this moment."""
    return Q(**{f"{prefix}published_at__lte": timezone.now(), f"{prefix}withdrawn_at": None})


def _relations(prefix: str = "") -> list[Prefetch]:
    """What came after a publication: those that replace it, those that correct it."""
    from catalogue.models import Publication

    later = Publication.objects.published().order_by("pk")
    return [Prefetch(f"{prefix}{name}", later) for name in ("replaced_by", "corrigenda")]


def _has_pdf() -> Exists:
    from catalogue.models import EditionFile

    return Exists(EditionFile.objects.reading().filter(edition=OuterRef("pk")))


# Filters of the list that ask for one column, and which.
COLUMNS = {
    "kind": "kind__slug",
    "meeting": "meeting__code",
    "body": "issuing_body__slug",
    "series": "series__slug",
}


# What replaces what, both ways and as often as it happened, and what corrects what.
LINEAGE = """
WITH RECURSIVE
earlier(id) AS (
    SELECT replaces_id FROM catalogue_publication WHERE id = %s
    UNION
    SELECT old.replaces_id FROM catalogue_publication old JOIN earlier ON old.id = earlier.id
),
later(id) AS (
    SELECT id FROM catalogue_publication WHERE replaces_id = %s
    UNION
    SELECT new.id FROM catalogue_publication new JOIN later ON new.replaces_id = later.id
)
SELECT id FROM earlier UNION SELECT id FROM later
UNION SELECT corrects_id FROM catalogue_publication WHERE id = %s
UNION SELECT id FROM catalogue_publication WHERE corrects_id = %s
"""


def _keys(rows) -> tuple[str, tuple]:
    """A query for the keys of some rows, to be joined to others: SQL, and its values."""
    sql, values = rows.values("id").query.sql_with_params()
    return f"SELECT rows_.id FROM ({sql}) AS rows_", values  # noqa: S608


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

    def held_in(self, *tags):
        """Those that can be read or ordered in one of the languages."""
        editions = self._editions().held().filter(languages__language__in=tags)
        return self.filter(pk__in=editions.values("publication"))

    def on_paper(self):
        """Those with an edition that exists on paper."""
        return self.filter(pk__in=self._editions().filter(is_printed=True).values("publication"))

    def about(self, *topics):
        rows = models.QuerySet(self.model).filter(topics__slug__in=topics)
        return self.filter(pk__in=rows.order_by().values("pk"))

    def issued_in(self, *years):
        return self.filter(issued_on__year__in=years)

    def narrowed(self, *, q="", language=(), paper=(), topic=(), year=(), **columns):
        """Those that match every filter given, named as in the list's address.

        Of the values of one filter any will do: narrowed(language=["fr", "es"], kind=["report"]).
        """
        rows = self.search(q) if q else self
        rows = rows.held_in(*language) if language else rows
        rows = rows.on_paper() if paper else rows
        rows = rows.about(*topic) if topic else rows
        rows = rows.issued_in(*year) if year else rows
        chosen = {COLUMNS[name]: values for name, values in columns.items() if values}
        return rows.filter(**{f"{column}__in": values for column, values in chosen.items()})

    def newest_first(self):
        return self.order_by(models.F("issued_on").desc(nulls_last=True), "-pk")

    def search(self, text, *, prefix=False):
        """Those that hold every word of the text, the most relevant first, then the newest.

        With `prefix` the last word may be unfinished. To count by a facet, call `order_by()`.
        """
        from catalogue.search.query import find

        return find(self, text, prefix=prefix)

    def by_title(self, language):
        """In the order of the alphabet, each by the title that a reader of `language` sees."""
        keys = [NullIf(f"title_key_{code}", Value("")) for code in languages.preference(language)]
        return self.order_by(Coalesce(*keys), "pk")

    def oldest_first(self):
        return self.order_by(models.F("issued_on").asc(nulls_last=True), "pk")

    def near(self, publication):
        """What its page leads to: its lineage, its corrigenda, its neighbours in series, meeting.

        Without a series and a meeting, the newest that are about the same.
        """
        queries = [(LINEAGE, (publication.pk,) * 4), *map(_keys, self._neighbours(publication))]
        sql = " UNION ".join(sql for sql, _values in queries)
        found = RawSQL(sql, [value for _sql, values in queries for value in values])  # noqa: S611
        return self.filter(pk__in=found).exclude(pk=publication.pk)

    def _neighbours(self, publication):
        others = type(publication).objects.published().exclude(pk=publication.pk)
        if publication.series_id:
            yield from others.filter(series=publication.series_id)._around(publication)
        if publication.meeting_id:
            yield others.filter(meeting=publication.meeting_id).newest_first()[:4]
        topics = [topic.pk for topic in publication.topics.all()]
        if topics and not (publication.series_id or publication.meeting_id):
            yield others.filter(topics__in=topics).newest_first().distinct()[:4]

    def _around(self, publication):
        """The two before it by date and the two after it; the newest if it has no date."""
        if not (day := publication.issued_on):
            yield self.newest_first()[:4]
            return
        before = Q(issued_on__lt=day) | Q(issued_on=day, pk__lt=publication.pk)
        after = Q(issued_on__gt=day) | Q(issued_on=day, pk__gt=publication.pk)
        yield self.filter(before).newest_first()[:2]
        yield self.filter(after).oldest_first()[:2]

    def with_editions(self):
        """With what a card or a page shows, in four queries whatever the number of rows."""
        from catalogue.models import Edition

        editions = Edition.objects.visible().with_files()
        return self.select_related("kind", "series", "issuing_body", "meeting").prefetch_related(
            Prefetch("editions", editions)
        )

    def with_page(self):
        """With all that its own page shows, in five queries; editions as `known_editions`."""
        from catalogue.models import Edition

        editions = Prefetch("editions", Edition.objects.known().with_files(), "known_editions")
        return self.select_related(
            "kind", "series", "issuing_body", "meeting", "replaces", "corrects"
        ).prefetch_related(editions, "topics")

    def with_announced_editions(self):
        """With editions that were published once: those withdrawn since keep their addresses."""
        from catalogue.models import Edition

        editions = Edition.objects.announced().with_files()
        return self.select_related("kind").prefetch_related(Prefetch("editions", editions))

    def with_entries(self):
        """With what a feed says of its editions, in five queries."""
        return (
            self.with_editions().select_related("replaces", "corrects").prefetch_related("topics")
        )

    def with_records(self):
        """With all that is said of its editions to machines, in seven queries."""
        rows = self.with_editions().select_related("replaces", "corrects")
        return rows.prefetch_related("topics", *_relations())

    def answering(self, *, language, kind, changed_since, after):
        """Those that programs ask for, by key; with `changed_since` also the withdrawn ones."""
        rows = self.announced().changed_since(changed_since) if changed_since else self.published()
        rows = rows.in_language(language) if language else rows
        rows = rows.filter(kind__slug=kind) if kind else rows
        return rows.filter(pk__gt=after or 0).order_by("pk")

    def changed_since(self, at):
        """Those in which readers, since then, could see something new, or something gone."""
        from catalogue.models import Edition

        since = Q(changed_at__gte=at) | Q(published_at__gte=at) | Q(withdrawn_at__gte=at)
        editions = Edition.objects.announced().filter(since).values("publication")
        return self.filter(since | Q(pk__in=editions))

    def _editions(self):
        from catalogue.models import Edition

        return Edition.objects.visible()

    def come_due(self, since, until):
        """Those let out by the clock in a span of time, themselves or one of their editions."""
        from catalogue.models import Edition

        span = Q(published_at__gt=since, published_at__lte=until)
        return self.filter(span | Q(pk__in=Edition.objects.filter(span).values("publication")))


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
            .prefetch_related("publication__topics", siblings, *_relations("publication__"))
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


class MailQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at=None, parked_at=None)

    def due(self):
        """To be sent now: unsent, and nobody else is at it."""
        return self.unsent().filter(Q(locked_until=None) | Q(locked_until__lte=timezone.now()))

    def parked(self):
        return self.exclude(parked_at=None)

    def confirmations(self):
        """Those that anybody can have sent to anybody: they are limited."""
        return self.filter(template__in=self.model.CONFIRMATIONS)  # type: ignore[attr-defined]

    def besides(self, mail):
        """Without one mail; of another kind it is not among them."""
        return self.exclude(pk=mail.pk) if isinstance(mail, self.model) else self

    def written_since(self, moment):
        return self.filter(created_at__gt=moment)

    def addressed_to(self, address):
        """Those to an address; one that was sent may have left it to the reader's own row."""
        places = (Q(**{f"{place}__iexact": address}) for place in self.model.ADDRESSES)  # type: ignore[attr-defined]
        return self.filter(reduce(or_, places))

    def given_up_first(self):
        return self.order_by(models.F("parked_at").desc(nulls_last=True), "-pk")


class RecordQuerySet(models.QuerySet):
    """What harvesters ask for (OAI-PMH)."""

    # The sets, and the columns by which they are made: "lang:fr", "kind:report".
    SETS = {"lang": "language", "kind": "kind"}

    def in_set(self, name):
        """Those of "lang:fr", or of all that is under "lang"."""
        above, _colon, value = name.partition(":")
        if above not in self.SETS:
            return self.none()
        return self.filter(**{self.SETS[above]: value}) if value else self

    def changed(self, since=None, until=None):
        """Those that changed last in a span of time, both ends included."""
        rows = self.filter(datestamp__gte=since) if since else self
        return rows.filter(datestamp__lte=until) if until else rows

    def after(self, datestamp, pk):
        """Those that come after a record in the order in which harvesters are told of them."""
        later = Q(datestamp__gt=datestamp) | Q(datestamp=datestamp, pk__gt=pk)
        return self.filter(later, datestamp__gte=datestamp)

    def oldest_change_first(self):
        return self.order_by("datestamp", "pk")
