"""What orders knows and the long work of the catalogue may be asked for; long work of orders."""

from django.utils.translation import gettext_lazy as _

from catalogue import jobs, languages, printed
from orders.models import StockItem


def with_copies_left(publications):
    """Those of which a published edition can be had on paper now."""
    items = StockItem.objects.main().with_available().filter(free__gt=0)
    return publications.on_paper().filter(editions__in=items.values("edition")).distinct()


printed.PAPERS["stock"] = (_("only what has copies left now"), with_copies_left)


@jobs.runs("report-annex", name=_("annex for the meeting"), permission="orders.view_stockitem")
def make_annex(job, progress, *, first, last):
    """The annex of a period, from and to as ISO days, in the job's language."""
    from orders.reports import annex
    from orders.reports.periods import Period

    name = f"annex-{first}-{last}-{languages.current()}.pdf"
    return annex.make(job.folder, name, Period.of(first, last), progress)
