"""The PDFs of the specimen catalogue, each set in its own language.

A specimen is no facsimile: it says in our words what the publication is, and on every page that
it is not the official text. The first page is the cover that the site shows.
"""

import multiprocessing
import signal
import zlib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from django.template.loader import render_to_string

from catalogue import formats, languages, typesetting
from catalogue.specimens import meetings, publications, vocabulary, words

BOOKLET = "dubrovnik-action-plan"
SMALL_FORMATS = {"booklet", "brochure", "book"}  # A5; everything else is A4
LAYOUTS = {
    "convention-text": "field",
    "action-plan": "field",
    "guide": "field",
    "book": "field",
    "brochure": "field",
    "declaration": "frame",
    "agreement": "frame",
    "resolution": "frame",
    "newsletter": "masthead",
    "annual-report": "masthead",
    "form": "ruled",
    "procedural-document": "ruled",
}  # every other kind: "sheet"
TITLE_SIZES = [(26, "short"), (48, "medium"), (90, "long")]  # up to so many letters
LONGEST_WORD = 13  # a longer word asks for one size less


def offered() -> list[tuple[dict, str]]:
    """What the demonstration offers as PDF: (publication, language) pairs."""
    return [
        (publication, edition["languages"][0])
        for publication in publications()
        for edition in publication["editions"]
        if edition["offers_pdf"]
    ]


def typeset_edition(publication: dict, language: str) -> bytes:
    """The PDF of one language edition; KeyError where the publication has none in `language`."""
    _edition(publication, language)
    if publication["slug"] == BOOKLET:
        return _typeset("action_plan", _booklet(publication, language))
    return _typeset("specimen", _specimen(publication, language))


def typeset_all(
    folder: Path, offer: list[tuple[dict, str]] | None = None, *, processes: int = 2
) -> Iterator[Path]:
    """Write every offered PDF, or those of `offer`, into `folder`, yielding each path when done.

    Child processes do the work (about 60 MB each), so that the caller never loads WeasyPrint.
    """
    folder.mkdir(parents=True, exist_ok=True)
    offer = offered() if offer is None else offer
    jobs = [(publication["slug"], language, folder) for publication, language in offer]
    with multiprocessing.get_context("spawn").Pool(processes, initializer=_start) as pool:
        yield from pool.imap_unordered(_write, jobs, chunksize=4)


def _start() -> None:
    import django

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    django.setup()


def _write(job: tuple[str, str, Path]) -> Path:
    slug, language, folder = job
    path = folder / f"{slug}-{language}.pdf"
    path.write_bytes(typeset_edition(find(slug), language))
    return path


def find(slug: str) -> dict:
    """The publication with this slug; KeyError where there is none."""
    return _by_slug()[slug]


@cache
def _by_slug() -> dict[str, dict]:
    return {publication["slug"]: publication for publication in publications()}


def _typeset(name: str, context: dict) -> bytes:
    html = render_to_string(f"catalogue/pdf/{name}.html", context)
    sheets = ["catalogue/pdf/cover.css", f"catalogue/pdf/{name}.css"]
    return typesetting.typeset(html, stylesheets=sheets)


def _specimen(publication: dict, language: str) -> dict:
    """What the template of a plain specimen expects."""
    text = words(language)
    return {
        **_cover(publication, language),
        "summary": publication["summary"].get(language) or text["summaries"][publication["slug"]],
        "facts": list(_facts(publication, language)),
        "topics": [_topic(slug, language) for slug in publication["topics"]],
        "citation": _citation(publication, language),
    }


def _booklet(publication: dict, language: str) -> dict:
    """What the template of the Dubrovnik Action Plan expects."""
    booklet = words(f"action_plan/{language}")
    glossary = booklet["glossary"]
    rows = [list(zip(glossary["languages"], row, strict=True)) for row in glossary["rows"]]
    return {
        **_cover(publication, language),
        "subtitle": booklet["subtitle"],
        "booklet": {**booklet, "glossary": {**glossary, "rows": rows}},
    }


