"""Which publications, and with what of their editions."""

from django.db import models
from django.db.models import Prefetch, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from catalogue import languages
from catalogue.querysets.visibility import visible

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
        return rows.prefetch_related("topics", *later_works())

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


def _keys(rows) -> tuple[str, tuple]:
    """A query for the keys of some rows, to be joined to others: SQL, and its values."""
    sql, values = rows.values("id").query.sql_with_params()
    return f"SELECT rows_.id FROM ({sql}) AS rows_", values  # noqa: S608


def later_works(prefix: str = "") -> list[Prefetch]:
    """What came after a publication: those that replace it, those that correct it."""
    from catalogue.models import Publication

    later = Publication.objects.published().order_by("pk")
    return [Prefetch(f"{prefix}{name}", later) for name in ("replaced_by", "corrigenda")]
