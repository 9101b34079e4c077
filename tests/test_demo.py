"""The demonstration: its orders, and the command that prepares and serves it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalogue.models import Meeting, Publication, State
from catalogue.specimens import loading, publications, states
from orders import audit, fulfilment, meetings, specimens, stock
from orders.management.commands import demo
from orders.models import Consignment, Order, OutgoingMessage, PickUpPoint, StockEntry
from orders.reports import departures
from orders.reports.choices import Choice
from orders.reports.periods import Period
from orders.specimens import points
from tests.builders import clerk

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def catalogue(db):
    """The specimen catalogue without its PDFs."""
    loading.load_words()
    loading.load_publications()


@pytest.fixture
def demonstration(catalogue, mailoutbox, django_capture_on_commit_callbacks):
    """The specimen catalogue with stock and orders, their mails sent."""
    with django_capture_on_commit_callbacks(execute=True):
        load_orders()


def load_orders():
    specimens.load_stock(clerk())
    return list(specimens.load_orders(specimens.missing_orders(), clerk()))


# The specimen catalogue ---------------------------------------------------------------


def test_every_specimen_is_loaded_once(catalogue):
    assert Publication.objects.published().count() == len(publications())
    assert State.objects.count() == len(states()) == 197
    assert loading.load_publications() == 0


def test_what_somebody_changed_is_not_loaded_over(catalogue):
    State.objects.filter(iso2="LA").update(name_fr="Laos")
    Publication.objects.filter(slug="dubrovnik-action-plan").update(title_en="Changed")

    loading.load_words()
    loading.load_publications()

    assert State.objects.get(iso2="LA").name_fr == "Laos"
    assert Publication.objects.get(slug="dubrovnik-action-plan").title_en == "Changed"


def test_names_are_loaded_in_every_language(catalogue):
    meeting = Meeting.objects.get(code="1MSP")

    assert (meeting.name_fr, meeting.place_es) == (
        "Première Assemblée des États parties",
        "Vientián",
    )


def test_a_specimen_is_found_in_any_language(catalogue):
    assert Publication.objects.search("plan de acción dubrovnik").first().slug == (
        "dubrovnik-action-plan"
    )


def test_pdfs_are_loaded_where_they_are_missing(catalogue):
    two = loading.missing_files()[:2]

    kept = list(loading.load_files(two))

    assert [file.edition.publication.slug for file in kept] == [job[0]["slug"] for job in two]
    assert all(file.is_tagged and file.cover for file in kept)
    assert not [job for job in two if job in loading.missing_files()]


# The specimen orders ------------------------------------------------------------------


def test_there_is_an_order_and_a_consignment_in_every_status(demonstration):
    orders = set(Order.objects.values_list("status", flat=True))
    consignments = set(Consignment.objects.values_list("status", flat=True))

    assert orders == set(Order.Status.values)
    assert consignments == set(Consignment.Status.values) - {"preparing"}


def test_there_is_work_of_every_kind_at_the_desk_and_the_ledger_agrees(demonstration):
    for queue in ("to_pack", "packed", "waiting", "on_hold", "to_review"):
        assert getattr(Order.objects, queue)().exists(), queue
    assert audit.breaches() == []


def test_copies_handed_over_at_the_counter_count_for_its_meeting(demonstration):
    today = timezone.localdate()
    PickUpPoint.objects.filter(name_en=points.COUNTER).update(opens_on=today)
    point = PickUpPoint.objects.get(name_en=points.COUNTER)
    bag = point.consignment_set.filter(status__in=["packed", "at_desk"]).first()
    if bag.status == "packed":
        bag = fulfilment.offer(bag, by=clerk()) or bag

    fulfilment.hand_over(bag, by=clerk())

    by_meeting = departures.by_meeting(Choice(Period(today - timedelta(days=400), today)))
    assert by_meeting[Meeting.objects.get(code="specimen").pk].left > 0


def test_reports_tell_what_a_meeting_that_is_over_took(demonstration):
    today = timezone.localdate()
    point = PickUpPoint.objects.get(name_en=points.WORKSHOP)
    period = Period(today - timedelta(days=400), today)

    by_meeting = departures.by_meeting(Choice(period))[point.meeting_id]
    by_state = {row.name: (row.bags, row.copies, row.walk_ups) for row in meetings.summary(point)}

    assert (by_meeting.issued, by_meeting.walk_ups, by_meeting.left) == (25, 10, 35)
    assert sum(copies + walk_ups for _bags, copies, walk_ups in by_state.values()) == 35
    assert by_state["Togo"] == (1, 17, 0)
    assert by_state["Senegal"] == (0, 0, 4)
    assert not list(meetings.shelf(point))


def test_a_workshop_is_held_once(demonstration):
    specimens.hold_workshop(specimens.load_pick_up_points()["workshop"], clerk())
    specimens.hold_meetings()

    assert StockEntry.objects.filter(stock_item__location__slug="workshop").count() == 3
    assert Meeting.objects.filter(code__startswith="specimen").count() == 2


def test_a_counter_that_was_loaded_without_a_meeting_gets_it_once(db):
    point = specimens.load_pick_up_points()["meeting"]

    specimens.hold_meetings()
    point.refresh_from_db()
    assert point.meeting.name_fr == "Prochaine Assemblée des États parties (spécimen)"

    type(point).objects.update(meeting=None)  # a colleague's wish, that stays
    specimens.hold_meetings()
    point.refresh_from_db()
    assert point.meeting is None


def test_stock_is_low_on_some_titles_and_out_on_one(demonstration, settings):
    left = Counter(
        "out" if not copies else "low" if copies < settings.LOW_STOCK else "plenty"
        for copies in stock.available(
            [specimens._edition(name).pk for name in specimens.words()["print_runs"]]
        ).values()
    )

    assert left["out"] >= 1
    assert left["low"] >= 2
    assert left["plenty"] >= 10


def test_every_owed_mail_of_the_specimens_is_sent_in_its_language(demonstration, mailoutbox):
    languages = Counter(mail.extra_headers["Content-Language"] for mail in mailoutbox)

    assert not OutgoingMessage.objects.filter(sent_at=None).exists()
    assert min(languages[language] for language in ("en", "fr", "es")) >= 3


def test_specimen_persons_cannot_be_taken_for_real_ones(demonstration):
    for order in Order.objects.all():
        assert order.email.endswith("@example.org")
        assert re.search("spécimen|specimen|muestra", f"{order.name}", re.IGNORECASE)


def test_specimen_orders_are_loaded_once(demonstration):
    assert specimens.missing_orders() == []
    assert load_orders() == []
    assert audit.breaches() == []


def test_an_interrupted_loading_of_orders_is_taken_up_again(catalogue):
    specimens.load_stock(clerk())
    some = specimens.load_orders(specimens.missing_orders(), clerk())
    next(some), next(some)
    some.close()

    load_orders()

    assert Order.objects.count() == len(specimens.words()["orders"])
    assert audit.breaches() == []


# The command --------------------------------------------------------------------------


def test_the_demonstration_refuses_to_run_where_it_is_none(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", port=free_port())


def test_a_busy_port_gets_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        run = start(tmp_path, port)
        said = run.communicate(timeout=60)[0]

    assert run.returncode == 1
    assert f"Port {port} of 127.0.0.1 is in use." in said
    assert "Traceback" not in said


def test_the_address_is_free_as_soon_as_the_demonstration_is_killed(tmp_path):
    """Also while a page is being made by the process that served it."""
    program = tmp_path / "serve.py"
    program.write_text(SLOW)
    environ = os.environ | {"DEMO": "1", "DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, env=environ)
    with server.stdout:
        port = int(server.stdout.readline())
    with socket.create_connection(("127.0.0.1", port)) as visitor:
        visitor.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert visitor.recv(12) == b"HTTP/1.1 200"  # and the rest takes a minute

        server.kill()
        server.wait()
        time.sleep(2)

        demo.bound("127.0.0.1", port).close()


SLOW = """
import os, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from orders.management.commands import demo

