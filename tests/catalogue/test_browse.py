"""Walking through the catalogue: series, topics, meetings, document symbols."""

import re
from datetime import date

import pytest

from catalogue import holdings, symbols, version
from catalogue.models import Meeting, Series, Topic
from tests.builders import make_edition, make_file, make_kind, make_publication

LANGUAGES = ["en", "fr", "es"]
PATHS = [
    "browse/",
    "series/reports/",
    "topics/clearance/",
    "meetings/2MSP/",
    "symbols/",
    "symbols/CCM/MSP/2011/",
]


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def shown(response):
    """The short names of the publications on a page, in its order."""
    found = re.findall(r'<h3>\s*<a href="/\w\w/publications/([^/"]+)/"', response.text)
    return [slug.strip() for slug in found]


def branches(response):
    return re.findall(r'<a class="symbol" href="/\w\w/symbols/([^"]+)/">', response.text)


@pytest.fixture
def terms(db):
    names = {"name_en": "Final reports", "name_fr": "Rapports finals"}
    return {
        "series": Series.objects.create(slug="reports", **names),
        "meeting": Meeting.objects.create(
            code="2MSP",
            name_en="Second Meeting of States Parties",
            place_en="Beirut",
            starts_on=date(2011, 9, 12),
        ),
        "topic": Topic.objects.create(slug="clearance", name_en="Clearance", article=4),
    }


def make_documents(terms, *symbols_given):
    """Published documents of the meeting, in the series and about the topic."""
    columns = {"series": terms["series"], "meeting": terms["meeting"]}
    for symbol in symbols_given:
        slug = symbol.lower().replace("/", "-").replace(".", "")
        row = make_publication(slug, symbol=symbol, issued_on=date(2011, 9, 12), **columns)
        row.topics.add(terms["topic"])
        make_file(make_edition(row, "en fr", on_hand=5), slug.encode())


@pytest.fixture
def meeting(terms):
    make_documents(
        terms, "CCM/MSP/2011/5", "CCM/MSP/2011/WP.10", "CCM/MSP/2011/WP.9", "CCM/MSP/2018/9"
    )


# Every page -----------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_every_kind_has_a_heading_and_an_address_in_each_language(
    client, meeting, settings, path
):
    settings.SITE_URL = "https://example.org"
    for language in LANGUAGES:
        response = client.get(f"/{language}/{path}")

        assert response.status_code == 200
        assert len(re.findall("<h1", response.text)) == 1
        here = f"https://example.org/{language}/{path}"
        assert f'<link rel="canonical" href="{here}">' in response.text
        others = re.findall(r'rel="alternate" hreflang="(\w\w)" href="([^"]+)"', response.text)
        assert others == [(code, f"https://example.org/{code}/{path}") for code in LANGUAGES]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_every_kind_is_the_same_for_everybody(client, meeting, path):
    response = client.get(f"/en/{path}")

    assert response["Cache-Control"] == "public, no-cache"
    assert "Cookie" not in response.get("Vary", "")
    assert client.post(f"/en/{path}").status_code == 405


@pytest.mark.parametrize("number", [1, 30])
def test_pages_take_few_queries_whatever_is_in_them(
    client, terms, number, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(version, "FRESH", 60)
    make_documents(terms, *(f"CCM/MSP/2011/{n}" for n in range(number)), "CCM/MSP/2010/1")
    holdings.current()

    for path in PATHS:
        with django_assert_max_num_queries(8):  # of them four for cards that were never shown
            assert client.get(f"/en/{path}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "series/unknown/",
        "topics/unknown/",
        "meetings/unknown/",
        "symbols/CCM/MSP/1999/",
        "symbols/CCM/MS/",
        "symbols/%00/",
        "symbols/..%2F..%2Fetc/",
        f"symbols/{'A/' * 40}",
    ],
)
def test_what_is_unknown_is_not_found(client, meeting, path):
    assert client.get(f"/en/{path}").status_code in (400, 404)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("browse/", "No publication is online yet."),
        ("series/reports/", "No publication of this series is online yet."),
        ("topics/clearance/", "No publication about this is online yet."),
        ("meetings/2MSP/", "No publication of this meeting is online yet."),
        ("symbols/", "No publication with a symbol is online yet."),
    ],
)
def test_an_empty_page_says_so(client, terms, path, sentence):
    make_publication("draft", published=False, symbol="CCM/1", series=terms["series"])

    response = client.get(f"/en/{path}")

    assert response.status_code == 200
    assert sentence in text(response)
    assert "CCM" not in text(response)


def test_a_long_list_has_pages_with_addresses_of_their_own(client, terms, settings):
    settings.PUBLICATIONS_A_PAGE, settings.SITE_URL = 2, "https://example.org"
    make_documents(terms, *(f"CCM/{n}" for n in range(5)))

    second = client.get("/en/meetings/2MSP/?page=2")

    assert shown(second) == ["ccm-2", "ccm-3"]
    assert 'href="https://example.org/en/meetings/2MSP/?page=2"' in second.text
    assert shown(client.get("/en/meetings/2MSP/?page=99999999999999999999")) == ["ccm-4"]


