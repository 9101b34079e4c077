"""Many orders at once: packed, made ready, dispatched, each in a transaction of its own."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalogue.formats import number as in_figures
from catalogue.staff import staff_only
from orders import fulfilment
from orders.desk.queue_forms import BatchForm
from orders.errors import OrderError
from orders.models import Consignment


@require_POST
@staff_only("orders.pack_order")
def batch(request):
    """Do with the ticked orders what the button says; tell what was done, and what was not."""
    form, verb = BatchForm(request.POST), VERBS.get(request.POST.get("do", ""))
    if verb is None or not form.is_valid():
        told_wrong = form.errors.get("picked") or [_("Tick the orders first.")]
        messages.error(request, " ".join(map(str, told_wrong)))
        return back(request)
    return verb(request, list(form.cleaned_data["picked"].oldest_first()))


def pack(request, orders):
    told(request, orders, lambda order: fulfilment.pack_all(order, by=request.user), tell_packed)
    return back(request, tab="packed")


def leave(request, orders):
    """Parcels are dispatched, bags lie ready at their point."""
    told(request, orders, lambda order: let_leave(order, by=request.user), tell_left)
    return back(request)


def let_leave(order, *, by):
    parcels = list(order.consignments.filter(status=Consignment.Status.PACKED))
    if not parcels:
        raise OrderError(_("Nothing is packed for it."))
    for parcel in parcels:
        is_bag = parcel.delivery == "pick_up"
        (fulfilment.offer if is_bag else fulfilment.send)(parcel, by=by)


def papers(request, orders):
    """To the choice of papers, for what is packed of these orders."""
    parcels = Consignment.objects.live().filter(order__in=orders).order_by("order", "position")
    keys = "&".join(f"consignments={pk}" for pk in parcels.values_list("pk", flat=True))
    if not keys:
        messages.error(request, _("Nothing is packed for these orders: pack them first."))
        return back(request)
    return redirect(f"{reverse('desk:papers')}?{keys}")


def told(request, orders, verb, sentence):
    """Try the verb with each order; one sentence for what was done, one for each refusal."""
    refusals = [refusal for order in orders if (refusal := refused(order, verb))]
    done = len(orders) - len(refusals)
    if done:
        messages.success(request, sentence(done) % {"n": in_figures(done)})
    for refusal in refusals:
        messages.error(request, refusal)


def refused(order, verb):
    """Why the verb could not be done with an order; empty where it was."""
    try:
        verb(order)
    except OrderError as refusal:
        return f"{order}: {refusal}"
    return ""


def tell_packed(done):
    return ngettext("%(n)s order is packed.", "%(n)s orders are packed.", done)


def tell_left(done):
    return ngettext(
        "%(n)s order is dispatched or ready for pick-up; the person who ordered is told.",
        "%(n)s orders are dispatched or ready for pick-up; the persons who ordered are told.",
        done,
    )


def back(request, tab=""):
    """To the queue as it stood, or to the tab where these orders are now."""
    here = request.POST.get("next", "")
    queue = reverse("desk:queue")
    if tab:
        return redirect(f"{queue}?tab={tab}")
    return redirect(here if here.startswith(queue) else queue)


VERBS = {"pack": pack, "leave": leave, "papers": papers}
