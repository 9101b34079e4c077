"""unAPI, by which Zotero takes a record with its institutional author (https://unapi.info)."""

from xml.etree import ElementTree

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import conditional_page, require_safe

from catalogue import languages
from catalogue.models import Publication
from catalogue.negotiation import same_in_every_language
from catalogue.records import oai_dc
from catalogue.records.description import describe, edition_for
from catalogue.records.formats import FORMATS, Format

NAMED = {form.name: form for form in FORMATS.values()}
NAMED["oai_dc"] = Format("oai_dc", "application/xml", oai_dc.write)


@require_safe
@same_in_every_language
@conditional_page
def unapi(request):
    """What there is, what there is of a record, or the record; what it is not, by status."""
    identifier, name = request.GET.get("id", ""), request.GET.get("format", "")
    if not identifier:
        return _kept(_formats(), "application/xml")
    facts = _found(identifier)
    if not name:
        return _kept(_formats(identifier), "application/xml", status=300)
    if name not in NAMED:
        return HttpResponse("No such format.\n", status=406, content_type="text/plain")
    return _kept(NAMED[name].write(facts), NAMED[name].media_type)


def _found(identifier):
    slug, _slash, tag = identifier.partition("/")
    if not languages.TAG.fullmatch(tag) or "\x00" in slug:
        raise Http404
    publication = get_object_or_404(Publication.objects.published().with_records(), slug=slug)
    edition = edition_for(tag, list(publication.editions.all()))
    if edition is None:
        raise Http404
    return describe(edition, tag)


def _formats(identifier: str = "") -> str:
    root = ElementTree.Element("formats", {"id": identifier} if identifier else {})
    for name, form in NAMED.items():
        ElementTree.SubElement(root, "format", {"name": name, "type": form.media_type})
    return ElementTree.tostring(root, encoding="unicode")


def _kept(text: str, media_type: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type=f"{media_type}; charset=utf-8")
    response["Cache-Control"] = "public, no-cache"
    return response
