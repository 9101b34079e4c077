"""The paper: how many copies of each edition, and the ledger of one."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalogue import languages
from catalogue.models import Edition, EditionLanguage
from catalogue.staff import staff_only
from orders.desk.forms import MovementForm, SearchForm
from orders.desk.movements import MOVEMENTS
from orders.errors import OrderError
from orders.models import StockItem
from orders.querysets import on_the_shelf, with_running_balances, with_stock

ENTRIES_A_PAGE = 100


@require_safe
@staff_only("orders.view_stockitem")
def stock(request):
    form = SearchForm(request.GET)
    words, language = (form.data.get(name, "").strip() for name in ("q", "language"))
    editions = with_stock(Edition.objects.select_related("publication"))
    context = {
        "editions": on_the_shelf(editions, words, language).prefetch_related("languages"),
        "words": words,
        "language": language,
        "tags": tags_on_paper(),
        "low": settings.LOW_STOCK,
    }
    return render(request, "orders/desk/stock.html", context)


def tags_on_paper():
    """The languages in which anything exists on paper, the interface's first."""
    rows = EditionLanguage.objects.filter(edition__is_printed=True)
    return sorted(rows.values_list("language", flat=True).distinct(), key=languages.rank)


@require_safe
@staff_only("orders.view_stockitem")
def ledger(request, pk):
    return show(request, find(pk))


@require_POST
@staff_only("orders.change_stockitem")
def move(request, pk, name):
    edition, movement = find(pk), MOVEMENTS[name]
    form = MovementForm(request.POST, movement=movement)
    if not form.is_valid():
        return show(request, edition, form, status=422)
    try:
        sentences = movement.made(edition, by=request.user, **form.cleaned_data)
    except OrderError as refusal:
        form.add_error("copies", str(refusal))
        return show(request, edition, form, status=422)
    for sentence in sentences:
        messages.success(request, sentence)
    return redirect("desk:ledger", pk)


def find(pk):
    editions = with_stock(Edition.objects.select_related("publication"))
    return get_object_or_404(editions.prefetch_related("languages"), pk=pk)


def show(request, edition, refused=None, status=200):
    """The ledger's page; `refused` is a form that was sent with mistakes."""
    item = StockItem.objects.main().filter(edition=edition).first()
    entries = with_running_balances(item.entries.all()) if item else []
    fresh = {name: MovementForm(movement=movement) for name, movement in MOVEMENTS.items()}
    forms = fresh | ({refused.name: refused} if refused else {})
    context = {
        "edition": edition,
        "page": Paginator(entries, ENTRIES_A_PAGE).get_page(request.GET.get("page")),
        "movements": [(movement, forms[name]) for name, movement in MOVEMENTS.items()],
        "refused": refused,
        "switch_path": reverse("desk:ledger", args=[edition.pk]),
    }
    return render(request, "orders/desk/ledger.html", context, status=status)
