"""The messages that were sent, are queued, or could not be sent."""

import re

from django.conf import settings
from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.staff import staff_only
from orders import events, links, outbox
from orders.desk import mail_filters
from orders.errors import OrderError
from orders.models import OutgoingMessage

MESSAGES_A_PAGE = 50


@require_safe
@staff_only("orders.view_outgoingmessage")
def messages(request):
    filters, chosen = mail_filters.counted(), request.GET.get("status", "")
    chosen = chosen if chosen in mail_filters.FILTERS else ""
    rows = mail_filters.rows_of(chosen).select_related("order")
    page = Paginator(rows, MESSAGES_A_PAGE).get_page(request.GET.get("page"))
    events.record_look("messages", len(page.object_list), by=request.user)
    context = {"page": page, "filters": filters, "chosen": chosen}
    return render(request, "orders/desk/messages.html", context)


@require_safe
@staff_only("orders.view_outgoingmessage")
def message(request, pk):
    found = get_object_or_404(OutgoingMessage.objects.select_related("order", "event"), pk=pk)
    if (order := found.order) is None:
        raise Http404
    events.record_view(order, by=request.user)
    subject, text = outbox.as_sent(found) or preview(found)
    context = {"message": found, "subject": subject, "text": parted(text, order)}
    context["is_overtaken"] = outbox.is_overtaken(found)
    context["seen"] = outbox.same_as(found).latest("pk").pk
    return render(request, "orders/desk/message.html", context)


def preview(message):
    """The subject and the text as they would be now."""
    mail = outbox.render(message)
    return mail.subject, str(mail.body)


def parted(text, order):
    """The text in pieces: (words, False), and (address, True) for each secret address in it.

    Only a demonstration, where no mail is sent, shows the address itself.
    """
    pieces = re.split(rf"(\S*{re.escape(links.secret_of(order))}\S*)", text)
    return [
        (piece if i % 2 == 0 or settings.DEMO else "", i % 2 == 1) for i, piece in enumerate(pieces)
    ]


@require_POST
@staff_only("orders.change_outgoingmessage")
def again(request, pk):
    found = get_object_or_404(OutgoingMessage.objects.select_related("order"), pk=pk)
    seen = seen_in(request)
    said = _("The message is queued to be sent again.")
    if outbox.repeated(found, seen):
        said = _("This was done already; nothing has changed.")
    try:
        found = outbox.resend(found, seen=seen)
    except OrderError as refusal:
        notices.error(request, str(refusal))
    else:
        notices.success(request, said)
    page = found.order.get_desk_url() if found.order else None
    return redirect(page if page and request.POST.get("next") == page else found_url(found))


def seen_in(request):
    """The newest message on the page whose button was pressed."""
    typed = request.POST.get("seen", "")
    return int(typed) if re.fullmatch(r"[0-9]{1,18}", typed) else None


def found_url(message):
    return reverse("desk:message", args=[message.pk])
