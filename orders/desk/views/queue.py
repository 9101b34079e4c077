"""The work queue: orders by what is to be done with them now."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalogue.staff import staff_only
from orders import events
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
    words, narrowing = request.GET.get("q", "").strip(), FilterForm(request.GET)
    point = chosen_point(request.GET.get("point", ""))
    asked = questions(words, point, narrowing.chosen)
    counts = Order.objects.tally(asked)
    tab = chosen(request.GET.get("tab"), counts)
    shown = page(request, asked[tab], tab, counts[tab])
    events.record_look("queue", len(shown), by=request.user)
    context = {"tab": tab, "words": words, "page": shown, "narrowing": narrowing, "point": point}
    context["tabs"] = [(name, title, counts[name]) for name, title in TABS.items()]
    context["points"] = PickUpPoint.objects.with_open_orders()
    return render(request, "orders/desk/queue.html", context)


def questions(words, point, columns):
    """The orders of each tab that hold the words, go to the point and have these columns."""
    everything = Order.objects.filter(**columns)
    everything = everything & Order.objects.for_point(point) if point else everything
    found = {tab: everything & getattr(Order.objects, tab)() for tab in TABS}
    return {
        tab: rows.among_all_matching(words) if tab == "ended" else rows.matching(words)
        for tab, rows in found.items()
    }


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
    """One page of rows, counted already; a number beyond the last shows the last.

    Which rows is asked first, so that what is told of each is worked out for those shown only.
    """
    paginator = Paginator(in_order(rows, tab).values("pk"), ORDERS_A_PAGE)
    paginator.count = count  # the tabs were counted in one question
    shown = paginator.get_page(request.GET.get("page"))
    told = Order.objects.filter(pk__in=shown.object_list).with_progress().with_lines()
    shown.object_list = in_order(told, tab)
    return shown


def in_order(rows, tab):
    """As they are to be done: the oldest first, or of those that are over the last first."""
    if tab == "ended":
        return rows.last_ended_first()
    return rows.first_placed_first() if tab == "unverified" else rows.oldest_first()
