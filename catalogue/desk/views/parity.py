"""The parity board for colleagues: with every reader who waits, and as a table file."""

import csv

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.parity import board as boards
from catalogue.parity.forms import BoardFilters
from catalogue.parity.page import page
from catalogue.parity.table import lines
from catalogue.staff import staff_only
from catalogue.transfer import disposition

WANTED = 10


@require_safe
@staff_only("catalogue.view_publication")
def parity(request):
    return render(request, "catalogue/desk/parity.html", page(request.GET, least=1, wanted=WANTED))


@require_safe
@staff_only("catalogue.view_publication")
def parity_csv(request):
    asked = BoardFilters(request.GET, board=boards.current()).asked()
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")  # the mark of UTF-8
    name = f"languages-{timezone.localdate():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    csv.writer(response).writerows(lines(asked))
    return response
