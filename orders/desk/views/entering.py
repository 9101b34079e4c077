"""Orders that colleagues enter: requests by mail, by telephone, in person."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue import languages
from catalogue.models import Edition
from catalogue.staff import staff_only
from orders import lifecycle
from orders.desk import titles
from orders.desk.attempts import attempt
from orders.desk.forms import new_key
from orders.desk.order_forms import EnterForm
from orders.forms import QuantitiesForm


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("orders.pack_order")
def enter(request):
    """The form; "find" draws it again with titles to choose from, and what was typed."""
    if request.method != "POST":
        initial = {"key": new_key(), "language": languages.current()}
        return show(request, EnterForm(initial=initial), {})
    typed = titles.typed_copies(request.POST)
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


def quantities_of(typed):
    editions = Edition.objects.filter(pk__in=typed).select_related("publication")
    data = {f"copies-{pk}": text for pk, text in typed.items()}
    return QuantitiesForm(data, editions=editions, least=0)


def show(request, form, typed, copies=None, status=200):
    words = request.POST.get("q", "").strip()
    context = {
        "form": form,
        "words": words,
        "chosen": rows_of(titles.on_paper().filter(pk__in=typed), typed, copies),
        "found": rows_of(titles.found(words, typed), {}),
        "copies": copies,
        "switch_path": reverse("desk:enter"),
    }
    return render(request, "orders/desk/enter.html", context, status=status)


def rows_of(editions, typed, copies=None):
    """Editions, each with what was typed and what is wrong with it."""
    errors = copies.errors if copies else {}
    return [(e, typed.get(e.pk, ""), errors.get(f"copies-{e.pk}", "")) for e in editions]
