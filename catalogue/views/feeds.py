"""What feed readers and browsers ask for: Atom, and how to search here."""

from functools import wraps

from django.http import HttpResponse, JsonResponse
from django.utils.http import http_date
from django.views.decorators.http import conditional_page, require_safe

from catalogue import harvest, search
from catalogue.feeds import atom, news
from catalogue.feeds import opensearch as description
from catalogue.forms import Filters

FRESH = "public, max-age=60"
# Programs on other sites may read feeds, as all the world may.
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def feed(view):
    """Fresh for a minute; who has it already is told so, by its ETag or by the last change."""

    @wraps(view)
    def marked(request, *args, **kwargs):
        request.changed_at = harvest.last_change()
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", FRESH)
        if request.changed_at:
            response["Last-Modified"] = http_date(request.changed_at.timestamp())
        return response

    @wraps(view)
    def opened(request, *args, **kwargs):
        response = conditional(request, *args, **kwargs)
        for name, value in OPEN.items():
            response[name] = value
        return response

    conditional = conditional_page(marked)
    return require_safe(opened)


@feed
def new_atom(request):
    content = atom.write(news.feed(Filters(request.GET).filters(), request.changed_at))
    return HttpResponse(content, content_type=f"{atom.MEDIA_TYPE}; charset=utf-8")


@feed
def opensearch(request):
    content_type = f"{description.MEDIA_TYPE}; charset=utf-8"
    return HttpResponse(description.write(), content_type=content_type)


@feed
def suggestions(request):
    """What is typed into a browser's own search field may lead to."""
    words = request.GET.get("q", "")
    texts = [suggestion.text for suggestion in search.suggestions(words)]
    content_type = "application/x-suggestions+json"
    return JsonResponse([words, texts], safe=False, content_type=content_type)
