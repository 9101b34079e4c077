"""The parity board: what exists in which language, what is behind, what to translate next."""

import csv
import datetime
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Download, LanguageRequest
from catalogue.parity import board, ranking
from tests.builders import clerk, make_edition, make_file, make_kind, make_publication

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "fr", "es")
NOW = timezone.now()


def ago(days):
    return NOW - datetime.timedelta(days=days)


def wait(publication, tag, count):
    LanguageRequest.objects.bulk_create(
        LanguageRequest(
            publication=publication,
            language=tag,
            correspondence_language="en",
            email=f"{tag}{n}@example.org",
            confirmed_at=NOW,
        )
        for n in range(count)
    )


def out(publication, tag, *, days=0, content=b"", **columns):
    """An edition that came out some days ago, with a PDF of that day."""
    edition = make_edition(publication, tag, published_at=ago(days), **columns)
    kept = make_file(edition, b"%PDF-1.7 " + tag.encode() + content)
    type(kept).objects.filter(pk=kept.pk).update(added_at=ago(days))
    return edition


@pytest.fixture
def plan(db):
    """Out in English 100 days ago, in French 40 days later; in translation into Spanish."""
    plan = make_publication(
        "plan", title_en="Plan", symbol="CCM/1", issued_on="2026-03-01", original_language="en"
    )
    out(plan, "en", days=100, on_hand=310)
    out(plan, "fr", days=60)
    expected = datetime.date(2027, 1, 31)
    make_edition(plan, "es", published=False, stage="translation", expected_on=expected)
    return plan


def cells(page, row=0):
    """The texts of a row, by language."""
    body = page.split('<table class="parity">')[1]
    row = body.split("<tr>")[row + 2]
    return {
        label: " ".join(re.sub(r"<[^>]+>", " ", text).split())
        for label, text in re.findall(r'<td data-label="([^"]+)"[^>]*>(.*?)</td>', row, re.S)
    }


def shown(page):
    """The titles on the board."""
    body = page.split('<table class="parity">')[1].split("</table>")[0]
    return re.findall(r'<th scope="row">\s*<a [^>]*>([^<]+)', body)


def test_the_board_says_how_a_publication_stands_in_each_language(client, plan):
    row = cells(client.get("/en/languages/").text)

    assert row["English"].startswith("PDF in English paper: 310 left")
    assert row["French"] == "PDF in French 40 days later"
    assert row["Spanish"].startswith("in translation expected 31 Jan 2027")


def test_what_is_not_there_is_counted_in_days_and_may_be_asked_for(client):
    out(make_publication("one"), "en", days=10)

    page = client.get("/en/languages/").text

    assert cells(page)["French"].startswith("– does not exist 10 days so far Tell me")
    assert 'href="/en/publications/one/tell-me/fr/"' in page


@pytest.mark.parametrize(
    ("correction", "is_older"),
    [
        ({"stage": "corrected"}, True),
        ({"version": 2}, True),
        ({}, False),
    ],
    ids=["corrected", "new-version", "as-it-was"],
)
def test_what_the_original_has_outgrown_is_named(client, plan, correction, is_older):
    source = plan.editions.get(languages__language="en")
    if "version" in correction:
        make_file(source, b"%PDF-1.7 corrected", version=2)
    elif correction:
        plan.editions.filter(pk=source.pk).update(published_at=NOW, **correction)

    french = cells(client.get("/en/languages/").text)["French"]

    assert ("older than the original" in french) == is_older


def test_a_booklet_in_two_languages_is_not_behind_itself(client):
    booklet = make_publication("booklet", original_language="en")
    edition = out(booklet, "en fr", days=10)
    make_file(edition, b"%PDF-1.7 corrected", version=2)

    assert "older" not in cells(client.get("/en/languages/").text)["French"]


def test_a_hidden_publication_and_a_withdrawn_edition_are_not_on_it(client, plan):
    out(make_publication("hidden", title_en="Hidden", published=False), "en")
    plan.editions.filter(languages__language="fr").update(withdrawn_at=NOW)

    page = client.get("/en/languages/").text

    assert shown(page) == ["Plan"]
    assert cells(page)["French"].startswith("– does not exist")


# Readers who wait -------------------------------------------------------------


@pytest.mark.parametrize(("count", "is_told"), [(4, False), (5, True)])
def test_few_readers_who_wait_are_told_to_colleagues_only(client, plan, count, is_told):
    wait(plan, "es", count)

    assert ("readers wait" in client.get("/en/languages/").text) == is_told
    client.force_login(clerk())
    assert f"{count} readers wait" in client.get("/en/desk/publications/parity/").text


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


