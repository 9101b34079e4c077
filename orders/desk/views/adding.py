"""Titles added to an order at the desk."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.staff import staff_only
from orders import changes
from orders.desk.adding_forms import AddTitlesForm
from orders.desk.views.order import filled_in, find, show


@require_POST
@staff_only("orders.decide_order")
def add(request, number):
    """Add what was typed; or, asked to find titles, draw the page again with them."""
    if AddTitlesForm.asks_for_titles(request.POST):
        order = find(number)
        return show(request, order, AddTitlesForm.searching(request.POST, order))
    said = _("The copies are added. The person who ordered is told.")
    return filled_in(request, number, AddTitlesForm, changes.add, said, _added)


def _added(form):
    return {"quantities": form.quantities, "version": form.cleaned_data["version"]}
