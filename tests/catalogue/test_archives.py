"""Everything from a meeting, a series or a search in one ZIP file."""

import csv
import io
import json
import random
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from catalogue import downloads, zipping
from catalogue.models import Download, Edition, Meeting
from tests.builders import make_edition, make_file, make_publication

ZIP = "/en/download/publications.zip"


@pytest.fixture(autouse=True)
def nobody_seen(monkeypatch):
    monkeypatch.setattr(downloads, "recent", downloads.Recent())


@pytest.fixture
def meeting(db):
    """Two documents of a meeting, one in two languages, and one document besides."""
    meeting = Meeting.objects.create(code="2MSP", name_en="Second Meeting")
    final = make_publication(
        "final-report", title_en="=Final report", title_fr="Rapport final « 1 »", meeting=meeting
    )
    for tag in ("en", "fr"):
        make_file(make_edition(final, tag), f"final {tag}".encode() * 1000)
    paper = make_publication("working-paper", symbol="CCM/MSP/2011/WP.9", meeting=meeting)
    make_file(make_edition(paper, "en"), b"paper")
    make_file(make_edition(make_publication("other"), "en"), b"other")
    return meeting


def fetched(client, query="", **options):
    response = client.get(ZIP + query, **options)
    response.body = b"".join(response)
    return response


def opened(response):
    return zipfile.ZipFile(io.BytesIO(response.body))


def names(response):
    return [name.partition("/")[2] for name in opened(response).namelist()]


# What is in it --------------------------------------------------------------


def test_the_archive_holds_the_files_of_a_meeting_whole(client, meeting):
    response = fetched(client, "?meeting=2MSP")

    assert names(response) == [
        "manifest.csv",
        "manifest.json",
        "final-report-en.pdf",
        "final-report-fr.pdf",
        "working-paper-en.pdf",
    ]
    archive = opened(response)
    assert archive.testzip() is None
    assert archive.read("publications-2MSP/final-report-fr.pdf") == b"final fr" * 1000


@pytest.mark.parametrize(
    ("query", "files"),
    [
        ("?meeting=2MSP&language=fr", ["final-report-fr.pdf"]),
        ("?language=fr", ["final-report-fr.pdf"]),
        ("?series=none", None),
        ("?meeting=2MSP&language=ar", None),
        (
            "?language=en&language=fr&meeting=2MSP",
            ["final-report-en.pdf", "final-report-fr.pdf", "working-paper-en.pdf"],
        ),
    ],
)
def test_it_is_narrowed_as_the_list_is(client, meeting, query, files):
    response = fetched(client, query)

    if files is None:
        assert response.status_code == 404
    else:
        assert names(response)[2:] == files


def test_its_length_is_known_beforehand_and_true(client, meeting):
    response, head = fetched(client), client.head(ZIP)

    assert int(response["Content-Length"]) == len(response.body)
    assert head["Content-Length"] == response["Content-Length"]
    assert head.content == b""
    assert head["Content-Type"] == "application/zip"


def test_it_is_called_after_what_was_asked_for_and_kept_by_no_robot(client, meeting):
    response = client.get(f"{ZIP}?meeting=2MSP&language=fr")

    assert response["Content-Disposition"] == 'attachment; filename="publications-2MSP-fr.zip"'
    assert response["X-Robots-Tag"] == "noindex"
    assert response.cookies == {}
    assert client.post(ZIP).status_code == 405


@pytest.mark.skipif(not shutil.which("unzip"), reason="unzip is not installed")
def test_unzip_finds_it_sound(client, meeting, tmp_path):
    path = tmp_path / "archive.zip"
    path.write_bytes(fetched(client).body)

    test = subprocess.run(["unzip", "-t", path], capture_output=True, text=True)

    assert "No errors detected" in test.stdout, test.stdout


def test_only_the_newest_version_of_what_is_offered_is_in_it(client, meeting):
    edition = Edition.objects.get(publication__slug="working-paper")
    make_file(edition, b"second version")
    new = make_edition(edition.publication, "en", supersedes=edition)
    make_file(new, b"corrected")
    make_file(make_edition(edition.publication, "es", published=False), b"draft")
    Edition.objects.filter(languages__language="fr").update(withdrawn_at="2020-01-01T00:00Z")

    archive = opened(fetched(client, "?meeting=2MSP"))

    assert names(fetched(client, "?meeting=2MSP"))[2:] == [
        "final-report-en.pdf",
        "working-paper-en.pdf",
    ]
    assert archive.read("publications-2MSP/working-paper-en.pdf") == b"corrected"


def test_two_editions_in_a_language_have_names_of_their_own(client, meeting):
    poster = make_edition(Edition.objects.first().publication, "en", format="poster")
    make_file(poster, b"poster")

    files = names(fetched(client, "?meeting=2MSP&language=en"))[2:]

    assert len(files) == len(set(files)) == 3


# The manifest ---------------------------------------------------------------


