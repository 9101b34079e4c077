"""Where readers and robots come in, and the addresses that never change."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalogue.models import Publication
from catalogue.negotiation import to_own_language


@require_safe
def start(request):
    return to_own_language("catalogue:publications")


@require_safe
def permanent(request, slug):
    get_object_or_404(Publication.objects.announced(), slug=slug)
    return to_own_language("catalogue:publication", slug)


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
