"""Pages for delegates: the basket, the form, and what to do then."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from catalogue import languages
from catalogue.origin import from_here
from orders import addresses, consignee_forms, lifecycle, limits, links, outbox
from orders import basket as baskets
from orders.errors import AlreadyPlaced, OrderError
from orders.forms import AddForm, DetailsForm, QuantitiesForm
from orders.models import Order
from orders.order_page import no_order, show_or_change

DRAWS_AGAIN = ("relabel", "more", "fewer")  # buttons that want the page with what was typed


# The basket -------------------------------------------------------------------


def _basket(request) -> baskets.Basket:
    return baskets.loads(request.COOKIES.get(settings.BASKET_COOKIE_NAME, ""))


def _keep(response, basket: baskets.Basket):
    """Write the basket into the response, for as long as the browser is open."""
    name = settings.BASKET_COOKIE_NAME
    if basket or basket.as_pdf:
        value = baskets.dumps(basket)
        response.set_cookie(name, value, httponly=True, samesite="Lax", secure=settings.HTTPS)
    else:
        response.delete_cookie(name, samesite="Lax")
    return response


@from_here
@never_cache
@require_POST
def add(request):
    """Put copies of an edition into the basket, and show it."""
    form, basket = AddForm(request.POST), _basket(request)
    if not form.is_valid():
        switch = {"form": form, "switch_path": reverse("orders:basket")}
        return render(request, "orders/add.html", switch)
    edition, copies = form.cleaned_data["edition"].pk, form.cleaned_data["quantity"]
    if baskets.is_full(basket, edition):
        return redirect(f"{reverse('orders:basket')}?full=1")
    after = baskets.add(basket, edition, copies)
    note = "added" if after[edition] == basket.get(edition, 0) + copies else "limited"
    return _keep(redirect(f"{reverse('orders:basket')}?{note}={edition}"), after)


@never_cache
@show_or_change
def basket(request):
    """The basket: how many of each, what is there now, what follows later."""
    if request.method == "POST":
        return _change_basket(request)
    quantities = _basket(request)
    lines = baskets.lines(quantities)
    form = QuantitiesForm(initial=QuantitiesForm.initial_of(quantities), editions=_wanted(lines))
    return _show_basket(request, quantities, lines, form)


def _change_basket(request):
    before = baskets.put_back(_basket(request), request.POST.get("back"))
    kept = _without(before, request.POST.get("remove"))
    choices = {edition: request.POST.get(f"rest-{edition}", "") for edition in kept}
    lines = baskets.lines(kept, choices)
    typed = request.POST.copy()
    for name, copies in QuantitiesForm.initial_of(kept).items():
        typed.setdefault(name, str(copies))  # put in from another window meanwhile
    lost = [line.edition for line in lines if line.is_orderable and line.has_lost_choice]
    form = QuantitiesForm(typed, editions=_wanted(lines), lost=lost)
    if not form.is_valid():
        return _keep(_show_basket(request, kept, lines, form), kept)
    after = baskets.choose(kept.keeping(kept | form.quantities), choices, lines)
    goes_on = "continue" in request.POST and all(line.is_orderable for line in lines)
    goes_on = goes_on and after.as_pdf == kept.as_pdf  # the PDF is shown before
    return _keep(redirect("orders:details" if goes_on else "orders:basket"), after)


def _show_basket(request, quantities, lines, form):
    rows = [
        (line, form[f"copies-{line.edition.pk}"] if line.is_orderable else None) for line in lines
    ]
    context = {"rows": rows, "form": form, "limit": baskets.limit(), "most": baskets.most()}
    context["limit_of_order"] = limits.per_order()
    context["most_titles"] = settings.ORDER_LIMIT_TITLES
    context["read_as_pdf"] = baskets.read_as_pdf(quantities)
    context["is_blocked"] = any(field is None for _line, field in rows)
    return render(request, "orders/basket.html", context | _notes(request))


def _notes(request) -> dict:
    """What has just happened, told by the address that a form redirected to."""
    names = ("added", "limited", "full", "empty", "done")
    notes: dict[str, object] = {name: request.GET.get(name, "") for name in names}
    return notes | {"refuses_cookies": notes["added"] and not request.COOKIES}


def _wanted(lines):
    return [line.edition for line in lines if line.is_orderable]


# The form ---------------------------------------------------------------------


@never_cache
@show_or_change
def details(request):
    """Who orders, and where the copies go."""
    if request.method == "POST":
        return _send_details(request)
    quantities = _basket(request)
    lines = baskets.lines(quantities)
    if not lines or not all(line.is_orderable for line in lines):
        return redirect(f"{reverse('orders:basket')}?empty=1")
    initial = {"key": baskets.new_key(quantities), "language": languages.current()}
    return _show_details(request, lines, DetailsForm(initial=initial, **_asks(lines)))


def _send_details(request):
    """Place the order that the page showed; draw the page again where it shows another one."""
    key, shown = baskets.read_key(request.POST.get("key", ""))
    if not Order.objects.filter(submission_key=key).exists():
        kept = _without(_basket(request), request.POST.get("remove"))
        if not kept:
            return _keep(redirect(f"{reverse('orders:basket')}?empty=1"), kept)
        if not kept.is_like(shown) or any(name in request.POST for name in DRAWS_AGAIN):
            return _keep(_draw_again(request, kept, shown), kept)
    lines = baskets.lines(shown)
    form = DetailsForm(request.POST, **_asks(lines))
    others = consignee_forms.sent(request.POST, lines, asks_phone=form.asks_phone)
    if not (form.is_valid() & consignee_forms.are_valid(others, lines)):
        return _show_details(request, lines, form, others)
    return _place(request, lines, form, others, key, shown)


def _place(request, lines, form, others, key, quantities):
    language = form.cleaned_data["language"]
    try:
        order = lifecycle.place(
            details=form.details,
            quantities=quantities,
            waits=quantities.waits,
            consignees=[other.consignee for other in others],
            language=language,
            key=key,
        )
    except AlreadyPlaced as error:
        context = {"order": error.order, "token": links.placed_token(error.order)}
        return render(request, "orders/already_placed.html", context, status=409)
    except OrderError as error:
        form.add_error(None, str(error))
        return _show_details(request, lines, form, others)
    basket = _basket(request)
    left = basket.keeping({e: n for e, n in basket.items() if e not in quantities})
    left = baskets.Basket.of(left, left.leaves_out)  # what was read as PDF is over with the order
    return _keep(redirect("orders:placed", links.placed_token(order)), left)


def _draw_again(request, quantities, shown):
    """The page with what was typed, unjudged: for another language, or for other copies."""
    lines = baskets.lines(quantities)
    typed = request.POST.dict()
    if typed.get("language") == typed.get("relabel"):
        typed["language"] = languages.current()
    has_changed = not quantities.is_like(shown)
    if has_changed:
        typed["key"] = baskets.new_key(quantities)
    form = DetailsForm(initial=typed, **_asks(lines))
    others = consignee_forms.drawn_again(request.POST, lines, asks_phone=form.asks_phone)
    has_changed = has_changed and "remove" not in typed
    return _show_details(request, lines, form, others, has_changed=has_changed)


def _show_details(request, lines, form, others=(), **context):
    context |= {"lines": lines, "form": form, "kept_days": settings.ORDER_KEPT_DAYS}
    context |= {"consignees": others, "may_add": len(others) < consignee_forms.MOST}
    context |= {"limit": limits.per_title(), "limit_of_order": limits.per_order()}
    context["forms"] = [form, *others]
    context["has_errors"] = any(shown.errors for shown in context["forms"])
    context["language_switch"] = "orders/_languages_of_form.html"
    return render(request, "orders/details.html", context)


def _asks(lines) -> dict[str, bool]:
    """What the form has to ask because of what is ordered."""
    return {
        "asks_purpose": any(line.to_decide for line in lines),
        "asks_phone": baskets.weight_g(lines) > settings.CUSTOMS_FROM_G,
    }


def _without(quantities: baskets.Basket, removed: str | None) -> baskets.Basket:
    return quantities.keeping({e: n for e, n in quantities.items() if str(e) != removed})


@never_cache
@require_safe
def placed(request, token):
    """What to do now: look into the mailbox."""
    order = links.find_placed(token)
    if order is None or order.status == Order.Status.EXPIRED:
        return no_order(request)
    context = {"order": order, "token": token, "hours": settings.ORDER_CONFIRMATION_HOURS}
    context |= {"email": addresses.masked_email(order.email), "sent": request.GET.get("sent", "")}
    context["waits"] = not outbox.has_confirmation_under_way(order)
    return render(request, "orders/placed.html", context)


@csrf_exempt  # whoever can name this address has placed the order
@never_cache
@require_POST
def resend(request, token):
    """Send the confirmation mail once more, within the limits of mails a day."""
    order = links.find_placed(token)
    if order is None:
        return no_order(request)
    sent = "again" if outbox.repeat_confirmation(order) else "no"
    return redirect(f"{reverse('orders:placed', args=[token])}?sent={sent}")
