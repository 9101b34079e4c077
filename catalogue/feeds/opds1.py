"""OPDS 1.2 (https://specs.opds.io/opds-1.2): the shelves as Atom feeds."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import formats, languages
from catalogue.facets import TITLES, Facet
from catalogue.feeds import atom, shelves
from catalogue.feeds.atom import DCTERMS, OPDS, SEARCH, THREAD, Entry, Extra, Feed, Link
from catalogue.feeds.news import BEGINNING, categories, landing, updated_at
from catalogue.feeds.shelves import Door, Shelf
from catalogue.negotiation import page_address
from catalogue.records.facts import Description, Text

NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
SPEC = "http://opds-spec.org"


def root(at: datetime | None) -> bytes:
    entries = [
        _door("newest", _("Newest first"), "?sort=newest", rel=f"{SPEC}/sort/new"),
        _door("title", _("By title"), "?sort=title"),
        *(_facet_door(name) for name in shelves.doors()),
    ]
    here = page_address("catalogue:opds")
    return _write("opds", here, languages.words(settings.SITE_NAME), NAVIGATION, entries, at)


def doors(name: str, at: datetime | None) -> bytes:
    entries = [
        _door(f"{name}/{door.value}", door.text, door.query, number=door.number)
        for door in shelves.doors().get(name, ())
    ]
    here = page_address("catalogue:opds-doors", name)
    return _write(f"opds/{name}", here, str(TITLES[name]), NAVIGATION, entries, at)


def shelf(found: Shelf, at: datetime | None) -> bytes:
    here = page_address("catalogue:opds-shelf")
    return _write(
        f"opds/publications{found.query()}",
        here + found.query(found.page.number),
        found.title,
        ACQUISITION,
        [_entry(facts) for facts in found.entries],
        at,
        more=_shelf_links(found, here),
        extras=[Extra(f"{{{SEARCH}}}totalResults", str(found.total))],
    )


def _write(name, here, title, media_type, entries, at, *, more=(), extras=()) -> bytes:
    feed = Feed(
        id=atom.name(f"feeds/{name}/{languages.current()}"),
        title=title,
        subtitle=languages.words(settings.TREATY_NAME),
        updated=at or BEGINNING,
        links=[Link(here, "self", media_type), *_ways(), *more],
        entries=entries,
        extras=extras,
    )
    return atom.write(feed)


def _ways() -> Iterator[Link]:
    yield Link(page_address("catalogue:opds"), "start", NAVIGATION)
    search = settings.SITE_URL + reverse("catalogue:opensearch")
    yield Link(search, "search", "application/opensearchdescription+xml")


# Doors ----------------------------------------------------------------------


def _door(name: str, text: str, query: str, *, rel="subsection", number: int = 0) -> Entry:
    address = page_address("catalogue:opds-shelf") + query
    count = {f"{{{THREAD}}}count": str(number)} if number else {}
    return _way_in(name, text, Link(address, rel, ACQUISITION, more=count))


def _facet_door(name: str) -> Entry:
    address = page_address("catalogue:opds-doors", name)
    return _way_in(name, str(TITLES[name]), Link(address, "subsection", NAVIGATION))


def _way_in(name: str, text: str, link: Link) -> Entry:
    title = Text(text, languages.current())
    return Entry(atom.name(f"opds/{name}"), title, None, [link], content=text)


# Shelves --------------------------------------------------------------------


def _shelf_links(found: Shelf, here: str) -> Iterator[Link]:
    yield Link(page_address("catalogue:opds"), "up", NAVIGATION)
    for relation, number in found.pages.items():
        yield Link(here + found.query(number), relation, ACQUISITION)
    page = page_address("catalogue:publications") + found.query()
    yield Link(page, "alternate", "text/html", hreflang=languages.current())
    for group in found.facets:
        yield from _facet(group, found.asked, here)


def _facet(group: Facet, asked: dict, here: str) -> Iterator[Link]:
    for door in shelves.exclusive(group, asked):
        yield Link(
            here + door.query,
            f"{SPEC}/facet",
            ACQUISITION,
            door.text,
            more=_facet_attributes(group, door),
        )


def _facet_attributes(group: Facet, door: Door) -> dict[str, str]:
    active = {f"{{{OPDS}}}activeFacet": "true"} if door.is_chosen else {}
    return {f"{{{OPDS}}}facetGroup": group.title, f"{{{THREAD}}}count": str(door.number)} | active


def _entry(facts: Description) -> Entry:
    return Entry(
        id=atom.name(f"publications/{facts.identifier}"),
        title=facts.title,
        published=facts.published_at,
        updated=updated_at(facts),
        author=facts.author,
        summary=facts.summary,
        categories=categories(facts),
        links=list(_links(facts)),
        extras=list(_terms(facts)),
    )


def _links(facts: Description) -> Iterator[Link]:
    if pdf := facts.pdf:
        yield Link(
            pdf.address,
            f"{SPEC}/acquisition/open-access",
            "application/pdf",
            f"{languages.autonym(facts.tag)}, {formats.size(pdf.bytes)}",
            hreflang=facts.tag,
            length=pdf.bytes,
        )
    if picture := shelves.cover(facts):
        yield Link(picture, f"{SPEC}/image", "image/jpeg")
        yield Link(shelves.cover(facts, small=True), f"{SPEC}/image/thumbnail", "image/jpeg")
    yield Link(landing(facts), "alternate", "text/html", hreflang=languages.current())


def _terms(facts: Description) -> Iterator[Extra]:
    for name, text in (
        ("language", facts.tag),
        ("issued", facts.issued),
        ("publisher", facts.publisher),
        ("identifier", facts.symbol),
        ("identifier", f"urn:isbn:{facts.isbn}" if facts.isbn else ""),
        ("extent", formats.size(facts.pdf.bytes) if facts.pdf else ""),
        ("rights", facts.licence),
    ):
        yield Extra(f"{{{DCTERMS}}}{name}", text)
