"""What is written about an order, and how it is packed in parts."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalogue.formats import number as in_figures
from catalogue.staff import staff_only
from orders import changes, fulfilment, notes, standing
from orders.desk import order_forms
from orders.desk.views.order import filled_in


@require_POST
@staff_only("orders.pack_order")
def note(request, number):
    return filled_in(request, number, order_forms.NoteForm, notes.write, _("The note is kept."))


@require_POST
@staff_only("orders.decide_order")
def edit(request, number):
    said = _("The details are corrected. What is packed already keeps its address.")
    return filled_in(request, number, order_forms.EditForm, changes.edit, said, _correction)


def _correction(form):
    return {"details": form.details, "version": form.cleaned_data["version"]}


@require_POST
@staff_only("orders.pack_order")
def split(request, number):
    said = _("Packed. Print the slip and the label.")
    return filled_in(
        request, number, order_forms.SplitForm, fulfilment.pack, said, lambda form: form.chosen
    )


@require_POST
@staff_only("orders.decide_order")
def put_back(request, number):
    return filled_in(request, number, order_forms.PutBackForm, _put_back, tell_put_back)


def _put_back(_order, *, line, **given):
    return changes.put_back(line, **given)


def tell_put_back(taken):
    if not taken:
        return _("Nobody else waits for them: they stay set aside for this order.")
    sentence = ngettext(
        "Put back. Other orders got %(n)s copy.", "Put back. Other orders got %(n)s copies.", taken
    )
    return sentence % {"n": in_figures(taken)}


@require_POST
@staff_only("orders.decide_order")
def stand(request, number):
    """Trust the orderer's address, write to it no more, or neither."""
    said = _("The standing of this address is kept.")
    return filled_in(request, number, order_forms.StandingForm, standing.mark_of, said)
