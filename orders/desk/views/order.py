"""One order: everything about it on one screen, and what can be decided."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue import languages, typesetting
from catalogue.staff import staff_only
from orders import addresses, events, fulfilment, lifecycle, progress, standing, stock
from orders.desk import forms, order_forms
from orders.desk.attempts import attempt
from orders.models import Consignment, Order

PARCEL_FORMS = {
    "send": forms.SendForm,
    "track": forms.TrackingForm,
    "take_back": forms.TakeBackForm,
    "lose": forms.LoseForm,
    "replace": forms.ReplaceForm,
}
FORMS_OF_MISSED = {"forward": order_forms.ForwardForm}


@require_safe
@staff_only("orders.view_order")
def order(request, number):
    found = get_object_or_404(Order.objects.with_lines().with_progress(), number=number)
    events.record_view(found, by=request.user)
    return show(request, found)


def show(request, order, refused=None, status=200) -> HttpResponse:
    """The order's page; `refused` is a form that was sent with mistakes."""
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
        "switch_path": order.get_desk_url(),
    }
    return render(request, "orders/desk/order.html", context, status=status)


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
    order = get_object_or_404(Order, number=number)
    form = forms.VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    said = _("Packed. Print the slip and the label.")
    attempt(request, fulfilment.pack_all, order, version=version, said=said)
    return redirect(order.get_desk_url())


@require_POST
@staff_only("orders.decide_order")
def hold(request, number):
    order, form = posted(request, number, forms.HoldForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    attempt(request, lifecycle.hold, order, said=_("The order is on hold."), **form.cleaned_data)
    return redirect(order.get_desk_url())


@require_POST
@staff_only("orders.decide_order")
def release(request, number):
    order = get_object_or_404(Order, number=number)
    attempt(request, lifecycle.release, order, said=_("The hold is lifted."))
    return redirect(order.get_desk_url())


@require_POST
@staff_only("orders.decide_order")
def approve(request, number):
    order, form = posted(request, number, forms.ApproveForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    said = _("Decided. The person who ordered is told.")
    attempt(
        request,
        lifecycle.approve,
        order,
        grants=form.grants,
        words=form.cleaned_data["words"],
        version=form.cleaned_data["version"],
        said=said,
    )
    return redirect(order.get_desk_url())


@require_POST
@staff_only("orders.decide_order")
def change(request, number):
    order, form = posted(request, number, forms.ChangeForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    attempt(
        request,
        lifecycle.change,
        order,
        quantities=form.quantities,
        details=None,
        version=form.cleaned_data["version"],
        said=_("The order is changed. The person who ordered is told."),
    )
    return redirect(order.get_desk_url())


@require_POST
@staff_only("orders.decide_order")
def decline(request, number):
    order, form = posted(request, number, forms.DeclineForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    said = _("The order is declined. The person who ordered is told.")
    attempt(request, lifecycle.decline, order, said=said, **form.cleaned_data)
    return redirect(order.get_desk_url())


@require_POST
@staff_only("orders.decide_order")
def cancel(request, number):
    order, form = posted(request, number, forms.CancelForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    said = _("The order is cancelled. The person who ordered is told.")
    attempt(request, lifecycle.cancel, order, said=said, **form.cleaned_data)
    return redirect(order.get_desk_url())


def posted(request, number, form_class):
    """The order and the form that was sent about it."""
    order = get_object_or_404(Order.objects.with_lines().with_progress(), number=number)
    wants_order = issubclass(form_class, forms.LinesForm | order_forms.PutBackForm)
    needs = {"order": order} if wants_order else {}
    return order, form_class(request.POST, **needs)
