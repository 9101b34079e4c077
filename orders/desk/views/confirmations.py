"""Orders whose confirmation mail did not leave: they wait for a colleague."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.staff import staff_only
from orders import confirmations, lifecycle
from orders.desk.confirmations_forms import AcceptForm, LiftForm
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
