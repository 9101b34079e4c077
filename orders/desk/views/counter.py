"""The counter of a pick-up point: bags are handed over, and copies without an order."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.formats import number as in_figures
from catalogue.staff import staff_only
from orders import events, meetings, stock
from orders.desk import meetings_forms as forms
from orders.desk.attempts import attempt, attempt_form
from orders.desk.views.meetings import find
from orders.models import PickUpPoint
from orders.references import short_code

FOUND, LAST = 20, 8  # bags on its page
LAST_WALK_UPS = 3


@require_safe
@staff_only("orders.view_order")
def counter(request, pk):
    return show(request, find_with_bags(pk))


def find_with_bags(pk):
    """A point with the number of bags that wait there."""
    points = PickUpPoint.objects.with_bags().select_related("location")
    return get_object_or_404(points, pk=pk)


def show(request, place, refused=None, status=200):
    """Hand over by scanning or typing; `refused` is a walk-up with mistakes."""
    typed = request.GET.get("q", "").strip()
    found = list(meetings.with_hands(meetings.find(place, typed))[:FOUND]) if typed else []
    events.record_look("counter", len(found), by=request.user)
    location = meetings.location_of(place)
    context = {
        "point": place,
        "typed": typed,
        "found": found,
        "walk_up": refused or forms.WalkUpForm(items=meetings.items_for_walk_ups(location)),
        "walk_ups": stock.walk_ups_today(location)[:LAST_WALK_UPS],
        "last": meetings.with_hands(meetings.handed_over(place))[:LAST],
        "waiting": place.at_desk,
        "refused": refused,
        "switch_path": reverse("desk:counter", args=[place.pk]),
    }
    return render(request, "orders/desk/meetings/counter.html", context, status=status)


@require_POST
@staff_only("orders.pack_order")
def walk_up(request, pk):
    place = find_with_bags(pk)
    location = meetings.location_of(place)
    form = forms.WalkUpForm(request.POST, items=meetings.items_for_walk_ups(location))
    if form.is_valid():
        given = dict(form.cleaned_data)
        edition, copies = given.pop("edition"), given.pop("copies")
        said = tell_given(edition, copies)
        if attempt_form(
            request, form, stock.walk_up, edition, copies, location=location, said=said, **given
        ):
            return redirect("desk:counter", place.pk)
        form.add_error("copies", form.errors.pop(NON_FIELD_ERRORS).as_data())
        form.send_anew()
    return show(request, place, form, status=422)


@require_POST
@staff_only("orders.pack_order")
def undo_walk_up(request, pk):
    """What was handed out without an order by mistake lies there again."""
    place = find(pk)
    form = forms.WalkUpUndoForm(request.POST, given=stock.walk_ups(meetings.location_of(place)))
    if form.is_valid():
        said = _("Undone: the copies lie there again.")
        attempt(request, stock.undo_walk_up, form.cleaned_data["given"], said=said)
    else:
        messages.error(request, str(form.errors["given"][0]))
    return redirect("desk:counter", place.pk)


def tell_given(edition, copies):
    about = {"n": in_figures(copies), "code": short_code(edition)}
    return _("Handed out without an order: %(n)s × %(code)s.") % about
