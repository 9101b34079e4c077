"""Many orders at once: packed, made ready, dispatched, each in a transaction of its own."""

from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalogue.formats import number as in_figures
from catalogue.staff import staff_only
from orders import events, fulfilment
from orders.desk.queue_forms import BatchForm
from orders.errors import OrderError
from orders.models import Consignment


@require_POST
@staff_only("orders.pack_order")
def batch(request):
    """Do with the ticked orders what the button says; tell what was done, and what was not."""
    form, verb = BatchForm(request.POST), VERBS.get(request.POST.get("do", ""))
    if verb is None or not form.is_valid():
        tell_wrong(request, form)
        return back(request)
    return verb(request, list(form.cleaned_data["picked"].oldest_first()))


def tell_wrong(request, form):
    """Why nothing was done with the ticked orders."""
    told_wrong = form.errors.get("picked") or [_("Tick the orders first.")]
    messages.error(request, " ".join(map(str, told_wrong)))


def pack(request, orders):
    done = told(request, orders, partial(fulfilment.pack_all, by=request.user), tell_packed)
    return to_packed(done) if done else back(request)


def leave(request, orders):
    """Parcels are dispatched, bags lie ready at their point."""
    told(request, orders, partial(fulfilment.let_leave, by=request.user), tell_left)
    return back(request)


def arrive(request, orders):
    told(request, orders, partial(fulfilment.arrive, by=request.user), tell_arrived)
    return back(request)


def papers(request, orders):
    """To the choice of papers, for what is packed of these orders."""
    parcels = Consignment.objects.live().filter(order__in=orders).order_by("order", "position")
    keys = "&".join(f"consignments={pk}" for pk in parcels.values_list("pk", flat=True))
    if not keys:
        messages.error(request, _("Nothing is packed for these orders: pack them first."))
        return back(request)
    return redirect(f"{reverse('desk:papers')}?{keys}")


def told(request, rows, verb, sentence):
    """Try the verb with each order or bag; returns those it was not refused for.

    Tells how many it was done with, how many of it was done with before, and each refusal.
    """
    tries = [(row, *tried(row, verb)) for row in rows]
    taken = [(row, has_changed) for row, has_changed, refusal in tries if not refusal]
    tell_done(request, sum(has_changed for _row, has_changed in taken), len(taken), sentence)
    for _row, _has_changed, refusal in tries:
        if refusal:
            messages.error(request, refusal)
    return [row for row, _has_changed in taken]


def tried(row, verb):
    """Whether the verb did anything with an order or a bag, and why not where it was refused."""
    order = getattr(row, "order", row)
    before = events.last_of(order)
    refusal = refused(row, verb)
    return events.last_of(order) != before, refusal


def tell_done(request, done, taken, sentence):
    """Of the orders for which the verb was taken, with `done` it did anything."""
    if done:
        messages.success(request, sentence(done) % {"n": in_figures(done)})
    if done and done < taken:
        messages.info(request, tell_unchanged(taken - done) % {"n": in_figures(taken - done)})
    if taken and not done:
        messages.info(request, _("This was done already; nothing has changed."))


def refused(order, verb):
    """Why the verb could not be done with an order; empty where it was."""
    try:
        verb(order)
    except OrderError as refusal:
        return _("%(order)s: %(refusal)s") % {"order": order, "refusal": refusal}
    return ""


def tell_unchanged(n):
    return ngettext(
        "With %(n)s more it was done already; nothing has changed there.",
        "With %(n)s others it was done already; nothing has changed there.",
        n,
    )


def tell_packed(done):
    return ngettext("%(n)s order is packed.", "%(n)s orders are packed.", done)


def tell_left(done):
    return ngettext(
        "%(n)s order is dispatched or ready for pick-up; the person who ordered is told.",
        "%(n)s orders are dispatched or ready for pick-up; the persons who ordered are told.",
        done,
    )


def tell_arrived(done):
    return ngettext(
        "%(n)s order is marked as delivered.", "%(n)s orders are marked as delivered.", done
    )


def to_packed(orders):
    """To the parcels of these orders, ticked for what comes next: papers, then dispatch."""
    picked = [("picked", order.number) for order in orders]
    return redirect(f"{reverse('desk:queue')}?{urlencode([('tab', 'packed'), *picked])}")


def back(request):
    return redirect(back_to(request))


def back_to(request):
    """The queue as it stood; what was picked out for a press before is done."""
    here, queue = request.POST.get("next", ""), reverse("desk:queue")
    if not here.startswith(queue):
        return queue
    asked = [(name, value) for name, value in parse_qsl(urlsplit(here).query) if name != "picked"]
    return f"{queue}?{urlencode(asked)}" if asked else queue


VERBS = {"pack": pack, "leave": leave, "arrive": arrive, "papers": papers}
