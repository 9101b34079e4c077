"""What every answer carries, and what no request may."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.views.defaults import bad_request

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def security_headers(get_response):
    """Adds the headers that Django does not know; a view may set its own first."""

    def middleware(request):
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def tell_languages_truly(get_response):
    """Takes back what LocaleMiddleware says of addresses that know no reader's language.

    It says that they vary with the browser's, and are in it (see `same_in_every_language`).
    """

    def middleware(request):
        response = get_response(request)
        if hasattr(response, "own_language"):
            response["Content-Language"] = response.own_language
            vary = [name.strip() for name in response.get("Vary", "").split(",")]
            response["Vary"] = ", ".join(name for name in vary if name != "Accept-Language")
            for header in ("Content-Language", "Vary"):
                if not response[header]:
                    del response[header]
        return response

    return middleware


def explain_not_allowed(get_response):
    """Gives who opens the address of a form, by going back or reloading, a page with ways on."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            page = render(request, "405.html")
            response.content, response["Content-Type"] = page.content, page["Content-Type"]
        return response

    return middleware


def refuse_nonsense(get_response):
    """Refuses what no browser sends, before anything else looks at it."""

    def middleware(request):
        return refusal(request) or get_response(request)

    return middleware


def refusal(request):
    """The answer to a request that makes no sense; None for any other.

    A NUL is an error to PostgreSQL, and an encoding other than UTF-8 may hide one.
    """
    if request.method == "TRACE":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        return HttpResponse("Write in UTF-8", status=415, content_type="text/plain")
    if has_nul(request):
        return bad_request(request, SuspiciousOperation())
    return None


def has_nul(request) -> bool:
    """Whether the address or a cookie holds a NUL; forms refuse it by themselves."""
    cookies = "".join(request.COOKIES.values())
    return "\x00" in request.path + cookies or "%00" in request.META.get("QUERY_STRING", "")
