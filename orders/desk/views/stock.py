"""The paper: how many copies of each edition lie where, and the ledger of one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from catalogue import languages
from catalogue.formats import number
from catalogue.importing.sheets import as_csv, disarmed
from catalogue.models import Edition, EditionLanguage
from catalogue.staff import staff_only
from catalogue.transfer import disposition
from orders import shelves
from orders import stock as paper
from orders.desk.movements import MOVEMENTS
from orders.desk.stock_forms import DescribeForm, LedgerFilter, ShelfFilter, ShelfForm
from orders.errors import OrderError
from orders.events import record_look
from orders.models import StockLocation
from orders.querysets import low, on_the_shelf, waited_for, with_stock

ENTRIES_A_PAGE = EDITIONS_A_PAGE = 100
LINKED = 10  # orders named after a movement


@require_safe
@staff_only("orders.view_stockitem")
def stock(request):
    choice = ShelfFilter(request.GET).choice()
    rows = found(choice)
    page = Paginator(rows, EDITIONS_A_PAGE).get_page(request.GET.get("page"))
    editions = page.object_list = shelves.with_elsewhere(page.object_list, choice["location"])
    context = {
        "page": page,
        "editions": editions,
        "choice": choice,
        "is_narrowed": any(choice.values()),
        "totals": shelves.totals(rows),
        "places": shelves.places(),
        "tags": tags_on_paper(),
        "last_check": shelves.last_check(),
    }
    return render(request, "orders/desk/stock.html", context)


def found(choice):
    """The editions on paper that the filters leave."""
    editions = with_stock(Edition.objects.select_related("publication"), choice["location"])
    rows = on_the_shelf(editions, choice["q"], choice["language"])
    rows = low(rows) if choice["low"] else rows
    rows = waited_for(rows) if choice["waiting"] else rows
    return rows.prefetch_related("languages")


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
    form = ShelfForm(request.POST, movement=movement)
    if not form.is_valid():
        return show(request, edition, form, status=422)
    is_done, last = shelves.is_done(form.cleaned_data["key"]), shelves.last_entry(edition)
    try:
        done, sentences = movement.made(edition, by=request.user, **form.cleaned_data)
    except OrderError as refusal:
        form.add_error("copies", str(refusal))
        form.send_anew()
        return show(request, edition, form, status=422)
    if is_done:
        messages.info(request, _("This was done already; nothing has changed."))
        return redirect("desk:ledger", pk)
    for sentence in sentences:
        messages.success(request, sentence)
    if done and request.user.has_perm("orders.view_order"):
        tell_whom(request, shelves.served_since(edition, last))
    return redirect("desk:ledger", pk)


def tell_whom(request, orders):
    """Link the orders that got copies."""
    if orders:
        shown = [(order.get_desk_url(), order.number) for order in orders[:LINKED]]
        links = format_html_join(", ", '<a href="{}">{}</a>', shown)
        sentence = ngettext(
            "{n} order got copies: {orders}", "{n} orders got copies: {orders}", len(orders)
        )
        messages.success(request, format_html(sentence, n=number(len(orders)), orders=links))


@require_POST
@staff_only("orders.change_stockitem")
def describe(request, pk):
    edition, form = find(pk), DescribeForm(request.POST)
    if not form.is_valid():
        return show(request, edition, form, status=422)
    place = form.cleaned_data["location"]
    try:
        paper.describe(paper.balance(edition, place), **form.described)
    except OrderError as refusal:
        form.refuse(str(refusal), paper.balance(edition, place))
        return show(request, edition, form, status=409)
    messages.success(request, _("Shelf and threshold are saved."))
    return redirect("desk:ledger", pk)


def find(pk):
    editions = with_stock(Edition.objects.select_related("publication"))
    return get_object_or_404(editions.prefetch_related("languages"), pk=pk)


def show(request, edition, refused=None, status=200):
    """The ledger's page; `refused` is a form that was sent with mistakes."""
    filters = LedgerFilter(request.GET)
    entries = shelves.chosen(shelves.entries_of(edition), **filters.choice())
    page = Paginator(entries, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = shelves.with_balances(edition, list(page.object_list))
    places = shelves.places()
    seen = shelves.last_entry(edition)
    if isinstance(refused, ShelfForm):
        refused.look_again(seen)
    fresh = {n: ShelfForm(movement=m, places=places, seen=seen) for n, m in MOVEMENTS.items()}
    forms = fresh | ({refused.name: refused} if refused else {})
    items = shelves.items_of(edition)
    context = {
        "edition": edition,
        "items": items,
        "describes": [(item, described(item, refused)) for item in items],
        "page": page,
        "filters": filters,
        "is_narrowed": any(filters.cleaned_data.values()),
        "has_places": len(places) > 1,
        "movements": [
            (movement, forms[name])
            for name, movement in MOVEMENTS.items()
            if name != "transfer" or len(places) > 1
        ],
        "refused": refused,
        "switch_path": reverse("desk:ledger", args=[edition.pk]),
    }
    return render(request, "orders/desk/ledger.html", context, status=status)


def described(item, refused):
    """The form for an item's shelf and threshold, or the one that was refused."""
    form = DescribeForm(initial=DescribeForm.told(item))
    return refused if refused and refused.name == form.name else form


# Behind the figures -----------------------------------------------------------


@require_safe
@staff_only("orders.view_order")
def promised(request, pk):
    edition, place = find(pk), place_of(request)
    page = Paginator(shelves.holding(edition, place), ENTRIES_A_PAGE).get_page(
        request.GET.get("page")
    )
    record_look("promised", len(page.object_list), by=request.user)
    context = {"edition": edition, "place": place, "page": page}
    return render(request, "orders/desk/promised.html", context)


@require_safe
@staff_only("orders.view_order")
def waiting(request, pk):
    edition, place = find(pk), place_of(request)
    lines = list(shelves.queue(edition, place))
    record_look("waiting", len(lines), by=request.user)
    context = {
        "edition": edition,
        "place": place,
        "lines": lines,
        "before": shelves.standing_before(lines),
    }
    return render(request, "orders/desk/waiting.html", context)


def place_of(request):
    """The location named in the address, if there is one."""
    slug = request.GET.get("location", "")
    return StockLocation.objects.filter(slug=slug).first() if "\0" not in slug else None


# For spreadsheets -------------------------------------------------------------


@require_safe
@staff_only("orders.view_stockitem")
def ledger_csv(request, pk):
    edition = find(pk)
    entries = shelves.chosen(shelves.entries_of(edition), **LedgerFilter(request.GET).choice())
    rows = [heads(), *map(row_of, shelves.with_balances(edition, list(entries)))]
    response = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    name = f"ledger-{edition.publication.slug}-{edition.pk}.csv"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def heads() -> list[str]:
    """The names of the columns."""
    names = (_("When"), _("Location"), _("What"), _("To or from"), _("Order"), _("Who"), _("Why"))
    balances = (_("On hand"), _("Promised"), _("Unusable"))
    changes = [_("%(balance)s, change") % {"balance": name} for name in balances]
    return [*names, *changes, *balances]


def row_of(entry) -> list[str]:
    """A movement and the balances after it; text that no spreadsheet takes for a formula."""
    told = [
        timezone.localtime(entry.at).isoformat(timespec="seconds"),
        str(entry.stock_item.location),
        entry.movement,
        str(entry.other_location or ""),
        entry.line.order.number if entry.line else "",
        str(entry.by or _("automatic")),
        entry.reason,
    ]
    changes = (entry.on_hand_change, entry.allocated_change, entry.unusable_change)
    balances = (entry.on_hand_after, entry.allocated_after, entry.unusable_after)
    return [*map(disarmed, told), *map(str, changes), *map(str, balances)]
