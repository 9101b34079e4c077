"""The list of publications: what it shows, how it is narrowed, what it costs."""

import re
from datetime import date

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalogue import holdings, search, version
from catalogue.models import EditionFile, IssuingBody, Meeting, Publication, Series, Topic
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
    Publication.objects.filter(pk=guide.pk).update(
        issuing_body=IssuingBody.objects.create(slug="unit", name_en="The unit"),
        series=Series.objects.create(slug="plans", name_en="Plans"),
    )
    Publication.objects.filter(pk=report.pk).update(
        meeting=Meeting.objects.create(code="2msp", name_en="Second Meeting"), symbol="CCM/MSP/1"
    )


# What it shows --------------------------------------------------------------


def test_the_newest_publication_comes_first(client, reports):
    assert titles(client.get("/en/")) == ["Zebra report", "A guide"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", ["Zebra report", "A guide"]),
        ("oldest", ["A guide", "Zebra report"]),
        ("title", ["A guide", "Zebra report"]),
        ("symbol", ["Zebra report", "A guide"]),
    ],
)
def test_the_list_can_be_put_in_another_order(client, reports, order, expected):
    assert titles(client.get(f"/en/?sort={order}")) == expected


def test_symbols_are_in_the_order_of_their_numbers(client, db):
    for number in (10, 8, 9):
        make_publication(symbol=f"CCM/MSP/2011/WP.{number}", title_en=f"Paper {number}")
    make_publication(title_en="No symbol")

    assert titles(client.get("/en/?sort=symbol")) == [
        "Paper 8",
        "Paper 9",
        "Paper 10",
        "No symbol",
    ]


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
        ("language=fr&language=en", ["Zebra report", "A guide"]),
        ("year=2018&year=2015&language=en", ["Zebra report"]),
        ("meeting=2msp", ["Zebra report"]),
        ("body=unit&series=plans", ["A guide"]),
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


def test_a_second_language_is_added_to_the_first(client, reports):
    response = client.get("/en/?language=fr")

    assert '<a href="?language=fr&amp;language=en">' in response.text
    assert '<input type="hidden" name="language" value="fr">' in response.text


def test_many_values_of_a_facet_are_folded_but_not_those_chosen(client, db):
    for year in range(2005, 2020):
        make_publication(issued_on=date(year, 1, 1))

    all_years, old_ones = client.get("/en/"), client.get("/en/?year=2005")

    assert "<summary>8 more</summary>" in all_years.text
    assert "<details open>" not in all_years.text
    assert "<details open>" in old_ones.text


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


def test_where_nothing_is_found_each_way_to_loosen_says_what_it_would_show(client, reports):
    response = client.get("/en/?kind=comic&language=fr&language=en&year=2018&year=2015")

    assert titles(response) == []
    shown = text(response)
    assert "Without “Kind: comic” 2 publications" in shown
    assert "Without “Year" not in shown  # that alone would show nothing
    assert "Show all publications" in shown


