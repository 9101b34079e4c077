"""Pages as bytes: what all readers share is made once, and given out until something changes.

It stands around the WSGI application, in front of Django: a page that is kept costs no
middleware, no query and no template. Kept is what says that everybody may keep it (status 200,
`Cache-Control: public`), sets no cookie and depends on none. Given is it to whoever sends no
cookie, for as long as neither the catalogue nor the stock of paper has moved. Each page lies
here as it is and compressed, and answers 304 to those who have it already.
"""

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import NamedTuple
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import DatabaseError, connection

from catalogue import version
from catalogue.forms import Filters
from orders import stock

FRESH = 1.0  # seconds for which the state of the stock is believed
KEPT = 60.0  # seconds after which a page is made anew in any case
LONGEST_QUERY = 1000
LARGEST_PAGE = 1_000_000
# A request with one of these is Django's: it is somebody's own, or asks for more than a page.
TELLING = (
    "HTTP_COOKIE",
    "HTTP_AUTHORIZATION",
    "HTTP_RANGE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_TRANSFER_ENCODING",
)
NO_CONTENT = {"CONTENT_TYPE": ("", "text/plain"), "CONTENT_LENGTH": ("", "0")}
# What decides whether Django would redirect or refuse; it is asked anew for each.
PLACE = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME")
PROXY = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
ABOUT_THE_BODY = {"content-length", "content-type", "content-encoding"}
WITHOUT_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


class Page(NamedTuple):
    """A finished page: its headers without those of the body's form, and its body twice."""

    headers: list[tuple[str, str]]
    etag: str
    body: bytes
    compressed: bytes
    made_at: float

    @property
    def size(self) -> int:
        return len(self.body) + len(self.compressed) + 2000


class Shelf:
    """The pages of one state of catalogue and stock, those asked for last to the end."""

    def __init__(self, most_bytes: int):
        self.most_bytes, self.lock = most_bytes, Lock()
        self.pages: OrderedDict[tuple, Page] = OrderedDict()
        self.bytes, self.state = 0, ""

    def get(self, key: tuple, state: str) -> Page | None:
        with self.lock:
            self._turn_to(state)
            page = self.pages.get(key)
            if page:
                self.pages.move_to_end(key)
            return page if page and monotonic() - page.made_at < KEPT else None

    def put(self, key: tuple, state: str, page: Page) -> None:
        """Keep a page, unless the state has changed while it was made."""
        with self.lock:
            if state != self.state:
                return
            self._drop(key)
            self.pages[key] = page
            self.bytes += page.size
            while self.bytes > self.most_bytes:
                self._drop(next(iter(self.pages)))

    def _turn_to(self, state: str) -> None:
        if state != self.state:
            self.pages.clear()
            self.bytes, self.state = 0, state

    def _drop(self, key: tuple) -> None:
        if page := self.pages.pop(key, None):
            self.bytes -= page.size


class Stock:
    """What this process last heard of the stock; it asks once a second at most."""

    def __init__(self):
        self.lock, self.state, self.asked_at = Lock(), "", float("-inf")

    def current(self) -> str:
        with self.lock:
            if monotonic() - self.asked_at >= FRESH:
                self.state, self.asked_at = stock.state(), monotonic()
            return self.state


class PageCache:
    """A WSGI application that answers from the shelf, or asks another one and keeps the answer."""

    def __init__(self, application: Callable, *, most_bytes: int):
        self.application, self.shelf, self.stock = application, Shelf(most_bytes), Stock()
        codes = "|".join(code for code, _name in settings.LANGUAGES)
        self.paths = re.compile(rf"/({codes})/(?:[^/].*/)?")

    def __call__(self, environ, start_response):
        key = self.key(environ)
        state = self.state() if key else None
        if key is None or not state:
            return self.application(environ, start_response)
        accept = taken(environ)
        page = self.shelf.get((*key, None), state) or self.shelf.get((*key, accept), state)
        return (
            answer(page, environ, start_response)
            if page
            else self.ask(key, state, environ, start_response)
        )

    def key(self, environ) -> tuple | None:
        """What a page depends on; None for requests that are none of ours."""
        if not is_anonymous_reading(environ):
            return None
        path = environ.get("PATH_INFO", "")
        match = self.paths.fullmatch(path)
        if not match or (query := asked(environ.get("QUERY_STRING", ""), path, match[1])) is None:
            return None
        return (path, query, *(environ.get(name) for name in PLACE + PROXY))

    def state(self) -> str | None:
        """Of catalogue and stock; None where the database does not answer."""
        try:
            return f"{version.current()}/{self.stock.current()}"
        except DatabaseError:
            connection.close()
            return None

    def ask(self, key, state, environ, start_response):
        """Have the page made, whole and unconditionally, and keep it if that may be."""
        said = []

        def listen(status, headers, exc_info=None):
            said[:] = status, headers, exc_info

        unconditional = {n: v for n, v in environ.items() if n not in CONDITIONS}
        response = self.application(unconditional | {"REQUEST_METHOD": "GET"}, listen)
        status, headers, exc_info = said
        if not may_be_kept(status, headers, response):
            start_response(status, headers, exc_info)
            return response
        page = made(headers, response)
        varies = "accept" in vary(headers)
        if len(page.body) <= LARGEST_PAGE:
            accept = taken(environ) if varies else None
            self.shelf.put((*key, accept), state, page)
        return answer(page, environ, start_response)


