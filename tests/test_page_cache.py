"""Pages that are kept as bytes: for whom, how long, in which form."""

import gzip

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from catalogue import version
from catalogue.forms import Filters
from catalogue.models import Publication
from config import page_cache
from orders import stock
from tests.builders import clerk, make_edition, make_file, make_publication, place_order


class Answer:
    """What a server would send."""

    def __init__(self, application, environ):
        chunks = application(environ, self.start)
        self.body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()

    def start(self, status, headers, exc_info=None):
        self.status, self.headers = int(status[:3]), {name.lower(): v for name, v in headers}

    @property
    def text(self):
        is_gzip = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if is_gzip else self.body).decode()


class Site:
    """The application behind its page cache, and how many pages Django made."""

    def __init__(self):
        self.made, self.django = [], WSGIHandler()
        self.cache = page_cache.PageCache(self.count, most_bytes=10**6)

    def count(self, environ, start_response):
        self.made.append(environ["PATH_INFO"])
        return self.django(environ, start_response)

    def ask(self, address, method="GET", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        environ = RequestFactory().generic(method, address, headers=headers).environ
        return Answer(self.cache, {name: v for name, v in environ.items() if v != ""})


@pytest.fixture
def edition(db):
    edition = make_edition(make_publication("plan", title_fr="Plan"), "fr", on_hand=10)
    make_file(edition)
    version.bump()
    return edition


@pytest.fixture
def site(edition, monkeypatch):
    monkeypatch.setattr(page_cache, "FRESH", 0)
    signals = [request_started, request_finished]
    for signal in signals:  # Django would close the connection in which the test is
        signal.disconnect(close_old_connections)
    yield Site()
    for signal in signals:
        signal.connect(close_old_connections)


KEPT = ["/en/", "/fr/", "/es/?language=fr&sort=title&page=1", "/en/publications/plan/"]


@pytest.mark.parametrize("address", [*KEPT, "/en/browse/", "/fr/symbols/"])
def test_a_page_of_the_catalogue_is_made_once(site, address):
    first, second = site.ask(address), site.ask(address)

    assert (first.status, len(site.made)) == (200, 1)
    assert (second.body, second.headers) == (first.body, first.headers)
    assert "set-cookie" not in second.headers
    assert "Cookie" not in second.headers["vary"]
    assert second.headers["cache-control"] == "public, no-cache"
    assert int(second.headers["content-length"]) == len(second.body)
    assert "content-security-policy" in second.headers


def test_languages_do_not_mix(site):
    pages = {site.ask(f"/{language}/").text.partition("<title>")[0] for language in ("en", "fr")}

    assert len(pages) == 2


@pytest.mark.parametrize(
    "address", ["/en/?utm_source=x", "/en/?&&", "/en/?page=", "/en/?kind=", "/en/?x=%F0%9F%98%80"]
)
def test_what_means_nothing_in_an_address_makes_no_other_page(site, address):
    assert site.ask(address).body == site.ask("/en/").body
    assert len(site.made) == 1


def test_every_filter_of_the_list_makes_another_page(site):
    for name in Filters.base_fields:
        site.ask(f"/en/?{name}=1")

    assert len(site.made) == len(Filters.base_fields)


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "basket=x"},
        {"authorization": "Basic x"},
        {"range": "bytes=0-1"},
        {"if_match": "*"},
        {"content_type": "text/plain; charset=utf-7"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_a_request_that_may_be_somebodys_own_is_djangos(site, headers):
    site.ask("/en/")
    site.ask("/en/", **headers)

    assert len(site.made) == 2


def test_a_page_for_somebody_with_a_cookie_is_given_to_nobody_else(site):
    assert site.ask("/en/", cookie="basket=x").headers["cache-control"] == "private, no-store"
    assert site.ask("/en/").headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/en/order/",
        "/en/accounts/login/",
        "/en/desk/",
        "/en/none/",
        "/en/publications/none/",
        "/fr/publications/plan/plan-fr.pdf",
        "/en/download/?q=plan",
        "/en/publications/plan/?q=plan",
        "/en/?q=%00",
        "/en/?q=" + "x" * 2000,
    ],
)
def test_nothing_else_is_kept(site, address):
    site.ask(address)
    site.ask(address)

    assert len(site.made) == 2
    assert site.cache.shelf.bytes == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "TRACE"])
def test_only_reading_is_answered_from_the_shelf(site, method):
    site.ask("/en/")
    site.ask("/en/", method)

    assert len(site.made) == 2


def test_hosts_are_looked_at_by_django(site):
    site.ask("/en/")

    assert site.ask("/en/", host="elsewhere.example.org").status == 400


