"""What readers will see, before they do; and every version of a PDF, published or not."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.models import Edition, EditionFile, Publication
from catalogue.page import page
from catalogue.staff import staff_only
from catalogue.states import is_out, state
from catalogue.transfer import disposition
from catalogue.views.publication import context_of


@require_safe
@staff_only("catalogue.view_publication")
def preview(request, slug):
    """The public page as if all that is ready were out."""
    known = Publication.objects.all()
    row = get_object_or_404(known.with_page(), slug=slug)
    stands = state(row)
    row.known_editions = _as_if_out(row)
    row.published_at, row.withdrawn_at = row.published_at or timezone.now(), None
    shown = page(row, list(Publication.objects.announced().near(row)))
    shown = shown._replace(card=_with_files_for_staff(shown.card))
    context = context_of(row, shown, None) | {"state": stands, "is_draft": not is_out(row)}
    response = render(request, "catalogue/desk/preview.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _as_if_out(publication) -> list[Edition]:
    """Its editions, with those that are ready let out in memory only."""
    editions = list(publication.editions.with_files())
    for edition in editions:
        edition.publication = publication
        if edition.is_held and not edition.withdrawn_at:
            edition.published_at = edition.published_at or timezone.now()
    known = {Edition.Stage.TRANSLATION}
    return [edition for edition in editions if edition.published_at or edition.stage in known]


def _with_files_for_staff(card):
    """The public addresses of PDFs answer only when they are out."""
    offers = [
        offer._replace(address=reverse("editing:file", args=[offer.file.pk]))
        if offer.file
        else offer
        for offer in card.offers
    ]
    return card._replace(offers=offers)


@require_safe
@staff_only("catalogue.view_edition")
def file(request, pk):
    """One version of a PDF, whether readers may have it or not; downloads are not counted."""
    kept = get_object_or_404(EditionFile.objects.without_text(), pk=pk)
    try:
        response = FileResponse(kept.file.open("rb"), content_type="application/pdf")
    except FileNotFoundError as lost:
        raise Http404 from lost
    name = f"{kept.edition.publication.slug}-{kept.edition.language}-v{kept.version}.pdf"
    response.headers["Content-Disposition"] = disposition("inline", name)
    return response
