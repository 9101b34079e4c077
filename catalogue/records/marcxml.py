"""MARCXML, the words of libraries (https://www.loc.gov/marc/bibliographic/)."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from catalogue import formats, languages
from catalogue.records.facts import Description, Related

MARC = "http://www.loc.gov/MARC21/slim"
ElementTree.register_namespace("marc", MARC)
MATERIAL = {"film": "g", "poster": "k"}
ARTICLES = {
    "en": ["the", "an", "a"],
    "fr": ["les", "le", "la", "l’", "l'", "une", "un"],
    "es": ["los", "las", "el", "la", "una", "un"],
    "pt": ["os", "as", "o", "a", "uma", "um"],
}


class Field(NamedTuple):
    """A variable field: Field("245", "10", [("a", "Dubrovnik Action Plan.")])."""

    tag: str
    indicators: str
    subfields: list[tuple[str, str]]


def write(facts: Description) -> str:
    text = ElementTree.tostring(element(facts), encoding="unicode", default_namespace=None)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def element(facts: Description) -> ElementTree.Element:
    root = ElementTree.Element(f"{{{MARC}}}record", {"type": "Bibliographic"})
    ElementTree.SubElement(root, f"{{{MARC}}}leader").text = leader(facts)
    for tag, text in control(facts):
        ElementTree.SubElement(root, f"{{{MARC}}}controlfield", {"tag": tag}).text = text
    with override(facts.words_language):
        for field in sorted(fields(facts), key=lambda field: field.tag):
            _add(root, field)
    return root


def _add(root, field: Field) -> None:
    said = [(code, text) for code, text in field.subfields if text]
    if not said:
        return
    attributes = {"tag": field.tag, "ind1": field.indicators[0], "ind2": field.indicators[1]}
    parent = ElementTree.SubElement(root, f"{{{MARC}}}datafield", attributes)
    for code, text in said:
        ElementTree.SubElement(parent, f"{{{MARC}}}subfield", {"code": code}).text = text


# Fixed fields ---------------------------------------------------------------


def leader(facts) -> str:
    return f"00000n{MATERIAL.get(facts.format, 'a')}m a2200000uu 4500"


def control(facts) -> Iterator[tuple[str, str]]:
    yield "001", facts.identifier
    yield "003", domain()
    yield "005", f"{facts.changed_at:%Y%m%d%H%M%S}.0"
    if facts.pdf:
        yield "007", "cr |||||||||||"
    yield "008", _general(facts)


def _general(facts) -> str:
    """Field 008, 40 characters; "|" where nobody has looked."""
    dates = f"s{facts.year}    " if facts.year else "nuuuuuuuu"
    form = "o" if facts.pdf else " "
    book = f"|||||{form}||||i||| 0|"  # "i": of an intergovernmental body
    return f"{facts.published_at:%y%m%d}{dates}xx {book}{facts.codes.iso639_2b} d"


def domain() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


# Variable fields ------------------------------------------------------------


def fields(facts) -> Iterator[Field]:
    yield from _identifiers(facts)
    yield from _names(facts)
    yield from _titles(facts)
    yield from _description(facts)
    yield from _subjects(facts)
    yield from _relations(facts)
    yield from _addresses(facts)


def _identifiers(facts) -> Iterator[Field]:
    cataloguing = languages.codes(facts.words_language).iso639_2b
    tags = sorted(facts.tags, key=lambda tag: (tag != facts.tag, tag))
    spoken = [("a", languages.codes(tag).iso639_2b) for tag in tags]
    original = facts.original_language if facts.is_translation else ""
    source = [("h", languages.codes(original).iso639_2b)] if original else []
    yield Field("020", "  ", [("a", re.sub("[^0-9X]", "", facts.isbn))])
    yield Field("040", "  ", [("a", domain()), ("b", cataloguing), ("c", domain())])
    yield Field("041", "1 " if original else "0 ", spoken + source)
    yield Field("088", "  ", [("a", facts.symbol)])
    yield Field("037", "  ", [("a", facts.job_number)])


def _names(facts) -> Iterator[Field]:
    yield Field("110", "2 ", [("a", _ended(facts.author))])
    if facts.author != facts.publisher:
        yield Field("710", "2 ", [("a", _ended(facts.publisher))])
    if facts.meeting:
        yield Field("711", "2 ", [("a", _ended(facts.meeting.name))])


def _titles(facts) -> Iterator[Field]:
    skipped = non_filing(facts.title.text, facts.title.language)
    yield Field("245", f"1{skipped}", [("a", _ended(facts.title.text))])
    for title in facts.other_titles if len(facts.tags) > 1 else ():
        if title.language in facts.tags:
            yield Field("246", "31", [("a", title.text)])


def _description(facts) -> Iterator[Field]:
    stage = "" if facts.stage == "final" else facts.stage_name.capitalize()
    yield Field("250", "  ", [("a", _ended(stage))])
    yield Field("264", " 1", [("b", f"{facts.publisher},"), ("c", _ended(facts.year or "[s.a.]"))])
    yield Field("300", "  ", [("a", _extent(facts))])
    if facts.series:
        yield Field("490", "0 ", [("a", facts.series.name), ("v", facts.number)])
    yield Field("520", "3 ", [("a", " ".join(facts.summary.text.split()))])
    yield Field("540", "  ", [("u", facts.licence)])
    yield Field("546", "  ", [("a", _spoken(facts))])


def _subjects(facts) -> Iterator[Field]:
    yield Field("655", " 4", [("a", _ended(facts.kind.name))])
    for topic in facts.topics:
        yield Field("653", " 0", [("a", topic.name)])


def _relations(facts) -> Iterator[Field]:
    for other in facts.translations:
        code = languages.codes(other.tag).iso639_2b
        yield Field("775", "0 ", [("t", other.title.text), ("e", code), _control(other)])
    if facts.replaces:
        yield Field("780", "00", [("t", facts.replaces.title.text), _control(facts.replaces)])
    for other in facts.replaced_by:
        yield Field("785", "00", [("t", other.title.text), _control(other)])


def _addresses(facts) -> Iterator[Field]:
    if pdf := facts.pdf:
        named = [("q", "application/pdf"), ("s", f"{pdf.bytes} bytes"), ("u", pdf.address)]
        yield Field("856", "40", named)
    yield Field("856", "42", [("u", facts.landing)])


# Parts ----------------------------------------------------------------------


def non_filing(title: str, language: str) -> int:
    """How many characters of an article to pass over in sorting: 4 of "The Convention"."""
    for article in ARTICLES.get(language, ()):
        end = "" if article[-1] in "’'" else " "
        if title.lower().startswith(article + end):
            return len(article + end)
    return 0


def _ended(text: str) -> str:
    return text if text.endswith(".") or not text else f"{text}."


def _spoken(facts) -> str:
    names = [languages.name(tag, facts.words_language) for tag in facts.tags]
    return _("Text in %(languages)s.") % {"languages": formats.joined(names, facts.words_language)}


def _extent(facts) -> str:
    if not facts.pages:
        return ""
    return ngettext("%(count)s page", "%(count)s pages", facts.pages) % {"count": facts.pages}


def _control(other: Related) -> tuple[str, str]:
    return "w", f"({domain()}){other.identifier}"
