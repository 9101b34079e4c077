"""What every test starts from: empty folders, no mail, no network; and a browser on request."""

import gc
import ipaddress
import os
import shutil
import socket
from functools import partial
from pathlib import Path

import hypothesis
import pytest
from django.utils import translation

hypothesis.settings.register_profile("desk", deadline=None)  # shared machines stall
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_make_parametrize_id(val, argname):
    """Name long texts by their argument: a signed one would differ from worker to worker."""
    return argname if isinstance(val, str) and len(val) > 40 else None


def pytest_collection_finish(session):
    """Search no more for garbage in what was imported, and less often in the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


# --- Isolation --------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their files as they are: nothing was collected."""
    settings.STATIC_ROOT = tmp_path
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(autouse=True)
def mail_at_once(settings):
    settings.MAIL_IN_THREAD = False


@pytest.fixture(autouse=True)
def work_at_once(settings):
    settings.JOBS = "inline"


@pytest.fixture(autouse=True)
def nothing_known_of_the_last_test(monkeypatch):
    """Tests share a process, where a version is believed for a second and much is kept."""
    from django.core.cache import caches

    from catalogue import holdings, version
    from orders import references

    references.book.forget()
    monkeypatch.setattr(version, "FRESH", 0)
    version.forget()
    holdings.forget()
    caches["fragments"].clear()


@pytest.fixture(scope="session", autouse=True)
def static_folder():
    """Where the live server looks at its start, before a test has a folder of its own."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """Put SQLite in a file, as on the site: in memory all threads share one connection.

    Nothing in it is worth waiting for the disk.
    """
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        name = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(name)
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("=FULL", "=OFF")


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker):
    """Make by a function what every test of a module starts from: `made_once(World)`.

    It lies in a transaction around theirs, which are rolled back to it.
    """
    from django.db import transaction

    def make(function):
        with django_db_blocker.unblock():
            return function()

    around = transaction.atomic()
    make(around.__enter__)
    yield make
    make(partial(transaction.set_rollback, True))
    make(partial(around.__exit__, None, None, None))


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_triggers():
    """Let Django empty the append-only tables after a test that commits.

    On PostgreSQL it truncates, which the triggers do not see; on SQLite it deletes.
    """
    from django.db import connection

    from orders.append_only import TABLES, create_sql, drop_sql

    off = [statement for table in TABLES for statement in drop_sql(table, "sqlite")]
    on = [statement for table in TABLES for statement in create_sql(table, "sqlite")]
    # The function, not this connection's: once Playwright's loop runs, there is another one.
    flush = type(connection.ops).execute_sql_flush

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(
                type(connection.ops),
                "execute_sql_flush",
                lambda ops, statements: flush(ops, [*off, *statements, *on]),
            )
        yield


@pytest.fixture(autouse=True, scope="session")
def nobody_left_in_the_database():
    """Send away who is still there in the end: a browser may keep a thread of the live server."""
    from django.db import connection

    creation = type(connection.creation)
    destroy = creation._destroy_test_db

    def send_away_and_destroy(own, name, verbosity):
        with own._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
        destroy(own, name, verbosity)

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(creation, "_destroy_test_db", send_away_and_destroy)
        yield


@pytest.fixture(autouse=True)
def no_page_before():
    """Begin in the default language, whatever the last test's pages spoke."""
    with translation.override("en"):
        yield


class NetworkRefused(Exception):
    """A test tried to leave this machine."""


