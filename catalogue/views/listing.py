"""The list of publications: words, facets, pages."""

from django.conf import settings
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue import cards, facets, languages
from catalogue.forms import ORDERS, Filters
from catalogue.models import Publication
from catalogue.negotiation import page_address, shared


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
