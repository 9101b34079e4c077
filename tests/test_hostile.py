"""Whatever is typed into an address, a form or a cookie: an answer, and never a fault of ours.

Django's client raises what a view raises, so that a page that answers at all is half the test.
"""

from urllib.parse import quote, urlencode

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalogue import storage
from orders import basket as baskets
from orders import links
from orders.models import Order
from tests.builders import make_edition, make_file, make_point, make_state, place_order

pytestmark = pytest.mark.django_db

few = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PIECES = [
    "\x00",
    "\ud800",
    "\u202e",
    "\u0301",
    "ﷺ",
    "💥",
    "\r\n",
    "'",
    '"',
    "<b>",
    "%00",
    "%",
    "../",
]
NUMBERS = ["-1", "1_0", "٣", "9" * 30, "0" * 5000 + "1", "-" + "0" * 5000, "1e9", "NaN"]
WIDE = "a@" + ".".join(["ü" * 20] * 11) + ".org"  # longer in ASCII than it looks
TEXT = st.one_of(
    st.text(st.characters(), max_size=60),  # surrogates and controls included
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=8).map("".join),
    st.sampled_from([*NUMBERS, WIDE, "x" * 10_000]),
)
CHARSETS = ["latin-1", "unicode_escape", "utf-16"]  # the second one makes a NUL of \x00


def encoded(text):
    """Text as a hostile client sends it: a lone surrogate is %ED%A0%80."""
    return quote(text.encode("utf-8", "surrogatepass"))


@pytest.fixture(autouse=True)
def read_to_the_end(client, monkeypatch):
    """A PDF that nobody reads would stay open."""
    request = client.request

    def read(**environ):
        answer = request(**environ)
        if answer.streaming:
            answer.getvalue()
        return answer

    monkeypatch.setattr(client, "request", read)


@pytest.fixture
def edition():
    found = make_edition(on_hand=10)
    make_file(found)
    make_state()
    make_point()
    return found


@pytest.fixture
def public(edition):
    """Addresses that anybody may open, by what they are."""
    slug, order = edition.publication.slug, place_order((edition, 2))
    mine, placed = f"/en/order/{links.secret_of(order)}/", links.placed_token(order)
    return {
        "start": "/",
        "list": "/fr/",
        "permanent": f"/p/{slug}",
        "publication": f"/es/publications/{slug}/",
        "file": f"/en/publications/{slug}/{slug}-en.pdf",
        "cover": f"/media/covers/aa/{'a' * 64}.webp",
        "robots": "/robots.txt",
        "basket": "/en/order/",
        "details": "/fr/order/details/",
        "placed": f"/en/order/placed/{placed}/",
        "order": mine,
        "change": f"{mine}change/",
        "cancel": f"{mine}cancel/",
        "sign in": "/en/accounts/login/",
        "new password": "/en/accounts/password/reset/",
        "desk": "/en/desk/",
        "administration": "/en/admin/",
        "nothing": "/en/nothing/",
        "asset": "/static/nothing.css",
    }


NAMES = ["list", "publication", "file", "basket", "details", "order", "placed", "sign in", "desk"]
WORDS = ["q", "language", "kind", "topic", "year", "paper", "sort", "page", "next", "added", "done"]


@few
@given(name=st.sampled_from(NAMES), word=st.sampled_from(WORDS), text=TEXT)
@example(name="list", word="q", text="\ud800\x00")
def test_any_question_after_an_address_gets_an_answer(client, public, name, word, text):
    answer = client.get(f"{public[name]}?{word}={encoded(text)}")

    assert answer.status_code < 500


@few
@given(
    beginning=st.sampled_from(["/", "/p/", "/en/", "/fr/publications/", "/es/order/", "/en/desk/"]),
    text=TEXT,
    end=st.sampled_from(["", "/", "/confirm/", ".pdf", "/slip.pdf"]),
)
@example(beginning="/es/order/placed/", text="a.\ud800", end="/")
def test_any_path_gets_an_answer(client, edition, beginning, text, end):
    answer = client.get(beginning + encoded(text) + end)

    assert answer.status_code < 500


@few
@given(
    name=st.sampled_from(NAMES), cookie=st.sampled_from(["basket", "session", "csrf"]), text=TEXT
)
@example(name="basket", cookie="basket", text="x" * 100_000)
def test_any_cookie_gets_an_answer(client, public, name, cookie, text):
    answer = client.get(public[name], HTTP_COOKIE=f"{cookie}={encoded(text)}")

    assert answer.status_code < 500


@pytest.mark.parametrize("name", ["desk", "sign in", "basket"])
def test_a_cookie_with_a_nul_is_refused(client, public, name):
    answer = client.get(public[name], HTTP_COOKIE='session="\\000aaaaaaaaaaaa"')

    assert answer.status_code == 400


# --- Forms ------------------------------------------------------------------------------

