"""The OpenAIRE application profile for literature repositories, version 4.

https://openaire-guidelines-for-literature-repository-managers.readthedocs.io; the vocabularies
are those of COAR (https://vocabularies.coar-repositories.org).
"""

from collections.abc import Iterator
from xml.etree import ElementTree

from catalogue import languages
from catalogue.records.facts import Description
from catalogue.records.oai_dc import DC, XML, XSI

OAIRE = "http://namespace.openaire.eu/schema/oaire/"
DATACITE = "http://datacite.org/schema/kernel-4"
SCHEMA = "https://www.openaire.eu/schema/repo-lit/4.0/openaire.xsd"
COAR = "http://purl.org/coar"
for _prefix, _uri in (("oaire", OAIRE), ("datacite", DATACITE)):
    ElementTree.register_namespace(_prefix, _uri)

LITERATURE, OTHER = "literature", "other research product"
TYPES = {
    "book": (LITERATURE, "c_2f33", "book"),
    "booklet": (LITERATURE, "c_2f33", "book"),
    "film": (OTHER, "c_12ce", "video"),
    "poster": (OTHER, "c_ecc8", "still image"),
    "newsletter": (LITERATURE, "c_2659", "periodical"),
    "form": (LITERATURE, "c_18cf", "text"),
    "brochure": (LITERATURE, "c_18cf", "text"),
}
REPORT = (LITERATURE, "c_93fc", "report")
OPEN = (f"{COAR}/access_right/c_abf2", "open access")
METADATA_ONLY = (f"{COAR}/access_right/c_14cb", "metadata only access")
VERSIONS = {"final": ("c_970fb48d4fbd8a85", "VoR"), "corrected": ("c_e19f295774971610", "CVoR")}


def element(facts: Description) -> ElementTree.Element:
    root = ElementTree.Element(f"{{{OAIRE}}}resource", {f"{{{XSI}}}schemaLocation": _location()})
    for name, inner, rows in _lists(facts):
        if rows:
            _list(root, name, inner, rows)
    for name, text, attributes in _single(facts):
        if text:
            ElementTree.SubElement(root, name, attributes).text = text
    return root


def _location() -> str:
    return f"{OAIRE} {SCHEMA}"


def _list(root, name, inner, rows) -> None:
    """<datacite:titles><datacite:title>…; creators have their name one level deeper."""
    parent = ElementTree.SubElement(root, f"{{{DATACITE}}}{name}")
    for text, attributes in rows:
        child = parent
        for step in inner.split("/"):
            child = ElementTree.SubElement(child, f"{{{DATACITE}}}{step}")
        child.text = text
        child.attrib.update(attributes)


# What is told once or more --------------------------------------------------


def _lists(facts) -> Iterator[tuple[str, str, list[tuple[str, dict]]]]:
    yield "titles", "title", list(_titles(facts))
    yield "creators", "creator/creatorName", [(facts.author, {"nameType": "Organizational"})]
    yield "alternateIdentifiers", "alternateIdentifier", list(_names(facts))
    yield "relatedIdentifiers", "relatedIdentifier", list(_relations(facts))
    yield "dates", "date", list(_dates(facts))
    subjects = [(topic.name, _language(topic.language)) for topic in facts.topics]
    yield "subjects", "subject", subjects
    yield "sizes", "size", list(_sizes(facts))


def _titles(facts):
    yield facts.title.text, _language(facts.title.language)
    for title in facts.other_titles:
        if title.language in facts.tags:
            yield title.text, {"titleType": "TranslatedTitle"} | _language(title.language)


def _names(facts):
    named = {"symbol": facts.symbol, "ISBN": facts.isbn, "job number": facts.job_number}
    for kind, name in named.items():
        if name:
            yield name, {"alternateIdentifierType": kind}


def _relations(facts):
    replaces = [facts.replaces] if facts.replaces else []
    corrects = [facts.corrects] if facts.corrects else []
    for relation, others in (
        ("IsVariantFormOf", facts.translations),
        ("Continues", replaces),
        ("IsContinuedBy", facts.replaced_by),
        ("IsSupplementTo", corrects),
        ("IsSupplementedBy", facts.corrected_by),
    ):
        for address in dict.fromkeys(other.landing for other in others):
            if address != facts.landing:
                yield address, {"relatedIdentifierType": "URL", "relationType": relation}


def _dates(facts):
    yield facts.issued or facts.published_at.date().isoformat(), {"dateType": "Issued"}


def _sizes(facts):
    if facts.pages:
        yield f"{facts.pages} pages", {}
    if facts.pdf:
        yield f"{facts.pdf.bytes} bytes", {}


# What is told once ----------------------------------------------------------


def _single(facts) -> Iterator[tuple[str, str, dict[str, str]]]:
    access, words = OPEN if facts.pdf else METADATA_ONLY
    general, kind, name = TYPES.get(facts.format, REPORT)
    for tag in sorted(facts.tags, key=lambda tag: tag != facts.tag):
        yield f"{{{DC}}}language", languages.codes(tag).iso639_3, {}
    yield f"{{{DC}}}publisher", facts.publisher, {}
    type_of_it = {"resourceTypeGeneral": general, "uri": f"{COAR}/resource_type/{kind}"}
    yield f"{{{OAIRE}}}resourceType", name, type_of_it
    yield f"{{{DC}}}description", facts.summary.text, _language(facts.summary.language)
    yield f"{{{DC}}}format", "application/pdf" if facts.pdf else "", {}
    yield f"{{{DATACITE}}}identifier", facts.landing, {"identifierType": "URL"}
    yield f"{{{DATACITE}}}rights", words, {"rightsURI": access}
    yield f"{{{OAIRE}}}licenseCondition", facts.licence, {"uri": facts.licence}
    yield from _place(facts)
    if facts.pdf:
        yield f"{{{OAIRE}}}file", facts.pdf.address, _file(access)


def _place(facts):
    """The series, the meeting and the version that it belongs to."""
    series, meeting = facts.series, facts.meeting
    yield f"{{{OAIRE}}}citationTitle", series.name if series else "", {}
    yield f"{{{OAIRE}}}citationIssue", facts.number if series else "", {}
    yield f"{{{OAIRE}}}citationConferencePlace", meeting.place if meeting else "", {}
    day = meeting.starts_on.isoformat() if meeting and meeting.starts_on else ""
    yield f"{{{OAIRE}}}citationConferenceDate", day, {}
    code, name = VERSIONS.get(facts.stage, ("", ""))
    yield f"{{{OAIRE}}}version", name, {"uri": f"{COAR}/version/{code}"}


def _file(access: str) -> dict[str, str]:
    return {"accessRightsURI": access, "mimeType": "application/pdf", "objectType": "fulltext"}


def _language(tag: str) -> dict[str, str]:
    return {f"{{{XML}}}lang": tag}
