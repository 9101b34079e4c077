"""A back catalogue from a spreadsheet, looked at before it is written; and the way back."""

import tempfile
from pathlib import Path

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue import jobs
from catalogue.importing import sheets
from catalogue.importing.forms import TableForm, WordsForm
from catalogue.importing.known import VOCABULARIES
from catalogue.importing.planning import STATUSES
from catalogue.importing.work import MAY_IMPORT, keep_upload, preview
from catalogue.models import Job, Publication
from catalogue.staff import staff_only
from catalogue.transfer import disposition

ROWS_A_PAGE = 50
MOST_AT_ONCE = 300  # publications in a workbook that is made while somebody waits
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# In -------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(MAY_IMPORT)
def table(request):
    """Take a table in and have it looked at."""
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if form.is_valid():
        job = look(request, keep_upload(form.cleaned_data["file"]), form.cleaned_data)
        return redirect("editing:job", job.pk)
    context = {
        "form": form,
        "columns": sheets.described(),
        "general": sheets.general(),
        "earlier": Job.objects.filter(kind="import").select_related("by")[:10],
    }
    status = 422 if form.errors else 200
    return render(request, "catalogue/desk/import.html", context, status=status)


def look(request, file, chosen):
    return jobs.start(
        "import-check",
        by=request.user,
        file=file,
        name=chosen["name"],
        create=chosen["create"],
    )


@require_safe
@staff_only(MAY_IMPORT)
def template(request):
    """The empty table with its instructions, in the language of the page."""
    return _workbook(sheets.template, _("publications-template"))


@require_safe
@staff_only(MAY_IMPORT)
def looked(request, pk):
    """What a table would do: counts, and row by row what would be written or why not."""
    job = find(pk, "import-check")
    return render(request, "catalogue/desk/import_preview.html", _shown(request, job))


def _shown(request, job):
    status = request.GET.get("status", "")
    status = status if status in STATUSES else ""
    counts = job.outcome["counts"]
    unknown = {key: words for key, words in job.outcome["unknown"].items() if words}
    return {
        "job": job,
        "written": _written(job),
        "outcome": job.outcome,
        "counts": [(name, counts[name]) for name in STATUSES],
        "total": sum(counts.values()),
        "to_write": counts["new"] + counts["changed"],
        "status": status,
        "page": Paginator(list(preview(job, status)), ROWS_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "unknown": [(VOCABULARIES[key][1], words) for key, words in unknown.items()],
        "new_words": [
            (VOCABULARIES[key][1], words) for key, words in job.outcome["new_words"].items()
        ],
        "words": _words(job, unknown),
    }


def _written(job):
    """The import that wrote what this check showed."""
    return Job.objects.filter(
        kind="import", arguments__check=job.pk, status=Job.Status.DONE
    ).first()


def _words(job, unknown):
    """The offer to make entries of unknown words; those chosen before stay chosen."""
    created = job.outcome["create"]
    return WordsForm(initial={"create": created}).offer_only({*created, *unknown})


@require_POST
@staff_only(MAY_IMPORT)
def look_again(request, pk):
    """The same table, with words that are not known made new entries."""
    job, form = find(pk, "import-check"), WordsForm(request.POST)
    chosen = form.cleaned_data["create"] if form.is_valid() else []
    named = {"name": job.outcome["name"], "create": chosen}
    return redirect("editing:job", look(request, job.arguments["file"], named).pk)


@require_POST
@staff_only(MAY_IMPORT)
def write(request, pk):
    """Write what was shown."""
    job = jobs.start("import", by=request.user, check=find(pk, "import-check").pk)
    return redirect("editing:job", job.pk)


@require_safe
@staff_only(MAY_IMPORT)
def result(request, pk):
    """What was written, and what was not."""
    job = find(pk, "import")
    context = {"job": job, "counts": list(job.outcome["counts"].items()), "outcome": job.outcome}
    return render(request, "catalogue/desk/import_result.html", context)


def find(pk, kind):
    """A table that was looked at, or written, to the end."""
    return get_object_or_404(Job, pk=pk, kind=kind, status=Job.Status.DONE)


# Out ------------------------------------------------------------------------


@require_safe
@staff_only("catalogue.view_publication")
def export(request):
    """The whole catalogue as a table; the list of the administration gives a part of it."""
    form = request.GET.get("format")
    if not form:
        context = {"count": Publication.objects.count()}
        return render(request, "catalogue/desk/export.html", context)
    pks = Publication.objects.order_by("slug").values_list("pk", flat=True)
    return exported(request, list(pks), form)


def exported(request, pks, form):
    """Some publications as a table: at once, or as long work where there are many."""
    if form == "csv":
        rows = sheets.as_csv(sheets.table(pks))
        response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = disposition("attachment", "publications.csv")
        return response
    if form != "xlsx":
        raise Http404
    if len(pks) > MOST_AT_ONCE:
        job = jobs.start("export", by=request.user, pks=pks)
        return redirect("editing:job", job.pk)
    return _workbook(lambda path: sheets.as_workbook(sheets.table(pks), path), "publications")


def _workbook(make, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        make(path)
        response = HttpResponse(path.read_bytes(), content_type=WORKBOOK)
    response.headers["Content-Disposition"] = disposition("attachment", f"{name}.xlsx")
    return response
