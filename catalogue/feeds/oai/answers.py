"""What a harvester is answered: one document of XML, also where there is nothing to say."""

import re
from collections.abc import Callable
from typing import NamedTuple
from xml.etree.ElementTree import Element

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from catalogue import languages
from catalogue.feeds.elements import child, clean, document, root
from catalogue.feeds.oai.requests import (
    A_PAGE,
    LIFE,
    ProtocolError,
    Selection,
    domain,
    read,
    selection,
    utc,
)
from catalogue.models import Edition, Kind, Publication, Record
from catalogue.records import marcxml, oai_dc, openaire
from catalogue.records.description import describe
from catalogue.records.facts import Description

OAI = "http://www.openarchives.org/OAI/2.0/"
LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
NAME = "http://www.openarchives.org/OAI/2.0/oai-identifier"
DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+")


class Format(NamedTuple):
    schema: str
    namespace: str
    write: Callable[[Description], Element]


FORMATS = {
    "oai_dc": Format(f"{OAI}oai_dc.xsd", oai_dc.OAI_DC, oai_dc.element),
    "marcxml": Format(
        "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd",
        marcxml.MARC,
        marcxml.element,
    ),
    "oai_openaire": Format(openaire.SCHEMA, openaire.OAIRE, openaire.element),
}


def answer(query: QueryDict) -> bytes:
    """The answer to a request, whatever its arguments."""
    envelope = root("OAI-PMH", OAI, **{LOCATION: f"{OAI} {OAI}OAI-PMH.xsd"})
    child(envelope, "responseDate", utc(timezone.now()))
    request = child(envelope, "request", address())
    try:
        asked = read(query)
        body = VERBS[asked["verb"]](asked)
    except ProtocolError as error:
        child(envelope, "error", str(error), code=error.code)
        if error.code not in ("badVerb", "badArgument"):
            request.attrib.update(clean(asked))
    else:
        request.attrib.update(clean(asked))
        envelope.append(body)
    return document(envelope)


def address() -> str:
    return settings.SITE_URL + reverse("oai")


# The repository -------------------------------------------------------------


