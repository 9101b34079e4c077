"""Which record a program asks for on a landing page; browsers never ask for one."""

from functools import wraps

from django.utils.cache import patch_vary_headers

from catalogue.records.formats import FORMATS

ANYTHING = {"text/html", "application/xhtml+xml", "text/*", "*/*"}


def wanted(request) -> str:
    """The extension of the record asked for by name; "" for the page, and where that would do.

    A cache of pages must not keep an answer, nor give one, where this is not "".
    """
    asked = {f"{kind.main_type}/{kind.sub_type}": kind for kind in request.accepted_types}
    if ANYTHING & asked.keys():
        return ""
    known = {ext: asked[f.media_type] for ext, f in FORMATS.items() if f.media_type in asked}
    return max(known, key=lambda ext: known[ext].quality, default="")


def varies(view):
    """The answer depends on Accept, whatever was asked for this time."""

    @wraps(view)
    def marked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        return response

    return marked
