"""Parcels, pouches and bags: their papers, and where they are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.staff import staff_only
from orders import aftercare, events, fulfilment
from orders.desk.attempts import attempt
from orders.desk.order_forms import ForwardForm
from orders.desk.parcels_forms import LoseForm, ReplaceForm, SendForm, TakeBackForm, TrackingForm
from orders.desk.views.order import find, show, tried
from orders.models import Consignment

# Papers -----------------------------------------------------------------------


@require_safe
@staff_only("orders.view_order")
def slip(request, pk):
    from orders import papers  # WeasyPrint takes its time

    consignment = opened(request, pk)
    return paper(papers.packing_slip(consignment), f"slip-{consignment.order.number}.pdf")


@require_safe
@staff_only("orders.view_order")
def label(request, pk):
    from orders import papers

    consignment = opened(request, pk)
    return paper(papers.address_label(consignment), f"label-{consignment.order.number}.pdf")


def opened(request, pk):
    """The consignment, and a note of who saw the address."""
    consignment = get_object_or_404(Consignment.objects.with_lines(), pk=pk)
    events.record_view(consignment.order, by=request.user)
    return consignment


def paper(content, name):
    """A PDF to look at and print, kept nowhere."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


# Buttons ----------------------------------------------------------------------


@require_POST
@staff_only("orders.pack_order")
def send(request, pk):
    said = _("Dispatched. The copies have left the stock and the person who ordered is told.")
    return named(request, filled_in(request, pk, SendForm, fulfilment.send, said), pk)


@require_POST
@staff_only("orders.pack_order")
def track(request, pk):
    said = _("The tracking number is noted.")
    return filled_in(request, pk, TrackingForm, fulfilment.track, said)


@require_POST
@staff_only("orders.pack_order")
def take_back(request, pk):
    said = _("Returned. The copies are on the shelf again.")
    return filled_in(
        request,
        pk,
        TakeBackForm,
        fulfilment.take_back,
        said,
        lambda form: {"reason": form.cleaned_data["reason"], "unusable": form.copies},
    )


@require_POST
@staff_only("orders.pack_order")
def lose(request, pk):
    said = _("Lost. Send the copies again, or leave it at that.")
    return filled_in(request, pk, LoseForm, fulfilment.lose, said)


@require_POST
@staff_only("orders.pack_order")
def replace(request, pk):
    said = _("Agreed once more: the order is open, and what is on the shelf is set aside for it.")
    return filled_in(request, pk, ReplaceForm, aftercare.replace, said, _replacement)


def _replacement(form):
    given = {name: form.cleaned_data[name] for name in ("reason", "version")}
    return given | {"quantities": form.copies}


@require_POST
@staff_only("orders.pack_order")
def forward(request, pk):
    said = _("The copies go another way; the person who ordered is told.")
    return filled_in(
        request, pk, ForwardForm, aftercare.forward, said, lambda form: form.delivery_details
    )


@require_POST
@staff_only("orders.pack_order")
def let_go(request, pk):
    said = _("Released. The copies serve others, and the person who ordered is told.")
    return press(request, pk, aftercare.let_go, said)


def filled_in(request, pk, form_class, verb, said, given=lambda form: form.cleaned_data):
    """A verb about a consignment that needs a form; `given` makes its arguments of the form."""
    consignment = get_object_or_404(Consignment.objects.with_lines(), pk=pk)
    form = form_class(request.POST, about=consignment)
    if not form.is_valid():
        return show(request, find(consignment.order.number), form, status=422)
    order = consignment.order
    refusal = tried(request, order, form, verb, consignment, said=said, **given(form))
    return refusal or back(request, order)


@require_POST
@staff_only("orders.pack_order")
def offer(request, pk):
    return press(request, pk, fulfilment.offer, _("Ready for pick-up. The person is told."))


@require_POST
@staff_only("orders.pack_order")
def hand_over(request, pk):
    said = _("Handed over. The copies left the stock.")
    return named(request, press(request, pk, fulfilment.hand_over, said), pk)


@require_POST
@staff_only("orders.pack_order")
def undo_hand_over(request, pk):
    said = _("Undone: the bag still lies here, and its copies stay promised to the order.")
    return press(request, pk, fulfilment.undo_hand_over, said)


@require_POST
@staff_only("orders.pack_order")
def undo_send(request, pk):
    said = _("Undone: the parcel is still here, and its copies stay promised to the order.")
    return press(request, pk, fulfilment.undo_send, said)


@require_POST
@staff_only("orders.pack_order")
def undo_miss(request, pk):
    said = _("It still lies here: it can be handed over.")
    return press(request, pk, aftercare.undo_miss, said)


@require_POST
@staff_only("orders.pack_order")
def miss(request, pk):
    said = _("Not picked up. The copies stay promised to the order.")
    return press(request, pk, fulfilment.miss, said)


@require_POST
@staff_only("orders.pack_order")
def deliver(request, pk):
    return press(request, pk, fulfilment.deliver, _("Marked as delivered."))


@require_POST
@staff_only("orders.pack_order")
def unpack(request, pk):
    said = _("Unpacked. The copies stay promised to the order.")
    return press(request, pk, fulfilment.unpack, said)


def press(request, pk, verb, said):
    consignment = get_object_or_404(Consignment.objects.select_related("order"), pk=pk)
    attempt(request, verb, consignment, said=said, order=consignment.order)
    return back(request, consignment.order)


def named(request, answer, pk):
    """Back in the queue, where the row is gone: which order it was, so that it can be undone."""
    parcel = Consignment.objects.select_related("order").get(pk=pk)
    is_queue = answer.headers.get("Location", "").partition("?")[0] == reverse("desk:queue")
    if is_queue and parcel.is_fresh:
        where = {"url": parcel.order.get_desk_url(), "number": parcel}
        told = _('It was <a href="{url}">{number}</a>: the order’s page can undo it today.')
        messages.info(request, format_html(told, **where))
    return answer


def back(request, order):
    """To the queue as it stood when the button was pressed there, or to the order's page."""
    here = request.POST.get("next", "")
    is_queue = here.startswith(reverse("desk:queue"))
    return redirect(here if is_queue else order.get_desk_url())
