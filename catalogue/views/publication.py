"""The page of a publication; of one that was taken back it says so."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalogue import qr
from catalogue.models import Publication
from catalogue.negotiation import page_address, shared, translations
from catalogue.page import page
from catalogue.records.citation import styles
from catalogue.records.head import described, head
from catalogue.records.negotiation import varies, wanted
from catalogue.records.signposting import sign

RECORDS = {"bib": "BibTeX", "ris": "RIS", "json": "CSL-JSON", "xml": "MARCXML"}


@require_safe
@varies
@shared
def publication(request, slug):
    known = Publication.objects.announced()
    row = get_object_or_404(known.with_page(), slug=slug)
    shown = page(row, list(known.near(row)))
    if row.withdrawn_at:
        return gone(request, row, shown.successors)
    facts = described(row, shown.successors, shown.corrigenda)
    if facts and (extension := wanted(request)):
        return HttpResponse(status=303, headers={"Location": facts.record(extension)})
    response = render(request, "catalogue/publication.html", context_of(row, shown, facts))
    sign(response, facts)
    return response


def context_of(publication, shown, facts):
    canonical = page_address("catalogue:publication", publication.slug)
    return {
        "head": head(publication, facts, canonical),
        "citations": styles(facts) if facts else [],
        "records": [(name, facts.record(end)) for end, name in RECORDS.items()] if facts else [],
        "publication": publication,
        "page": shown,
        "card": shown.card,
        "editions": [offer.edition for offer in shown.card.offers],
        "canonical": canonical,
        "alternates": translations(publication),
        "permanent": permanent_address(publication.slug),
    }


def gone(request, publication, successors=(), edition=None, instead=None):
    """The publication or the edition was taken back: say so, and name what took its place."""
    context = {"publication": publication, "successors": successors}
    context |= {"edition": edition, "instead": instead}
    return render(request, "410.html", context, status=410)


def permanent_address(slug) -> str:
    """The address that is printed, and that leads to the reader's own language."""
    return settings.SITE_URL + reverse("permanent", args=[slug])


@require_safe
def qr_code(request, slug):
    """The permanent address for a camera. It never changes, so that caches may keep it."""
    get_object_or_404(Publication.objects.announced(), slug=slug)
    response = HttpResponse(qr.svg(permanent_address(slug)), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response
