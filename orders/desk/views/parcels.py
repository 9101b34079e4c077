"""Parcels, pouches and bags: their papers, and where they are."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.staff import staff_only
from orders import events, fulfilment
from orders.desk.attempts import attempt
from orders.desk.forms import SendForm, TakeBackForm
from orders.desk.views.order import show
from orders.models import Consignment, Order

# Papers -----------------------------------------------------------------------


@require_safe
@staff_only("orders.view_order")
def slip(request, pk):
    from orders import pdf  # WeasyPrint takes its time

    consignment = opened(request, pk)
    return paper(pdf.packing_slip(consignment), f"slip-{consignment.order.number}.pdf")


@require_safe
@staff_only("orders.view_order")
def label(request, pk):
    from orders import pdf

    consignment = opened(request, pk)
    return paper(pdf.address_label(consignment), f"label-{consignment.order.number}.pdf")


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
    consignment = get_object_or_404(Consignment.objects.select_related("order"), pk=pk)
    form = SendForm(request.POST, about=consignment)
    if not form.is_valid():
        return refused(request, consignment, form)
    said = _("Dispatched. The copies have left the stock and the person who ordered is told.")
    attempt(request, fulfilment.send, consignment, said=said, **form.cleaned_data)
    return back(request, consignment.order)


@require_POST
@staff_only("orders.pack_order")
def take_back(request, pk):
    consignment = get_object_or_404(Consignment.objects.select_related("order"), pk=pk)
    form = TakeBackForm(request.POST, about=consignment)
    if not form.is_valid():
        return refused(request, consignment, form)
    said = _("Returned. The copies are on the shelf again.")
    attempt(request, fulfilment.take_back, consignment, said=said, **form.cleaned_data)
    return back(request, consignment.order)


@require_POST
@staff_only("orders.pack_order")
def offer(request, pk):
    return press(request, pk, fulfilment.offer, _("Ready for pick-up. The person is told."))


@require_POST
@staff_only("orders.pack_order")
def hand_over(request, pk):
    return press(request, pk, fulfilment.hand_over, _("Handed over. The copies left the stock."))


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
    attempt(request, verb, consignment, said=said)
    return back(request, consignment.order)


def back(request, order):
    """To the queue as it stood when the button was pressed there, or to the order's page."""
    here = request.POST.get("next", "")
    is_queue = here.startswith(reverse("desk:queue"))
    return redirect(here if is_queue else order.get_desk_url())


def refused(request, consignment, form):
    """The order's page again, with what was typed."""
    order = Order.objects.with_lines().with_progress().get(pk=consignment.order_id)
    return show(request, order, form, status=422)
