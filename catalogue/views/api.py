"""The catalogue as JSON, to be read from anywhere: no key, no cookie, nothing to change."""

from functools import partial, wraps
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page

from catalogue.models import Publication
from catalogue.negotiation import same_in_every_language
from catalogue.records import api
from catalogue.records.openapi import document
from catalogue.records.questions import Question

METHODS = ["GET", "HEAD", "OPTIONS"]
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Allow": ", ".join(METHODS),
}
BROKEN = "There is no such address. The description is at /api/openapi.json."


def open_to_all(view):
    """Read from any site; every refusal is a problem in JSON, with a sentence (RFC 9457)."""
    answer = gzip_page(conditional_page(partial(_answer, view)))

    @csrf_exempt
    @same_in_every_language
    @wraps(view)
    def marked(request, *args, **kwargs):
        with override(settings.LANGUAGE_CODE):
            response = answer(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "public, max-age=60")
        for name, value in OPEN.items():
            response[name] = value
        return response

    return marked


def _answer(view, request, *args, **kwargs) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=PREFLIGHT)
    if request.method not in METHODS:
        response = problem(405, "This part of the site is for reading: use GET.")
        response["Allow"] = HttpResponseNotAllowed(METHODS)["Allow"]
        return response
    try:
        return view(request, *args, **kwargs)
    except Http404:
        return problem(404, "There is no publication of that name.")


@open_to_all
def publications(request):
    question = Question(request.GET)
    if wrong := question.sentences():
        errors = [{"parameter": name, "detail": text} for name, text in sorted(wrong.items())]
        detail = f"{errors[0]['parameter']}: {errors[0]['detail']}"
        return problem(400, detail, errors=errors)
    asked = question.cleaned_data
    limit = asked.pop("limit") or 50
    rows = list(Publication.objects.answering(**asked).with_editions()[: limit + 1])
    following = _following(request, rows[limit - 1].pk) if len(rows) > limit else None
    found = [api.listed(row) for row in rows[:limit]]
    return JsonResponse({"publications": found, "next": following})


def _following(request, after: int) -> str:
    question = request.GET.copy()
    question["after"] = str(after)
    return f"{settings.SITE_URL}{reverse('api-publications')}?{question.urlencode()}"


@open_to_all
def publication(request, slug):
    rows = Publication.objects.announced().with_records()
    row = get_object_or_404(rows, slug=slug)
    if row.withdrawn_at:
        detail = "This publication was withdrawn."
        return problem(410, detail, withdrawn_at=row.withdrawn_at.isoformat())
    return JsonResponse(api.publication(row))


@open_to_all
def openapi(request):
    return JsonResponse(document(), json_dumps_params={"indent": 1})


@open_to_all
def nothing(request):
    return problem(404, BROKEN)


def problem(status: int, detail: str, **more) -> JsonResponse:
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JsonResponse(
        said | {"detail": detail} | more, status=status, content_type="application/problem+json"
    )