def test_what_to_translate_next_follows_readers_downloads_and_age(client):
    asked, read, old, done = (
        make_publication(slug, title_en=slug, issued_on=day)
        for slug, day in [
            ("asked", "2026-06-01"),
            ("read", "2026-06-01"),
            ("old", "2010-06-01"),
            ("done", "2026-06-01"),
        ]
    )
    for publication, downloads in [(asked, 0), (read, 50), (old, 500), (done, 500)]:
        edition = out(publication, "en", days=5, content=publication.slug.encode())
        Download.objects.create(
            file=edition.reading_file, day=timezone.localdate(), count=downloads
        )
    for tag in ("fr", "es"):
        out(done, tag, content=b"done")
    wait(asked, "fr", 8)

    ranked = ranking.ranked(board.current(), 10)

    assert [one.publication.slug for one in ranked] == ["asked", "read", "old"]
    assert (ranked[0].tags, ranked[0].waiting) == (["fr", "es"], 8)


def test_what_is_being_translated_is_not_asked_for_again(plan):
    wait(plan, "es", 9)

    assert ranking.ranked(board.current(), 10) == []


# Filters and figures ----------------------------------------------------------


@pytest.fixture
def three(plan):
    report = make_kind("report", name_en="report")
    out(make_publication("report", title_en="Report", kind=report, issued_on="2020-01-01"), "en")
    out(make_publication("carta", title_es="Carta", issued_on="2026-01-01"), "es")
    return plan


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Plan", "Carta", "Report"]),
        ("year=2026", ["Plan", "Carta"]),
        ("kind=report", ["Report"]),
        ("language=fr&state=held", ["Plan"]),
        ("language=fr&state=none", ["Carta", "Report"]),
        ("language=es&state=translation", ["Plan"]),
        ("state=translation", ["Plan"]),
        ("year=x&kind=%27&state=zz&language=%00&page=-7", ["Plan", "Carta", "Report"]),
        ("page=999", ["Plan", "Carta", "Report"]),
    ],
)
def test_the_board_is_narrowed(client, three, query, titles):
    answer = client.get(f"/en/languages/?{query.replace('%00', 'x')}")

    assert shown(answer.text) == titles


def test_totals_follow_the_filters(three):
    shelf = board.current()

    totals = {one.tag: one for one in shelf.totals(shelf.within({"year": "2026"}), shelf.tags)}

    assert totals["en"][1:] == (2, 1, 1, 0, 0)
    assert totals["fr"][1:] == (2, 1, 0, 0, 0)
    assert totals["es"][1:] == (2, 1, 0, 1, 0)
    assert [totals[tag].none for tag in LANGUAGES] == [1, 1, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_is_for_everybody_in_each_language(client, three, language):
    answer = client.get(f"/{language}/languages/")

    assert answer.status_code == 200
    assert not answer.cookies
    assert "ETag" in answer.headers
    assert answer.text.count("<h1") == 1
    assert answer.text.count("<caption") == 3
    assert not re.search(r"<th(?! scope)[ >]", answer.text)


def test_many_rows_ask_no_more_than_few(client, django_assert_max_num_queries):
    def fill(start, end):
        for n in range(start, end):
            publication = make_publication(f"many-{n}")
            out(publication, "en", content=b"%d" % n, on_hand=1)

    fill(0, 1)
    client.get("/en/languages/")
    fill(1, 8)
    from catalogue import holdings

    holdings.forget()
    client.get("/en/languages/")  # the first one after a change reads the sets

    with django_assert_max_num_queries(8):
        assert client.get("/en/languages/").text.count('data-label="English"') == 8


# The table file ---------------------------------------------------------------


def test_colleagues_take_the_board_home_as_a_table(client, plan):
    make_publication("formula", title_en="=1+1")
    wait(plan, "es", 3)
    client.force_login(clerk())

    answer = client.get(reverse("editing:parity-csv"))

    head, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    rows = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert (rows["plan"]["fr"], rows["plan"]["fr: days behind"]) == ("exists", "40")
    assert (rows["plan"]["es"], rows["plan"]["es: readers waiting"]) == ("in translation", "3")
    assert rows["formula"]["Title"] == "'=1+1"


@pytest.mark.parametrize("name", ["parity", "parity-csv", "news", "notices"])
def test_the_pages_of_colleagues_are_closed_to_others(client, db, name):
    address = reverse(f"editing:{name}")

    assert client.get(address).url.startswith("/en/accounts/login/")
    client.force_login(clerk("visitor", is_staff=False))
    assert client.get(address).status_code == 403