# Each of them ---------------------------------------------------------------


def test_the_hub_counts_what_is_in_each(client, meeting):
    page = text(client.get("/en/browse/"))

    assert "Final reports 4 publications" in page
    assert "Clearance Article 4 4 publications" in page
    assert "Second Meeting of States Parties Beirut , September 2011 4 publications" in page
    assert branches(client.get("/en/browse/")) == ["CCM/MSP/2011"]


def test_topics_are_in_the_order_of_the_articles(client, meeting, terms):
    for slug, article in (("other", None), ("victims", 5), ("stockpiles", 3)):
        topic = Topic.objects.create(slug=slug, name_en=slug, article=article)
        make_publication().topics.add(topic)

    slugs = re.findall(r"/en/topics/(\w+)/", client.get("/en/browse/").text)

    assert slugs == ["stockpiles", "clearance", "victims", "other"]


def test_names_are_in_the_language_of_the_page_or_say_theirs(client, meeting):
    page = client.get("/fr/browse/").text

    assert "<span>Rapports finals</span>" in page
    assert '<span lang="en" dir="ltr">Clearance</span>' in page


def test_a_series_is_a_timeline(client, terms):
    for year in (2015, 2021, 2018):
        make_publication(f"report-{year}", series=terms["series"], issued_on=date(year, 1, 1))
    make_publication("undated", series=terms["series"])

    response = client.get("/en/series/reports/")

    assert re.findall(r"<h2 lang=\"en\">(\d+)</h2>", response.text) == ["2021", "2018", "2015"]
    assert shown(response) == ["report-2021", "report-2018", "report-2015", "undated"]


def test_a_meeting_is_grouped_by_kind_and_counts_symbols_as_people_do(client, meeting, terms):
    make_publication(
        "plan", kind=make_kind("plan", name_en="Action plan"), meeting=terms["meeting"]
    )

    response = client.get("/en/meetings/2MSP/")

    assert re.findall(r"<h2 lang=\"en\">([^<]+)</h2>", response.text) == ["Action plan", "guide"]
    assert shown(response) == [
        "plan",
        "ccm-msp-2011-5",
        "ccm-msp-2011-wp9",
        "ccm-msp-2011-wp10",
        "ccm-msp-2018-9",
    ]


def test_chips_tell_the_languages_and_the_paper(client, meeting):
    page = text(client.get("/en/meetings/2MSP/"))

    assert "English , Français" in page
    assert "5 left on paper" in page


# Symbols --------------------------------------------------------------------


def test_the_tree_leads_from_its_root_to_each_document(client, meeting):
    assert branches(client.get("/en/symbols/")) == ["CCM"]
    assert branches(client.get("/en/symbols/CCM/")) == ["CCM/MSP"]
    place = client.get("/en/symbols/CCM/MSP/")
    assert (branches(place), shown(place)) == (["CCM/MSP/2011"], ["ccm-msp-2018-9"])
    assert shown(client.get("/en/symbols/CCM/MSP/2011/")) == [
        "ccm-msp-2011-5",
        "ccm-msp-2011-wp9",
        "ccm-msp-2011-wp10",
    ]


def test_a_document_and_its_revisions_share_a_place(client, terms):
    make_documents(terms, "CCM/WP.3", "CCM/WP.3/Rev.1", "CCM/WP.3/Rev.1/Amend.1", "CCM/WP.30")

    place = client.get("/en/symbols/CCM/WP.3/")

    assert shown(place) == ["ccm-wp3"]
    assert branches(place) == ["CCM/WP.3/Rev.1"]
    assert branches(client.get("/en/symbols/CCM/")) == ["CCM/WP.3"]


def test_the_way_back_names_every_step(client, meeting):
    trail = client.get("/en/symbols/CCM/MSP/2011/").text.partition('class="trail"')[2]

    assert re.findall(r'href="/en/symbols/([^"]*)"', trail.partition("</nav>")[0]) == [
        "",
        "CCM/",
        "CCM/MSP/",
    ]


@pytest.mark.parametrize(
    ("symbol", "folder"), [("CCM/MSP/2011/WP.4", "CCM/MSP/2011"), ("CCM", "CCM")]
)
def test_a_symbol_is_listed_among_its_like(symbol, folder):
    assert symbols.folder(symbol) == folder


def test_withdrawn_documents_leave_the_tree(client, terms):
    make_documents(terms, "CCM/1", "CCM/2")
    row = terms["series"].publications.get(symbol="CCM/2")
    row.withdrawn_at = row.published_at
    row.save()

    assert "CCM/2" not in client.get("/en/symbols/").text
