"""Paper for many consignments at once, and the customs sheet of one."""

import re

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue import formats, jobs, languages
from catalogue.staff import staff_only
from orders import events
from orders.desk.papers_forms import MOST, ChosenForm, PapersForm
from orders.desk.views.parcels import opened, paper
from orders.models import Consignment
from orders.papers.labels import unprintable


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("orders.view_order")
def papers(request):
    """Which papers, of which consignments; then the page on which the work is watched.

    Any page may post `consignments` or `orders` here: they are ticked, the rest is asked for.
    """
    rows = Consignment.objects.to_print(**named(request.POST or request.GET))[:MOST]
    offered = Consignment.objects.filter(pk__in=[row.pk for row in rows])
    if "make" not in request.POST:
        form = PapersForm(offered=offered, initial={"consignments": [row.pk for row in rows]})
        return show(request, form, rows)
    form = PapersForm(request.POST, offered=Consignment.objects.exclude(status="void"))
    if not form.is_valid():
        return show(request, form, rows, status=422)
    job = jobs.start("order-papers", by=request.user, **form.choice)
    return redirect("editing:job", job.pk)


def named(sent):
    """What another page asks for: consignments by primary key, orders by number."""
    keys = [int(pk) for pk in sent.getlist("consignments") if re.fullmatch("[0-9]{1,18}", pk)]
    return {"keys": keys, "orders": sent.getlist("orders")}


def show(request, form, rows, status=200):
    events.record_look("papers", len(rows), by=request.user)
    ticked = {str(pk) for pk in form["consignments"].value() or []}
    boxed, letters = unprintable(rows)
    context = {
        "form": form,
        "rows": rows,
        "ticked": ticked,
        "most": MOST,
        "boxed": formats.joined([str(row) for row in boxed]),
        "letters": letters,
    }
    return render(request, "orders/desk/papers.html", context, status=status)


@require_POST
@staff_only("orders.view_order")
def customs_table(request):
    """What customs want to know of several consignments, as a table."""
    from orders.papers import customs_csv

    form = ChosenForm(request.POST)
    if not form.is_valid():
        for error in form.errors["consignments"]:
            messages.error(request, str(error))
        return redirect("desk:papers")
    rows = list(form.cleaned_data["consignments"].select_related("order"))
    for order in {row.order for row in rows}:
        events.record_view(order, by=request.user)
    response = HttpResponse(
        "\ufeff" + customs_csv(rows, languages.current()), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="customs.csv"'
    return response


@require_safe
@staff_only("orders.view_order")
def customs(request, pk):
    from orders.papers import customs_sheets

    consignment = opened(request, pk)
    content = customs_sheets([consignment], languages.current())
    return paper(content, f"customs-{consignment.order.number}.pdf")
