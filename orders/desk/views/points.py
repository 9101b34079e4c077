"""Pick-up points themselves: made, described, closed."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.formats import number as in_figures
from catalogue.staff import staff_only
from orders import points, room
from orders.desk.points_forms import PointForm
from orders.errors import OrderError, StaleError
from orders.models import PickUpPoint

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@read_or_send
@staff_only("orders.add_pickuppoint")
def add(request):
    form = typed(request, PickUpPoint())
    if not form.is_valid():
        return show(request, form)
    point, is_new = points.add(form.typed)
    if is_new:
        messages.success(request, _("The pick-up point is added."))
    else:
        messages.info(request, _("This pick-up point is there already; nothing has changed."))
    return redirect("desk:meeting", point.pk)


@read_or_send
@staff_only("orders.change_pickuppoint")
def change(request, pk):
    form = typed(request, find(pk))
    if not form.is_valid():
        return show(request, form, find(pk))
    given = {"version": form.cleaned_data["version"] or 0, "tells": form.cleaned_data["tells"]}
    try:
        told = points.describe(find(pk), form.typed, by=request.user, **given)
    except StaleError as late:
        form.add_error(None, str(late))
        form.compare(find(pk))
        return show(request, form, find(pk), status=409)
    messages.success(request, _("The pick-up point is changed."))
    if told:
        messages.info(request, tell_mails(told))
    if (more := room.missing_at(find(pk))) > 0:
        messages.warning(request, tell_too_many(more))
    return redirect("desk:meeting", pk)


def find(pk):
    return get_object_or_404(PickUpPoint, pk=pk)


def typed(request, point):
    """The form of a point, with what was sent if anything was."""
    return PointForm(request.POST if request.method == "POST" else None, instance=point)


def show(request, form, point=None, status=None):
    """The form; its point as it is now, whatever was typed."""
    context = {"form": form, "point": point, "switch_path": request.path}
    status = status or (422 if form.is_bound else 200)
    return render(request, "orders/desk/meetings/edit_point.html", context, status=status)


@require_POST
@staff_only("orders.change_pickuppoint")
def close(request, pk):
    expected = points.close(find(pk))
    messages.success(request, _("Closed: nothing more can be ordered for it."))
    if expected:
        messages.info(request, tell_expected(expected))
    return redirect("desk:change-point", pk)


@require_POST
@staff_only("orders.change_pickuppoint")
def reopen(request, pk):
    points.reopen(find(pk))
    messages.success(request, _("Open again, as far as its days allow it."))
    return redirect("desk:change-point", pk)


@require_POST
@staff_only("orders.delete_pickuppoint")
def remove(request, pk):
    point = PickUpPoint.objects.filter(pk=pk).first()  # a second press finds it gone
    try:
        if point:
            points.remove(point)
    except OrderError as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:change-point", pk)
    messages.success(request, _("The pick-up point is removed."))
    return redirect("desk:meetings")


def tell_too_many(n):
    return ngettext(
        "%(n)s copy more is expected there than there is room for.",
        "%(n)s copies more are expected there than there is room for.",
        n,
    ) % {"n": in_figures(n)}


def tell_mails(n):
    return ngettext(
        "%(n)s mail tells of it who is to come there.",
        "%(n)s mails tell of it who is to come there.",
        n,
    ) % {"n": in_figures(n)}


def tell_expected(n):
    return ngettext(
        "%(n)s copy is still expected there, and handed over as agreed.",
        "%(n)s copies are still expected there, and handed over as agreed.",
        n,
    ) % {"n": in_figures(n)}
