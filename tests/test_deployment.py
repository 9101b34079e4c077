"""What `check --deploy` asks of a deployment, and what outsiders are told."""

import io
import logging
from logging.config import DictConfigurator

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import RequestFactory

from config import checks
from config.logs import WithoutSecrets
from config.settings import lines
from tests.builders import clerk, make_consignment, make_edition, make_order

SECRET = "Zb0-_" * 8 + "abc"


@pytest.fixture
def deployed(settings, monkeypatch):
    """As on a server: an address of its own, mail by SMTP."""
    settings.SITE_URL, settings.HTTPS = "https://publications.example.org", True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    settings.BASKET_COOKIE_NAME = "__Host-basket"
    sqlite = settings.DATABASES["default"] | SQLITE | {"OPTIONS": dict(OPTIONS)}
    monkeypatch.setitem(settings.DATABASES, "default", sqlite)
    return settings


SQLITE = {"ENGINE": "django.db.backends.sqlite3"}
OPTIONS = {"init_command": "PRAGMA synchronous=FULL;", "transaction_mode": "IMMEDIATE"}
WRONG = {
    "desk.E001": ("SITE_URL", "http://127.0.0.1:8000"),
    "desk.E002": ("EMAIL_TIMEOUT", None),
    "desk.E003": ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"),
    "desk.E006": ("SESSION_COOKIE_NAME", "session"),
    "desk.E008": ("DEMO", True),
}
WRONG_OPTIONS = {
    "desk.E004": ("init_command", "PRAGMA synchronous=NORMAL;"),
    "desk.E005": ("transaction_mode", "DEFERRED"),
}


def complaints():
    return [complaint.id for complaint in checks.deployment()]


@time_machine.travel("2026-01-01")
def test_a_careful_deployment_has_no_complaints(deployed):
    assert complaints() == []


@time_machine.travel("2026-01-01")
@pytest.mark.parametrize("name", WRONG)
def test_what_was_forgotten_is_named(deployed, name):
    setting, value = WRONG[name]
    setattr(deployed, setting, value)

    assert complaints() == [name]


@time_machine.travel("2026-01-01")
@pytest.mark.parametrize("name", WRONG_OPTIONS)
def test_a_hasty_sqlite_is_named(deployed, name):
    option, value = WRONG_OPTIONS[name]
    deployed.DATABASES["default"]["OPTIONS"][option] = value

    assert complaints() == [name]


@time_machine.travel("2026-01-01")
def test_an_old_django_is_named(deployed, monkeypatch):
    monkeypatch.setattr(checks.django, "VERSION", (5, 2, 18, "final", 0))

    assert complaints() == ["desk.E007"]


def test_an_expiring_security_txt_is_named_a_month_before(deployed):
    with time_machine.travel(deployed.SECURITY_TXT_EXPIRES - checks.NOTICE):
        assert complaints() == ["desk.E009"]


def test_every_rule_is_tried_here():
    assert set(checks.RULES) == {*WRONG, *WRONG_OPTIONS, "desk.E007", "desk.E009"}


# --- Outsiders --------------------------------------------------------------------------


def test_security_txt_says_whom_to_write_to_and_until_when(client, deployed):
    deployed.SECURITY_EMAIL = "holes@example.org"

    answer = client.get("/.well-known/security.txt")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:holes@example.org",
        f"Expires: {deployed.SECURITY_TXT_EXPIRES}T00:00:00Z",
        "Preferred-Languages: en, fr, es",
        "Canonical: https://publications.example.org/.well-known/security.txt",
    ]


@pytest.mark.parametrize("end", ["", "/", "/confirm/"])
def test_the_log_holds_no_secret_of_an_order(end):
    record = logging.makeLogRecord(
        {"msg": "%s: %s", "args": ("Method Not Allowed (GET)", f"/fr/order/{SECRET}{end}")}
    )

    WithoutSecrets().filter(record)

    assert record.getMessage() == f"Method Not Allowed (GET): /fr/order/…{end}"


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"])
def test_the_log_holds_no_address_of_a_reader_whose_request_is_refused(address):
    refused = f"Invalid request from ip={address}: Limit request headers fields size"
    record = logging.makeLogRecord({"msg": refused})

    WithoutSecrets().filter(record)

    assert record.getMessage() == "Invalid request from ip=…: Limit request headers fields size"


def test_what_the_server_says_is_written_as_everything_else(settings):
    assert settings.LOGGING["loggers"]["gunicorn.error"] == {"propagate": True, "handlers": []}


@pytest.mark.parametrize(
    "address", ["/en/", "/en/nowhere/", "/en/order/", "/static/catalogue/site.css"]
)
@pytest.mark.django_db
def test_head_gets_the_headers_and_no_body(address):
    from config.wsgi import application  # looks for its folders when it is imported

    def sent(method):
        said = {}
        environ = RequestFactory().generic(method, address).environ
        answer = application(environ, lambda status, headers, exc=None: said.update(headers))
        body = b"".join(answer)
        getattr(answer, "close", list)()
        return said.get("Content-Length"), body

    (length, _page), (told, nothing) = sent("GET"), sent("HEAD")

    assert (told, nothing) == (length, b"")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", {"en": "1202 Geneva", "fr": "1202 Genève", "es": "1202 Ginebra"}),
        ("Street 1|3000 Bern", dict.fromkeys(["en", "fr", "es"], "3000 Bern")),
        ('{"en": "Street 1|Berne", "fr": "Rue 1|Berne"}', {"en": "Berne", "fr": "Berne"}),
    ],
)
def test_the_units_address_is_one_for_all_languages_or_one_for_each(monkeypatch, typed, told):
    monkeypatch.setenv("UNIT_ADDRESS", typed)

    given = lines("UNIT_ADDRESS", en="A|1202 Geneva", fr="A|1202 Genève", es="A|1202 Ginebra")

    assert {language: address[-1] for language, address in given.items()} == told


def test_every_line_of_the_log_passes_the_filter(settings):
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["secrets", "refusals"]


@pytest.fixture
def console(settings):
    """What the log of the site writes, made as the settings say."""
    lines = io.StringIO()
    made = DictConfigurator(settings.LOGGING)
    made.config["formatters"] = {
        "line": made.configure_formatter(made.config["formatters"]["line"])
    }
    filters = made.config["filters"]
    made.config["filters"] = {name: made.configure_filter(filters[name]) for name in filters}
    handler = made.configure_handler(dict(made.config["handlers"]["console"]))
    handler.setStream(lines)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_what_a_role_may_not_do_is_one_line_in_the_log(client, settings, console):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(get_user_model().objects.create_user("idle", is_staff=True))

    assert client.get("/en/desk/").status_code == 403

    [line] = console.getvalue().splitlines()
    assert line.endswith("Forbidden (Permission denied): /en/desk/")


@pytest.mark.django_db
def test_a_verb_that_refuses_is_one_line_in_the_log(client, settings, console):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    parcel = make_consignment(make_order((make_edition(on_hand=3), 2)), "returned")

    client.post(f"/en/desk/consignments/{parcel.pk}/deliver/")

    [line] = console.getvalue().splitlines()
    assert line.endswith(f"Refused: /en/desk/consignments/{parcel.pk}/deliver/ (OrderError)")


def test_a_fault_keeps_its_trace(console):
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger("django.request").exception("Fault", extra={"status_code": 500})

    assert "Traceback" in console.getvalue()
