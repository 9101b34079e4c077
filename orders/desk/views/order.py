"""One order: everything about it on one screen, and what can be decided."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue import languages, typesetting
from catalogue.staff import staff_only
from orders import addresses, events, fulfilment, lifecycle, progress, standing, stock
from orders.desk import forms, order_forms
from orders.desk.attempts import attempt_form
from orders.models import Consignment, Order

PARCEL_FORMS = {
    "send": forms.SendForm,
    "track": forms.TrackingForm,
    "take_back": forms.TakeBackForm,
    "lose": forms.LoseForm,
    "replace": forms.ReplaceForm,
}
MOST_CHANGES = 5  # told to who comes with an older version
FORMS_OF_MISSED = {"forward": order_forms.ForwardForm}


@require_safe
@staff_only("orders.view_order")
def order(request, number):
    found = get_object_or_404(Order.objects.with_lines().with_progress(), number=number)
    events.record_view(found, by=request.user)
    return show(request, found)


def show(request, order, refused=None, status=200) -> HttpResponse:
    """The order's page; `refused` is a form that was sent with mistakes, or not taken."""
    since = changes(order, refused.drawn_from() if refused else None)
    if refused:
        refused.draw_again(order.version)
    context = {
        "order": order,
        "lines": lines(order),
        "label": (address := label(order)),
        "unprintable": typesetting.unprintable("".join(address)),
        "live": parcels(order.consignments.live(), refused),
        "past": parcels(order.consignments.gone(), refused),
        "timeline": order.events.select_related("by", "consignment").order_by("-pk"),
        "mails": order.messages.all(),
        "forms": decisions(order, refused),
        "notes": order.notes.select_related("by"),
        "consignees": progress.consignees(order, languages.current()),
        "alike": Order.objects.like(order)[:5],
        "standing": standing.of(order.email) if order.email else "",
        "refused": refused,
        "since": since,
        "switch_path": order.get_desk_url(),
    }
    return render(request, "orders/desk/order.html", context, status=status)


def changes(order, version):
    """What happened since a page was drawn from an older version, the newest first."""
    return events.since(order, version)[:MOST_CHANGES] if version is not None else []


def lines(order):
    """The order's lines, each with the copies that are free on the shelf."""
    rows = list(order.lines.all())
    free = stock.available([line.edition_id for line in rows])
    return [(line, free[line.edition_id]) for line in rows]


def label(order):
    """The address as it will stand on the label."""
    names = (order.name, order.post, order.organisation)
    draft = Consignment(
        recipient="\n".join(name for name in names if name),
        address=order.address,
        country=order.country,
        slip_language=order.language,
    )
    return addresses.label_lines(draft)


def parcels(consignments, refused):
    """Consignments, newest first, each with its forms by name."""
    rows = consignments.with_lines().order_by("-position")
    return [
        (row, {name: kept(form(about=row), refused) for name, form in PARCEL_FORMS.items()})
        for row in rows
    ]


def decisions(order, refused):
    """The forms by which an order is decided, by name."""
    version = {"version": order.version}
    fresh = (
        forms.ApproveForm(order=order),
        forms.ChangeForm(order=order),
        forms.HoldForm(initial=version),
        forms.DeclineForm(initial=version),
        forms.CancelForm(initial=version),
        order_forms.NoteForm(),
        order_forms.EditForm.of(order),
        order_forms.SplitForm(order=order),
        order_forms.PutBackForm(order=order),
        order_forms.StandingForm(initial={"standing": standing.of(order.email)}),
    )
    return {form.name: kept(form, refused) for form in fresh}


def kept(fresh, refused):
    """The form that was refused, with what was typed, in the place of its fresh copy."""
    return refused if refused is not None and refused.name == fresh.name else fresh


# Buttons ----------------------------------------------------------------------


@require_POST
@staff_only("orders.pack_order")
def pack(request, number):
    return press(request, number, fulfilment.pack_all, _("Packed. Print the slip and the label."))


@require_POST
@staff_only("orders.decide_order")
def hold(request, number):
    return filled_in(request, number, forms.HoldForm, lifecycle.hold, _("The order is on hold."))


@require_POST
@staff_only("orders.decide_order")
def release(request, number):
    return press(request, number, lifecycle.release, _("The hold is lifted."))


@require_POST
@staff_only("orders.decide_order")
def approve(request, number):
    said = _("Decided. The person who ordered is told.")
    return filled_in(request, number, forms.ApproveForm, lifecycle.approve, said, _decision)


def _decision(form):
    given = {name: form.cleaned_data[name] for name in ("words", "version")}
    return given | {"grants": form.grants}


@require_POST
@staff_only("orders.decide_order")
def change(request, number):
    said = _("The order is changed. The person who ordered is told.")
    return filled_in(request, number, forms.ChangeForm, lifecycle.change, said, _change)


def _change(form):
    version = form.cleaned_data["version"]
    return {"quantities": form.quantities, "details": None, "version": version}


@require_POST
@staff_only("orders.decide_order")
def decline(request, number):
    said = _("The order is declined. The person who ordered is told.")
    return filled_in(request, number, forms.DeclineForm, lifecycle.decline, said)


@require_POST
@staff_only("orders.decide_order")
def cancel(request, number):
    said = _("The order is cancelled. The person who ordered is told.")
    return filled_in(request, number, forms.CancelForm, lifecycle.cancel, said)


# Shared steps -----------------------------------------------------------------


def press(request, number, verb, said):
    """A verb that needs nothing but a page that is not too old."""
    order, form = posted(request, number, forms.VersionForm)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    if not attempt_form(request, form, verb, order, version=version, said=said):
        return show(request, order, form, status=409)
    return redirect(order.get_desk_url())


def filled_in(request, number, form_class, verb, said, given=lambda form: form.cleaned_data):
    """A verb that needs a form; `given` makes its arguments of it.

    A form with mistakes, and one that came too late, are shown again as they were typed.
    """
    order, form = posted(request, number, form_class)
    if not form.is_valid():
        return show(request, order, form, status=422)
    if not attempt_form(request, form, verb, order, said=said, **given(form)):
        return show(request, order, form, status=409)
    return redirect(order.get_desk_url())


def posted(request, number, form_class):
    """The order and the form that was sent about it."""
    order = get_object_or_404(Order.objects.with_lines().with_progress(), number=number)
    wants_order = issubclass(form_class, forms.LinesForm | order_forms.PutBackForm)
    needs = {"order": order} if wants_order else {}
    return order, form_class(request.POST, **needs)