def test_a_page_asked_for_without_tls_is_redirected_though_it_is_kept(site, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    site = Site()

    assert site.ask("/en/", x_forwarded_proto="https").status == 200
    assert site.ask("/en/", x_forwarded_proto="http").status == 301
    assert site.ask("/en/").status == 301


# Forms ----------------------------------------------------------------------


@pytest.mark.parametrize("address", KEPT[:1] + KEPT[3:])
@pytest.mark.parametrize(
    ("accepted", "is_gzip"),
    [("gzip, br", True), ("br", False), ("gzip;q=0", False), ("gzip;q=0.5", True), ("", False)],
)
def test_whoever_takes_gzip_gets_it(site, address, accepted, is_gzip):
    plain, answer = site.ask(address), site.ask(address, accept_encoding=accepted)

    assert ("content-encoding" in answer.headers) == is_gzip
    assert (len(answer.body) < len(plain.body)) == is_gzip
    assert answer.text == plain.text
    assert "Accept-Encoding" in answer.headers["vary"]
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert (answer.headers["etag"] != plain.headers["etag"]) == is_gzip


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_head_says_what_get_says_without_a_body(site, accepted):
    head = site.ask("/en/", "HEAD", accept_encoding=accepted)
    got = site.ask("/en/", accept_encoding=accepted)

    assert (head.status, head.body, head.headers) == (200, b"", got.headers)


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize("tag", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_page_is_told_so(site, accepted, tag):
    etag = site.ask("/en/", accept_encoding=accepted).headers["etag"]
    again = site.ask("/en/", accept_encoding=accepted, if_none_match=tag.format(etag))

    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert "content-length" not in again.headers
    assert len(site.made) == 1


def test_who_has_an_older_page_gets_the_new_one_and_it_is_kept(site):
    assert site.ask("/en/", if_none_match='"older"').status == 200
    assert site.ask("/en/").status == 200
    assert len(site.made) == 1


def test_other_forms_of_a_page_do_not_mix(site):
    address = "/en/publications/plan/"

    assert site.ask(address, accept="text/html").status == 200
    assert site.ask(address, accept="application/x-bibtex").status == 303
    assert site.ask(address, accept="text/html").status == 200


# Changes --------------------------------------------------------------------


def test_a_change_in_the_catalogue_is_seen(site, edition):
    site.ask("/fr/")
    Publication.objects.update(title_fr="Autre titre")
    version.bump()

    assert "Autre titre" in site.ask("/fr/").text


def test_an_order_changes_the_number_of_copies(site, edition):
    assert "10 left on paper" in " ".join(site.ask("/en/").text.split())
    stock.walk_up(edition, 3, by=clerk())

    assert "7 left on paper" in " ".join(site.ask("/en/").text.split())


def test_placing_an_order_alone_keeps_the_pages(site, edition):
    site.ask("/en/")
    place_order((edition, 2))
    site.ask("/en/")

    assert len(site.made) == 1  # nothing is promised before it is confirmed


def test_a_page_is_made_anew_after_a_while_in_any_case(site, monkeypatch):
    site.ask("/en/")
    monkeypatch.setattr(page_cache, "KEPT", 0)
    site.ask("/en/")

    assert len(site.made) == 2


def test_a_page_that_was_made_while_something_changed_is_not_kept(site):
    page = page_cache.Page([], '"x"', b"x", b"x", 10.0**9)
    site.cache.shelf.get(("key",), "before")
    site.cache.shelf.put(("key",), "earlier still", page)

    assert site.cache.shelf.get(("key",), "before") is None


def test_the_shelf_holds_so_many_bytes_and_drops_what_was_asked_for_longest_ago():
    page = page_cache.Page([], '"x"', b"x" * 1000, b"", 10.0**9)
    shelf = page_cache.Shelf(most_bytes=2 * page.size)
    shelf.get((0,), "now")
    for number in (1, 2):
        shelf.put((number,), "now", page)
    shelf.get((1,), "now")
    shelf.put((3,), "now", page)

    assert [bool(shelf.get((number,), "now")) for number in (1, 2, 3)] == [True, False, True]
    assert shelf.bytes == 2 * page.size


def test_browsers_share_a_page_and_who_names_a_record_gets_that(site):
    address, browsers = "/fr/publications/plan/", ["text/html,*/*;q=0.8", "*/*", "text/html"]
    pages = [site.ask(address, accept=accept) for accept in browsers]
    record = site.ask(address, accept="application/x-bibtex")

    assert [page.status for page in pages] == [200, 200, 200]
    assert (record.status, record.headers["location"][-11:]) == (303, "plan-fr.bib")
    assert len(site.made) == 2
