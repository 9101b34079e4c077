"""What the JSON view of the catalogue gives, said in OpenAPI 3.1."""

from django.conf import settings

from catalogue.models import Edition
from catalogue.records.questions import LIMIT, SENTENCES

JSON, PROBLEM = "application/json", "application/problem+json"
TEXT: dict = {"type": "string"}
ADDRESS = {"type": "string", "format": "uri"}
INSTANT = {"type": "string", "format": "date-time"}
COUNT = {"type": "integer", "minimum": 0}
TAG = {"type": "string", "description": "A BCP 47 language tag.", "examples": ["fr"]}
SLUG = {"type": "string", "description": "Never changes."}


def document() -> dict:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Catalogue of publications",
            "version": "1",
            "summary": "Publications, their language editions and files, to be read by anybody.",
            "description": "No key is needed. Every answer may be read from any web page.",
        },
        "servers": [{"url": f"{settings.SITE_URL}/api"}],
        "paths": {
            "/publications/": {"get": _list()},
            "/publications/{slug}/": {"get": _one()},
        },
        "components": {"schemas": schemas()},
    }


# Operations -----------------------------------------------------------------


def _list() -> dict:
    return {
        "operationId": "listPublications",
        "summary": "Publications in a lasting order, page by page: follow “next” until it is null.",
        "parameters": [
            _parameter("language", TAG, "With an edition in this language."),
            _parameter("kind", TEXT, "Of this kind, by its short name."),
            _parameter(
                "changed_since",
                {"type": "string"},
                "Changed at that moment or later; withdrawn ones too. "
                + SENTENCES["changed_since"],
            ),
            _parameter("after", COUNT, "Where the page before ended; comes with “next”."),
            _parameter("limit", COUNT | {"minimum": 1, "maximum": LIMIT, "default": 50}, "A page."),
        ],
        "responses": {
            "200": _answer("A page of the list.", "Page"),
            "304": {"description": "You have it already (If-None-Match)."},
            "400": _refusal("A parameter is wrong."),
        },
    }


def _one() -> dict:
    slug = {"name": "slug", "in": "path", "required": True, "schema": SLUG}
    return {
        "operationId": "getPublication",
        "summary": "All of one publication.",
        "parameters": [slug],
        "responses": {
            "200": _answer("The publication.", "Publication"),
            "304": {"description": "You have it already (If-None-Match)."},
            "404": _refusal("There is no such publication."),
            "410": _refusal("It was withdrawn."),
        },
    }


def _parameter(name: str, schema: dict, description: str) -> dict:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _answer(description: str, schema: str) -> dict:
    headers = {"ETag": {"schema": TEXT}}
    content = {JSON: {"schema": _reference(schema)}}
    return {"description": description, "headers": headers, "content": content}


def _refusal(description: str) -> dict:
    return {"description": description, "content": {PROBLEM: {"schema": _reference("Problem")}}}


# Schemas --------------------------------------------------------------------


def schemas() -> dict:
    return {
        "Page": _object(publications=_many(_reference("Listed")), next=_perhaps(ADDRESS)),
        "Listed": _object(**_listed()),
        "Publication": _object(**_listed(), **_publication()),
        "Edition": _object(**_edition()),
        "Pdf": _object(
            url=ADDRESS,
            version_url=ADDRESS | {"description": "Of exactly these bytes, for ever."},
            bytes=COUNT,
            pages=COUNT,
            sha256=TEXT,
            is_tagged={"type": "boolean", "description": "For screen readers."},
            added_at=INSTANT,
        ),
        "Term": _object(slug=SLUG, name=_words()),
        "Meeting": _object(
            code=SLUG,
            name=_words(),
            place=_words(),
            country=_perhaps(TEXT),
            starts_on=_perhaps(TEXT),
            ends_on=_perhaps(TEXT),
        ),
        "Problem": _problem(),
    }


def _listed() -> dict:
    return {
        "slug": SLUG,
        "symbol": _perhaps(TEXT),
        "title": _words(),
        "kind": _reference("Term"),
        "issued": _perhaps(TEXT | {"description": "2015, 2015-09 or 2015-09-11, as known."}),
        "languages": _many(TAG),
        "is_withdrawn": {"type": "boolean"},
        "changed_at": INSTANT,
        "url": ADDRESS,
        "page": ADDRESS,
    }


def _publication() -> dict:
    return {
        "summary": _words(),
        "permanent": ADDRESS,
        "original_language": _perhaps(TAG),
        "series": _perhaps(_reference("Term")),
        "number": _perhaps(TEXT),
        "issuing_body": _perhaps(_reference("Term")),
        "meeting": _perhaps(_reference("Meeting")),
        "topics": _many(_reference("Term")),
        **{name: _many(SLUG) for name in ("replaces", "replaced_by", "corrects", "corrected_by")},
        "editions": _many(_reference("Edition")),
    }


def _edition() -> dict:
    stages = [stage for stage in Edition.Stage.values if stage != Edition.Stage.TRANSLATION]
    return {
        "language": TAG,
        "languages": _many(TAG),
        "title": TEXT,
        "format": {"type": "string", "enum": list(Edition.Format.values)},
        "stage": {"type": "string", "enum": stages},
        "isbn": _perhaps(TEXT),
        "job_number": _perhaps(TEXT),
        "pages": _perhaps(COUNT),
        "is_printed": {"type": "boolean", "description": "Exists on paper too."},
        "published_at": INSTANT,
        "page": ADDRESS,
        "cover": _perhaps(ADDRESS),
        "pdf": _perhaps(_reference("Pdf")),
        "records": _object(bibtex=ADDRESS, ris=ADDRESS, csl=ADDRESS, marcxml=ADDRESS),
    }


def _problem() -> dict:
    wrong = _object(parameter=TEXT, detail=TEXT)
    known = _object(type=TEXT, title=TEXT, status=COUNT, detail=TEXT)
    known["properties"] |= {"errors": _many(wrong), "withdrawn_at": INSTANT}
    return known


def _object(**properties) -> dict:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _words() -> dict:
    return {
        "type": "object",
        "description": "Language → text, where it was written.",
        "additionalProperties": TEXT,
    }


def _many(schema: dict) -> dict:
    return {"type": "array", "items": schema}


def _perhaps(schema: dict) -> dict:
    return {"anyOf": [schema, {"type": "null"}]}


def _reference(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}