# Requests -------------------------------------------------------------------


def is_anonymous_reading(environ) -> bool:
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and not any(map(environ.get, TELLING))
        and all((environ.get(name) or "") in usual for name, usual in NO_CONTENT.items())
    )


def asked(query: str, path: str, language: str) -> str | None:
    """The query without what means nothing, in one order; None where nobody should guess."""
    if not query:
        return repr([])
    is_list = path == f"/{language}/"
    if not is_list or len(query) > LONGEST_QUERY or not query.isascii() or "%00" in query:
        return None
    known = [pair for pair in parse_qsl(query) if pair[0] in {*Filters.base_fields, "page"}]
    return repr(sorted(known, key=lambda pair: pair[0]))


def taken(environ) -> str:
    """What is asked for by name; "" for a page, as every browser asks in its own words."""
    accept = environ.get("HTTP_ACCEPT", "")
    return "" if "text/html" in accept or "*/*" in accept else accept


def takes_gzip(environ) -> bool:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "").lower()
    return "gzip" in accepted and not WITHOUT_GZIP.search(accepted)


def has_it(environ, page: Page) -> bool:
    """Whether the reader holds this page, in whichever form."""
    known = environ.get("HTTP_IF_NONE_MATCH", "")
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return not tags.isdisjoint({"*", page.etag, compressed_etag(page.etag)})


# Answers --------------------------------------------------------------------


def may_be_kept(status: str, headers: list, response) -> bool:
    names = {name.lower() for name, _value in headers}
    said = ",".join(value for name, value in headers if name.lower() == "cache-control")
    directives = {word.strip() for word in said.lower().split(",")}
    return (
        status.startswith("200 ")
        and not getattr(response, "streaming", True)
        and "public" in directives
        and directives.isdisjoint({"private", "no-store"})
        and names.isdisjoint({"set-cookie", "content-encoding"})
        and vary(headers) <= {"accept", "accept-encoding"}
    )


def vary(headers: list) -> set[str]:
    values = ",".join(value for name, value in headers if name.lower() == "vary")
    return {name.strip().lower() for name in values.split(",")} - {""}


def made(headers: list, response) -> Page:
    try:
        body = b"".join(response)
    finally:
        response.close()
    kept = {name.lower(): (name, value) for name, value in headers}
    _name, etag = kept.pop("etag", ("", f'"{sha256(body).hexdigest()[:32]}"'))
    names = sorted({"accept-encoding", *vary(headers)})
    kept["vary"] = ("Vary", ", ".join(name.title() for name in names))
    kept.pop("content-length", None)
    compressed = gzip.compress(body, 6, mtime=0)
    return Page(list(kept.values()), etag.removeprefix("W/"), body, compressed, monotonic())


def answer(page: Page, environ, start_response):
    is_compressed = takes_gzip(environ)
    etag = compressed_etag(page.etag) if is_compressed else page.etag
    headers = [*page.headers, ("ETag", etag)]
    if has_it(environ, page):
        start_response("304 Not Modified", without_body(headers))
        return []
    body = page.compressed if is_compressed else page.body
    if is_compressed:
        headers.append(("Content-Encoding", "gzip"))
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def without_body(headers: list) -> list:
    return [(name, value) for name, value in headers if name.lower() not in ABOUT_THE_BODY]


def compressed_etag(etag: str) -> str:
    return f'{etag[:-1]}-gzip"'


def around(application: Callable) -> Callable:
    """The application with a page cache, if the settings give it any room."""
    room = 0 if settings.DEBUG else settings.PAGE_CACHE_BYTES
    return PageCache(application, most_bytes=room) if room else application
