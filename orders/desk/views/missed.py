"""Bags of a point that nobody came for: asked about before its last day, or sent by post."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue.staff import staff_only
from orders import aftercare, events, fulfilment, meetings
from orders.desk.meetings_forms import BagsForm
from orders.desk.missed_forms import BagAddressForm
from orders.desk.views.batch import tell_done, told, tried
from orders.desk.views.meetings import find, tell_forwarded, tell_missed
from orders.models import Consignment

Status = Consignment.Status
show_or_do = require_http_methods(["GET", "HEAD", "POST"])


@show_or_do
@staff_only("orders.pack_order")
def not_picked_up(request, pk):
    """Ask once, while somebody may still come; then mark the bags as not picked up."""
    place, bags = find(pk), picked(request, pk, Status.AT_DESK, then=(Status.MISSED,))
    if request.method == "POST":
        told(request, bags, partial(fulfilment.miss, by=request.user), tell_missed)
    if request.method == "POST" or not bags:
        return redirect("desk:meeting", pk)
    events.record_look("meeting", len(bags), by=request.user)
    context = {"point": place, "bags": bags, "mails": sum(bool(bag.order.email) for bag in bags)}
    return render(request, "orders/desk/meetings/not_picked_up.html", context)


@show_or_do
@staff_only("orders.pack_order")
def by_post(request, pk):
    """The addresses of the bags; what has one goes by post, the others stay as they are."""
    place, bags = find(pk), picked(request, pk, Status.MISSED)
    if not bags:
        return redirect("desk:meeting", pk)
    typed = request.POST if request.method == "POST" else None
    rows = [BagAddressForm(typed, about=bag) for bag in bags]
    if typed is None:
        return show(request, place, rows)
    wrong = [form for form in rows if not form.is_valid()]  # each of them says why
    return show(request, place, rows, status=422) if wrong else send(request, place, rows)


def send(request, place, rows):
    """Each bag by itself: what is refused stays typed, the others go."""
    filled = [form for form in rows if form.destination]
    if not filled:
        messages.info(request, _("No address was written; nothing has changed."))
        return show(request, place, rows)
    tries = [(form, *tried(form.bag, partial(forward, request, form))) for form in filled]
    taken = [has_changed for _form, has_changed, refusal in tries if not refusal]
    tell_done(request, sum(taken), len(taken), tell_forwarded)
    refused = [(form, refusal) for form, _has_changed, refusal in tries if refusal]
    for form, refusal in refused:
        form.add_error(None, refusal)
    if refused:
        return show(request, place, [form for form, _refusal in refused], status=409)
    return redirect("desk:meeting", place.pk)


def forward(request, form, bag):
    return aftercare.forward(bag, by=request.user, **form.destination)


def show(request, place, rows, status=200):
    events.record_look("meeting", len(rows), by=request.user)
    context = {"point": place, "rows": rows, "has_errors": any(form.errors for form in rows)}
    return render(request, "orders/desk/meetings/by_post.html", context, status=status)


def picked(request, pk, status, then=()):
    """The bags of a point that the page names, or all of a status where it names none.

    A press may come twice: it names bags that have gone on, to the statuses of `then`, too.
    """
    is_press = request.method == "POST"
    rows = meetings.bags(find(pk)).filter(status__in=(status, *then) if is_press else [status])
    rows = rows if is_press else rows.filter(settled_at=None)
    is_all = not is_press and "picked" not in request.GET
    form = BagsForm(request.POST if is_press else request.GET, bags=rows, is_all=is_all)
    if form.is_valid():
        return form.chosen
    messages.error(request, form.refusal)
    return []
