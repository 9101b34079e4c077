"""What colleagues tell each other about an order; it goes with the person's data."""

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from orders.errors import OrderError
from orders.models import Note, Order


def write(order: Order, *, text: str, by: User) -> Note:
    """Add a note; the same one by the same person twice in a row is written once."""
    if order.erased_at:
        raise OrderError(_("The personal data of this order were erased: no note can be added."))
    last = order.notes.first()
    if last and (last.text, last.by_id) == (text, by.pk):
        return last
    return Note.objects.create(order=order, by=by, text=text)