@pytest.fixture(autouse=True, scope="session")
def no_network():
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def connect_here(self, address):
        if self.family != socket.AF_UNIX:
            refuse_unless_loopback(address[0])
        return connect(self, address)

    def look_up_here(host, *args, **kwargs):
        refuse_unless_loopback(host)
        return lookup(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        patch.setattr(socket, "getaddrinfo", look_up_here)
        yield


def refuse_unless_loopback(host):
    try:
        here = host in (None, "", "localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        raise NetworkRefused(host)


# --- Browser ----------------------------------------------------------------------------

# Chromium is kept to this machine too, and from what it does on its own account.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def pytest_collection_modifyitems(config, items):
    """Mark what asks for a browser, and put it last; what takes a minute comes first, so that
    nobody waits for it in the end."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=when)
    leave_out_what_sqlite_has_shown(config, items)


LONG = ("any_sequence_of_verbs", "a_crowd_at_work", "a_week_of_the_unit", "killed_started_again")


def when(item):
    if any(name in item.nodeid for name in LONG):
        return 0
    return 2 if item.get_closest_marker("browser") else 1


def leave_out_what_sqlite_has_shown(config, items):
    """On PostgreSQL run what meets the database; the rest is the same as on SQLite."""
    from django.conf import settings

    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        kept = [item for item in items if is_about_any_database(item)]
    else:
        kept = without_more_cases([item for item in items if meets_database(item)])
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def is_about_any_database(item):
    return item.get_closest_marker("postgresql") is None


def is_in_another_language(item):
    """A walk or a page that is taken in English as well: a database knows no languages."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    case = item.callspec.id if params else ""
    return case.startswith(("fr", "es")) or params.get("language") in ("fr", "es")


# Pages and forms: what is typed or read differs from case to case, what is asked of the database
# does not. The first case of each test is enough there.
ONE_CASE = {
    "test_addresses",
    "test_admin",
    "test_basket",
    "test_breaches",
    "test_browse",
    "test_changing",
    "test_checklist",
    "test_consignees_form",
    "test_correcting_consignees",
    "test_desk",
    "test_downloads",
    "test_entering",
    "test_harvest",
    "test_hostile",
    "test_importing",
    "test_jobs_pages",
    "test_kept_back",
    "test_meetings",
    "test_news",
    "test_oai",
    "test_order_buttons",
    "test_order_desk",
    "test_order_form",
    "test_order_page",
    "test_page_cache",
    "test_parity",
    "test_points",
    "test_publication_page",
    "test_publications",
    "test_receipt",
    "test_search_snippets",
    "test_stock_desk",
    "test_suggestions",
    "test_whereabouts",
    "test_wishes",
}


def without_more_cases(items):
    """Of the tests of pages and forms the first case."""
    first = {}
    for item in items:
        first.setdefault((item.path, item.originalname), item)
    chosen = set(first.values())
    return [item for item in items if item in chosen or item.path.stem not in ONE_CASE]


# What pages, feeds, mails and papers say, and to whom: their rows are fetched by others as well.
ALIKE = {
    "test_access",
    "test_api",
    "test_atom",
    "test_bad_input",
    "test_citation",
    "test_demo",
    "test_error_pages",
    "test_landing_head",
    "test_mail",
    "test_negotiation",
    "test_newsletter",
    "test_opds",
    "test_papers",
    "test_pdf",
    "test_printed",
    "test_records",
    "test_sitemap",
    "test_specimen_orders",
}


def meets_database(item):
    if "tests/browser/" in item.nodeid:
        return False  # how pages look and sound is the same on either
    if "finds_a_bug" in item.nodeid:
        return False  # whether a broken verb is noticed
    if any(name.endswith("num_queries") for name in item.fixturenames):
        return False  # how many questions a page asks
    if "search" not in item.nodeid and is_in_another_language(item):
        return False
    if item.path.stem in ALIKE or "-plain-" in item.nodeid:
        return False
    fixtures = {"db", "transactional_db", "live_server"} & set(item.fixturenames)
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, started once for each worker."""
    from playwright.sync_api import sync_playwright

    found = filter(None, map(shutil.which, ["chromium-headless-shell", "chromium"]))
    program = os.environ.get("CHROMIUM") or next(found, "/usr/bin/chromium")
    if not Path(program).exists() and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed: see `deploy/system-packages test`, or CHROMIUM")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's own event loop would make Django refuse every query of the test.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def site(settings, live_server):
    """The running site, which knows its own address; staff need a password only."""
    settings.SITE_URL = live_server.url
    settings.STAFF_SECOND_FACTOR = False
    return live_server


@pytest.fixture
def new_page(chromium, site, django_db_serialized_rollback):
    """Open pages on the running site: `new_page(width=390, javascript=False, locale="fr")`.

    Paths are relative to the site: `page.goto("/fr/")`. A script error, a breach of the
    content security policy or a 5xx answer on any of them fails the test at its end.
    """
    contexts, complaints = [], []

    def note(message):
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    def check(response):
        if response.status >= 500:
            complaints.append(f"{response.status} {response.url}")

    def open_page(*, width=1280, javascript=True, locale="en-GB", **options):
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 844},
            java_script_enabled=javascript,
            locale=locale,
            **options,
        )
        contexts.append(context)
        context.on("console", note)
        context.on("response", check)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page):
    """One page in an ordinary window."""
    return new_page()
