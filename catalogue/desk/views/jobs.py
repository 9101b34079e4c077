"""Long work: what was asked for, how far it is, and what came of it."""

import mimetypes

from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalogue import jobs as work
from catalogue.models import Job
from catalogue.staff import staff_only
from catalogue.transfer import disposition

JOBS_A_PAGE = 50


@require_safe
@staff_only("catalogue.view_job")
def jobs(request):
    rows = Job.objects.filter(kind__in=work.seen_by(request.user)).select_related("by")
    page = Paginator(rows, JOBS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalogue/desk/jobs.html", {"page": page})


@require_safe
@staff_only("catalogue.view_job")
def job(request, pk):
    found = find(request, pk)
    done, total = work.progress_of(found)
    context = {
        "job": found,
        "is_first": work.is_first(found),
        "is_lost": work.is_lost(found),
        "done": done,
        "total": total,
        "counted": work.counted_in(found),
        "file": work.file_of(found),
        "next_page": work.next_page(found) if found.status == Job.Status.DONE else "",
    }
    return render(request, "catalogue/desk/job.html", context)


@require_safe
@staff_only("catalogue.view_job")
def file(request, pk):
    if (path := work.file_of(find(request, pk))) is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type=mimetypes.guess_type(path.name)[0])
    response.headers["Content-Disposition"] = disposition("attachment", path.name)
    return response


@require_POST
@staff_only("catalogue.view_job")
def again(request, pk):
    return redirect("editing:job", work.again(find(request, pk), by=request.user).pk)


def find(request, pk):
    """The job, if it is of a kind that the colleague may watch."""
    rows = Job.objects.filter(kind__in=work.seen_by(request.user))
    return get_object_or_404(rows.select_related("by"), pk=pk)
