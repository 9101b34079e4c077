"""Files: where they are, how they travel, and how they are counted without knowing anybody."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from catalogue import downloads
from catalogue.models import Download
from tests.builders import make_edition, make_file, make_publication

CONTENT = bytes(range(256)) * 40
PLAN = "/fr/publications/dubrovnik-action-plan/dubrovnik-action-plan-fr.pdf"


@pytest.fixture(autouse=True)
def nobody_seen(monkeypatch):
    monkeypatch.setattr(downloads, "recent", downloads.Recent())


@pytest.fixture
def plan(db):
    """A publication with a French PDF of 10,240 bytes."""
    publication = make_publication(
        "dubrovnik-action-plan",
        title_en="Dubrovnik Action Plan",
        title_fr="Plan d’action de Dubrovnik",
    )
    return make_file(make_edition(publication, "fr"), CONTENT)


@pytest.fixture
def get(client):
    """Ask for a path; the answer is read to its end, as a reader would."""

    def fetch(path, method="get", **options):
        response = getattr(client, method)(path, **options)
        response.body = b"".join(response)
        return response

    return fetch


def counted():
    """What the tallies say once the logs are folded in."""
    downloads.fold()
    return sum(Download.objects.values_list("count", flat=True))


# The whole file -------------------------------------------------------------


def test_the_file_arrives_whole(get, plan):
    response = get(PLAN)

    assert response.status_code == 200
    assert response.body == CONTENT
    assert response["Content-Length"] == "10240"
    assert response["Content-Type"] == "application/pdf"


def test_the_file_is_saved_under_its_title_with_accents_and_without(get, db):
    publication = make_publication("declaration", title_fr="Déclaration de l’œuvre : n° 1/2")
    make_file(make_edition(publication, "fr"))

    disposition = get("/fr/publications/declaration/declaration-fr.pdf")["Content-Disposition"]

    assert disposition == (
        'inline; filename="Declaration de l\'oeuvre no 1 2 (fr).pdf"; '
        "filename*=UTF-8''D%C3%A9claration%20de%20l%E2%80%99%C5%93uvre%20"
        "n%C2%B0%201%202%20%28fr%29.pdf"
    )


def test_a_title_in_other_letters_gets_a_plain_name_too(get, db):
    make_file(make_edition(make_publication("convention"), "ar", title="اتفاقية الذخائر العنقودية"))

    response = get("/en/publications/convention/convention-ar.pdf")

    assert 'filename="convention-ar.pdf"' in response["Content-Disposition"]


def test_the_headers_say_which_document_this_is(get, plan, settings):
    settings.SITE_URL = "https://example.org"
    make_file(make_edition(plan.edition.publication, "en"), b"%PDF english")

    response = get(PLAN)

    assert response["Content-Language"] == "fr"
    assert response["ETag"] == f'"{plan.sha256}"'
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "public, max-age=300"
    assert "Vary" not in response
    assert response["Link"].split(", ") == [
        f'<https://example.org{PLAN}>; rel="canonical"; type="application/pdf"',
        "<https://example.org/fr/publications/dubrovnik-action-plan/>"
        '; rel="collection"; type="text/html"',
        "<https://example.org/en/publications/dubrovnik-action-plan/dubrovnik-action-plan-en.pdf>"
        '; rel="alternate"; hreflang="en"; type="application/pdf"',
    ]


def test_head_says_the_same_and_sends_nothing(get, plan):
    whole, head = get(PLAN), get(PLAN, "head")

    assert head.body == b""
    assert dict(head.items()) == dict(whole.items())


def test_downloading_sets_no_cookie(client, get, plan):
    response = get(PLAN)

    assert response.cookies == {}
    assert client.post(PLAN).status_code == 405


# Parts of it ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, 10239),
        ("bytes=-50", 10190, 10239),
        ("bytes=10000-99999999", 10000, 10239),
        ("bytes=-99999999", 0, 10239),
        ("bytes=10239-10239", 10239, 10239),
    ],
)
def test_a_range_gets_that_part(get, plan, asked, first, last):
    response = get(PLAN, headers={"Range": asked})

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/10240"
    assert response["Content-Length"] == str(last - first + 1)
    assert response.body == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=-0", "bytes=99999999999999999-"])
def test_a_range_after_the_end_is_refused_with_the_size(get, plan, asked):
    response = get(PLAN, headers={"Range": asked})

    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */10240"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,5-9",
        "bytes=9-3",
        "bytes=-",
        "items=0-1",
        "bytes=a-b",
        "bytes=" + "9" * 5000 + "-",
    ],
)
def test_what_is_no_single_range_gets_the_whole_file(get, plan, asked):
    response = get(PLAN, headers={"Range": asked})

    assert (response.status_code, response.body) == (200, CONTENT)


def test_a_download_goes_on_if_the_file_is_still_the_same(get, plan):
    first = get(PLAN)
    same = {"Range": "bytes=5-", "If-Range": first["ETag"]}
    same_date = {"Range": "bytes=5-", "If-Range": first["Last-Modified"]}

    assert get(PLAN, headers=same).status_code == 206
    assert get(PLAN, headers=same_date).status_code == 206


@pytest.mark.parametrize("validator", ['"other"', 'W/"weak"', "Mon, 01 Jan 2001 00:00:00 GMT", "?"])
def test_a_download_starts_again_if_the_file_is_another(get, plan, validator):
    response = get(PLAN, headers={"Range": "bytes=5-", "If-Range": validator})

    assert (response.status_code, response.body) == (200, CONTENT)


def test_a_file_that_the_reader_has_is_not_sent_again(get, plan):
    etag = get(PLAN)["ETag"]

    response = get(PLAN, headers={"If-None-Match": etag})

    assert (response.status_code, response.body) == (304, b"")
    assert response["Content-Language"] == "fr"


def test_reading_a_part_holds_no_more_than_asked_for(client, plan):
    response = client.get(PLAN, headers={"Range": "bytes=0-4999"})

    assert [len(piece) for piece in response.streaming_content] == [4096, 904]


# Addresses ------------------------------------------------------------------


def test_the_newest_version_is_at_the_lasting_address(get, plan):
    make_file(plan.edition, b"%PDF second version")

    assert get(PLAN).body == b"%PDF second version"


def test_an_address_with_a_version_never_changes(get, plan):
    make_file(plan.edition, b"%PDF second version")

    response = get(PLAN.replace(".pdf", f"-{plan.sha256[:12]}.pdf"))

    assert response.body == CONTENT
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_second_format_in_a_language_has_an_address_of_its_own(get, plan):
    poster = make_edition(plan.edition.publication, "fr", format="poster")
    make_file(poster, b"%PDF poster")

    page = get("/fr/publications/dubrovnik-action-plan/").text

    assert f'href="{PLAN}"' in page
    assert f'href="{PLAN.replace(".pdf", f"-{plan.sha256[:12]}.pdf")}"' in page


def test_a_booklet_in_three_languages_is_found_under_each(get, db):
    make_file(make_edition(make_publication("trilingual"), "en fr es"), CONTENT)

    responses = [
        get(f"/{tag}/publications/trilingual/trilingual-{tag}.pdf") for tag in ("en", "fr", "es")
    ]

    assert [response["Content-Language"] for response in responses] == ["en, fr, es"] * 3


@pytest.mark.parametrize("prefix", ["en", "es"])
def test_a_file_lies_under_its_own_language_and_other_prefixes_lead_there(get, plan, prefix):
    response = get(PLAN.replace("/fr/", f"/{prefix}/"))

    assert (response.status_code, response["Location"]) == (301, PLAN)


@pytest.mark.parametrize(
    "path",
    [
        PLAN.replace("-fr.pdf", "-es.pdf"),
        PLAN.replace("-fr.pdf", "-fr-000000000000.pdf"),
        PLAN.replace("/dubrovnik-action-plan-fr", "/other-fr"),
        PLAN.replace("/dubrovnik-action-plan/", "/other/"),
    ],
)
def test_a_file_that_is_not_there_is_not_found(get, plan, path):
    assert get(path).status_code == 404


@pytest.mark.parametrize("row", ["edition", "publication"])
def test_a_withdrawn_file_is_gone(get, plan, row):
    thing = plan.edition if row == "edition" else plan.edition.publication
    thing.withdrawn_at = timezone.now()
    thing.save()

    assert get(PLAN).status_code == 410
    assert get(PLAN.replace(".pdf", f"-{plan.sha256[:12]}.pdf")).status_code == 410


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_withdrawn_edition_says_so_in_every_language_and_what_to_read_instead(
    client, db, language
):
    edition = make_edition(
        make_publication("rules"), language, withdrawn_at="2020-05-04T12:00Z", published=True
    )
    old = make_file(edition)
    address = f"/{language}/publications/rules/rules-{language}-{old.sha256[:12]}.pdf"

    alone = client.get(address).text
    make_file(make_edition(edition.publication, language), b"%PDF new")
    replaced = client.get(address)

    assert "This edition in" in alone
    assert "was withdrawn on 4 May 2020. Its PDF is no longer given out." in alone
    assert {
        code for code in ("en", "fr", "es") if f'<div class="also" lang="{code}">' in alone
    } == ({"en", "fr", "es"} - {language})
    assert f'href="/{language}/publications/rules/rules-{language}.pdf"' in replaced.text
    assert replaced.status_code == 410


def test_an_address_with_a_version_keeps_it_under_another_prefix(client, plan):
    make_file(plan.edition, b"%PDF second version")
    address = PLAN.replace(".pdf", f"-{plan.sha256[:12]}.pdf")

    response = client.get(address.replace("/fr/", "/en/"))

    assert (response.status_code, response["Location"]) == (301, address)


@pytest.mark.parametrize("row", ["edition", "publication"])
def test_a_file_that_is_not_published_is_not_found(get, plan, row):
    thing = plan.edition if row == "edition" else plan.edition.publication
    thing.published_at = timezone.now() + timedelta(days=1)
    thing.save()

    assert get(PLAN).status_code == 404


def test_files_for_the_printer_and_raw_paths_are_not_given_out(get, plan):
    make_file(plan.edition, b"%PDF print", purpose="print")

    assert get(PLAN).body == CONTENT
    assert get(f"/media/{plan.file.name}").status_code == 404


def test_a_cover_is_kept_for_ever(get, plan):
    from django.core.files.base import ContentFile

    plan.cover.save("cover.webp", ContentFile(b"picture"))

    response = get(f"/media/{plan.cover.name}")

    assert response.body == b"picture"
    assert "immutable" in response["Cache-Control"]


# Counting -------------------------------------------------------------------


def test_a_download_is_counted_for_its_file_and_day(get, plan):
    get(PLAN)
    downloads.fold()

    tally = Download.objects.get()
    assert (tally.file, tally.day, tally.count) == (plan, timezone.localdate(), 1)


def test_the_same_reader_is_counted_once_in_half_a_minute(get, plan):
    for _time in range(3):
        get(PLAN)
    get(PLAN, headers={"Range": "bytes=0-"})

    assert counted() == 1


def test_different_readers_are_all_counted(get, plan):
    for agent in ("Firefox", "Chromium"):
        get(PLAN, headers={"User-Agent": agent})
    get(PLAN, REMOTE_ADDR="192.0.2.7")

    assert counted() == 3


def test_a_reader_who_comes_back_later_is_counted_again(get, plan, monkeypatch):
    get(PLAN)
    now = downloads.monotonic()
    monkeypatch.setattr(downloads, "monotonic", lambda: now + downloads.ONCE_IN + 1)
    get(PLAN)

    assert counted() == 2
    assert len(downloads.recent.seen) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"Range": "bytes=100-"},
        {"Range": "bytes=99999-"},
        {"If-None-Match": "*"},
    ],
)
def test_robots_guesses_and_later_parts_are_not_counted(get, plan, headers):
    get(PLAN, headers=headers)
    get(PLAN, "head")

    assert counted() == 0


def test_a_file_that_is_lost_is_not_found_and_said_in_the_log(get, plan, caplog):
    plan.file.storage.delete(plan.file.name)

    answer = get(PLAN)

    assert answer.status_code == 404
    assert f"A kept PDF is missing: {plan.file.name}" in caplog.messages
    assert counted() == 0


def test_nothing_about_the_reader_is_written_down(get, plan, settings):
    get(PLAN, headers={"User-Agent": "Marked"}, REMOTE_ADDR="192.0.2.99")

    [log] = (settings.DATA_DIR / "downloads").iterdir()
    assert log.read_text() == f"{plan.pk}\n"


def test_a_killed_process_loses_no_download_that_it_noted(plan, settings, tmp_path):
    """A writer is killed in the middle of its work, with SIGKILL: nothing runs afterwards."""
    program = (
        "import os; from pathlib import Path; from catalogue import downloads\n"
        f"log = Path({str(downloads._log(timezone.localdate()))!r})\n"
        f"while True: downloads._append(log, '{plan.pk}\\n'); os.write(1, b'x')\n"
    )
    started = "import django; django.setup()\n" + program
    desk = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", started], stdout=subprocess.PIPE, env=desk, cwd=settings.BASE_DIR
    ) as writer:
        seen = len(writer.stdout.read(500))
        writer.kill()
        seen += len(writer.stdout.read())

    assert seen <= counted() <= seen + 1  # killed between the line and the word of it
    assert writer.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("at", "day"),
    [("2027-01-09T22:59:59Z", "2027-01-09"), ("2027-01-09T23:00:01Z", "2027-01-10")],
)
def test_a_download_belongs_to_the_day_of_the_offices_clock(get, plan, at, day):
    with time_machine.travel(at, tick=False):
        get(PLAN)
        downloads.fold()

    assert f"{Download.objects.get().day}" == day


def test_a_day_that_ended_is_folded_into_itself_the_morning_after(get, plan):
    with time_machine.travel("2027-01-09T22:59:59Z", tick=False):
        get(PLAN)
    with time_machine.travel("2027-01-10T06:00:00Z", tick=False):
        get(PLAN, headers={"User-Agent": "Other"})
        downloads.fold()
        downloads.fold()

    assert list(Download.objects.order_by("day").values_list("count", flat=True)) == [1, 1]


def test_folding_twice_counts_nothing_twice(get, plan):
    get(PLAN)

    assert [counted(), counted()] == [1, 1]


def test_what_comes_after_a_fold_is_added(get, plan):
    get(PLAN)
    downloads.fold()
    get(PLAN, headers={"User-Agent": "Other"})

    assert counted() == 2


def test_a_fold_killed_before_it_deletes_the_log_does_no_harm(plan, monkeypatch, settings):
    log = downloads._log(timezone.localdate() - timedelta(days=5))
    downloads._append(log, f"{plan.pk}\n{plan.pk}\n")
    content = log.read_bytes()
    downloads.fold()  # and, killed here, it would leave the log as it was:
    log.write_bytes(content)

    assert counted() == 2
    assert not log.exists()


def test_a_fold_killed_in_its_transaction_is_done_again(get, plan, monkeypatch):
    get(PLAN)
    with monkeypatch.context() as patch:
        patch.setattr(Download.objects, "bulk_create", interrupt)
        with pytest.raises(KeyboardInterrupt):
            downloads.fold()

    assert counted() == 1


def interrupt(*args, **kwargs):
    raise KeyboardInterrupt


def test_torn_lines_and_unknown_files_are_passed_over(plan, settings):
    downloads._append(downloads._log(timezone.localdate()), f"\x00\x00\n{plan.pk}\n99999999\n12x\n")

    assert counted() == 1


def test_logs_are_kept_until_nobody_can_write_to_them(get, plan, settings):
    get(PLAN)
    downloads._append(downloads._log(timezone.localdate() - timedelta(days=1)), f"{plan.pk}\n")
    call_command("fold_downloads")

    assert len(list((settings.DATA_DIR / "downloads").iterdir())) == 2
