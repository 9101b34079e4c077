"""The list of publications: words, facets, pages."""

from django.conf import settings
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalogue import facets, fragments, holdings, languages
from catalogue.forms import ORDERS, Filters
from catalogue.negotiation import page_address, shared


@require_safe
@shared
def publications(request):
    form = Filters(request.GET)
    held = holdings.current()
    chosen = held.chosen(form.filters())
    keys = held.listed(held.under(chosen), form.order(), form.filters().get("q", ""))
    page = Paginator(keys, settings.PUBLICATIONS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalogue/publications.html", _list(form, held, chosen, page))


def _list(form, held, chosen, page):
    asked = form.asked()
    sheet = fragments.sheet(page, held.token, asked.get("q", ""))
    column = facets.column(held, chosen, asked)
    ways_on = {} if sheet.cards else _ways_on(asked, held, chosen)
    return ways_on | {
        "asked": asked,
        "is_narrowed": bool(form.filters()),
        "facets": column.facets,
        "column": column.html,
        "orders": [
            (ORDERS[order], facets.query(asked, sort=order), order == form.order())
            for order in form.orders()
        ],
        "query": facets.query(asked),
        "query_without_words": facets.query(asked, q=None),
        "switch_path": reverse("catalogue:publications") + facets.query(asked).removesuffix("?"),
        "page": page,
        "sheet": sheet,
        "canonical": page_address("catalogue:publications"),
        "alternates": [
            (code, page_address("catalogue:publications", language=code))
            for code in languages.interface_languages()
        ],
    }


def _ways_on(asked, held, chosen):
    """Where somebody may go who found nothing."""
    meant = fragments.meant(asked["q"], held.token) if "q" in asked else ""
    return {
        "loosened": facets.loosened(held, chosen, asked),
        "meant": meant,
        "meant_query": facets.query(asked if _finds(held, chosen, meant) else {}, q=meant),
    }


def _finds(held, chosen, question):
    """Whether other words would find something under the same filters."""
    return bool(held.under(chosen | held.chosen({"q": question}))) if question else False
