"""The store as a whole: many counts or receipts in one go, reprints, locations, the check."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import ProtectedError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from catalogue import jobs
from catalogue.formats import number
from catalogue.models import Edition
from catalogue.staff import staff_only
from orders import shelves, stock
from orders.desk.stock_forms import ManyForm, PlaceForm, ReprintForm, ShelfFilter, fresh_places
from orders.errors import OrderError
from orders.models import StockLocation
from orders.querysets import on_the_shelf, to_reprint, with_stock
from orders.references import short_code

ROWS_A_PAGE = 200

# Many editions in one go ------------------------------------------------------


@require_safe
@staff_only("orders.change_stockitem")
def count_many(request):
    return show_many(request, counted(request))


@require_POST
@staff_only("orders.change_stockitem")
def save_counts(request):
    many = counted(request, request.POST)
    return save_many(request, many, stock.count, "desk:count-many")


@require_safe
@staff_only("orders.change_stockitem")
def receive_many(request):
    return show_many(request, received(request))


@require_POST
@staff_only("orders.change_stockitem")
def save_receipts(request):
    many = received(request, request.POST)
    return save_many(request, many, stock.receive, "desk:receive-many")


def counted(request, posted=None):
    """The page on which the shelves of a location are counted."""
    choice, named = ShelfFilter(request.GET).choice(), ManyForm.named_in(posted or {})
    place = choice["location"] or stock.main_location()
    items = shelves.at_place(place, named)
    page = Paginator(items, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = page.object_list = list(items.filter(pk__in=named) if named else page.object_list)
    for item in rows:
        item.code, item.about = short_code(item.edition), item.edition
    form = ManyForm(posted, rows=rows, least=0)
    return {"is_count": True, "place": place, "page": page, "form": form, "choice": choice}


def received(request, posted=None):
    """The page on which a delivery of several editions is received."""
    choice, named = ShelfFilter(request.GET).choice(), ManyForm.named_in(posted or {})
    place = choice["location"] or stock.main_location()
    editions = with_stock(Edition.objects.select_related("publication"), place)
    editions = editions.prefetch_related("languages").order_by("publication__slug", "pk")
    found = on_the_shelf(editions, choice["q"])
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = page.object_list = list(editions.filter(pk__in=named) if named else page.object_list)
    for edition in rows:
        edition.code, edition.about = short_code(edition), edition
    form = ManyForm(posted, rows=rows, least=1)
    return {"is_count": False, "place": place, "page": page, "form": form, "choice": choice}


def show_many(request, many, status=200):
    name = "count-many" if many["is_count"] else "receive-many"
    action = "save-counts" if many["is_count"] else "save-receipts"
    context = many | {
        "places": shelves.places(),
        "action": f"{reverse(f'desk:{action}')}?{request.GET.urlencode()}",
        "switch_path": reverse(f"desk:{name}"),
    }
    return render(request, "orders/desk/many.html", context, status=status)


def save_many(request, many, verb, back):
    """Each number by itself: what is refused stays typed, the others are done."""
    form = many["form"]
    if not form.is_valid():
        return show_many(request, many, status=422)
    done = [row for row, copies in form.typed() if saved(request, many, row, copies, verb)]
    if done:
        sentence = ngettext("%(n)s edition is saved.", "%(n)s editions are saved.", len(done))
        messages.success(request, sentence % {"n": number(len(done))})
    if form.errors:
        return show_many(request, many, status=422)
    if not done:
        messages.info(request, _("No number was written; nothing has changed."))
    return redirect(f"{reverse(back)}?{request.GET.urlencode()}")


def saved(request, many, row, copies, verb) -> bool:
    """Move the copies of one row; its refusal stands beside its number."""
    form, place = many["form"], many["place"]
    about = {"by": request.user, "reason": form.cleaned_data["reason"], "location": place}
    if many["is_count"]:
        about["was"] = form.was(row)
    try:
        verb(row.about, copies, key=form.key_of(row), **about)
    except OrderError as refusal:
        form.refuse(row, str(refusal), stock.balance(row.about, place).on_hand)
        return False
    return True


# To reprint -------------------------------------------------------------------


@require_safe
@staff_only("orders.view_stockitem")
def reprints(request):
    return show_reprints(request)


@require_POST
@staff_only("catalogue.change_edition")
def set_reprint(request, pk):
    edition = get_object_or_404(Edition, pk=pk)
    form = ReprintForm(request.POST, instance=edition)
    if not form.is_valid():
        return show_reprints(request, form, status=422)
    form.save()
    messages.success(request, _("The date of the reprint is saved."))
    return redirect("desk:reprints")


def show_reprints(request, refused=None, status=200):
    rows = to_reprint(with_stock(Edition.objects.select_related("publication")))
    page = Paginator(rows.prefetch_related("languages"), 100).get_page(request.GET.get("page"))
    wrong = refused.instance.pk if refused else None
    page.object_list = [
        (edition, refused if edition.pk == wrong else ReprintForm(instance=edition))
        for edition in page.object_list
    ]
    context = {"page": page, "refused": refused, "switch_path": reverse("desk:reprints")}
    return render(request, "orders/desk/reprints.html", context, status=status)


# Locations --------------------------------------------------------------------


@require_safe
@staff_only("orders.change_stocklocation")
def locations(request):
    return show_locations(request, PlaceForm())


@require_POST
@staff_only("orders.add_stocklocation")
def add_location(request):
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return show_locations(request, form, status=422)
    form.save()
    messages.success(request, _("The location is added."))
    return redirect("desk:locations")


@require_POST
@staff_only("orders.change_stocklocation")
def name_location(request, pk):
    form = PlaceForm(request.POST, instance=get_object_or_404(StockLocation, pk=pk))
    if not form.is_valid():
        return show_locations(request, PlaceForm(), form, status=422)
    form.save()
    messages.success(request, _("The names are saved."))
    return redirect("desk:locations")


@require_POST
@staff_only("orders.delete_stocklocation")
def remove_location(request, pk):
    place = get_object_or_404(StockLocation, pk=pk)
    try:
        stock.remove(place)
    except (OrderError, ProtectedError) as refusal:
        known = isinstance(refusal, OrderError)
        kept = _("Copies lay there, or orders name it: the ledger keeps this location.")
        messages.error(request, str(refusal) if known else kept)
    else:
        messages.success(request, _("The location is removed."))
    return redirect("desk:locations")


def show_locations(request, new, refused=None, status=200):
    forms = [
        refused if refused and form.instance.pk == refused.instance.pk else form
        for form in fresh_places()
    ]
    context = {
        "forms": forms,
        "new": new,
        "refused": refused or new,
        "removable": stock.removable(),
        "switch_path": reverse("desk:locations"),
    }
    return render(request, "orders/desk/locations.html", context, status=status)


# Whether ledger and orders agree ----------------------------------------------


@require_safe
@staff_only("orders.view_stockitem")
def audit(request):
    context = {"last_check": shelves.last_check(), "checks": shelves.last_checks()}
    return render(request, "orders/desk/audit.html", context)


@require_POST
@staff_only("orders.change_stockitem")
def run_audit(request):
    job = jobs.start("check-ledger", by=request.user)
    return redirect("editing:job", job.pk)
