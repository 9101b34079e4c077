"""OPDS 2.0 (https://drafts.opds.io/opds-2.0): the shelves as JSON."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from catalogue import languages
from catalogue.facets import TITLES
from catalogue.feeds import atom, shelves
from catalogue.feeds.news import landing, updated_at
from catalogue.feeds.shelves import Shelf
from catalogue.negotiation import page_address
from catalogue.records.description import plain
from catalogue.records.facts import Description

FEED = "application/opds+json"
PUBLICATION = "application/opds-publication+json"
OPEN_ACCESS = "http://opds-spec.org/acquisition/open-access"


def root() -> dict:
    shelf = page_address("catalogue:opds2-shelf")
    ways = [
        _way(f"{shelf}?sort=newest", _("Newest first"), rel="http://opds-spec.org/sort/new"),
        _way(f"{shelf}?sort=title", _("By title")),
        *(
            _way(page_address("catalogue:opds2-doors", name), str(TITLES[name]))
            for name in shelves.doors()
        ),
    ]
    title = languages.words(settings.SITE_NAME)
    return _feed(page_address("catalogue:opds2"), title) | {"navigation": ways}


def doors(name: str) -> dict:
    shelf = page_address("catalogue:opds2-shelf")
    ways = [_way(shelf + d.query, d.text, number=d.number) for d in shelves.doors().get(name, ())]
    feed = _feed(page_address("catalogue:opds2-doors", name), str(TITLES[name]))
    return feed | {"navigation": ways} if ways else feed | {"publications": []}


def shelf(found: Shelf) -> dict:
    here = page_address("catalogue:opds2-shelf")
    feed = _feed(here + found.query(found.page.number), found.title)
    feed["metadata"] |= {"numberOfItems": found.total, "currentPage": found.page.number}
    feed["links"] += [
        {"rel": relation, "href": here + found.query(number), "type": FEED}
        for relation, number in found.pages.items()
    ]
    groups = [_facet(group, found.asked, here) for group in found.facets]
    entries = [publication(facts) for facts in found.entries]
    return feed | {"facets": groups, "publications": entries}


def _feed(here: str, title: str) -> dict:
    search = page_address("catalogue:opds2-shelf") + "{?q}"
    return {
        "metadata": {"title": plain(title)},
        "links": [
            {"rel": "self", "href": here, "type": FEED},
            {"rel": "start", "href": page_address("catalogue:opds2"), "type": FEED},
            {"rel": "search", "href": search, "type": FEED, "templated": True},
        ],
    }


def _way(address: str, title: str, *, rel="subsection", number: int | None = None) -> dict:
    way = {"href": address, "title": plain(title), "type": FEED, "rel": rel}
    return way if number is None else way | {"properties": {"numberOfItems": number}}


def _facet(group, asked: dict, here: str) -> dict:
    """Of the values that may be chosen, the one that is, is the feed itself."""
    links = []
    for door in shelves.exclusive(group, asked):
        link = _way(here + door.query, door.text, rel="self", number=door.number)
        links.append(link if door.is_chosen else {k: v for k, v in link.items() if k != "rel"})
    return {"metadata": {"title": plain(group.title)}, "links": links}


# A publication --------------------------------------------------------------


def publication(facts: Description) -> dict:
    found = {"metadata": _said(_metadata(facts)), "links": list(_links(facts))}
    if picture := shelves.cover(facts):
        small = shelves.cover(facts, small=True)
        found["images"] = [{"href": href, "type": "image/jpeg"} for href in (picture, small)]
    return found


def _links(facts: Description) -> Iterator[dict]:
    here = page_address("catalogue:opds2-publication", facts.slug, facts.tag)
    yield {"rel": "self", "href": here, "type": PUBLICATION}
    if pdf := facts.pdf:
        yield {
            "rel": OPEN_ACCESS,
            "href": pdf.address,
            "type": "application/pdf",
            "language": facts.tag,
            "size": pdf.bytes,
        }
    yield {"rel": "alternate", "href": landing(facts), "type": "text/html"}


def _metadata(facts: Description) -> dict:
    isbn = f"urn:isbn:{facts.isbn}" if facts.isbn else ""
    return {
        "@type": "http://schema.org/Book" if facts.isbn else "http://schema.org/Report",
        "identifier": atom.name(f"publications/{facts.identifier}"),
        "altIdentifier": [name for name in (isbn, facts.symbol) if name],
        "title": facts.title.text,
        "language": facts.tag,
        "readingProgression": languages.direction(facts.tag),
        "author": {"name": facts.author},
        "publisher": {"name": facts.publisher},
        "published": facts.issued if len(facts.issued) == len("2026-11-23") else "",
        "modified": atom.moment(updated_at(facts)),
        "description": facts.summary.text,
        "numberOfPages": facts.pages,
        "subject": [{"name": topic.name, "code": topic.slug} for topic in facts.topics],
        "belongsTo": {"series": {"name": facts.series.name}} if facts.series else None,
    }


def _said(metadata: dict) -> dict:
    return {name: value for name, value in metadata.items() if value}
