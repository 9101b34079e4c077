"""Orders whose confirmation mail did not leave: they wait for a colleague."""

from functools import partial

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalogue.staff import staff_only
from orders import confirmations, lifecycle
from orders.desk.confirmations_forms import AcceptForm, LiftForm
from orders.desk.queue_forms import BatchForm
from orders.desk.views import batch
from orders.desk.views.order import filled_in, press


@require_POST
@staff_only("orders.decide_order")
def send(request, number):
    return press(request, number, confirmations.send, _("The confirmation mail is on its way."))


@require_POST
@staff_only("orders.decide_order")
def lift(request, number):
    said = _("We may write to this address again. The confirmation mail is on its way.")
    return filled_in(request, number, LiftForm, confirmations.lift, said)


@require_POST
@staff_only("orders.decide_order")
def accept(request, number):
    said = _("The order is accepted without a confirmation.")
    return filled_in(request, number, AcceptForm, lifecycle.accept, said)


@require_POST
@staff_only("orders.decide_order")
def expire(request, number):
    said = _("The order has ended. Nobody was written to.")
    return press(request, number, lifecycle.let_expire, said)


# Many at once -----------------------------------------------------------------


@require_POST
@staff_only("orders.decide_order")
def many(request):
    """Do with the ticked orders what the button says, once a colleague has seen how many."""
    form, do = BatchForm(request.POST), request.POST.get("do", "")
    if do not in VERBS or not form.is_valid():
        batch.tell_wrong(request, form)
        return batch.back(request)
    picked = form.cleaned_data["picked"].longest_here_first()
    if "sure" not in request.POST:
        return ask(request, do, picked)
    verb, sentence = VERBS[do]
    batch.told(request, list(picked), partial(verb, by=request.user), sentence)
    return batch.back(request)


def ask(request, do, picked):
    """How many of the ticked orders wait for us: only those are decided."""
    waiting = list(picked.kept_back().with_progress())
    if not waiting:
        messages.error(request, _("None of the ticked orders waits for a confirmation."))
        return batch.back(request)
    others = [order for order in picked if order not in waiting]
    context = {"do": do, "waiting": waiting, "others": others, "next": batch.back_to(request)}
    context["switch_path"] = reverse("desk:queue")
    return render(request, "orders/desk/confirmations.html", context)


def tell_sent(done):
    return ngettext(
        "%(n)s confirmation mail is on its way.", "%(n)s confirmation mails are on their way.", done
    )


def tell_ended(done):
    return ngettext(
        "%(n)s order has ended. Nobody was written to.",
        "%(n)s orders have ended. Nobody was written to.",
        done,
    )


VERBS = {
    "send": (confirmations.send, tell_sent),
    "expire": (lifecycle.let_expire, tell_ended),
}
