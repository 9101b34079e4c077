"""The work queue: orders by what is to be done with them now."""

from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue.staff import staff_only
from orders import events
from orders.desk import rooms, tabs
from orders.desk.queue_forms import FilterForm
from orders.desk.tabs import TABS
from orders.models import Order, PickUpPoint

ORDERS_A_PAGE = 50
MOST_PICKED = 300  # as many as fit into one document


@require_safe
@never_cache
def desk(request):
    """The front of the desk: the queue, or for who may not see orders the first room they may."""
    room = rooms.first_for(request.user)
    return queue(request) if room == rooms.QUEUE else redirect(room)


@staff_only("orders.view_order")
def queue(request):
    words, narrowing = request.GET.get("q", "").strip(), FilterForm(request.GET)
    points = list(PickUpPoint.objects.with_open_orders())
    point = chosen_point(request.GET.get("point", ""), points)
    picked = request.GET.getlist("picked")[:MOST_PICKED]
    found = tabs.find(words, point, narrowing.columns, picked)
    tab = request.GET.get("tab")
    tab = tab if tab in TABS else tabs.first_with_work(found)
    shown = page(request, tab, *found[tab])
    events.record_look("queue", len(shown), by=request.user)
    context = {"tab": tab, "words": words, "page": shown, "narrowing": narrowing, "point": point}
    context |= {"picked": picked, "is_ticked": bool(picked) or "all" in request.GET}
    context |= {
        "twins": tabs.twins(shown),
        "is_narrowed": bool(narrowing.chosen or point or picked),
    }
    may_pack = request.user.has_perm("orders.pack_order")
    context["is_batched"] = may_pack and tab in tabs.DONE_TOGETHER
    may_decide = request.user.has_perm("orders.decide_order")
    context["are_kept_back"] = may_decide and any(order.kept_back for order in shown)
    context["tabs"] = [(name, title, found[name].total) for name, title in TABS.items()]
    context["points"] = points
    return render(request, "orders/desk/queue.html", context)


def chosen_point(typed, points):
    """The pick-up point named in the address, if there is one; those with open orders are here."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        return None
    here = next((point for point in points if point.pk == int(typed)), None)
    return here or PickUpPoint.objects.filter(pk=typed).first()


def page(request, tab, count, keys):
    """One page of rows; a number beyond the last shows the last.

    Which rows is asked first, so that what is told of each is worked out for those shown only.
    """
    paginator = Paginator(keys, ORDERS_A_PAGE)
    paginator.count = count  # the tabs were counted in one question
    shown = paginator.get_page(request.GET.get("page"))
    told = Order.objects.filter(pk__in=shown.object_list).with_progress().with_whereabouts()
    shown.object_list = tabs.in_order(told.with_lines(), tab)
    return shown
