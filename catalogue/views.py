"""Pages of the catalogue and its files. The same for everybody: no cookie, no session."""

import logging

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalogue import cards, downloads, facets, languages, transfer
from catalogue.forms import ORDERS, Filters
from catalogue.models import Publication
from catalogue.negotiation import page_address, shared, to_own_language, translations

log = logging.getLogger(__name__)


@require_safe
def start(request):
    return to_own_language("catalogue:publications")


@require_safe
def permanent(request, slug):
    get_object_or_404(Publication.objects.announced(), slug=slug)
    return to_own_language("catalogue:publication", slug)


@require_safe
@shared
def publications(request):
    form = Filters(request.GET)
    tallies = facets.tally(form.filters())
    rows = Publication.objects.published().narrowed(**form.filters()).with_editions()
    paginator = Paginator(
        rows.sorted_by(form.order(), languages.current()), settings.PUBLICATIONS_A_PAGE
    )
    paginator.count = facets.total(tallies, form.filters())
    page = paginator.get_page(request.GET.get("page"))
    return render(request, "catalogue/publications.html", _list(form, tallies, page))


def _list(form, tallies, page):
    asked, shown = form.asked(), [cards.card(publication) for publication in page]
    return {
        "asked": asked,
        "is_narrowed": bool(form.filters()),
        "facets": facets.facets(tallies, asked),
        "orders": [
            (ORDERS[order], facets.query(asked, sort=order), order == form.order())
            for order in form.orders()
        ],
        "query": facets.query(asked),
        "query_without_words": facets.query(asked, q=None),
        "page": page,
        "cards": shown,
        "editions": [offer.edition for card in shown for offer in card.offers],
        "canonical": page_address("catalogue:publications"),
        "alternates": [
            (code, page_address("catalogue:publications", language=code))
            for code in languages.interface_languages()
        ],
    }


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


@require_safe
def file(request, slug, again, tag, version=""):
    rows = Publication.objects.announced().with_announced_editions()
    publication = get_object_or_404(rows, slug=slug if again == slug else "")
    kept = cards.file_in(publication, tag, version)
    if kept is None:
        raise Http404
    if languages.interface_for(tag) != languages.current():
        return redirect(cards.file_address(kept.edition), permanent=True)
    if publication.withdrawn_at or kept.edition.withdrawn_at:
        return gone(request, publication)
    try:
        response = transfer.answer(request, kept, is_lasting=bool(version))
    except FileNotFoundError as lost:
        log.error("A kept PDF is missing: %s", kept.file.name)
        raise Http404 from lost
    if transfer.is_beginning(request, response):
        downloads.note(request, kept)
    return response


@require_safe
def cover(request, folder, name):
    """The picture of a first page. Its name is a fingerprint, so it never changes."""
    try:
        picture = default_storage.open(f"covers/{folder}/{name}.webp")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(picture, content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def robots(request):
    return HttpResponse("User-agent: *\nDisallow:\n", content_type="text/plain; charset=utf-8")
