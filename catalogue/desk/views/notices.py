"""Mails to readers: those that could not be sent, to be sent again or dropped."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue import notices
from catalogue.models import Notice
from catalogue.staff import staff_only

NOTICES_A_PAGE = 50


@require_safe
@staff_only("catalogue.view_notice")
def show(request):
    """The newest first; those given up before all others. Addresses of sent ones are not kept."""
    rows = Notice.objects.given_up_first().select_related("request__publication", "subscription")
    page = Paginator(rows, NOTICES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalogue/desk/notices.html", {"page": page})


@require_POST
@staff_only("catalogue.change_notice")
def again(request, pk):
    if notices.send_again(get_object_or_404(Notice, pk=pk)):
        messages.success(request, _("The message is queued to be sent again."))
    else:
        messages.error(request, _("It was sent, and its address is erased."))
    return redirect("editing:notices")


@require_POST
@staff_only("catalogue.change_notice")
def drop(request, pk):
    if notices.drop(get_object_or_404(Notice, pk=pk)):
        messages.success(request, _("The message is dropped and its address erased."))
    else:
        messages.error(request, _("It was sent, and its address is erased."))
    return redirect("editing:notices")
