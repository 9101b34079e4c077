"""What reading programs ask for: OPDS 1.2 and 2.0, and covers that all of them can show."""

from io import BytesIO

from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalogue.feeds import opds1, opds2, shelves
from catalogue.forms import Filters
from catalogue.languages import current
from catalogue.models import Publication
from catalogue.negotiation import same_in_every_language
from catalogue.records.description import descriptions
from catalogue.transfer import FOR_EVER
from catalogue.views.feeds import OPEN, feed

SMALL = (240, 320)  # pixels that a thumbnail fits into


@feed
def root(request):
    return _atom(opds1.root(request.changed_at), opds1.NAVIGATION)


@feed
def doors(request, name):
    return _atom(opds1.doors(name, request.changed_at), opds1.NAVIGATION)


@feed
def shelf(request):
    return _atom(opds1.shelf(_asked(request), request.changed_at), opds1.ACQUISITION)


@feed
def root2(request):
    return _json(opds2.root())


@feed
def doors2(request, name):
    return _json(opds2.doors(name))


@feed
def shelf2(request):
    return _json(opds2.shelf(_asked(request)))


@feed
def publication2(request, slug, tag):
    publication = get_object_or_404(Publication.objects.published().with_entries(), slug=slug)
    found = [f for f in descriptions(publication, current()) if f.tag == tag and f.pdf]
    if not found:
        raise Http404
    return _json(opds2.publication(found[0]), opds2.PUBLICATION)


def _asked(request) -> shelves.Shelf:
    return shelves.shelf(Filters(request.GET), request.GET.get("page"))


def _atom(content: bytes, media_type: str) -> HttpResponse:
    return HttpResponse(content, content_type=f"{media_type};charset=utf-8")


def _json(content: dict, media_type: str = opds2.FEED) -> JsonResponse:
    return JsonResponse(content, content_type=media_type, json_dumps_params={"ensure_ascii": False})


@require_safe
@same_in_every_language
def cover(request, name, small=None):
    """A cover as JPEG: few reading programs know WebP."""
    try:
        picture = default_storage.open(f"covers/{name[:2]}/{name}.webp")
    except FileNotFoundError as missing:
        raise Http404 from missing
    with picture:
        content = _jpeg(picture, SMALL if small else None)
    headers = OPEN | {"Cache-Control": FOR_EVER}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


def _jpeg(picture, size) -> bytes:
    from PIL import Image

    with Image.open(picture) as image:
        page = image.convert("RGB")
    if size:
        page.thumbnail(size)
    page.save(content := BytesIO(), "JPEG", quality=85)
    return content.getvalue()
