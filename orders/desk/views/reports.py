"""Reports: what left, what was waited for, how long it took; as pages and as files."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from catalogue import jobs, languages
from catalogue.staff import staff_only
from catalogue.transfer import disposition
from orders.desk.reports_forms import AnnexForm, ReportForm
from orders.reports import charts, choices, exports, pages, speed

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERMISSION = "orders.view_stockitem"  # every role: no report names a person


@require_safe
@staff_only(PERMISSION)
def report(request, name=pages.USUAL):
    found, form, choice = asked(request, name)
    table = found.make(choice)
    context = {
        "report": found,
        "reports": pages.REPORTS.values(),
        "form": filled(form, choice),
        "preset": request.GET.get("period", ""),
        "choice": choice,
        "table": table,
        "chart": charts.chart(table),
        "oldest": speed.oldest_open(choice) if found.slug == "time" else (),
        "query": request.GET.urlencode(),
        "switch_path": reverse("desk:report", args=[found.slug]),
    }
    return render(request, "orders/desk/reports/report.html", context)


def asked(request, name):
    """The report of a name, the form as it was sent, and what it asks."""
    if name not in pages.REPORTS:
        raise Http404
    form = ReportForm(request.GET)
    return pages.REPORTS[name], form, form.choice(request.GET.get("period", ""))


def filled(form, choice):
    """The form with the days that a short name stood for; mistakes stay as typed."""
    if form.errors:
        return form
    form.data = form.data.copy()
    form.data["from"] = choice.period.first.isoformat()
    form.data["to"] = choice.period.last.isoformat()
    return form


@require_safe
@staff_only(PERMISSION)
def as_csv(request, name):
    found, form, choice = asked(request, name)
    if form.errors:
        return back_to(request, name)
    return file(exports.as_csv(found.make(choice)), CSV, file_name(found, choice, "csv"))


@require_safe
@staff_only(PERMISSION)
def as_xlsx(request, name):
    found, form, choice = asked(request, name)
    if form.errors:
        return back_to(request, name)
    book = exports.as_workbook(found.make(choice), choice)
    return file(book, XLSX, file_name(found, choice, "xlsx"))


def back_to(request, name):
    """To the page, where the mistakes stand beside their fields."""
    return redirect(f"{reverse('desk:report', args=[name])}?{request.GET.urlencode()}")


def file(content, kind, name):
    headers = {"Content-Disposition": disposition("attachment", name)}
    return HttpResponse(content, content_type=kind, headers=headers)


def file_name(found, choice, ending):
    days = f"{choice.period.first:%Y-%m-%d}-{choice.period.last:%Y-%m-%d}"
    return f"report-{found.slug}-{days}-{languages.current()}.{ending}"


# The annex ----------------------------------------------------------------------


@require_safe
@staff_only(PERMISSION)
def annex(request):
    return annex_page(request, AnnexForm(initial=usual()))


def annex_page(request, form, status=200):
    context = {"form": form, "reports": pages.REPORTS.values()}
    return render(request, "orders/desk/reports/annex.html", context, status=status)


def usual():
    """Since the last meeting, or this year, in every language."""
    period = choices.named("since-meeting")
    return {"from": period.first, "to": period.last, "languages": languages.interface_languages()}


@require_POST
@staff_only(PERMISSION)
def make_annex(request):
    form = AnnexForm(request.POST)
    if not form.is_valid():
        return annex_page(request, form, status=422)
    started = [started_annex(request, form, code) for code in form.cleaned_data["languages"]]
    if len(started) == 1:
        return redirect("editing:job", started[0].pk)
    return redirect("editing:jobs")


def started_annex(request, form, language):
    period = form.period()
    days = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    with override(language):
        return jobs.start("report-annex", by=request.user, **days)