def identify(_asked) -> Element:
    body = Element("Identify")
    first = Record.objects.oldest_change_first().first()
    child(body, "repositoryName", _name())
    child(body, "baseURL", address())
    child(body, "protocolVersion", "2.0")
    child(body, "adminEmail", settings.UNIT_EMAIL)
    child(body, "earliestDatestamp", utc(first.datestamp if first else timezone.now()))
    child(body, "deletedRecord", "persistent")
    child(body, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    child(body, "compression", "gzip")
    if DOMAIN.fullmatch(domain()):  # no such name is made of a bare address
        child(body, "description").append(_names())
    return body


def _name() -> str:
    names = (settings.TREATY_NAME, settings.UNIT_NAME, settings.SITE_NAME)
    return ", ".join(languages.words(name) for name in names)


def _names() -> Element:
    """How records are named (https://www.openarchives.org/OAI/2.0/guidelines-oai-identifier.htm)."""
    scheme = root("oai-identifier", NAME, **{LOCATION: f"{NAME} {NAME}.xsd"})
    child(scheme, "scheme", "oai")
    child(scheme, "repositoryIdentifier", domain())
    child(scheme, "delimiter", ":")
    child(scheme, "sampleIdentifier", f"oai:{domain()}:action-plan/fr")
    return scheme


def list_formats(asked) -> Element:
    if "identifier" in asked:
        _find(asked["identifier"])
    body = Element("ListMetadataFormats")
    for prefix, written in FORMATS.items():
        entry = child(body, "metadataFormat")
        child(entry, "metadataPrefix", prefix)
        child(entry, "schema", written.schema)
        child(entry, "metadataNamespace", written.namespace)
    return body


def list_sets(asked) -> Element:
    if "resumptionToken" in asked:
        raise ProtocolError("badResumptionToken", "All sets are told of at once.")
    body = Element("ListSets")
    _set(body, "lang", "By language")
    for tag in sorted(_distinct("language"), key=languages.rank):
        name = languages.name(tag, languages.current())
        _set(body, f"lang:{tag}", f"{name[:1].upper()}{name[1:]}")
    _set(body, "kind", "By kind")
    kinds = {kind.slug: languages.translated(kind, "name")[0] for kind in Kind.objects.all()}
    for slug in sorted(_distinct("kind")):
        _set(body, f"kind:{slug}", kinds.get(slug) or slug)
    return body


def _distinct(column: str):
    return Record.objects.order_by().values_list(column, flat=True).distinct()


def _set(body: Element, spec: str, name: str) -> None:
    entry = child(body, "set")
    child(entry, "setSpec", spec)
    child(entry, "setName", name)


# Records --------------------------------------------------------------------


def get_record(asked) -> Element:
    record, written = _find(asked["identifier"]), _format(asked["metadataPrefix"])
    body = Element("GetRecord")
    _record(body, record, _editions([record]), written)
    return body


def list_records(asked) -> Element:
    chosen = selection(asked)
    written, body = _format(chosen.prefix), Element("ListRecords")
    page, rest = _page(chosen)
    editions = _editions(page)
    for record in page:
        _record(body, record, editions, written)
    _token(body, chosen, rest)
    return body


def list_identifiers(asked) -> Element:
    chosen = selection(asked)
    _format(chosen.prefix)
    body = Element("ListIdentifiers")
    page, rest = _page(chosen)
    for record in page:
        _header(body, record, record.is_deleted)
    _token(body, chosen, rest)
    return body


def _find(identifier: str) -> Record:
    before, _colon, name = identifier.partition(f"oai:{domain()}:")
    is_ours = not before and name.isprintable()
    known = Record.objects.filter(identifier=name).first() if is_ours else None
    if not known:
        raise ProtocolError("idDoesNotExist", "There is no record of this identifier.")
    return known


def _format(prefix: str) -> Format:
    if prefix not in FORMATS:
        known = ", ".join(FORMATS)
        raise ProtocolError("cannotDisseminateFormat", f"The formats are: {known}.")
    return FORMATS[prefix]


def _editions(records: list[Record]) -> dict[int, Edition]:
    pks = [record.edition_id for record in records if not record.is_deleted]
    found = Publication.objects.published().filter(editions__in=pks).distinct()
    rows = found.with_records() if pks else ()
    return {edition.pk: edition for row in rows for edition in row.editions.all()}


def _record(body: Element, record: Record, editions: dict[int, Edition], written: Format) -> None:
    """A record; where its edition was taken back this very moment, a deleted one."""
    entry, edition = child(body, "record"), editions.get(record.edition_id)
    _header(entry, record, edition is None)
    if edition:
        child(entry, "metadata").append(written.write(describe(edition, record.language)))


def _header(parent: Element, record: Record, is_deleted: bool) -> None:
    header = child(parent, "header", status="deleted" if is_deleted else "")
    child(header, "identifier", f"oai:{domain()}:{record.identifier}")
    child(header, "datestamp", utc(record.datestamp))
    child(header, "setSpec", f"lang:{record.language}")
    child(header, "setSpec", f"kind:{record.kind}")


# Pages ----------------------------------------------------------------------


def _page(chosen: Selection) -> tuple[list[Record], Selection | None]:
    """Some records, and the list after them; None where there are no more.

    What changes meanwhile comes up later in the list, or is beyond its end and new next time.
    So the last page may be empty; a list that begins empty is an error of the protocol.
    """
    rows = list(chosen.records()[: A_PAGE + 1])
    if not rows and not chosen.cursor:
        raise ProtocolError("noRecordsMatch", "There is nothing of that kind.")
    page = rows[:A_PAGE]
    if len(rows) <= A_PAGE:
        return page, None
    return page, chosen.next(page, size=chosen.size or chosen.records().count())


def _token(body: Element, chosen: Selection, rest: Selection | None) -> None:
    """Where the list goes on; an empty token ends a list that went over pages."""
    if rest:
        position = {"cursor": str(chosen.cursor), "completeListSize": str(rest.size)}
        expires = {"expirationDate": utc(timezone.now() + LIFE)}
        child(body, "resumptionToken", rest.token(), **expires, **position)
    elif chosen.cursor:
        position = {"cursor": str(chosen.cursor), "completeListSize": str(chosen.size)}
        child(body, "resumptionToken", **position)


VERBS = {
    "Identify": identify,
    "ListMetadataFormats": list_formats,
    "ListSets": list_sets,
    "ListIdentifiers": list_identifiers,
    "ListRecords": list_records,
    "GetRecord": get_record,
}
