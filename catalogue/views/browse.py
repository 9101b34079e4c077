"""Pages to walk through the catalogue: series, topics, meetings, document symbols."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalogue import archive, browse, fragments, languages, symbols
from catalogue.models import Meeting, Series, Topic
from catalogue.negotiation import page_address, shared


@require_safe
@shared
def hub(request):
    context = {
        "series": browse.series(),
        "topics": browse.topics(),
        "meetings": browse.meetings(),
        "place": symbols.first_fork(),
    }
    return render(request, "catalogue/browse.html", context | _addresses("catalogue:browse"))


@require_safe
@shared
def series(request, slug):
    term = get_object_or_404(Series, slug=slug)
    places = browse.in_series(term)
    context = _shelf(request, "catalogue:series", slug, places) | {"term": term}
    context |= _archives(places, f"?series={slug}")
    return render(request, "catalogue/series.html", context)


@require_safe
@shared
def topic(request, slug):
    term = get_object_or_404(Topic, slug=slug)
    context = _shelf(request, "catalogue:topic", slug, browse.about(term))
    return render(request, "catalogue/topic.html", context | {"term": term})


@require_safe
@shared
def meeting(request, code):
    term = get_object_or_404(Meeting, code=code)
    places = browse.of_meeting(term)
    context = _shelf(request, "catalogue:meeting", code, places) | {"term": term}
    context |= _archives(places, f"?meeting={code}")
    return render(request, "catalogue/meeting.html", context)


@require_safe
@shared
def symbol(request, path=""):
    place = symbols.place(path)
    if path and not place.number:
        raise Http404
    places = [browse.Place(key, ("", "")) for key in place.documents]
    context = _shelf(request, "catalogue:symbols", path, places)
    return render(request, "catalogue/symbols.html", context | {"place": place})


def _shelf(request, name, argument, places) -> dict:
    """A page of publications, and where it lives in every language."""
    page = Paginator(places, settings.PUBLICATIONS_A_PAGE).get_page(request.GET.get("page"))
    groups = browse.groups(list(page))
    printed = fragments.printed([card for group in groups for card in group.cards])
    further = f"?page={page.number}" if page.number > 1 else ""
    shown = {"page": page, "groups": groups, "printed": printed, "snippets": {}}
    return shown | _addresses(name, *[argument] * bool(argument), query=further)


def _archives(places, query) -> dict:
    """What a ZIP of all of them would hold, by language."""
    keys = [place.key for place in places]
    found = archive.sizes(keys) if archive.is_bounded(keys) else []
    return {"archives": found, "archive_query": query}


def _addresses(name, *arguments, query="") -> dict:
    return {
        "canonical": page_address(name, *arguments) + query,
        "alternates": [
            (code, page_address(name, *arguments, language=code) + query)
            for code in languages.interface_languages()
        ],
    }
