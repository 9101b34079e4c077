"""The head of a landing page: which edition it describes, and how."""

from dataclasses import replace
from typing import NamedTuple

from django.conf import settings

from catalogue import cards, languages
from catalogue.models import Edition, Publication
from catalogue.negotiation import translations
from catalogue.records import jsonld, metatags
from catalogue.records.description import describe, later, one_line
from catalogue.records.facts import Description
from catalogue.records.formats import FORMATS


class Head(NamedTuple):
    gist: str
    description: Description | None
    json_ld: str
    schemas: dict[str, str]  # of Dublin Core's names
    metas: list[metatags.Meta]
    properties: list[metatags.Meta]
    records: list[tuple[str, str]]  # (media type, address)


def head(publication: Publication, facts: Description | None, canonical: str) -> Head:
    """What a landing page says of itself, and of the edition described."""
    gist = metatags.gist(one_line(languages.translated(publication, "summary")[0]))
    return Head(
        gist=gist,
        description=facts,
        json_ld=jsonld.script(facts) if facts else "",
        schemas=metatags.SCHEMAS if facts else {},
        metas=metatags.tags(facts) if facts else [],
        properties=metatags.opengraph(_shared(publication, facts, canonical, gist)),
        records=records(facts) if facts else [],
    )


def described(publication: Publication, successors=(), corrigenda=()) -> Description | None:
    """The edition that the page shows first, in the page's language if it is in it.

    The publication was fetched `with_page()`; what came after it, by whoever asks.
    """
    edition = first_shown(publication)
    if edition is None:
        return None
    own = languages.current()
    facts = describe(edition, own if own in edition.tags else edition.language)
    return replace(
        facts,
        replaced_by=later(successors, facts.tag),
        corrected_by=later(corrigenda, facts.tag),
    )


def first_shown(publication: Publication) -> Edition | None:
    rows = [edition for edition in cards.editions(publication) if edition.tags]
    return next((edition for edition in rows if edition.is_held), next(iter(rows), None))


def records(facts: Description) -> list[tuple[str, str]]:
    return [(form.media_type, facts.record(name)) for name, form in FORMATS.items()]


def _shared(publication, facts, canonical, gist) -> metatags.Shared:
    file, own = cards.cover(list(publication.editions.all())), languages.current()
    others = [code for code, _address in translations(publication) if code != own]
    return metatags.Shared(
        canonical=canonical,
        site_name=languages.words(settings.SITE_NAME),
        title=one_line(languages.translated(publication, "title")[0]),
        summary=gist,
        cover=settings.SITE_URL + file.cover.url if file else "",
        isbn=facts.isbn if facts else "",
        other_locales=[languages.codes(code).og_locale for code in others],
    )