def slow(environ, start):
    start("200 OK", [("Content-Length", "2")])
    yield b"o"
    time.sleep(60)
    yield b"k"

demo.get_internal_wsgi_application = lambda: slow
door = demo.bound("127.0.0.1", 0)
port = door.getsockname()[1]
demo.serve(door.detach(), announce=lambda: print(port, flush=True))
"""


@pytest.mark.skipif(not os.environ.get("CI"), reason="takes a minute or more: set CI=1")
def test_the_demonstration_is_killed_started_again_and_served(tmp_path):
    port = free_port()
    first = start(tmp_path, port)
    wait_for_files(tmp_path, 10)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()

    said = serve_until_announced(tmp_path, port)
    began = time.monotonic()
    again = serve_until_announced(tmp_path, port)

    assert "Preparing" in said
    assert "Preparing" not in again
    assert time.monotonic() - began < 30  # 3 s on a machine that does nothing else


def start(folder, port):
    """The command in a process of its own, as `make demo` runs it."""
    environ = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environ | {"DEMO": "1", "DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def serve_until_announced(folder, port):
    """Start the command, look at its pages, and end it as Ctrl-C does; what it said."""
    run, said = start(folder, port), ""
    try:
        while "Ctrl-C" not in said:
            line = run.stdout.readline()
            assert line, said
            said += line
        for path in ("/en/", "/fr/publications/dubrovnik-action-plan/", "/es/accounts/login/"):
            assert urlopen(f"http://127.0.0.1:{port}{path}").status == 200
    finally:
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=30)
    assert run.returncode == 0
    return said


def wait_for_files(folder, count, seconds=240):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if len(list(folder.glob("media/editions/*/*.pdf"))) >= count:
            return
        time.sleep(0.2)
    raise AssertionError(f"no {count} files in {seconds} s")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
