"""“Tell me when it exists in my language”: the form, and the page behind the link in the mail."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import languages, links, wishes
from catalogue.models import LanguageRequest, Publication
from catalogue.origin import from_here
from catalogue.reader_forms import AddressForm
from catalogue.views.letters import behind_link

show_or_send = require_http_methods(["GET", "HEAD", "POST"])


@from_here
@never_cache
@show_or_send
def wish(request, slug, tag):
    """Ask for an address. What the page says then is the same for every address."""
    publication = get_object_or_404(Publication.objects.published(), slug=slug)
    if not wishes.is_known(tag):
        raise Http404
    exists = Publication.objects.filter(pk=publication.pk).held_in(tag).exists()
    form = AddressForm(request.POST or None)
    if not exists and form.is_valid():
        email, language = form.cleaned_data["email"], languages.current()
        wishes.ask(publication, tag, email=email, language=language)
        return redirect(f"{request.path}?asked")
    context = {"publication": publication, "tag": tag, "exists": exists, "form": form}
    context |= {"is_asked": "asked" in request.GET, "hours": settings.READER_CONFIRMATION_HOURS}
    status = 422 if form.errors else 200
    return render(request, "catalogue/wish.html", context, status=status)


@behind_link
@show_or_send
def wish_answer(request, token):
    """The page behind the link: opening it changes nothing."""
    rows = LanguageRequest.objects.alive().select_related("publication")
    if (found := links.find(rows, token)) is None:
        return gone(request)
    if request.method == "POST":
        return answer(request, found)
    return render(request, "catalogue/wish_answer.html", {"wish": found})


def answer(request, found):
    if "cancel" in request.POST:
        wishes.cancel(found)
        return render(request, "catalogue/wish_cancelled.html", {"wish": found})
    wishes.confirm(found)
    return redirect(request.path)


def gone(request):
    context = {"hours": settings.READER_CONFIRMATION_HOURS}
    return render(request, "catalogue/no_link.html", context, status=404)
