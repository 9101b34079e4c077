"""Dublin Core as harvesters take it (http://www.openarchives.org/OAI/2.0/oai_dc/)."""

from collections.abc import Iterator
from xml.etree import ElementTree

from catalogue import languages
from catalogue.records.facts import Description

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"
for _prefix, _uri in (("oai_dc", OAI_DC), ("dc", DC), ("xsi", XSI)):
    ElementTree.register_namespace(_prefix, _uri)


def write(facts: Description) -> str:
    text = ElementTree.tostring(element(facts), encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def element(facts: Description) -> ElementTree.Element:
    schema = f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
    root = ElementTree.Element(f"{{{OAI_DC}}}dc", {f"{{{XSI}}}schemaLocation": schema})
    for name, text, language in _fields(facts):
        if text:
            attributes = {f"{{{XML}}}lang": language} if language else {}
            ElementTree.SubElement(root, f"{{{DC}}}{name}", attributes).text = text
    return root


def _fields(facts) -> Iterator[tuple[str, str, str]]:
    yield "title", *facts.title
    yield "creator", facts.author, facts.words_language
    yield from (("subject", topic.name, topic.language) for topic in facts.topics)
    yield "description", *facts.summary
    yield "publisher", facts.publisher, facts.words_language
    yield "date", facts.issued or facts.published_at.date().isoformat(), ""
    yield "type", facts.kind.name, facts.kind.language
    yield "type", "Text", ""
    yield "format", "application/pdf" if facts.pdf else "", ""
    for name in (facts.landing, facts.pdf.address if facts.pdf else "", facts.symbol, facts.isbn):
        yield "identifier", name, ""
    yield from (("language", code, "") for code in _languages(facts))
    yield from (("relation", other.landing, "") for other in facts.translations)
    yield "rights", facts.licence, ""


def _languages(facts) -> list[str]:
    """ISO 639-3, the described one first."""
    tags = sorted(facts.tags, key=lambda tag: tag != facts.tag)
    return [languages.codes(tag).iso639_3 for tag in tags]
