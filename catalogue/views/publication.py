"""The page of a publication; of one that was taken back it says so."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalogue import cards
from catalogue.models import Publication
from catalogue.negotiation import page_address, shared, translations


@require_safe
@shared
def publication(request, slug):
    rows = Publication.objects.announced().with_successors(slug).with_page()
    page = next((row for row in rows if row.slug == slug), None)
    if page is None:
        raise Http404
    successors = [row for row in rows if row.replaces_id == page.pk and not row.withdrawn_at]
    if page.withdrawn_at:
        return gone(request, page, successors)
    return render(request, "catalogue/publication.html", _page(page, successors))


def _page(publication, successors):
    card = cards.card(publication)
    return {
        "publication": publication,
        "card": card,
        "editions": [offer.edition for offer in card.offers],
        "successors": successors,
        "canonical": page_address("catalogue:publication", publication.slug),
        "alternates": translations(publication),
        "permanent": settings.SITE_URL + reverse("permanent", args=[publication.slug]),
    }


def gone(request, publication, successors=()):
    """The publication was taken back: say so, and name what took its place."""
    context = {"publication": publication, "successors": successors}
    return render(request, "410.html", context, status=410)
