"""One order: everything about it on one screen, and what can be decided."""

from functools import partial

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue import typesetting
from catalogue.models import State
from catalogue.staff import staff_only
from orders import addresses, changes, events, fulfilment, lifecycle, outbox, presses, standing
from orders import consignees as destinations
from orders.desk import confirmations_forms, forms, order_forms
from orders.desk.adding_forms import AddTitlesForm
from orders.desk.attempts import attempt_form, press_of
from orders.desk.consignees_forms import CorrectionForm
from orders.desk.forms import kept
from orders.desk.parcels import fetched_parcels, parcels, ways_of
from orders.errors import StaleError
from orders.models import Consignee, Consignment, Order

MOST_CHANGES = 5  # told to who comes with an older version
FORMS_OF_LINES = (forms.LinesForm, order_forms.PutBackForm, AddTitlesForm)


@require_safe
@staff_only("orders.view_order")
def order(request, number):
    order = find(number)
    timeline = list(events.of(order))
    if viewed := events.record_view(order, by=request.user, known=timeline):
        timeline.insert(0, viewed)
    return show(request, order, timeline=timeline)


def find(number):
    return get_object_or_404(Order.objects.with_lines(free=True).with_progress(), number=number)


def show(request, order, refused=None, status=200, timeline=None) -> HttpResponse:
    """The order's page; `refused` is a form that was sent with mistakes, or not taken.

    One that was taken a moment ago is told to be, where the same press came twice.
    """
    if refused and presses.was_taken(order, press_of(request)):
        messages.info(request, _("This was done already; nothing has changed."))
        return redirect(order.get_desk_url())
    since = what_happened_since(order, refused.drawn_from() if refused else None)
    if since:
        tell_late(order, refused)
    if refused:
        refused.draw_again(order.version)
        tell_refusal(request, refused)
    stands = standing.of(order.email) if order.email else ""
    places = further_consignees(order)
    states = State.objects.in_bulk({row.country for row in [order, *places]}, field_name="iso2")
    packed = fetched_parcels(order)
    context = {
        "order": order,
        "label": (address := label(order, fulfilment.recipient_of(order), order.language, states)),
        "unprintable": typesetting.unprintable("".join(address)),
        "consignees": consignees(order, places, states),
        "own_part": destinations.own_part(order.lines.all(), places),
        "correction": correction(request, order, places, refused),
        **parcels(packed, refused),
        **ways_of(order, packed),
        "timeline": events.of(order) if timeline is None else timeline,
        "mails": outbox.mails_of(order),
        "forms": decisions(order, stands, packed, refused) | opened(request, order, refused),
        "notes": order.notes.select_related("by"),
        "alike": Order.objects.like(order)[:5],
        "resembled": resembled(order),
        "standing": stands,
        "refused": refused,
        "since": since,
        "switch_path": order.get_desk_url(),
    }
    return render(request, "orders/desk/order.html", context, status=status)


def tell_refusal(request, form):
    """Of a button without fields there is nothing to correct: its refusal is a message."""
    for sentence in [] if form.visible_fields() else form.non_field_errors():
        messages.error(request, sentence)


def tell_late(order, form):
    """Say of a form with mistakes, too, that it came late: they may come of that."""
    try:
        lifecycle.refuse_if_stale(order, form.drawn_from())
    except StaleError as late:
        if not form.non_field_errors():
            form.add_error(None, str(late))


def what_happened_since(order, version):
    """What happened since a page was drawn from an older version, the newest first."""
    return events.since(order, version)[:MOST_CHANGES] if version is not None else []


def label(place, recipient, language, states):
    """The address of an order or a consignee as it will stand on the label."""
    draft = Consignment(
        recipient=recipient, address=place.address, country=place.country, slip_language=language
    )
    return addresses.label_lines(draft, states)


def further_consignees(order):
    """Fetched once, with their shares, for all that looks at them on the page."""
    rows = Consignee.objects.select_related("pick_up_point").prefetch_related("shares")
    prefetch_related_objects([order], Prefetch("consignees", rows))
    return order.consignees.all()