def test_the_manifest_says_what_each_file_is(client, meeting, settings):
    settings.SITE_URL = "https://example.org"

    archive = opened(fetched(client, "?meeting=2MSP"))
    facts = json.loads(archive.read("publications-2MSP/manifest.json"))["files"]

    for row in facts:
        content = archive.read(f"publications-2MSP/{row['file']}")
        assert (row["bytes"], row["sha256"]) == (len(content), sha256(content).hexdigest())
        assert row["state"] == "whole"
    french = facts[1]
    assert (french["title"], french["languages"]) == ("Rapport final « 1 »", "fr")
    assert french["address"] == (
        "https://example.org/fr/publications/final-report/"
        f"final-report-fr-{french['sha256'][:12]}.pdf"
    )


def test_the_manifest_opens_in_a_spreadsheet_and_holds_no_formula(client, meeting):
    text = opened(fetched(client)).read("publications/manifest.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["title"] for row in rows][:2] == ["'=Final report", "Rapport final « 1 »"]
    assert rows[-1]["symbol"] == "CCM/MSP/2011/WP.9"


def test_a_file_lost_on_the_disk_is_told_of_and_breaks_nothing(client, meeting):
    lost = Edition.objects.get(publication__slug="working-paper").reading_file
    lost.file.storage.delete(lost.file.name)

    response = fetched(client, "?meeting=2MSP")

    assert "working-paper-en.pdf" not in names(response)
    facts = json.loads(opened(response).read("publications-2MSP/manifest.json"))["files"]
    assert facts[-1]["state"].startswith("missing")
    assert int(response["Content-Length"]) == len(response.body)


# Bounds and counts ----------------------------------------------------------


@pytest.mark.parametrize("limit", ["ARCHIVE_MAX_FILES", "ARCHIVE_MAX_BYTES"])
def test_too_much_is_refused_with_a_sentence(client, meeting, settings, limit):
    setattr(settings, limit, 2)

    refused = client.get(ZIP)
    page = client.get("/en/meetings/2MSP/")

    assert refused.status_code == 403
    assert "too much for one ZIP file" in " ".join(refused.text.split())
    if limit == "ARCHIVE_MAX_BYTES":
        assert "publications.zip" not in page.text


@pytest.mark.parametrize("path", ["/en/meetings/2MSP/", "/en/download/?meeting=2MSP"])
def test_the_page_says_how_much_it_is_by_language(client, meeting, path):
    page = " ".join(client.get(path).text.split())

    assert f'href="{ZIP}?meeting=2MSP&amp;language=fr" rel="nofollow"' in page
    assert "2 files, 8 kB" in page
    assert "1 file, 8 kB" in page
    assert "3 files, 16 kB" in page


def test_each_file_counts_as_a_download_of_a_person(client, meeting):
    fetched(client, "?meeting=2MSP&language=en")
    fetched(client, "?meeting=2MSP", headers={"User-Agent": "Examplebot/1"})
    client.head(ZIP)
    downloads.fold()

    assert sorted(Download.objects.values_list("file__edition__publication__slug", "count")) == [
        ("final-report", 1),
        ("working-paper", 1),
    ]


def test_a_reader_who_goes_away_counts_only_what_had_begun(client, meeting):
    response = client.get(f"{ZIP}?meeting=2MSP")
    while b"final en" not in next(response.streaming_content):
        pass
    downloads.fold()

    assert Download.objects.count() == 1


def test_it_takes_few_queries_whatever_is_in_it(client, meeting, django_assert_max_num_queries):
    for _n in range(20):
        make_file(make_edition(make_publication(meeting=meeting), "en"), random.randbytes(20))
    client.get("/en/")

    with django_assert_max_num_queries(8):
        fetched(client, "?meeting=2MSP")


# The format -----------------------------------------------------------------


def entry(name, content):
    at = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    return zipping.Entry(name, len(content), at, lambda: iter([content[:3], content[3:]]))


@pytest.mark.parametrize("full", [0xFFFFFFFF, 1000, 30, 1])
@pytest.mark.parametrize("many", [0xFFFF, 2])
def test_the_parts_for_large_archives_are_read_back(monkeypatch, full, many):
    monkeypatch.setattr(zipping, "LARGEST", full)
    monkeypatch.setattr(zipping, "MOST", many)
    entries = [entry("a.pdf", b"first" * 100), entry("é/ق.pdf", b""), entry("c.pdf", b"third")]

    content = b"".join(zipping.stream(entries))

    assert len(content) == zipping.length(entries)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    assert [archive.read(name) for name in archive.namelist()] == [b"first" * 100, b"", b"third"]
    assert archive.namelist()[1] == "é/ق.pdf"
    assert archive.getinfo("a.pdf").date_time == (2026, 11, 23, 13, 30, 0)


def test_content_that_is_not_as_long_as_announced_is_an_error():
    wrong = entry("a.pdf", b"first")._replace(size=4)

    with pytest.raises(OSError, match="5 bytes instead of 4"):
        list(zipping.stream([wrong]))
