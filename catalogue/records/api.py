"""The catalogue as JSON: publications, their editions, their words in every language.

`openapi.py` describes each key; a test holds the two together.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from catalogue import languages
from catalogue.models import Publication
from catalogue.negotiation import page_address
from catalogue.records.description import descriptions, is_public, one_line, plain
from catalogue.records.facts import Description
from catalogue.records.formats import FORMATS


def listed(publication: Publication) -> dict:
    """A publication in the list; one that was withdrawn keeps its name only."""
    return {
        "slug": publication.slug,
        "symbol": one_line(publication.symbol) or None,
        "title": _words(publication, "title"),
        "kind": _term(publication.kind),
        "issued": _issued(publication),
        "languages": _languages(publication),
        "is_withdrawn": publication.withdrawn_at is not None,
        "changed_at": _changed(publication).isoformat(),
        "url": address(publication.slug),
        "page": page_address("catalogue:publication", publication.slug, language=_first()),
    }


def publication(row: Publication) -> dict:
    """All of one publication, fetched `with_records()`, with its editions."""
    return listed(row) | {
        "summary": _words(row, "summary"),
        "permanent": settings.SITE_URL + reverse("permanent", args=[row.slug]),
        "original_language": row.original_language or None,
        "series": _term(row.series),
        "number": row.number or None,
        "issuing_body": _term(row.issuing_body),
        "meeting": _meeting(row.meeting),
        "topics": [_term(topic) for topic in sorted(row.topics.all(), key=lambda t: t.slug)],
        "replaces": _slugs([row.replaces]),
        "replaced_by": _slugs(row.replaced_by.all()),
        "corrects": _slugs([row.corrects]),
        "corrected_by": _slugs(row.corrigenda.all()),
        "editions": [_edition(facts) for facts in descriptions(row)],
    }


def address(slug: str) -> str:
    return settings.SITE_URL + reverse("api-publication", args=[slug])


# Parts ----------------------------------------------------------------------


def _edition(facts: Description) -> dict:
    return {
        "language": facts.tag,
        "languages": list(facts.tags),
        "title": facts.title.text,
        "format": facts.format,
        "stage": facts.stage,
        "isbn": facts.isbn or None,
        "job_number": facts.job_number or None,
        "pages": facts.pages,
        "is_printed": facts.is_printed,
        "published_at": facts.published_at.isoformat(),
        "page": facts.landing,
        "cover": facts.cover or None,
        "pdf": _pdf(facts),
        "records": {form.name: facts.record(name) for name, form in FORMATS.items()},
    }


def _pdf(facts: Description) -> dict | None:
    if facts.pdf is None:
        return None
    return {
        "url": facts.pdf.address,
        "version_url": facts.pdf.version_address,
        "bytes": facts.pdf.bytes,
        "pages": facts.pdf.pages,
        "sha256": facts.pdf.sha256,
        "is_tagged": facts.pdf.is_tagged,
        "added_at": facts.pdf.added_at.isoformat(),
    }


def _words(row, field: str) -> dict[str, str]:
    """Language → text, for the languages in which it was written."""
    texts = {code: getattr(row, f"{field}_{code}") for code in languages.interface_languages()}
    return {code: plain(text) for code, text in texts.items() if text}


def _term(row) -> dict | None:
    return {"slug": row.slug, "name": _words(row, "name")} if row else None


def _meeting(row) -> dict | None:
    if row is None:
        return None
    return {
        "code": row.code,
        "name": _words(row, "name"),
        "place": _words(row, "place"),
        "country": row.country or None,
        "starts_on": row.starts_on and row.starts_on.isoformat(),
        "ends_on": row.ends_on and row.ends_on.isoformat(),
    }


def _slugs(rows: Iterable[Publication | None]) -> list[str]:
    return [row.slug for row in rows if row and is_public(row)]


def _issued(row: Publication) -> str | None:
    length = {"day": 10, "month": 7, "year": 4}[row.issued_precision]
    return row.issued_on.isoformat()[:length] if row.issued_on else None


def _languages(row: Publication) -> list[str]:
    tags = {tag for edition in row.editions.all() for tag in edition.tags}
    return sorted(tags, key=languages.rank)


def _changed(row: Publication) -> datetime:
    """When readers could see something new in it last."""
    return max(at for one in (row, *row.editions.all()) for at in _instants(one) if at)


def _instants(row) -> tuple[datetime | None, ...]:
    return row.changed_at, row.published_at, row.withdrawn_at


def _first() -> str:
    return languages.interface_languages()[0]
