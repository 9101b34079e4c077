"""Further consignees of an order, corrected."""

from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.staff import staff_only
from orders import changes
from orders.desk.attempts import attempt_form
from orders.desk.consignees_forms import CorrectionForm
from orders.desk.views.order import show
from orders.models import Consignee, Order


@require_POST
@staff_only("orders.decide_order")
def correct(request, pk):
    """Another name, another address: for all that is not packed yet."""
    consignee = get_object_or_404(Consignee, pk=pk)
    order = Order.objects.with_lines().with_progress().get(pk=consignee.order_id)
    form = CorrectionForm(request.POST, about=consignee)
    if not form.is_valid():
        return show(request, order, form, status=422)
    said = _("The consignee is corrected. What is packed already keeps its address.")
    verb = changes.edit_consignee
    if not attempt_form(request, form, verb, consignee, said=said, **form.correction):
        return show(request, order, form, status=409)
    return redirect(order.get_desk_url())
