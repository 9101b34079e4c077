"""Atom (RFC 4287): the shapes of a feed, and its writing."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, register_namespace

from django.conf import settings

from catalogue import languages
from catalogue.feeds.elements import LANG, child, document, root
from catalogue.records.facts import Text

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
DCTERMS = "http://purl.org/dc/terms/"
OPDS = "http://opds-spec.org/2010/catalog"
SEARCH = "http://a9.com/-/spec/opensearch/1.1/"
THREAD = "http://purl.org/syndication/thread/1.0"
SINCE = "2026"  # the domain was ours then: what a name is made with never changes
for _prefix, _uri in (
    ("dcterms", DCTERMS),
    ("opds", OPDS),
    ("opensearch", SEARCH),
    ("thr", THREAD),
):
    register_namespace(_prefix, _uri)


class Link(NamedTuple):
    href: str
    rel: str
    type: str = ""
    title: str = ""
    hreflang: str = ""
    length: int = 0
    more: dict[str, str] = {}  # attributes of other namespaces, qualified

    def attributes(self) -> dict[str, str]:
        names = ("rel", "href", "type", "title", "hreflang")
        said = {name: getattr(self, name) for name in names}
        return said | {"length": str(self.length) if self.length else ""} | self.more


class Category(NamedTuple):
    term: str
    label: str
    scheme: str


class Extra(NamedTuple):
    """An element of another namespace, qualified."""

    name: str
    text: str


class Entry(NamedTuple):
    id: str
    title: Text
    updated: datetime | None  # None: when the feed was
    links: list[Link]
    published: datetime | None = None
    author: str = ""
    summary: Text | None = None
    content: str = ""
    categories: Iterable[Category] = ()
    extras: Iterable[Extra] = ()


class Feed(NamedTuple):
    id: str
    title: str
    updated: datetime
    links: list[Link]
    entries: list[Entry]
    subtitle: str = ""
    extras: Iterable[Extra] = ()


def name(path: str) -> str:
    """A name for good (RFC 4151): "tag:publications.example.org,2026:feeds/new"."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{SINCE}:{path}"


def write(feed: Feed) -> bytes:
    """The feed in the page's language, by the unit."""
    element = root("feed", ATOM, **{LANG: languages.current()})
    child(element, "id", feed.id)
    child(element, "title", feed.title)
    child(element, "subtitle", feed.subtitle) if feed.subtitle else None
    child(element, "updated", moment(feed.updated))
    author = child(element, "author")
    child(author, "name", languages.words(settings.UNIT_NAME))
    child(author, "uri", settings.SITE_URL)
    _add(element, feed.links, feed.extras)
    for entry in feed.entries:
        _entry(child(element, "entry"), entry, entry.updated or feed.updated)
    return document(element)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _entry(element: Element, entry: Entry, updated: datetime) -> None:
    child(element, "id", entry.id)
    _text(element, "title", entry.title)
    child(element, "updated", moment(updated))
    if entry.published:
        child(element, "published", moment(entry.published))
    if entry.author:
        child(child(element, "author"), "name", entry.author)
    for category in entry.categories:
        child(element, "category", **category._asdict())
    if entry.summary:
        _text(element, "summary", entry.summary)
    if entry.content:
        child(element, "content", entry.content, type="text")
    _add(element, entry.links, entry.extras)


def _add(element: Element, links: Iterable[Link], extras: Iterable[Extra]) -> None:
    for link in links:
        child(element, "link", **link.attributes())
    for extra in extras:
        if extra.text:
            child(element, extra.name, extra.text)


def _text(element: Element, name: str, text: Text) -> None:
    """In its own language, where that is not the feed's."""
    own = "" if text.language == languages.current() else text.language
    child(element, name, text.text, type="text", **{LANG: own})