def _cover(publication: dict, language: str) -> dict:
    """What the cover shows, and what every page needs."""
    title, title_language = _title(publication, language)
    edition = _edition(publication, language)
    return {
        "publication": publication,
        "edition": edition,
        "words": words(language),
        "language": language,
        "direction": languages.direction(language),
        "title": title,
        "title_language": title_language,
        "title_direction": languages.direction(title_language),
        "title_size": title_size(title),
        "kind": _name("kinds", publication["kind"], language),
        "layout": LAYOUTS.get(publication["kind"], "sheet"),
        "turn": zlib.crc32((publication["series"] or publication["slug"]).encode()) % 3,
        "mark_size": "wide" if len(publication["cover_mark"]) > 2 else "",
        "trim": "a5" if edition["format"] in SMALL_FORMATS else "a4",
        "date": _date(publication, language),
        "body": _name("issuing_bodies", publication["issuing_body"], language),
    }


def title_size(title: str) -> str:
    """The name of the size in which a title fills its cover: "short" is the largest."""
    sizes = [name for _letters, name in TITLE_SIZES] + ["longest"]
    size = sum(len(title) > letters for letters, _name in TITLE_SIZES)
    if max(len(word) for word in title.split()) > LONGEST_WORD:
        size += 1
    return sizes[min(size, len(sizes) - 1)]


def _title(publication: dict, language: str) -> tuple[str, str]:
    """The title as printed, or the English one where that was not seen; and its language."""
    printed = _edition(publication, language)["title"] or publication["title"].get(language)
    return (printed, language) if printed else (publication["title"]["en"], "en")


def _edition(publication: dict, language: str) -> dict:
    for edition in publication["editions"]:
        if language in edition["languages"]:
            return edition
    raise KeyError(f"{publication['slug']} has no edition in {language}.")


def _facts(publication: dict, language: str) -> Iterator[tuple[str, str]]:
    """Label and value of each fact that is known, in the order of a catalogue card."""
    edition = _edition(publication, language)
    values = {
        "symbol": publication["symbol"],
        "kind": _name("kinds", publication["kind"], language),
        "date": _date(publication, language),
        "body": _name("issuing_bodies", publication["issuing_body"], language),
        "meeting": _meeting(publication["meeting"], language),
        "series": _name("series", publication["series"], language),
        "topics": _topic_names(publication, language),
        "isbn": edition["isbn"],
        "job": edition["job_number"],
        "pages": str(edition["pages"] or ""),
        "languages": _language_names(publication, language),
        "replaces": _other_title(publication["replaces"], language),
    }
    labels = words(language)["labels"]
    return ((labels[key], value) for key, value in values.items() if value)


def _date(publication: dict, language: str) -> str:
    if not publication["issued_on"]:
        return ""
    issued_on = date.fromisoformat(publication["issued_on"])
    return formats.date(issued_on, publication["issued_precision"], language)


def _name(vocabulary_name: str, slug: str | None, language: str) -> str:
    """A term's name in a language of the interface, or else from the words of the language."""
    if slug is None:
        return ""
    name = _names(vocabulary_name)[slug].get(language)
    return name or words(language)["names"][slug]


@cache
def _names(vocabulary_name: str) -> dict[str, dict]:
    return {term["slug"]: term["name"] for term in vocabulary()[vocabulary_name]}


def _meeting(code: str | None, language: str) -> str:
    if code is None:
        return ""
    meeting = next(meeting for meeting in meetings() if meeting["code"] == code)
    return meeting.get(f"name_{language}") or words(language)["names"][code]


def _topic(slug: str, language: str) -> dict:
    article = next(t["article"] for t in vocabulary()["topics"] if t["slug"] == slug)
    text = words(language)
    return {
        "name": _name("topics", slug, language),
        "article": text["article"].format(article) if article else "",
        "text": text["topics"][slug],
    }


def _topic_names(publication: dict, language: str) -> str:
    return " · ".join(_name("topics", slug, language) for slug in publication["topics"])


def _language_names(publication: dict, language: str) -> str:
    tags = [tag for edition in publication["editions"] for tag in edition["languages"]]
    return formats.joined([languages.name(tag, language) for tag in tags], language)


def _other_title(slug: str | None, language: str) -> str:
    """The title of another publication, in `language` or else in English."""
    if slug is None:
        return ""
    title = find(slug)["title"]
    return title.get(language, title["en"])


def _citation(publication: dict, language: str) -> str:
    title, _title_language = _title(publication, language)
    body = _name("issuing_bodies", publication["issuing_body"], language)
    parts = [body, title, publication["symbol"], _date(publication, language)]
    if languages.direction(language) == "rtl":
        parts = [f"\u2068{part}\u2069" for part in parts if part]  # each keeps its own direction
        return "، ".join(parts) + "."
    return ", ".join(part for part in parts if part) + "."
