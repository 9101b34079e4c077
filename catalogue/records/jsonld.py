"""JSON-LD in the words of schema.org, for search engines (https://schema.org/Book)."""

import json

from django.conf import settings

from catalogue import formats
from catalogue.records.facts import Description, Related

# As in Django's json_script: the text may say "</script>" or "<!--" and stays a text.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
CURRENCY = "USD"  # of a price of nothing, which search engines want a currency for


def script(facts: Description) -> str:
    """The content of a <script type="application/ld+json">."""
    return json.dumps(work(facts), ensure_ascii=False, indent=1).translate(ESCAPES)


def work(facts: Description) -> dict:
    """A Book where it has an ISBN, else a Report; what is not known is left out."""
    described = {
        "@context": "https://schema.org",
        "@type": _type(facts),
        "@id": f"{facts.landing}#{facts.tag}",
        **_words(facts),
        **_numbers(facts),
        **_access(facts),
        **_relations(facts),
    }
    return {name: value for name, value in described.items() if value not in ("", None, [], ())}


def _type(facts) -> str:
    return "Book" if facts.isbn else "Report"


def _words(facts) -> dict:
    return {
        "name": facts.title.text,
        "inLanguage": list(facts.tags) if len(facts.tags) > 1 else facts.tag,
        "abstract": facts.summary.text,
        "genre": facts.kind.name,
        "keywords": [topic.name for topic in facts.topics],
        "author": _organization(facts.author),
        "publisher": _organization(facts.publisher) | {"url": settings.SITE_URL + "/"},
        "creativeWorkStatus": "" if facts.stage == "final" else facts.stage,
    }


def _numbers(facts) -> dict:
    return {
        "identifier": [_identifier(*pair) for pair in _identifiers(facts)],
        "isbn": facts.isbn,
        "reportNumber": "" if facts.isbn else facts.symbol,
        "numberOfPages": facts.pages if facts.isbn else None,
        "materialExtent": None if facts.isbn else _extent(facts),
        "datePublished": facts.issued or facts.published_at.date().isoformat(),
        "dateModified": facts.changed_at.isoformat(timespec="seconds"),
    }


def _access(facts) -> dict:
    return {
        "url": facts.landing,
        "image": facts.cover,
        "isAccessibleForFree": True,
        "license": facts.licence,
        "offers": _offer(facts) if facts.pdf or facts.is_printed else None,
        "encoding": _encoding(facts) if facts.pdf else None,
        "accessibilityFeature": ["taggedPDF"] if facts.pdf and facts.pdf.is_tagged else [],
    }


def _relations(facts) -> dict:
    others = [_translation(facts, other) for other in facts.translations]
    series = facts.series and {"@type": "CreativeWorkSeries", "name": facts.series.name}
    relations = {
        "isPartOf": series,
        "position": facts.number if series else "",
        "correction": [other.landing for other in facts.corrected_by],
    }
    if not facts.original_language:
        work = {"@type": "CreativeWork", "@id": facts.permanent, "workExample": others}
        return relations | {"exampleOfWork": work if others else None}
    originals = [other for other in others if other["inLanguage"] == facts.original_language]
    if facts.is_translation:
        return relations | {"translationOfWork": next(iter(originals), None)}
    return relations | {"workTranslation": others}


# Parts ----------------------------------------------------------------------


def _identifiers(facts):
    pairs = [("symbol", facts.symbol), ("job number", facts.job_number), ("ISBN", facts.isbn)]
    return [(name, value) for name, value in pairs if value]


def _identifier(name: str, value: str) -> dict:
    return {"@type": "PropertyValue", "propertyID": name, "value": value}


def _extent(facts) -> dict | None:
    """Only books may have a `numberOfPages`."""
    if not facts.pages:
        return None
    return {"@type": "QuantitativeValue", "value": facts.pages, "unitText": "pages"}


def _organization(name: str) -> dict:
    return {"@type": "Organization", "name": name}


def _offer(facts) -> dict:
    return {
        "@type": "Offer",
        "price": "0",
        "priceCurrency": CURRENCY,
        "availability": "https://schema.org/InStock",
        "url": facts.landing,
    }


def _encoding(facts) -> dict:
    return {
        "@type": "MediaObject",
        "contentUrl": facts.pdf.address,
        "encodingFormat": "application/pdf",
        "contentSize": formats.size(facts.pdf.bytes, "en").replace(formats.NBSP, " "),
        "sha256": facts.pdf.sha256,
        "inLanguage": facts.tag,
        "uploadDate": facts.pdf.added_at.isoformat(timespec="seconds"),
    }


def _translation(facts, other: Related) -> dict:
    return {
        "@type": _type(facts),
        "@id": f"{other.landing}#{other.tag}",
        "name": other.title.text,
        "inLanguage": other.tag,
        "url": other.landing,
    }
