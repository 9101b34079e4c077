"""The list of publications: what it shows, how it is narrowed, what it costs."""

import re
from datetime import date

import pytest
from django.utils import timezone

from catalogue import search
from catalogue.models import Publication, Topic
from orders import stock
from tests.builders import clerk, make_edition, make_file, make_kind, make_publication

LANGUAGES = ["en", "fr", "es"]


def titles(response):
    found = re.findall(r'<h3>\s*<a href="[^"]+" lang="[^"]+" dir="[^"]+">([^<]+)', response.text)
    return [title.strip() for title in found]


def text(response):
    """What a reader sees, without the tags."""
    return " ".join(re.sub(r"<[^>]+>", "", response.text).split())


@pytest.fixture
def reports(db):
    """A guide of 2015 in French on paper, and a report of 2018 in English, not on paper."""
    guide = make_publication(
        "guide", title_en="A guide", title_fr="Un guide", issued_on=date(2015, 5, 1)
    )
    report = make_publication(
        "report", title_en="Zebra report", kind=make_kind("report"), issued_on=date(2018, 5, 1)
    )
    for publication, year, language, on_hand in [
        (guide, 2015, "fr", 100),
        (report, 2018, "en", None),
    ]:
        Publication.objects.filter(pk=publication.pk).update(issued_on=f"{year}-05-01")
        make_file(make_edition(publication, language, on_hand=on_hand), language.encode())
    guide.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance"))


# What it shows --------------------------------------------------------------


def test_the_newest_publication_comes_first(client, reports):
    assert titles(client.get("/en/")) == ["Zebra report", "A guide"]


def test_titles_can_be_read_in_the_order_of_the_alphabet(client, reports):
    assert titles(client.get("/en/?sort=title")) == ["A guide", "Zebra report"]


@pytest.mark.parametrize(
    "columns",
    [{"published": False}, {"withdrawn_at": timezone.now()}],
    ids=["draft", "withdrawn"],
)
def test_drafts_and_withdrawn_publications_are_not_listed(client, db, columns):
    make_publication("hidden", **columns)

    assert titles(client.get("/en/")) == []


def test_a_title_shown_by_fallback_says_its_language(client, reports):
    response = client.get("/fr/")

    assert '<h3>\n        <a href="/fr/publications/report/" lang="en" dir="ltr">' in response.text


def test_a_chip_offers_the_pdf_with_its_language_format_and_size(client, reports):
    response = client.get("/en/")

    assert 'href="/fr/publications/guide/guide-fr.pdf"' in response.text
    assert "PDF in French, 2 bytes" in text(response)


@pytest.mark.parametrize(
    ("on_hand", "words"), [(100, "on paper"), (3, "3 left on paper"), (0, "out of stock")]
)
def test_a_chip_says_how_many_copies_there_are(client, db, on_hand, words):
    make_edition(on_hand=on_hand)

    assert words in text(client.get("/en/"))


def test_a_chip_says_when_the_reprint_comes(client, db):
    make_edition(on_hand=0, reprint_on="2027-03-01")

    assert "reprint expected in March 2027" in text(client.get("/en/"))


def test_promised_copies_are_not_offered_again(client, db):
    edition = make_edition(on_hand=100)
    stock.walk_up(edition, 95, by=clerk())

    assert "5 left on paper" in text(client.get("/en/"))


def test_an_edition_that_is_only_known_of_is_named(client, db):
    make_edition(language="ru")

    assert "Also exists in Russian; not held here." in text(client.get("/en/"))


# Narrowing ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("language=fr", ["A guide"]),
        ("kind=report", ["Zebra report"]),
        ("topic=clearance", ["A guide"]),
        ("year=2018", ["Zebra report"]),
        ("paper=1", ["A guide"]),
        ("kind=report&year=2018", ["Zebra report"]),
        ("kind=report&year=2015", []),
    ],
)
def test_the_list_is_narrowed_by_facets(client, reports, query, expected):
    assert titles(client.get(f"/en/?{query}")) == expected


