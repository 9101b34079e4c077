"""Pages to walk through the catalogue: series, topics, meetings, document symbols."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalogue import archive, browse, fragments, holdings, languages, symbols
from catalogue.models import Meeting, Series, Topic
from catalogue.negotiation import page_address, shared


@require_safe
@shared
def hub(request):
    held = holdings.current()
    context = {
        "series": browse.series(held),
        "topics": browse.topics(held),
        "meetings": browse.meetings(held),
        "place": symbols.first_fork(held.token),
    }
    return render(request, "catalogue/browse.html", context | _addresses("catalogue:browse"))


@require_safe
@shared
def series(request, slug):
    term, held = get_object_or_404(Series, slug=slug), holdings.current()
    keys = browse.newest_first(held, "series", slug)
    context = {"term": term} | _archives(keys, f"?series={slug}")
    context |= _shelf(request, held, keys, "year") | _addresses("catalogue:series", slug)
    return _paged(request, "catalogue/series.html", context)


@require_safe
@shared
def topic(request, slug):
    term, held = get_object_or_404(Topic, slug=slug), holdings.current()
    keys = browse.newest_first(held, "topic", slug)
    context = {"term": term} | _shelf(request, held, keys, "year")
    return _paged(request, "catalogue/topic.html", context | _addresses("catalogue:topic", slug))


@require_safe
@shared
def meeting(request, code):
    term, held = get_object_or_404(Meeting, code=code), holdings.current()
    keys = browse.by_kind(held, "meeting", code)
    context = {"term": term} | _archives(keys, f"?meeting={code}")
    context |= _shelf(request, held, keys, "kind") | _addresses("catalogue:meeting", code)
    return _paged(request, "catalogue/meeting.html", context)


@require_safe
@shared
def symbol(request, path=""):
    held, arguments = holdings.current(), [path] * bool(path)
    place = symbols.place(path, held.token)
    if path and not place.number:
        raise Http404
    context = {"place": place} | _shelf(request, held, place.documents, "")
    context |= _addresses("catalogue:symbols", *arguments)
    return _paged(request, "catalogue/symbols.html", context)


def _shelf(request, held, keys, facet) -> dict:
    """A page of publications, under headings."""
    page = Paginator(keys, settings.PUBLICATIONS_A_PAGE).get_page(request.GET.get("page"))
    sheet = fragments.sheet(page, held.token)
    return {"page": page, "sheet": sheet, "groups": browse.groups(held, sheet.cards, facet)}


def _archives(keys, query) -> dict:
    """What a ZIP of all of them would hold, by language."""
    found = archive.sizes(keys) if archive.is_bounded(keys) else []
    return {"archives": found, "archive_query": query}


def _addresses(name, *arguments) -> dict:
    return {
        "canonical": page_address(name, *arguments),
        "alternates": [
            (code, page_address(name, *arguments, language=code))
            for code in languages.interface_languages()
        ],
    }


def _paged(request, template, context):
    """A further page of a list is a page of its own, in every language."""
    if (number := context["page"].number) > 1:
        context["canonical"] += f"?page={number}"
        context["alternates"] = [
            (code, f"{address}?page={number}") for code, address in context["alternates"]
        ]
    return render(request, template, context)
