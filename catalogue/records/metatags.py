"""<meta> elements of a landing page: Highwire for scholars, Dublin Core, OpenGraph for sharing."""

from collections.abc import Iterator
from textwrap import shorten
from typing import NamedTuple

from catalogue import languages
from catalogue.records.facts import Description

SCHEMAS = {
    "schema.DC": "http://purl.org/dc/elements/1.1/",
    "schema.DCTERMS": "http://purl.org/dc/terms/",
}
GIST = 200  # characters of a summary that sharing services show


class Meta(NamedTuple):
    """A <meta>: its name, what it says, and the language of that where it is prose."""

    name: str
    content: str
    language: str = ""


class Shared(NamedTuple):
    """What is shared is the page, whichever edition it describes."""

    canonical: str
    site_name: str
    title: str
    summary: str
    cover: str
    isbn: str
    other_locales: list[str]


def gist(text: str) -> str:
    """The beginning of a summary, up to the end of a word where words have ends."""
    whole = shorten(text, GIST, placeholder="…")
    return whole if len(whole) > GIST // 2 or len(text) <= GIST else f"{text[: GIST - 1]}…"


def tags(facts: Description) -> list[Meta]:
    """Highwire and Dublin Core; what is not known is left out."""
    return [meta for meta in [*highwire(facts), *dublin_core(facts)] if meta.content]


def highwire(facts: Description) -> Iterator[Meta]:
    """Without an institution Zotero takes a report for an article in a journal."""
    yield Meta("citation_title", facts.title.text, facts.title.language)
    yield Meta("citation_author", facts.author, facts.words_language)
    yield Meta("citation_publication_date", facts.issued.replace("-", "/"))
    yield Meta("citation_online_date", f"{facts.published_at:%Y/%m/%d}")
    yield Meta("citation_technical_report_institution", facts.author, facts.words_language)
    yield Meta("citation_technical_report_number", facts.symbol)
    yield Meta("citation_isbn", facts.isbn)
    yield Meta("citation_publisher", facts.publisher, facts.words_language)
    yield Meta("citation_language", facts.tag)
    yield Meta("citation_abstract_html_url", facts.landing)
    yield Meta("citation_pdf_url", facts.pdf.address if facts.pdf else "")
    for topic in facts.topics:
        yield Meta("citation_keywords", topic.name, topic.language)


def dublin_core(facts: Description) -> Iterator[Meta]:
    yield Meta("DC.title", facts.title.text, facts.title.language)
    for title in facts.other_titles:
        yield Meta("DCTERMS.alternative", *title)
    yield Meta("DC.creator", facts.author, facts.words_language)
    yield Meta("DC.publisher", facts.publisher, facts.words_language)
    yield Meta("DCTERMS.issued", facts.issued)
    yield from (Meta("DC.language", tag) for tag in facts.tags)
    yield from (Meta("DC.identifier", name) for name in (facts.symbol, facts.isbn, facts.permanent))
    yield Meta("DC.type", "Text")
    yield Meta("DC.format", "application/pdf" if facts.pdf else "")
    yield Meta("DC.rights", facts.licence)
    yield from (Meta("DC.subject", topic.name, topic.language) for topic in facts.topics)
    yield Meta("DCTERMS.abstract", *facts.summary)
    yield from _relations(facts)


def _relations(facts) -> Iterator[Meta]:
    replaces = [facts.replaces] if facts.replaces else []
    yield from (Meta("DCTERMS.replaces", other.landing) for other in replaces)
    yield from (Meta("DCTERMS.isReplacedBy", other.landing) for other in facts.replaced_by)
    for other in facts.translations:
        name = "hasVersion" if other.tag != facts.original_language else "isVersionOf"
        yield Meta(f"DCTERMS.{name}", f"{other.landing}#{other.tag}")


def opengraph(shared: Shared) -> list[Meta]:
    """Properties, not names: the template writes <meta property>."""
    language = languages.current()
    metas = [
        Meta("og:type", "book" if shared.isbn else "article"),
        Meta("book:isbn", shared.isbn),
        Meta("og:site_name", shared.site_name),
        Meta("og:title", shared.title),
        Meta("og:url", shared.canonical),
        Meta("og:locale", languages.codes(language).og_locale),
        *(Meta("og:locale:alternate", locale) for locale in shared.other_locales),
        Meta("og:description", shared.summary),
        Meta("og:image", shared.cover),
        Meta("og:image:alt", shared.title if shared.cover else ""),
    ]
    return [meta for meta in metas if meta.content]