def test_the_list_is_narrowed_by_words(client, reports):
    search.index(Publication.objects.all())

    assert titles(client.get("/en/?q=zebra")) == ["Zebra report"]


def test_a_facet_counts_under_the_other_filters_but_not_its_own(client, reports):
    facets = {facet.name: facet for facet in client.get("/en/?kind=guide").context["facets"]}

    assert [(o.value, o.number) for o in facets["kind"].options] == [("guide", 1), ("report", 1)]
    assert [(o.value, o.number) for o in facets["year"].options] == [("2015", 1)]


def test_choosing_a_facet_again_takes_it_off(client, reports):
    response = client.get("/en/?kind=guide&year=2015")

    assert '<a href="?year=2015" aria-current="true">' in response.text


@pytest.mark.parametrize(
    "query",
    [
        "year=1_0",
        "year=99999",
        "kind=%27%22--",
        "language=xx-no-such",
        "topic=" + "x" * 9000,
        "sort=password",
        "page=-1",
        "page=10**9",
        "page=99999999999999999999",
        "paper=maybe",
        "q=%00",
        "q=" + "%22" * 500,
        "q=%F0%9F%98%80%E2%80%AE",
        "q=%ff%fe",
    ],
)
def test_nonsense_in_the_address_is_left_out_without_an_error(client, reports, query):
    assert client.get(f"/en/?{query}").status_code in (200, 400)


def test_an_unknown_kind_finds_nothing_and_says_what_to_loosen(client, reports):
    response = client.get("/en/?kind=comic&year=2018")

    assert titles(response) == []
    assert '<a href="?kind=comic">' in response.text
    assert "Show all publications" in text(response)


# Pages ----------------------------------------------------------------------


def test_pages_hold_24_publications_and_page_numbers_are_clamped(client, db):
    for number in range(25):
        make_publication(title_en=f"Title {number}")

    assert len(titles(client.get("/en/"))) == 24
    assert len(titles(client.get("/en/?page=2"))) == 1
    assert len(titles(client.get("/en/?page=77"))) == 1


def test_pages_keep_the_filters(client, db):
    for _number in range(25):
        make_publication()

    assert "?kind=guide&amp;page=2" in client.get("/en/?kind=guide").text


# What it costs, and who it is for -------------------------------------------


@pytest.mark.parametrize("rows", [1, 24])
@pytest.mark.parametrize("query", ["", "?kind=guide&language=fr&year=2015&paper=1&topic=clearance"])
def test_the_list_takes_six_queries(client, reports, rows, query, django_assert_max_num_queries):
    for number in range(rows - 2):
        publication = make_publication()
        for language in ("en", "fr", "ar"):
            make_file(
                make_edition(publication, language, on_hand=5), f"{number}{language}".encode()
            )

    with django_assert_max_num_queries(6):
        client.get(f"/en/{query}")


def test_a_search_takes_six_queries(client, reports, django_assert_max_num_queries):
    search.index(Publication.objects.all())

    with django_assert_max_num_queries(6):
        assert titles(client.get("/en/?q=guide&language=fr")) == ["A guide"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "publications/guide/"])
def test_reading_sets_no_cookie_holds_no_token_and_may_be_shared(client, reports, language, path):
    response = client.get(f"/{language}/{path}")

    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")
    assert "csrf" not in response.text
    assert response["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("path", ["/en/", "/en/publications/guide/"])
def test_a_page_for_somebody_with_a_basket_is_kept_by_nobody(client, reports, settings, path):
    client.cookies[settings.BASKET_COOKIE_NAME] = "anything"

    assert client.get(path)["Cache-Control"] == "private, no-store"


def test_a_page_that_did_not_change_is_not_sent_again(client, reports):
    etag = client.get("/en/")["ETag"]

    assert client.get("/en/", headers={"If-None-Match": etag}).status_code == 304
