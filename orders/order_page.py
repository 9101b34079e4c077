"""The page of an order, behind its secret link: look at it, confirm, change, cancel it."""

from functools import partial, wraps

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue import languages
from orders import (
    addresses,
    changed_lines,
    changes,
    lifecycle,
    links,
    new_destinations,
    presses,
    progress,
    standing,
)
from orders.errors import OrderError
from orders.events import ASIDE
from orders.forms import KEEP, ChangeForm
from orders.models import Order, OrderEvent

show_or_change = require_http_methods(["GET", "HEAD", "POST"])


def by_secret(view):
    """Give the view the order behind the secret in the address, and keep its page to its reader.

    No form token is asked for: a forger would have to know the secret. And with `no-referrer`
    browsers do not say where a form comes from.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def found(request, secret):
        order = links.find(secret)
        response = view(request, order) if order and _is_alive(order) else no_order(request)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return found


def _is_alive(order: Order) -> bool:
    has_expired = order.status == Order.Status.EXPIRED or lifecycle.is_late(order)
    return not has_expired and order.erased_at is None


def no_order(request):
    """The link leads nowhere: say what may have happened, and what to do."""
    context = {"hours": settings.ORDER_CONFIRMATION_HOURS, "kept_days": settings.ORDER_KEPT_DAYS}
    return render(request, "orders/no_order.html", context, status=404)


@require_safe
@by_secret
def order(request, order):
    """How the order stands; before it is confirmed, the button that confirms it."""
    return _show_order(request, order)


def _path(request) -> str:
    return reverse("orders:order", args=[request.resolver_match.kwargs["secret"]])


def _show_order(request, order, error="", status=200):
    parts, others = progress.copies(order), progress.consignees(order, languages.current())
    context = {
        "order": order,
        "copies": parts,
        "stage": progress.stage(order, parts),
        "earlier": partial(progress.earlier, order),  # asked for only where it is told
        "timeline": progress.timeline(order),
        "consignments": progress.parcels(order),
        "can_change": lifecycle.can_change(order),
        "consignees": others,
        "own_part": progress.own_part(parts, others),
        "error": error,
        "done": _done(order, request.GET.get("done", "")),
    }
    return render(request, "orders/order.html", context | _about(request, order), status=status)


def _done(order: Order, told: str) -> str:
    """What the address says was done, if that is so: the last thing a person did with the order."""
    if told == OrderEvent.What.DISOWNED:
        return told if standing.refuses(order.email) else ""
    done = order.events.filter(actor=OrderEvent.Actor.ORDERER, what=told).order_by("pk").last()
    later = order.events.exclude(what__in=ASIDE).exclude(actor=OrderEvent.Actor.CLOCK)
    return told if done and not later.filter(pk__gt=done.pk).exists() else ""


def _about(request, order: Order) -> dict:
    """What every page of an order shows of it, and nothing more of the person.

    No address where its reader wants no mail from us.
    """
    is_written_to = not standing.refuses(order.email)
    return {
        "order": order,
        "secret": request.resolver_match.kwargs["secret"],
        "switch_path": _path(request),
        "email": addresses.masked_email(order.email) if is_written_to else "",
        "destination": addresses.masked(order, languages.current()),
    }


def _attempt(request, order, verb, done):
    """Do it and show the order; or show the order with the sentence why it cannot be done."""
    try:
        verb(order)
    except OrderError as error:
        return _show_order(request, order, error=str(error), status=409)
    return redirect(f"{_path(request)}?done={done}")


@require_POST
@by_secret
def confirm(request, order):
    """The button of the mail's link."""
    return _attempt(request, order, lifecycle.confirm, "confirmed")


@show_or_change
@by_secret
def cancel(request, order):
    """Ask once, then cancel."""
    if request.method == "POST":
        return _attempt(request, order, lifecycle.cancel, "cancelled")
    if not lifecycle.can_change(order):
        return _too_late(request, order)
    return render(request, "orders/cancel.html", _about(request, order))


@show_or_change
@by_secret
def disown(request, order):
    """Ask once, then write to this address no more."""
    if request.method == "POST":
        return _attempt(request, order, lifecycle.disown, "disowned")
    if standing.refuses(order.email):
        return redirect(f"{_path(request)}?done=disowned")
    return render(request, "orders/disown.html", _about(request, order))


@require_safe
@by_secret
def receipt(request, order):
    """What was agreed and what became of it, on paper."""
    from orders.receipt import receipt_of  # WeasyPrint takes its time

    response = HttpResponse(receipt_of(order), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{order.number}.pdf"'
    return response


@show_or_change
@by_secret
def change(request, order):
    """Other quantities, another address: possible until something is packed."""
    if not lifecycle.can_change(order):
        return _too_late(request, order)
    form = _change_form(request, order)
    others = new_destinations.drawn(request, order, form)
    is_valid = form.is_valid() & new_destinations.are_valid(others, form)
    lines = changed_lines.of(order, form, others)
    if is_valid and _is_seen(request, order, form, lines):
        _try_change(request, order, form, others)
        if not form.errors:
            return redirect(f"{_path(request)}?done=changed")
    return _show_change(request, order, form, others, lines)


def _is_seen(request, order, form, lines) -> bool:
    """Whether the page told how short paper is for this change; an old page is refused anyway."""
    told = request.POST.get("shortage", "")
    is_old = form.cleaned_data["version"] != order.version
    return is_old or changed_lines.shortage(lines) in ("", told)


def _try_change(request, order, form, others):
    """Change the order; where that cannot be done, and was not a moment ago, the form says why."""
    press = presses.press_of(None, request.path, dict(request.POST.lists()))
    given = {"quantities": form.quantities, "details": form.new_details}
    given |= {"version": form.cleaned_data["version"], "consignees": new_destinations.of(others)}
    try:
        presses.take(order, press, changes.change, order, **given)
    except OrderError as error:
        if not presses.was_taken(order, press):
            form.add_error(None, str(error))


def _change_form(request, order) -> ChangeForm:
    rows = order.lines.select_related("edition__publication")
    lines = list(rows.prefetch_related("edition__languages"))
    weight = sum(line.wanted * (line.edition.weight_g or 0) for line in lines)
    return ChangeForm(
        request.POST if request.method == "POST" else None,
        lines=lines,
        initial={"delivery": KEEP, "needed_by": order.needed_by},
        has_purpose=bool(order.purpose),
        asks_phone=weight > settings.CUSTOMS_FROM_G,
    )


def _show_change(request, order, form, others, lines):
    context = {"form": form, "lines": lines, "others": others, "forms": [form, *others]}
    context["shortage"] = changed_lines.shortage(lines)
    context["is_old"] = form.is_bound and form.cleaned_data.get("version") != order.version
    context["has_errors"] = any(shown.errors for shown in context["forms"])
    return render(request, "orders/change.html", _about(request, order) | context)


def _too_late(request, order):
    sentence = _("This order can no longer be changed: it is packed, sent or over.")
    return _show_order(request, order, error=sentence, status=409)
