"""What is new, as an Atom feed in each interface language (read by feedparser)."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest
from django.utils import timezone
from django.utils.http import http_date, parse_http_date

from catalogue import publishing, upkeep
from catalogue.models import Edition
from tests.builders import clerk, make_edition, make_file, make_kind, make_publication

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOSTILE = 'Plan <b>&amp;" ]]> \x0b\x1f\ufffe العربية \u202e🕊 <!--'


def out(slug, tag="en", *, days=0, edition=None, **columns):
    """An edition that came out some days after a Monday."""
    at = MONDAY + timedelta(days=days)
    publication = make_publication(slug, published_at=at, **columns)
    return make_edition(publication, tag, published_at=at, **(edition or {"is_printed": True}))


def fetch(client, language="en", query="", **headers):
    response = client.get(f"/{language}/feeds/new.atom{query}", **headers)
    assert response.status_code == 200
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def titles(parsed):
    return [entry.title for entry in parsed.entries]


@pytest.fixture
def plan():
    edition = out("plan", "fr", title_en="Action Plan", edition={"title": "Plan d’action"})
    make_file(edition, pages=12)
    return edition


def test_the_newest_comes_first(client):
    for days, slug in enumerate(["first", "second", "third"]):
        out(slug, days=days)

    assert titles(fetch(client)) == ["Third", "Second", "First"]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_an_entry_leads_to_its_page_and_its_pdf(client, plan, language):
    entry = fetch(client, language).entries[0]

    assert entry.title == "Plan d’action"
    assert entry.link == f"http://127.0.0.1:8000/{language}/publications/plan/"
    pdf = entry.enclosures[0]
    assert pdf.href == "http://127.0.0.1:8000/fr/publications/plan/plan-fr.pdf"
    assert (pdf.type, pdf.length) == ("application/pdf", str(plan.reading_file.bytes))


def test_a_title_in_another_language_says_so(client, plan):
    assert fetch(client, "en").entries[0].title_detail.language == "fr"


def test_the_feed_is_in_the_language_of_its_address(client, plan):
    parsed = fetch(client, "fr")

    assert parsed.feed.language == "fr"
    assert parsed.feed.links[0].href == "http://127.0.0.1:8000/fr/feeds/new.atom"


def test_names_stay_when_titles_change(client, plan):
    before = [entry.id for entry in fetch(client, "en").entries]
    Edition.objects.update(title="Autre titre")

    assert [entry.id for entry in fetch(client, "es").entries] == before
    assert before == [f"tag:127.0.0.1,2026:editions/{plan.pk}"]


def test_it_was_updated_when_its_newest_entry_was(client):
    out("old")
    out("new", days=2)

    parsed = fetch(client)

    assert parsed.feed.updated == parsed.entries[0].updated == "2026-03-04T09:00:00Z"


def test_a_new_file_updates_its_entry(client, plan):
    assert fetch(client).entries[0].updated > "2026-03-03"


def test_the_same_feed_is_empty_and_dated_before_anything_is_out(client):
    first, second = fetch(client), fetch(client)

    assert (first.entries, first.feed.updated) == ([], second.feed.updated)


def test_atom_is_the_default_namespace(client, plan):
    response = client.get("/en/feeds/new.atom")

    assert b"<feed xmlns=" in response.content
    assert ElementTree.fromstring(response.content).tag == "{http://www.w3.org/2005/Atom}feed"
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_hostile_titles_stay_well_formed(client):
    edition = {"title": HOSTILE, "is_printed": True}
    out("hostile", title_en=HOSTILE, summary_en=HOSTILE, edition=edition)
    root = ElementTree.fromstring(client.get("/en/feeds/new.atom").content)

    assert "العربية \u202e🕊 <!--" in root.findtext(".//{*}entry/{*}title")


@pytest.mark.parametrize(
    "hidden",
    [
        {"published_at": None},
        {"published_at": timezone.now() + timedelta(days=1)},
        {"withdrawn_at": timezone.now()},
        {"is_printed": False},
    ],
)
def test_what_is_not_to_be_had_is_not_in_it(client, hidden):
    out("hidden")
    Edition.objects.update(**hidden)

    assert fetch(client).entries == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?language=fr", ["French"]),
        ("?kind=report", ["English"]),
        ("?kind=report&language=fr", []),
        ("?q=english", ["English"]),
        ("?colour=red&kind=%00", ["English", "French"]),
    ],
)
def test_the_filters_of_the_list_narrow_it(client, query, found):
    editions = [
        out("french", "fr"),
        out("english", "en", days=1, kind=make_kind("report", name_en="report")),
    ]
    upkeep.refresh([edition.publication for edition in editions])

    if "%00" in query:  # refused for all addresses alike
        query = query.replace("%00", "!")
    assert titles(fetch(client, query=query)) == found


# Asking again ---------------------------------------------------------------


def test_who_has_it_is_told_so(client, plan):
    first = client.get("/fr/feeds/new.atom")

    again = client.get("/fr/feeds/new.atom", HTTP_IF_NONE_MATCH=first["ETag"])

    assert again.status_code == 304
    assert again["Cache-Control"] == first["Cache-Control"] == "public, max-age=60"
    assert again["Access-Control-Allow-Origin"] == "*"


def test_who_asks_by_date_is_told_of_a_withdrawal(client, plan):
    upkeep.refresh([plan.publication])
    first = client.get("/fr/feeds/new.atom")
    since = {"HTTP_IF_MODIFIED_SINCE": http_date(parse_http_date(first["Last-Modified"]))}
    assert client.get("/fr/feeds/new.atom", **since).status_code == 304

    later = timezone.now() + timedelta(minutes=1)
    import time_machine

    with time_machine.travel(later, tick=False):
        publishing.withdraw(plan, by=clerk())

        assert client.get("/fr/feeds/new.atom", **since).status_code == 200


@pytest.mark.parametrize("editions", [1, 5])
def test_it_takes_few_queries(client, editions, django_assert_max_num_queries):
    for number in range(editions):
        make_file(out(f"work-{number}"), b"%%PDF %d" % number)

    with django_assert_max_num_queries(7):
        assert len(fetch(client).entries) == editions


@pytest.mark.parametrize("page", ["/fr/", "/fr/new/", "/fr/publications/plan/"])
def test_pages_lead_to_it(client, plan, page):
    assert 'type="application/atom+xml"' in client.get(page).text
    assert 'href="/fr/feeds/new.atom"' in client.get(page).text
