"""Pages behind the links in mails to readers."""

from functools import wraps

from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt


def behind_link(view):
    """Keep a page to whoever got the mail; the signed link stands for a form's token."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def private(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return private
