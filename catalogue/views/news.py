"""What is new in a quarter, and the subscription to the list by mail."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import languages, links, news, subscriptions
from catalogue.models import Subscription
from catalogue.negotiation import page_address, shared
from catalogue.origin import from_here
from catalogue.reader_forms import AddressForm
from catalogue.views.letters import behind_link
from catalogue.views.wishes import gone, show_or_send


@require_safe
@shared
def new(request, quarter=None):
    """The list of a quarter; without one, of the latest in which something came out."""
    known = news.quarters()
    if quarter and quarter not in known:
        raise Http404
    shown = quarter or next(iter(known), news.Quarter.now())
    return render(request, "catalogue/new.html", _list(shown, known, is_latest=not quarter))


def _list(shown, known, is_latest):
    lists = news.lists(shown, languages.current(), most=news.MOST_ON_PAGE)
    name, args = ("catalogue:new", ()) if is_latest else ("catalogue:new-in", (shown,))
    return {
        "quarter": shown,
        "lists": lists,
        "editions": [entry.edition for listing in lists for entry in listing.entries],
        "older": next((one for one in known if one < shown), None),
        "newer": next((one for one in reversed(known) if one > shown), None),
        "form": AddressForm(),
        "hours": settings.READER_CONFIRMATION_HOURS,
        "canonical": page_address(name, *args),
        "alternates": [
            (code, page_address(name, *args, language=code))
            for code in languages.interface_languages()
        ],
    }


@from_here
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request):
    """Ask for an address. What the page says then is the same for every address."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        subscriptions.ask(email=form.cleaned_data["email"], language=languages.current())
        return redirect(f"{request.path}?asked")
    context = {"form": form, "is_asked": "asked" in request.GET}
    context["hours"] = settings.READER_CONFIRMATION_HOURS
    return render(request, "catalogue/subscribe.html", context, status=422 if form.errors else 200)


@behind_link
@show_or_send
def subscription(request, token):
    """The page behind the link: opening it changes nothing."""
    if (found := links.find(Subscription.objects.alive(), token)) is None:
        return gone(request)
    if request.method == "POST":
        subscriptions.confirm(found, language=languages.current())
        return redirect(request.path)
    context = {"subscription": found, "token": token}
    return render(request, "catalogue/subscription.html", context)


@behind_link
@show_or_send
def unsubscribe(request, token):
    """End a subscription: by the button, or by the mail program's own one (RFC 8058)."""
    found = links.find(Subscription.objects.all(), token)
    if request.method == "POST" and found:
        subscriptions.end(found)
        found = None
    return render(request, "catalogue/unsubscribe.html", {"subscription": found})
