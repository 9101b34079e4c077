"""Forms on pages that all readers share, and that therefore carry no token."""

from functools import wraps

from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt


def from_here(view):
    """Take a form from a page of ours only, by the browser's own word."""

    @csrf_exempt
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method == "POST" and not is_from_here(request):
            return render(request, "403_csrf.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def is_from_here(request) -> bool:
    """Whether a page of ours sent the form.

    A client that says nothing about it is no browser, so nobody else's page can be using it.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    source = request.headers.get("Origin") or request.headers.get("Referer")
    return source is None or source.partition("://")[2].split("/")[0] == request.get_host()
