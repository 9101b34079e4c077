"""Meetings and other pick-up points: before, and what is left over afterwards."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from catalogue import languages
from catalogue.formats import number as in_figures
from catalogue.staff import staff_only
from orders import aftercare, consignees, events, fulfilment, meetings, room
from orders.desk import meetings_forms as forms
from orders.desk.attempts import attempt_form
from orders.desk.forms import kept
from orders.desk.views.batch import told
from orders.desk.views.parcels import paper as pdf
from orders.models import Consignment, Order, PickUpPoint, StockItem

OFFERED = 60  # editions in a form of copies
GONE = 20  # bags that were handed over today
Status = Consignment.Status


@require_safe
@staff_only("orders.view_order")
def points(request):
    rows = PickUpPoint.objects.with_bags().select_related("meeting")
    return render(request, "orders/desk/meetings/points.html", {"points": rows})


@require_safe
@staff_only("orders.view_order")
def point(request, pk):
    return show(request, find(pk))


def find(pk):
    return get_object_or_404(PickUpPoint.objects.select_related("location", "meeting"), pk=pk)


def show(request, place, refused=None, status=200):
    """The page of a point; `refused` is a form that was sent with mistakes."""
    rows = list(meetings.in_hand(place))
    events.record_look("meeting", len(rows), by=request.user)
    context = {
        "point": place,
        "to_pack": len(consignees.due_at(place)),
        "stranded": Order.objects.for_point(place).stranded().count(),
        "expected": room.expected_at(place),
        "summary": meetings.summary(place),
        "gone_today": meetings.with_hands(meetings.handed_over_today(place))[:GONE],
        "refused": refused,
        "switch_path": reverse("desk:meeting", args=[place.pk]),
    }
    context |= {name: [bag for bag in rows if bag.status == name] for name in SHOWN}
    context["forms"] = {form.name: kept(form, refused) for form in fresh_forms(place)}
    return render(request, "orders/desk/meetings/point.html", context, status=status)


SHOWN = (Status.PACKED.value, Status.AT_DESK.value, Status.MISSED.value)


def fresh_forms(place):
    yield forms.BoxForm()
    yield forms.NextPointForm(besides=place)
    yield forms.TakeAlongForm(items=main_items())
    if place.location and not place.location.is_main:
        left_over = list(meetings.shelf(place))
        yield from [forms.BringBackForm(items=left_over)] if left_over else []


def main_items():
    items = StockItem.objects.main().with_available().filter(free__gt=0)
    items = items.select_related("edition__publication").prefetch_related("edition__languages")
    return items.order_by("edition__publication__slug", "pk")[:OFFERED]


# Buttons ------------------------------------------------------------------------------


@require_POST
@staff_only("orders.pack_order")
def act(request, pk):
    """Do for the whole point, or for the ticked bags, what the button says.

    Buttons whose name ends in "_all" are about every bag of their list, whatever is ticked; the
    others about the ticked ones, and do nothing without a tick.
    """
    place, verb = find(pk), ACTS.get(request.POST.get("do", "").removesuffix("_all"))
    answer = verb(request, place) if verb else None
    return answer or redirect("desk:meeting", place.pk)


def pack(request, place):
    """What the pick list for the store names."""

    def pack_here(order):
        return fulfilment.pack_all(order, by=request.user, point=place)

    told(request, list(consignees.due_at(place)), pack_here, tell_packed)


def box(request, place):
    messages.success(request, tell_boxes(meetings.put_in_boxes(place)))


def set_box(request, place):
    """Put the ticked bags in a box by hand."""
    form = forms.BoxForm(request.POST)
    ticks = bags_form(request, place, Status.PACKED, Status.AT_DESK)
    if not form.is_valid():
        return show(request, place, form, status=422)
    if not ticks.is_valid():
        messages.error(request, ticks.refusal)
        return None
    for bag in ticks.chosen:
        meetings.put_in_box(bag, form.cleaned_data["box"])
    messages.success(request, _("The boxes are changed."))
    return None


def offer(request, place):
    ticked(request, place, Status.PACKED, fulfilment.offer, tell_ready)


def hand_over(request, place):
    ticked(request, place, Status.AT_DESK, fulfilment.hand_over, tell_handed_over)


def miss(request, place):
    """Before the last day somebody may still come: it is asked once whether it is meant."""
    if not place.is_at_its_end:
        return asked(request, place, Status.AT_DESK, "desk:not-picked-up")
    return ticked(request, place, Status.AT_DESK, fulfilment.miss, tell_missed)


def still_here(request, place):
    ticked(request, place, Status.MISSED, aftercare.undo_miss, tell_still_here)


def let_go(request, place):
    ticked(request, place, Status.MISSED, aftercare.let_go, tell_released)


def to_next(request, place):
    form = forms.NextPointForm(request.POST, besides=place)
    if not form.is_valid():
        return show(request, place, form, status=422)
    goal = form.cleaned_data["point"]

    def forward(bag, *, by):
        return meetings.send_on(bag, goal, by=by)

    return ticked(request, place, Status.MISSED, forward, tell_forwarded)


def to_post(request, place):
    return asked(request, place, Status.MISSED, "desk:by-post")


def give_location(request, place):
    meetings.give_location(place)
    messages.success(request, _("It has a storage location of its own now."))


def take_along(request, place):
    form = forms.TakeAlongForm(request.POST, items=main_items())
    if not form.is_valid():
        return show(request, place, form, status=422)
    key, copies = form.cleaned_data["key"], form.copies
    if attempt_form(request, form, meetings.take_along, place, copies, key=key, said=tell_taken):
        return None
    form.send_anew()
    return show(request, place, form, status=409)


def bring_back(request, place):
    form = forms.BringBackForm(request.POST, items=meetings.shelf(place))
    if not form.is_valid():
        return show(request, place, form, status=422)
    about = {
        "reason": form.cleaned_data["reason"] or _("Left over"),
        "key": form.cleaned_data["key"],
    }
    if meetings.are_back(form.copies, about["key"]):
        messages.info(request, _("This was done already; nothing has changed."))
        return None
    if attempt_form(
        request, form, meetings.bring_back, place, form.copies, said=tell_back, **about
    ):
        return None
    return show(request, place, form, status=409)


def ticked(request, place, status, verb, sentence):
    """Try a verb with the ticked bags of a status, or with all where the button says so."""
    form = bags_form(request, place, status)
    if form.is_valid():
        told(request, form.chosen, lambda bag: verb(bag, by=request.user), sentence)
    else:
        messages.error(request, form.refusal)


def asked(request, place, status, name):
    """To a page about the ticked bags of a status, or about all where the button says so."""
    form = bags_form(request, place, status)
    if not form.is_valid():
        messages.error(request, form.refusal)
        return None
    named = {"picked": [bag.pk for bag in form.cleaned_data["picked"]]}
    return redirect(f"{reverse(name, args=[place.pk])}?{urlencode(named, doseq=True)}".rstrip("?"))


def bags_form(request, place, *statuses):
    """The bags a button is about."""
    bags = Consignment.objects.filter(pick_up_point=place, status__in=statuses, settled_at=None)
    bags = bags.select_related("order", "consignee")
    is_all = request.POST.get("do", "").endswith("_all")
    return forms.BagsForm({} if is_all else request.POST, bags=bags, is_all=is_all)


ACTS = {
    "pack": pack,
    "box": box,
    "set_box": set_box,
    "offer": offer,
    "hand_over": hand_over,
    "miss": miss,
    "still_here": still_here,
    "let_go": let_go,
    "to_next": to_next,
    "to_post": to_post,
    "give_location": give_location,
    "take_along": take_along,
    "bring_back": bring_back,
}


# Papers -------------------------------------------------------------------------------


@require_safe
@staff_only("orders.view_order")
def paper(request, pk, kind):
    from orders import papers  # WeasyPrint takes its time

    place, language = find(pk), languages.current()
    makers = {
        "store": lambda: papers.store_pick_list(place, language),
        "boxes": lambda: papers.box_list(place, language),
        "desk": lambda: papers.desk_list(place, language),
        "labels": lambda: papers.bag_labels(list(meetings.bags(place).live())),
    }
    if kind not in makers:
        raise Http404
    events.record_look(f"meeting-{kind}", meetings.bags(place).live().count(), by=request.user)
    return pdf(makers[kind](), f"{kind}-{place.pk}.pdf")


# Sentences ----------------------------------------------------------------------------


def tell_packed(n):
    return ngettext("%(n)s order is packed.", "%(n)s orders are packed.", n)


def tell_boxes(n):
    return ngettext("%(n)s box.", "%(n)s boxes.", n) % {"n": in_figures(n)}


def tell_ready(n):
    return ngettext(
        "%(n)s bag is ready; the person who ordered is told.",
        "%(n)s bags are ready; the persons who ordered are told.",
        n,
    )


def tell_handed_over(n):
    return ngettext("%(n)s bag is handed over.", "%(n)s bags are handed over.", n)


def tell_missed(n):
    return ngettext("%(n)s bag was not picked up.", "%(n)s bags were not picked up.", n)


def tell_still_here(n):
    return ngettext("%(n)s bag still lies here.", "%(n)s bags still lie here.", n)


def tell_released(n):
    return ngettext(
        "The copies of %(n)s bag serve others.", "The copies of %(n)s bags serve others.", n
    )


def tell_forwarded(n):
    return ngettext("%(n)s bag goes another way.", "%(n)s bags go another way.", n)


def tell_taken(n):
    return ngettext("%(n)s copy taken along.", "%(n)s copies taken along.", n) % {
        "n": in_figures(n)
    }


def tell_back(n):
    return ngettext("%(n)s copy is back.", "%(n)s copies are back.", n) % {"n": in_figures(n)}
