"""Many PDFs at once, told by their names, looked into before any is kept."""

from django import forms
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue import jobs
from catalogue.importing.pdfs import MAY_ADD, REFUSED, keep_uploads
from catalogue.models import Job
from catalogue.staff import staff_only

MOST_FILES = 100


class Several(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files in one field."""

    widget = Several

    def clean(self, data, initial=None):
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            raise forms.ValidationError(_("Choose at least one file."))
        if len(given) > MOST_FILES:
            raise forms.ValidationError(
                _("Choose at most %(count)s files at a time."), params={"count": MOST_FILES}
            )
        return given


class FilesForm(forms.Form):
    files = FilesField(  # type: ignore[assignment]
        label=gettext_lazy("PDFs"),
        widget=Several({"accept": ".pdf,application/pdf"}),
        help_text=gettext_lazy(
            "Named by short name, symbol, job number or ISBN, with the language at the end: "
            "vientiane-action-plan-fr.pdf, CCM_MSP_2018_9-E.pdf, GE.18-12345F.pdf."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(MAY_ADD)
def pdfs(request):
    form = FilesForm(request.POST, request.FILES) if request.method == "POST" else FilesForm()
    if form.is_valid():
        files = keep_uploads(form.cleaned_data["files"])
        return redirect("editing:job", jobs.start("pdfs-check", by=request.user, files=files).pk)
    status = 422 if form.errors else 200
    return render(request, "catalogue/desk/pdfs.html", {"form": form}, status=status)


@require_safe
@staff_only(MAY_ADD)
def looked(request, pk):
    rows = find(pk, "pdfs-check").outcome["rows"]
    context = {
        "rows": rows,
        "pk": pk,
        "fit": [row for row in rows if row["verdict"] != REFUSED],
        "kept": Job.objects.filter(kind="pdfs", arguments__check=pk, status=Job.Status.DONE),
    }
    return render(request, "catalogue/desk/pdfs_preview.html", context)


@require_POST
@staff_only(MAY_ADD)
def keep(request, pk):
    check, chosen = find(pk, "pdfs-check"), request.POST.getlist("file")
    if not chosen:
        return redirect("editing:pdfs-preview", pk)
    job = jobs.start("pdfs", by=request.user, check=check.pk, chosen=chosen)
    return redirect("editing:job", job.pk)


@require_safe
@staff_only(MAY_ADD)
def result(request, pk):
    rows = find(pk, "pdfs").outcome["rows"]
    return render(request, "catalogue/desk/pdfs_result.html", {"rows": rows})


def find(pk, kind):
    return get_object_or_404(Job, pk=pk, kind=kind, status=Job.Status.DONE)
