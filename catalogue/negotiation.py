"""Addresses and languages: where `/` leads, which prefix a file has, what caches may keep."""

from functools import wraps

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from django.views.decorators.http import conditional_page

from catalogue import languages


def to_own_language(name, *args):
    """Send the reader on in the language of the browser, which Django has activated."""
    response = redirect(name, *args)
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Accept-Language"])
    return response


def shared(view):
    """A page that is the same for everybody: caches may keep it, but ask each time.

    Not so for a reader who sends a cookie: the head of the page shows what it is about.
    """

    @wraps(view)
    def marked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store" if request.COOKIES else "public, no-cache"
        return response

    return conditional_page(marked)


def same_in_every_language(view):
    """An address without a language's prefix whose answer is not in the reader's language.

    `config.middleware.tell_languages_truly` takes back what Django says of it.
    """

    @wraps(view)
    def marked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.own_language = response.get("Content-Language", "")
        return response

    return marked


def page_address(name, *args, language=None) -> str:
    """The whole address of a page, in the current language unless another is named."""
    with override(language or languages.current()):
        return settings.SITE_URL + reverse(name, args=args)


def translations(publication) -> list[tuple[str, str]]:
    """(language, address) of the pages on which a publication has a title of its own."""
    return [
        (code, page_address("catalogue:publication", publication.slug, language=code))
        for code in languages.interface_languages()
        if getattr(publication, f"title_{code}")
    ]
