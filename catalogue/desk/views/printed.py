"""The printed catalogue: what it holds, how it looks, and whether readers have it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from catalogue import jobs, languages, offered
from catalogue.desk.forms import PrintForm
from catalogue.staff import staff_only


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("catalogue.change_publication")
def catalogue(request):
    form = PrintForm(request.POST or None, initial=usual())
    if form.is_valid():
        with override(form.cleaned_data["language"]):
            job = jobs.start("printed-catalogue", by=request.user, **form.arguments())
        return redirect("editing:job", job.pk)
    context = {"form": form, "offered": [known for known in map(offered.find, codes()) if known]}
    return render(
        request, "catalogue/desk/catalogue.html", context, status=422 if form.errors else 200
    )


def usual():
    """The whole catalogue in the language of the page."""
    return {"language": languages.current(), "covers": True}


def codes():
    return languages.interface_languages()


@require_POST
@staff_only("catalogue.change_publication")
def withdraw(request, language):
    if language not in codes():
        raise Http404
    offered.withdraw(language)
    messages.success(request, _("Readers are no longer offered this catalogue."))
    return redirect("editing:catalogue")


@require_POST
@staff_only("catalogue.view_publication")
def news(request, quarter):
    """Pages of what came out in a quarter, for the newsletter, in the language chosen."""
    language = request.POST.get("language")
    if language not in codes():
        raise Http404
    with override(language):
        job = jobs.start("news-section", by=request.user, quarter=quarter)
    return redirect("editing:job", job.pk)
