"""Further consignees of an order, corrected."""

from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.staff import staff_only
from orders import changes
from orders.desk.consignees_forms import CorrectionForm
from orders.desk.views.order import find, show, tried
from orders.models import Consignee


@require_POST
@staff_only("orders.decide_order")
def correct(request, pk):
    """Another name, another address: for all that is not packed yet."""
    consignee = get_object_or_404(Consignee.objects.select_related("order"), pk=pk)
    order = consignee.order
    form = CorrectionForm(request.POST, about=consignee)
    if not form.is_valid():
        return show(request, find(order.number), form, status=422)
    said = _("The consignee is corrected. What is packed already keeps its address.")
    verb, given = changes.edit_consignee, form.correction
    refusal = tried(request, order, form, verb, consignee, said=said, **given)
    return refusal or redirect(order.get_desk_url())