def test_a_search_that_finds_nothing_offers_what_was_meant_and_other_ways(
    client, reports, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        search.index(Publication.objects.all())

    response = client.get("/en/?q=zebar&language=ru")

    shown = text(response)
    assert '<a href="?q=zebra">zebra</a>' in response.text  # in Russian it finds nothing either
    assert '<a href="?q=zebra&amp;language=en">' in client.get("/en/?q=zebar&language=en").text
    assert "Without “Language: Russian”" not in shown  # nor does that find any
    assert 'href="/en/browse/"' in response.text
    assert "mailto:" in response.text


def test_where_nothing_is_in_a_language_the_others_are_offered(client, reports):
    shown = text(client.get("/en/?kind=guide&language=en"))

    assert "In another language: French (1)" in shown
    assert "Without “Language: English” 1 publication" in shown


def test_a_card_shows_where_the_words_of_a_search_are(client, reports):
    guide = Publication.objects.get(slug="guide")
    EditionFile.objects.filter(edition__publication=guide).update(
        text="Début\fles restes explosifs"
    )
    search.index(Publication.objects.all())

    response = client.get("/en/?q=explosifs")

    assert "<mark>explosifs</mark>" in response.text
    assert "guide-fr.pdf#page=2" in response.text


# The sets in memory and the database ----------------------------------------


@pytest.fixture
def varied(reports):
    """Publications in every combination of language, kind, year and paper."""
    meeting = Meeting.objects.create(code="1msp", name_en="First Meeting")
    for number in range(18):
        publication = make_publication(
            kind=make_kind(["guide", "report", "poster"][number % 3]),
            issued_on=date(2012 + number % 4, 1, 1) if number % 5 else None,
            meeting=meeting if number % 2 else None,
        )
        edition = make_edition(
            publication,
            ["en", "fr", "es fr", "ar"][number % 4],
            is_printed=number % 3 == 1,
            published=number % 7 != 0,
        )
        if number % 2:
            make_file(edition, str(number).encode())
    search.index(Publication.objects.all())
    return holdings.current()


CHOICES = {
    "q": ["publication", "guide", "zebra"],
    "language": ["en", "fr", "es", "ar", "ru"],
    "paper": ["1"],
    "kind": ["guide", "report", "poster", "comic"],
    "topic": ["clearance"],
    "meeting": ["1msp", "2msp"],
    "year": ["2012", "2013", "2015", "2018"],
    "body": ["unit"],
    "series": ["plans"],
}


def filters():
    several = {
        name: st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
        for name, values in CHOICES.items()
        if name != "q"
    }
    return st.fixed_dictionaries({}, optional=several | {"q": st.sampled_from(CHOICES["q"])})


@given(filters=filters(), order=st.sampled_from(["newest", "oldest", "title", "symbol"]))
@example(filters={}, order="newest")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_holdings_say_what_the_database_says(varied, filters, order):
    found = varied.under(varied.chosen(filters))
    rows = Publication.objects.published().narrowed(**filters)

    assert sorted(varied.listed(found, order)) == sorted(rows.values_list("pk", flat=True))
    assert varied.counts("kind", found) == {
        kind: number
        for kind in CHOICES["kind"]
        if (number := rows.filter(kind__slug=kind).order_by().count())
    }


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["-1", "0", "9" * 5000, "٣", "1e9", "None", "\x00", "1msp", "fr", "2018"]),
)


@given(words=st.lists(st.tuples(st.sampled_from([*CHOICES, "page", "sort", "x"]), HOSTILE)))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_the_address_there_is_a_page(client, varied, words):
    response = client.get("/en/", query_params=words)

    assert response.status_code in (200, 400)
    assert response.status_code == 200 or any("\x00" in text for _name, text in words)


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


@pytest.fixture
def many(reports):
    """24 publications, most of them in three languages and on paper."""
    for number in range(22):
        publication = make_publication()
        for language in ("en", "fr", "ar"):
            make_file(
                make_edition(publication, language, on_hand=5), f"{number}{language}".encode()
            )
    version.bump()


NARROWED = "?kind=guide&language=fr&language=ar&paper=1"


@pytest.mark.parametrize("query", ["", NARROWED, "?sort=title", "?q=publication"])
def test_a_change_costs_the_next_list_a_few_queries_more(client, many, query, queries):
    search.index(Publication.objects.all())
    version.bump()

    assert queries(f"/en/{query}") <= 11  # the version, 3 for the holdings, 5 for cards, 2 to find
    assert queries(f"/en/{query}") <= 3  # the version, the stock, what was misspelt
    assert queries(f"/fr/{query}") <= 8  # cards in another language


@pytest.fixture
def queries(client, django_assert_max_num_queries):
    """How many queries the page of an address takes."""

    def count(address):
        with django_assert_max_num_queries(99) as asked:
            assert len(titles(client.get(address))) > 1
        return len(asked)

    return count


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
