"""Records of editions, for programs that cite, catalogue and harvest."""

from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import conditional_page, require_safe

from catalogue import cards, languages, transfer
from catalogue.models import Publication
from catalogue.records.description import describe, edition_for
from catalogue.records.formats import FORMATS, Format
from catalogue.records.signposting import LINKSET, linkset
from catalogue.views.publication import gone

ADDRESSED = FORMATS | {LINKSET: Format(LINKSET, "application/linkset", linkset)}


@require_safe
@conditional_page
def record(request, slug, again, tag, extension):
    rows = Publication.objects.announced()
    publication = get_object_or_404(rows.with_records(), slug=slug if again == slug else "")
    edition = edition_for(tag, list(publication.editions.all()))
    if publication.withdrawn_at or edition is None:
        return _not_there(request, rows.with_announced_editions().get(pk=publication.pk), tag)
    facts = describe(edition, tag)
    if languages.interface_for(tag) != languages.current():
        return redirect(facts.record(extension), permanent=True)
    return _answer(facts, extension)


def _not_there(request, publication, tag):
    """Gone, if it was there once."""
    past = cards.editions(publication)
    if not any(tag in edition.tags for edition in past):
        raise Http404
    edition = next((e for e in past if tag in e.tags), None)
    return gone(request, publication, edition=None if publication.withdrawn_at else edition)


def _answer(facts, extension):
    form, name = ADDRESSED[extension], f"{facts.slug}-{facts.tag}.{extension}"
    response = HttpResponse(form.write(facts), content_type=f"{form.media_type}; charset=utf-8")
    response["Content-Disposition"] = (
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    )
    response["Content-Language"] = facts.tag
    response["Cache-Control"] = transfer.SHORT
    response["Link"] = f'<{facts.landing}>; rel="describes"; type="text/html"'
    return response
