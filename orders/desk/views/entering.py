"""Orders that colleagues enter: requests by mail, by telephone, in person."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue import languages
from catalogue.staff import staff_only
from orders import consignee_forms, lifecycle
from orders.desk import titles
from orders.desk.attempts import attempt
from orders.desk.entering_forms import EnteredCopiesForm
from orders.desk.forms import new_key
from orders.desk.order_forms import EnterForm

DRAWS_AGAIN = ("find", "more", "fewer")  # buttons that want the page with what was typed


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("orders.pack_order")
def enter(request):
    """The form; some buttons draw it again, with what was typed, and with titles or consignees."""
    if request.method != "POST":
        initial = {"key": new_key(), "language": languages.current()}
        return show(request, EnterForm(initial=initial), {})
    typed = titles.typed_copies(request.POST)
    lines = titles.chosen(typed)
    if any(name in request.POST for name in DRAWS_AGAIN):
        others = consignee_forms.drawn_again(request.POST, lines)
        return show(request, EnterForm(initial=request.POST.dict()), typed, lines, others)
    form, copies = EnterForm(request.POST), EnteredCopiesForm.of(typed)
    others = consignee_forms.sent(request.POST, lines)
    if not (form.is_valid() & copies.is_valid() & consignee_forms.are_valid(others, lines)):
        return show(request, form, typed, lines, others, copies, status=422)
    return place(request, form, copies, others) or show(
        request, form, typed, lines, others, copies, status=409
    )


def place(request, form, copies, others):
    """Where the order that was entered is; None where it was refused, which is told."""
    order = attempt(
        request,
        lifecycle.place,
        details=form.details,
        quantities=copies.quantities,
        consignees=[other.consignee for other in others],
        language=form.cleaned_data["language"],
        key=form.cleaned_data["key"],
        said=_("The order is entered and open."),
    )
    if order is None:
        return None
    if any(line.to_decide for line in order.lines.all()):
        messages.info(
            request, _("An administrator decides on the copies above the limit. The rest is open.")
        )
    if lifecycle.is_like_another(order):
        messages.warning(
            request, _("The same was ordered a short while ago: see the other orders.")
        )
    return redirect(order.get_desk_url())


def show(request, form, typed, lines=(), others=(), copies=None, status=200):
    words = request.POST.get("q", "").strip()
    forms = [copies, form, *others] if copies else []
    context = {
        "form": form,
        "forms": forms,
        "has_errors": any(shown.errors for shown in forms),
        "words": words,
        "chosen": rows_of([line.edition for line in lines], typed, copies),
        "found": rows_of(titles.found(words, typed), {}),
        "consignees": others,
        "may_add": len(others) < consignee_forms.MOST,
        "switch_path": reverse("desk:enter"),
    }
    return render(request, "orders/desk/enter.html", context, status=status)


def rows_of(editions, typed, copies=None):
    """Editions, each with what was typed and what is wrong with it."""
    errors = copies.errors if copies else {}
    return [(e, typed.get(e.pk, ""), errors.get(f"copies-{e.pk}", "")) for e in editions]
