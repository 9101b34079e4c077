"""What is new: the editions that came out last, as a feed."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import facets, languages
from catalogue.feeds import atom
from catalogue.models import Edition, Publication
from catalogue.negotiation import page_address
from catalogue.records.description import describe
from catalogue.records.facts import Description

NEWEST = 50  # editions
BEGINNING = datetime.fromisoformat("2026-01-01T00:00:00Z")


def feed(asked: dict, changed_at: datetime | None) -> atom.Feed:
    """The editions that came out last, under the filters of the list."""
    rows = list(_editions(asked))
    publications = Publication.objects.published().filter(pk__in=[row[1] for row in rows])
    editions = {e.pk: e for row in publications.with_entries() for e in row.editions.all()}
    entries = [_entry(editions[pk]) for pk, _publication in rows if pk in editions]
    updated = [entry.updated for entry in entries if entry.updated]
    return atom.Feed(
        id=atom.name(f"feeds/new/{languages.current()}{_query(asked)}"),
        title=_("What is new: %(site)s") % {"site": languages.words(settings.SITE_NAME)},
        subtitle=languages.words(settings.TREATY_NAME),
        updated=max(updated, default=changed_at or BEGINNING),
        links=list(_links(asked)),
        entries=entries,
    )


def _editions(asked: dict):
    """(edition, publication), the newest first."""
    rows = Edition.objects.newly_published()
    if asked:
        found = Publication.objects.published().narrowed(**asked)
        rows = rows.filter(publication__in=found.order_by().values("pk"))
    if tags := asked.get("language"):
        rows = rows.filter(languages__language__in=tags).distinct()
    return rows.values_list("pk", "publication")[:NEWEST]


def _query(asked: dict) -> str:
    return facets.query(asked) if asked else ""


def _links(asked: dict):
    here = settings.SITE_URL + reverse("catalogue:new-atom") + _query(asked)
    yield atom.Link(here, "self", atom.MEDIA_TYPE)
    page = page_address("catalogue:publications") + _query(asked)
    there = page if asked else page_address("catalogue:new")
    yield atom.Link(there, "alternate", "text/html", hreflang=languages.current())


def _entry(edition: Edition) -> atom.Entry:
    facts = describe(edition, edition.language, languages.current())
    return atom.Entry(
        id=atom.name(f"editions/{edition.pk}"),
        title=facts.title,
        published=facts.published_at,
        updated=updated_at(facts),
        author=facts.author,
        summary=facts.summary,
        categories=categories(facts),
        links=list(_entry_links(facts)),
    )


def updated_at(facts: Description) -> datetime:
    """When it came out, or its file was last changed."""
    return max(facts.published_at, facts.pdf.added_at) if facts.pdf else facts.published_at


def categories(facts: Description) -> list[atom.Category]:
    """What kind it is, and what about; the schemes are pages of the list."""
    named = [("kind", facts.kind), *(("topic", topic) for topic in facts.topics)]
    base = page_address("catalogue:publications")
    return [atom.Category(term.slug, term.name, f"{base}#{facet}") for facet, term in named]


def landing(facts: Description) -> str:
    """Its page in the reader's language."""
    return page_address("catalogue:publication", facts.slug)


def _entry_links(facts: Description):
    yield atom.Link(landing(facts), "alternate", "text/html", hreflang=languages.current())
    if pdf := facts.pdf:
        yield atom.Link(
            pdf.address, "enclosure", "application/pdf", hreflang=facts.tag, length=pdf.bytes
        )
    if facts.licence:
        yield atom.Link(facts.licence, "license")
