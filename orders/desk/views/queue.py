"""The work queue: orders by what is to be done with them now."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalogue.staff import staff_only
from orders import events
from orders.desk.forms import SearchForm
from orders.desk.queue_forms import FilterForm
from orders.models import Order, PickUpPoint

ORDERS_A_PAGE = 50

# What is to be done now: the question to ask the orders, and how the tab is called.
TABS = {
    "to_review": _("To review"),
    "to_pack": _("To pack"),
    "packed": _("Packed"),
    "waiting": _("Waiting for stock"),
    "sent_long_ago": _("Sent, not confirmed"),
    "astray": _("Returned, lost, missed"),
    "unverified": _("To be confirmed"),
    "ended": _("Closed"),
}


@require_safe
@staff_only("orders.view_order")
def queue(request):
    form, narrowing = SearchForm(request.GET), FilterForm(request.GET)
    words, point = form.data.get("q", "").strip(), chosen_point(request.GET.get("point", ""))
    found = Order.objects.matching(words).filter(**narrowing.chosen)
    found = found & Order.objects.for_point(point) if point else found
    counts = found.tally(TABS)
    tab = chosen(request.GET.get("tab"), counts)
    shown = page(request, found & getattr(Order.objects, tab)(), tab, counts[tab])
    events.record_look("queue", len(shown), by=request.user)
    context = {"tab": tab, "words": words, "page": shown, "narrowing": narrowing, "point": point}
    context["tabs"] = [(name, title, counts[name]) for name, title in TABS.items()]
    context["points"] = PickUpPoint.objects.with_open_orders()
    return render(request, "orders/desk/queue.html", context)


def chosen_point(typed):
    """The pick-up point named in the address, if there is one."""
    is_key = typed.isascii() and typed.isdecimal() and len(typed) < 10
    return PickUpPoint.objects.filter(pk=typed).first() if is_key else None


def chosen(tab, counts):
    """The tab asked for, else the first with work in it, else the orders to pack."""
    if tab in TABS:
        return tab
    return next((name for name in TABS if counts[name]), "to_pack")


def page(request, rows, tab, count):
    """One page of rows, counted already; a number beyond the last shows the last."""
    rows = rows.last_ended_first() if tab == "ended" else rows.oldest_first()
    paginator = Paginator(rows.with_progress().with_lines(), ORDERS_A_PAGE)
    paginator.count = count  # the tabs were counted in one question
    return paginator.get_page(request.GET.get("page"))
