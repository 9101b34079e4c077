"""What search engines ask for before they read: where everything is, and what to leave alone."""

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from catalogue import version
from catalogue.negotiation import same_in_every_language
from catalogue.records import sitemap

AN_HOUR = 3600
# Staff's pages, and lists by two filters and more, of which there is no end. Pages of orders
# are not here: a robot that may not open them would never see that they are not to be listed.
LEFT_ALONE = ["/*/admin/", "/*/desk/", "/*/accounts/", "/*/?*&", "/*/download/publications.zip"]


@require_safe
@same_in_every_language
def robots(request):
    address = settings.SITE_URL + reverse("sitemap")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in LEFT_ALONE)]
    text = "\n".join([*lines, "", f"Sitemap: {address}", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@same_in_every_language
@conditional_page
def index(request):
    """Looks at every row: once for each version of the catalogue."""
    kept = caches["fragments"]
    return _xml(kept.get_or_set(f"sitemap-{version.current()}", sitemap.index, AN_HOUR) or "")


@require_safe
@same_in_every_language
@gzip_page  # outside: each packing differs a little, and so would the ETag
@conditional_page
def pages(request):
    return _xml(sitemap.pages())


@require_safe
@same_in_every_language
@gzip_page  # outside: each packing differs a little, and so would the ETag
@conditional_page
def publications(request, part):
    text = sitemap.publications(part)
    if not text:
        raise Http404
    return _xml(text)


def _xml(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={AN_HOUR}"
    return response
