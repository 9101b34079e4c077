"""What orders knows and the long work of the catalogue may be asked for."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue import jobs, printed
from orders import audit
from orders.models import StockItem


def with_copies_left(publications):
    """Those of which a published edition can be had on paper now."""
    items = StockItem.objects.main().with_available().filter(free__gt=0)
    return publications.on_paper().filter(editions__in=items.values("edition")).distinct()


printed.PAPERS["stock"] = (_("only what has copies left now"), with_copies_left)


@jobs.runs(
    "check-ledger",
    name=_("comparison of ledger and orders"),
    permission="orders.view_stockitem",
    done_url=lambda _job: reverse("desk:audit"),
)
def check_ledger(_job, progress):
    """Whether orders, consignments, stock and ledger agree."""
    found = audit.outcome_of(list(audit.breaches()))
    progress(1, 1)
    return found