def consignees(order, places, states):
    """Who else gets copies: (consignee, the lines of the label, (line, copies) pairs)."""
    lines = {line.pk: line for line in order.lines.all()}
    return [
        (
            place,
            label(place, place.recipient, order.language, states),
            [(lines[share.line_id], share.quantity) for share in place.shares.all()],
        )
        for place in places
    ]


def correction(request, order, places, refused):
    """The form of the one consignee that the address of the page, or what was sent, names."""
    if isinstance(refused, CorrectionForm):
        return refused
    asked = [place for place in places if str(place.pk) == request.GET.get("correct")]
    return CorrectionForm.of(order, asked[0]) if asked and not order.is_over else None


def resembled(order):
    """Which orders one that is held as a possible duplicate looks like."""
    return Order.objects.resembled_by(order)[:5] if order.hold == Order.Hold.DUPLICATE else ()


def decisions(order, stands, packed, refused):
    """The forms by which an order is decided, by name."""
    version = {"version": order.version}
    fresh = (
        forms.ApproveForm(order=order),
        forms.ChangeForm(order=order),
        forms.HoldForm(initial=version),
        forms.DeclineForm(initial=version),
        forms.CancelForm(initial=version),
        order_forms.NoteForm(initial={"text": reason_not_kept(order, refused)}),
        order_forms.PutBackForm(order=order),
        order_forms.StandingForm(initial={"standing": stands}),
        *confirmations_forms.forms_of(order),
    )
    if order.unpacked:
        fresh += (order_forms.SplitForm(order=order, parcels=packed),)
    return {form.name: kept(form, refused) for form in fresh}


def reason_not_kept(order, refused):
    """A reason that came too late for an order that is over: it can be added as a note."""
    is_reason = isinstance(refused, (forms.DeclineForm, forms.CancelForm))
    return refused.data.get("reason", "") if is_reason and order.is_over else ""


def opened(request, order, refused):
    """The form that the address of the page names, or that was sent: it asks for long lists."""
    name = refused.name if refused else request.GET.get("open", "")
    if name not in OPENED:
        return {}
    return {name: refused or OPENED[name](order)}


OPENED = {
    AddTitlesForm.name: lambda order: AddTitlesForm(order=order),
    order_forms.EditForm.name: order_forms.EditForm.of,
}


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
    return filled_in(request, number, forms.ApproveForm, changes.approve, said, _decision)


def _decision(form):
    given = {name: form.cleaned_data[name] for name in ("words", "version")}
    return given | {"grants": form.grants}


@require_POST
@staff_only("orders.decide_order")
def change(request, number):
    said = _("The order is changed. The person who ordered is told.")
    return filled_in(request, number, forms.ChangeForm, changes.change, said, _change)


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
    refusal = tried(request, order, form, verb, order, said=said, version=version)
    return refusal or redirect(order.get_desk_url())


def filled_in(request, number, form_class, verb, said, given=lambda form: form.cleaned_data):
    """A verb that needs a form; `given` makes its arguments of it.

    A form with mistakes, and one that came too late, are shown again as they were typed.
    """
    order, form = posted(request, number, form_class)
    if not form.is_valid():
        return show(request, order, form, status=422)
    refusal = tried(request, order, form, verb, order, said=said, **given(form))
    return refusal or redirect(order.get_desk_url())


def tried(request, order, form, verb, about, *, said, **given):
    """Run a verb about an order or a row of it; where it refuses, returns the page that says so."""
    verb = partial(presses.take, order, press_of(request), verb)
    if attempt_form(request, form, verb, about, said=said, order=order, **given):
        return None
    return show(request, find(order.number), form, status=409)


def posted(request, number, form_class):
    """The order and the form that was sent about it."""
    order = find(number)
    wants_order = issubclass(form_class, FORMS_OF_LINES)
    needs = {"order": order} if wants_order else {}
    return order, form_class(request.POST, **needs)
