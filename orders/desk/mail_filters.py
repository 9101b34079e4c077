"""The messages by what became of them; which are shown stands in the address bar."""

from django.utils.translation import pgettext_lazy

from catalogue import mailing
from orders import outbox
from orders.models import Order, OutgoingMessage

KEPT_BACK = (mailing.LIMIT, outbox.REFUSED)
FILTERS = {
    "kept_back": pgettext_lazy("messages", "Kept back"),
    "failed": pgettext_lazy("messages", "Failed"),
    "waiting": pgettext_lazy("messages", "To be sent"),
    "sent": pgettext_lazy("messages", "Sent"),
}


def rows_of(name):
    """The messages of a filter; of no filter, all."""
    rows = OutgoingMessage.objects.all()
    parked = rows.filter(sent_at=None).parked()
    return {
        "kept_back": parked.filter(last_error__in=KEPT_BACK),
        "failed": parked.exclude(last_error__in=(*KEPT_BACK, outbox.ERASED, outbox.UNDONE)),
        "waiting": rows.unsent(),
        "sent": rows.exclude(sent_at=None),
    }.get(name, rows)


def counted():
    """(name, title, how many) of each filter, in one query."""
    counts = Order.objects.tally({name: rows_of(name) for name in FILTERS})
    return [(name, title, counts.get(name, 0)) for name, title in FILTERS.items()]