QUANTITY = ["edition", "quantity"]
DELIVERY = ["delivery", "address", "country", "pick_up_point", "phone"]
ORDERER = ["name", "post", "organisation", "orderer_kind", "state", "email", "language"]
MORE = ["purpose", "needed_by", "note_verbale", "key", "remove", "relabel"]
FIELDS = {
    "add": QUANTITY,
    "basket": ["copies", "remove", "continue"],
    "details": ORDERER + DELIVERY + MORE,
    "change": ["copies", "version", *DELIVERY],
    "confirm": ["anything"],
    "sign in": ["login", "password", "next"],
    "new password": ["email"],
}
FORMS = [(form, field) for form, fields in FIELDS.items() for field in fields]


@pytest.fixture
def filled(edition, public, client):
    """What a person sends with each form, before somebody tampers with a field."""
    client.cookies["basket"] = baskets.dumps({edition.pk: 2})
    order = Order.objects.get()
    copies = {f"copies-{edition.pk}": "3"}
    where = {"delivery": "post", "address": "Example Street 1", "country": "CH", "phone": ""}
    who = {"name": "A", "organisation": "B", "orderer_kind": "other", "email": "a@example.org"}
    return {
        "add": {"edition": str(edition.pk), "quantity": "1"},
        "basket": copies | {"continue": ""},
        "details": who | where | {"language": "en", "key": baskets.new_key({edition.pk: 2})},
        "change": copies | {"version": str(order.version)} | where,
        "confirm": {},
        "sign in": {"login": "somebody", "password": "something"},
        "new password": {"email": "a@example.org"},
    }


def send(client, address, fields):
    body = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in fields.items())
    return client.post(address, body, content_type="application/x-www-form-urlencoded")


def tampered(filled, edition, form, field, text):
    name = f"copies-{edition.pk}" if field == "copies" else field
    kind = {"orderer_kind": "state"} if field == "state" else {}
    way = {"delivery": "pick_up"} if field == "pick_up_point" else {}
    return filled[form] | kind | way | {name: text}


def address_of(public, form):
    others = {"add": f"{public['basket']}add/", "confirm": f"{public['order']}confirm/"}
    return others.get(form) or public[form]


@settings(few, max_examples=80)
@given(where=st.sampled_from(FORMS), text=TEXT)
@example(where=("add", "quantity"), text="0" * 5000 + "1")
@example(where=("details", "email"), text=WIDE)
@example(where=("details", "state"), text="9" * 30)
@example(where=("change", "version"), text="9" * 5000)
def test_any_text_in_any_field_gets_an_answer(client, edition, public, filled, where, text):
    form, field = where

    answer = send(client, address_of(public, form), tampered(filled, edition, form, field, text))

    assert answer.status_code < 500


@pytest.mark.parametrize("form", FIELDS)
def test_an_empty_form_gets_an_answer(client, public, filled, form):
    assert send(client, address_of(public, form), {}).status_code < 500


@pytest.mark.parametrize("form", FIELDS)
def test_a_body_that_is_no_form_gets_an_answer(client, public, filled, form):
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data", "text/plain"):
        answer = client.post(address_of(public, form), b"\xff\x00--x", content_type=content_type)

        assert answer.status_code < 500


def test_a_strangers_file_is_not_written_down(client, public, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a file was begun")

    monkeypatch.setattr(storage.TemporaryFileUploadHandler, "new_file", refuse)

    for form in FIELDS:
        answer = client.post(address_of(public, form), {"pdf": ContentFile(b"%PDF-", "a.pdf")})

        assert answer.status_code < 500


# --- What no browser sends ----------------------------------------------------------------


@pytest.mark.parametrize("charset", CHARSETS)
def test_text_in_another_encoding_is_refused(client, public, charset):
    question = urlencode({"q": "\\x00\\ud800"})

    asked = client.get(f"/en/?{question}", CONTENT_TYPE=f"text/plain; charset={charset}")
    sent = client.post(
        address_of(public, "add"),
        b"--x--",
        content_type=f"multipart/form-data; boundary=x; charset={charset}",
    )

    assert (asked.status_code, sent.status_code) == (415, 415)


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gets_an_answer_with_every_header(client, public, method):
    for address in [*public.values(), "/en/%00"]:
        answer = client.generic(method, address)

        assert answer.status_code < 500
        assert [name for name in HEADERS if name not in answer.headers] == []


HEADERS = [
    "Content-Security-Policy",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
]


def test_nobody_may_trace(client, public):
    answers = [client.generic("TRACE", address).status_code for address in public.values()]

    assert set(answers) == {405}


def test_another_host_is_refused_with_every_header(client):
    answer = client.get("/en/order/", headers={"host": "elsewhere.example.org"})

    assert answer.status_code == 400
    assert [name for name in HEADERS if name not in answer.headers] == []
