"""The long work of orders, and what the long work of the catalogue may be asked for of them.

Imported with the site: what is heavy is imported when the work is done.
"""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import jobs, languages, printed
from orders import audit, events
from orders.models import Consignment, StockItem


def with_copies_left(publications):
    """Those of which a published edition can be had on paper now."""
    items = StockItem.objects.main().with_available().filter(free__gt=0)
    return publications.on_paper().filter(editions__in=items.values("edition")).distinct()


printed.PAPERS["stock"] = (_("only what has copies left now"), with_copies_left)


@jobs.runs(
    "order-papers",
    name=_("papers of consignments"),
    permission="orders.view_order",
    kept=timedelta(days=1),  # names and addresses
    counted=_("Consignments"),
)
def print_papers(job, progress, *, consignments, papers, labels="a4-8", start=1):
    """Papers of consignments, by primary key and in that order, as one PDF.

    `papers` are names of `orders.papers.batch.PAPERS`; labels are set on sheets of a format of
    `orders.papers.labels.FORMATS`, from the `start`th place on.
    """
    from orders.papers.batch import Batch

    found = Consignment.objects.exclude(status=Consignment.Status.VOID).in_bulk(consignments)
    rows = [found[pk] for pk in consignments if pk in found]
    if not rows:
        raise jobs.JobError(_("None of these consignments is there any more."))
    batch = Batch(rows, progress)
    name = f"papers-{timezone.localdate():%Y-%m-%d}-{job.pk}.pdf"
    pages = batch.make(job.folder / name, papers, labels, start)
    if not pages:
        raise jobs.JobError(_("None of these consignments goes abroad."))
    for order in {row.order for row in rows}:
        events.record_view(order, by=job.by)
    return {"file": name, "pages": pages}


@jobs.runs(
    "check-ledger",
    name=_("comparison of ledger and orders"),
    permission="orders.view_stockitem",
    done_url=lambda _job: reverse("desk:audit"),
)
def check_ledger(_job, progress):
    """Whether orders, consignments, stock and ledger agree."""
    found = audit.outcome_of(audit.breaches())
    progress(1, 1)
    return found


@jobs.runs("report-annex", name=_("annex for the meeting"), permission="orders.view_stockitem")
def make_annex(job, progress, *, first, last):
    """The annex of a period, from and to as ISO days, in the job's language."""
    from orders.reports import annex
    from orders.reports.periods import Period

    name = f"annex-{first}-{last}-{languages.current()}.pdf"
    return annex.make(job.folder, name, Period.of(first, last), progress)
