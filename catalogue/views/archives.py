"""ZIP archives: what they would hold, and the archives themselves."""

from functools import partial

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue import archive, downloads, facets, holdings, zipping
from catalogue.forms import Filters
from catalogue.negotiation import shared


@require_safe
@shared
def archives(request):
    """What can be had in one file of what the list shows for the same question."""
    form = Filters(request.GET)
    return _offer(request, form, _keys(form))


@require_safe
def archive_file(request):
    form = Filters(request.GET)
    keys, tags = _keys(form), form.filters().get("language", [])
    if not archive.is_bounded(keys):
        return _offer(request, form, keys, status=403)
    items = archive.items(keys, tags)
    if not archive.total(items).is_allowed:
        return _offer(request, form, keys, status=403)
    if not items:
        raise Http404
    return _streamed(request, items, archive.folder(form.filters()))


def _streamed(request, items, folder):
    entries = archive.entries(items, folder, partial(downloads.note, request))
    is_head = request.method == "HEAD"
    response = HttpResponse() if is_head else StreamingHttpResponse(zipping.stream(entries))
    response["Content-Type"] = "application/zip"
    response["Content-Length"] = zipping.length(entries)
    response["Content-Disposition"] = f'attachment; filename="{folder}.zip"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _keys(form) -> list[int]:
    held, filters = holdings.current(), form.filters()
    return held.listed(held.under(held.chosen(filters)), "newest")


def _offer(request, form, keys, status=200):
    tags = form.filters().get("language")
    is_bounded = archive.is_bounded(keys)
    sizes = archive.sizes(keys) if is_bounded else []
    context = {
        "archives": [size for size in sizes if not tags or size.language in tags],
        "publications": len(keys),
        "is_bounded": is_bounded,
        "most": settings.ARCHIVE_MAX_FILES,
        "archive_query": facets.query(form.asked(), language=None, sort=None),
        "list_query": facets.query(form.asked()),
    }
    return render(request, "catalogue/archives.html", context, status=status)
