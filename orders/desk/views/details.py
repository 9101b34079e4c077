"""What is written about an order, and how it is packed in parts."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalogue.formats import number as in_figures
from catalogue.staff import staff_only
from orders import fulfilment, lifecycle, notes, standing
from orders.desk import order_forms
from orders.desk.attempts import attempt
from orders.desk.views.order import posted, show


@require_POST
@staff_only("orders.pack_order")
def note(request, number):
    order, form = posted(request, number, order_forms.NoteForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    attempt(request, notes.write, order, said=_("The note is kept."), **form.cleaned_data)
    return redirect(order.get_desk_url())


@require_POST
@staff_only("orders.decide_order")
def edit(request, number):
    order, form = posted(request, number, order_forms.EditForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    said = _("The details are corrected. What is packed already keeps its address.")
    version = form.cleaned_data["version"]
    attempt(request, lifecycle.edit, order, details=form.details, version=version, said=said)
    return redirect(order.get_desk_url())


@require_POST
@staff_only("orders.pack_order")
def split(request, number):
    order, form = posted(request, number, order_forms.SplitForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    said = _("Packed. Print the slip and the label.")
    attempt(request, fulfilment.pack, order, said=said, **form.chosen)
    return redirect(order.get_desk_url())


@require_POST
@staff_only("orders.decide_order")
def put_back(request, number):
    order, form = posted(request, number, order_forms.PutBackForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    given = dict(form.cleaned_data)
    attempt(request, lifecycle.put_back, given.pop("line"), said=tell_put_back, **given)
    return redirect(order.get_desk_url())


def tell_put_back(taken):
    sentence = ngettext(
        "Put back. Other orders got %(n)s copy.", "Put back. Other orders got %(n)s copies.", taken
    )
    return sentence % {"n": in_figures(taken)}


@require_POST
@staff_only("orders.decide_order")
def stand(request, number):
    """Trust the orderer's address, write to it no more, or neither."""
    order, form = posted(request, number, order_forms.StandingForm)
    if not form.is_valid():
        return show(request, order, form, status=422)
    said = _("The standing of this address is kept.")
    attempt(request, standing.mark_of, order, said=said, **form.cleaned_data)
    return redirect(order.get_desk_url())
