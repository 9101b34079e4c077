"""Orders that colleagues enter: requests by mail, by telephone, in person."""

import re

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue import languages
from catalogue.models import Edition
from catalogue.staff import staff_only
from orders import lifecycle
from orders.desk.attempts import attempt
from orders.desk.forms import new_key
from orders.desk.order_forms import EnterForm
from orders.forms import QuantitiesForm
from orders.querysets import on_the_shelf, with_stock
from orders.references import publications_coded

FOUND = 20
SHORTEST_CODE = 2  # letters of a short code that are searched for


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("orders.pack_order")
def enter(request):
    """The form; "find" draws it again with titles to choose from, and what was typed."""
    if request.method != "POST":
        initial = {"key": new_key(), "language": languages.current()}
        return show(request, EnterForm(initial=initial), {})
    typed = typed_copies(request.POST)
    if "find" in request.POST:
        return show(request, EnterForm(initial=request.POST.dict()), typed)
    form, copies = EnterForm(request.POST), quantities_of(typed)
    if not (form.is_valid() & copies.is_valid()):
        return show(request, form, typed, copies, status=422)
    return place(request, form, copies, typed)


def place(request, form, copies, typed):
    order = attempt(
        request,
        lifecycle.place,
        details=form.details,
        quantities={edition: n for edition, n in copies.quantities.items() if n},
        language=form.cleaned_data["language"],
        key=form.cleaned_data["key"],
        said=_("The order is entered and open."),
    )
    if order is None:
        return show(request, form, typed, copies, status=409)
    if lifecycle.is_like_another(order):
        messages.warning(
            request, _("The same was ordered a short while ago: see the other orders.")
        )
    return redirect(order.get_desk_url())


def typed_copies(data):
    """What was typed as copies, by edition; empty fields are left out."""
    pairs = ((name.partition("-")[2], text) for name, text in data.items() if "copies-" in name)
    return {int(pk): text for pk, text in pairs if re.fullmatch("[0-9]{1,9}", pk) and text.strip()}


def quantities_of(typed):
    editions = Edition.objects.filter(pk__in=list(typed)[:100]).select_related("publication")
    data = {f"copies-{pk}": text for pk, text in typed.items()}
    return QuantitiesForm(data, editions=editions, least=0)


def show(request, form, typed, copies=None, status=200):
    words = request.POST.get("q", "").strip()
    context = {
        "form": form,
        "words": words,
        "chosen": rows_of(editions_on_paper().filter(pk__in=list(typed)[:100]), typed, copies),
        "found": rows_of(found(words, typed), {}) if words else [],
        "copies": copies,
        "switch_path": reverse("desk:enter"),
    }
    return render(request, "orders/desk/enter.html", context, status=status)


def editions_on_paper():
    editions = with_stock(Edition.objects.published().printed().select_related("publication"))
    return editions.prefetch_related("languages")


def found(words, typed):
    """Editions that are called so by their short code, then those that hold the words."""
    editions = editions_on_paper().exclude(pk__in=list(typed)[:100])
    code = words.split()[0]
    coded = publications_coded(code) if len(code) >= SHORTEST_CODE else []
    by_code = on_the_shelf(editions.filter(publication__in=coded))[:FOUND]
    by_words = on_the_shelf(editions.exclude(publication__in=coded), words)[:FOUND]
    return [*by_code, *by_words][:FOUND]


def rows_of(editions, typed, copies=None):
    """Editions, each with what was typed and what is wrong with it."""
    errors = copies.errors if copies else {}
    return [(e, typed.get(e.pk, ""), errors.get(f"copies-{e.pk}", "")) for e in editions]
