"""The catalogue in reading programs: OPDS 1.2 and 2.0, and how to search it (OpenSearch)."""

import itertools
from io import BytesIO
from xml.etree import ElementTree

import feedparser
import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from catalogue import upkeep
from catalogue.models import Publication, Topic
from tests.builders import make_edition, make_file, make_kind, make_publication

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
OPEN_ACCESS = "http://opds-spec.org/acquisition/open-access"
HOSTILE = 'Plan <b>&amp;" ]]> \x0b\x1f\ufffe العربية \u202e🕊 <!--'
numbers = itertools.count()


def readable(slug, tags="en", *, title="", **columns):
    edition = make_edition(make_publication(slug, **columns), tags, title=title)
    make_file(edition, b"%%PDF %d" % next(numbers), pages=12)
    upkeep.refresh([edition.publication])
    return edition.publication


@pytest.fixture
def catalogue():
    """A plan in three languages, a French report, and a poster on paper only."""
    topic = Topic.objects.create(slug="clearance", name_en="Clearance", name_fr="Dépollution")
    plan = readable("plan", "en fr es", title_en="Action Plan", title_fr="Plan d’action")
    plan.topics.add(topic)
    readable("report", "fr", title_fr="Rapport", kind=make_kind("report", name_en="report"))
    poster = make_edition(make_publication("poster"), "en", is_printed=True)
    upkeep.refresh([plan, poster.publication])


def opds1(client, path="publications/", query=""):
    response = client.get(f"/en/opds/{path}{query}")
    assert response.status_code == 200
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def opds2(client, path="publications/", query=""):
    response = client.get(f"/en/opds/2/{path}{query}")
    assert response.status_code == 200
    return response.json()


def entries(parsed):
    return [
        (entry.title, entry.get("dcterms_language", entry.get("language")))
        for entry in parsed.entries
    ]


def publications(feed):
    return [(p["metadata"]["title"], p["metadata"]["language"]) for p in feed["publications"]]


def links(thing, relation):
    return [link for link in thing.links if link.rel == relation]


# What is on a shelf ---------------------------------------------------------

SHELVES = {
    "": {("Plan d’action", "fr"), ("Action Plan", "en"), ("Action Plan", "es"), ("Rapport", "fr")},
    "?language=fr": {("Plan d’action", "fr"), ("Rapport", "fr")},
    "?kind=report": {("Rapport", "fr")},
    "?topic=clearance&language=es": {("Action Plan", "es")},
    "?q=rapport": {("Rapport", "fr")},
    "?q=nothing": set(),
    "?kind=poster": set(),
    "?page=99": {
        ("Plan d’action", "fr"),
        ("Action Plan", "en"),
        ("Action Plan", "es"),
        ("Rapport", "fr"),
    },
}


@pytest.mark.parametrize("query", SHELVES)
def test_a_shelf_has_what_can_be_read_of_what_was_asked(client, catalogue, query):
    first, second = opds1(client, query=query), opds2(client, query=query)

    assert set(entries(first)) == set(publications(second)) == SHELVES[query]
    assert int(first.feed.opensearch_totalresults) == len(SHELVES[query])
    assert second["metadata"]["numberOfItems"] == len(SHELVES[query])


def test_an_entry_leads_to_its_pdf_for_nothing(client, catalogue):
    entry = opds1(client, query="?kind=report").entries[0]

    pdf = links(entry, OPEN_ACCESS)[0]
    assert (pdf.href, pdf.type) == (
        f"{SITE}/fr/publications/report/report-fr.pdf",
        "application/pdf",
    )
    assert pdf.hreflang == "fr"
    assert links(entry, "alternate")[0].href == f"{SITE}/en/publications/report/"


def test_paper_is_not_for_sale(client, catalogue):
    make_edition(Publication.objects.get(slug="report"), "en", is_printed=True)

    pages = [client.get(f"/en/opds/{path}publications/").text for path in ("", "2/")]

    assert not any("acquisition/buy" in page or "poster" in page for page in pages)


@pytest.mark.parametrize("path", ["", "by/language/", "by/kind/", "by/series/", "by/year/"])
def test_navigation_leads_to_shelves(client, catalogue, path):
    first, second = opds1(client, path), opds2(client, path)

    ways = [entry.links[0] for entry in first.entries]
    assert all(way.type.startswith("application/atom+xml;profile=opds-catalog") for way in ways)
    titles = [entry.title for entry in first.entries]
    assert titles == [way["title"] for way in second.get("navigation", [])]
    addresses = [way["href"] for way in [*ways, *second.get("navigation", [])]]
    assert {client.get(address.removeprefix(SITE)).status_code for address in addresses} <= {200}


def test_a_door_says_how_many_are_behind_it(client, catalogue):
    ways = opds2(client, "by/language/")["navigation"]

    numbers = {way["title"]: way["properties"]["numberOfItems"] for way in ways}
    assert numbers == {"English": 1, "French": 2, "Spanish": 1}


def test_language_is_a_facet(client, catalogue):
    root = ElementTree.fromstring(client.get("/en/opds/publications/?language=fr").content)

    found = [link for link in root.findall("{*}link") if link.get("rel").endswith("/facet")]
    group, active = (
        "{http://opds-spec.org/2010/catalog}facetGroup",
        "{http://opds-spec.org/2010/catalog}activeFacet",
    )
    languages = {
        link.get("title"): link.get(active)
        for link in found
        if "language=" in link.get("href")
        and "Language" in link.get(group)
        and "kind=" not in link.get("href")
    }
    assert languages == {"English": None, "French": "true", "Spanish": None}


def test_the_facet_of_opds_2_knows_which_is_chosen(client, catalogue):
    facets = opds2(client, query="?language=fr")["facets"]

    chosen = [
        link["title"] for facet in facets for link in facet["links"] if link.get("rel") == "self"
    ]
    assert chosen == ["French"]


@pytest.fixture
def three_pages(settings):
    settings.PUBLICATIONS_A_PAGE = 1
    for number in range(3):
        readable(f"work-{number}")


def test_pages_follow_one_another(client, three_pages):
    path, found = "/en/opds/publications/?language=en", []
    while path:
        parsed = feedparser.parse(client.get(path).content)
        found += [entry.id for entry in parsed.entries]
        path = next((link.href.removeprefix(SITE) for link in links(parsed.feed, "next")), None)

    assert len(set(found)) == len(found) == 3


def test_a_page_knows_the_others(client, three_pages):
    feed = opds2(client, query="?page=2")

    pages = {link["rel"]: link["href"].rpartition("/")[2] for link in feed["links"]}
    assert (pages["first"], pages["previous"], pages["self"]) == ("", "", "?page=2")
    assert (pages["next"], pages["last"]) == ("?page=3", "?page=3")
    assert feed["metadata"]["currentPage"] == 2


# Form -----------------------------------------------------------------------


def check_link(link):
    assert isinstance(link["href"], str)
    assert isinstance(link["type"], str)


def check_publication(publication):
    """The requirements of the schema at drafts.opds.io that concern us."""
    metadata, relations = (
        publication["metadata"],
        [link.get("rel") for link in publication["links"]],
    )
    assert isinstance(metadata["title"], str)
    assert metadata["title"]
    assert metadata["identifier"].startswith("tag:")
    assert "T" in metadata["modified"]
    assert relations.count("self") == relations.count(OPEN_ACCESS) == 1
    for link in [*publication["links"], *publication.get("images", [])]:
        check_link(link)


@pytest.mark.parametrize("path", ["", "by/topic/", "publications/", "publications/?q=nothing"])
def test_opds_2_has_the_form_of_its_schema(client, catalogue, path):
    response = client.get(f"/en/opds/2/{path}")
    feed = response.json()

    assert response["Content-Type"] == "application/opds+json"
    assert feed["metadata"]["title"]
    assert [link["rel"] for link in feed["links"]].count("self") == 1
    assert feed.keys() & {"publications", "navigation", "groups"}
    for link in [*feed["links"], *feed.get("navigation", [])]:
        check_link(link)
    for facet in feed.get("facets", []):
        assert facet["metadata"]["title"]
        assert len(facet["links"]) >= 1
    for publication in feed.get("publications", []):
        check_publication(publication)


def test_a_publication_of_opds_2_stands_alone_too(client, catalogue):
    response = client.get("/en/opds/2/publications/plan/es/")

    assert response["Content-Type"] == "application/opds-publication+json"
    check_publication(response.json())


@pytest.mark.parametrize("path", ["plan/ar/", "poster/en/", "nothing/en/"])
def test_what_cannot_be_read_has_no_such_page(client, catalogue, path):
    assert client.get(f"/en/opds/2/publications/{path}").status_code == 404


def test_hostile_titles_stay_well_formed(client):
    readable("hostile", title=HOSTILE, title_en=HOSTILE, summary_en=HOSTILE)

    assert "🕊" in opds1(client).entries[0].title
    ElementTree.fromstring(client.get("/en/opds/publications/").content)
    title = publications(opds2(client))[0][0]
    assert title == 'Plan <b>&amp;" ]]> العربية \u202e🕊 <!--'


FIELDS = ["q", "language", "kind", "topic", "year", "sort", "page", "paper", "series"]
ANYTHING = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize("path", ["opds/publications/", "opds/2/publications/", "feeds/new.atom"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=4))
def test_whatever_is_asked_has_an_answer(client, path, query):
    response = client.get(f"/en/{path}", query)

    assert response.status_code == 200
    if "json" not in response["Content-Type"]:
        ElementTree.fromstring(response.content)


# Asking again, and how much it costs ----------------------------------------

FEEDS = [
    "opds/",
    "opds/by/kind/",
    "opds/publications/",
    "opds/2/",
    "opds/2/publications/",
    "opensearch.xml",
]


@pytest.mark.parametrize("path", FEEDS)
def test_who_has_it_is_told_so(client, catalogue, path):
    first = client.get(f"/fr/{path}")

    again = client.get(f"/fr/{path}", HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again["Cache-Control"]) == (304, "public, max-age=60")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in first


@pytest.mark.parametrize("number", [1, 5])
@pytest.mark.parametrize("path", ["opds/publications/", "opds/2/publications/"])
def test_a_shelf_takes_few_queries(client, number, path, django_assert_max_num_queries):
    for _number in range(number):
        readable(None, "en fr")
    client.get(f"/en/{path}")  # what is held is known from now on

    with django_assert_max_num_queries(7):  # one of them asks whether anything has changed
        assert client.get(f"/en/{path}").status_code == 200


# Covers ---------------------------------------------------------------------


@pytest.fixture
def covered():
    publication = readable("plan", title_en="Action Plan")
    file = publication.editions.get().files.get()
    Image.new("RGB", (480, 680), "white").save(picture := BytesIO(), "WEBP")
    file.cover.save("cover.webp", ContentFile(picture.getvalue()))
    return publication


@pytest.mark.parametrize("small", [False, True])
def test_covers_are_pictures_that_every_program_knows(client, covered, small):
    images = opds2(client)["publications"][0]["images"]

    response = client.get(images[small]["href"].removeprefix(SITE))

    assert (response["Content-Type"], images[small]["type"]) == ("image/jpeg", "image/jpeg")
    assert Image.open(BytesIO(response.content)).size == ((226, 320) if small else (480, 680))
    assert "immutable" in response["Cache-Control"]


def test_a_cover_that_is_not_there_is_not_found(client):
    assert client.get(f"/covers/{'0' * 64}.jpg").status_code == 404


# Searching ------------------------------------------------------------------


@pytest.fixture
def description(client):
    response = client.get("/fr/opensearch.xml")
    assert response["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def templates(description):
    return {url.get("type"): url.get("template") for url in description.findall("{*}Url")}


@pytest.mark.parametrize("media_type", ["text/html", ACQUISITION, "application/x-suggestions+json"])
def test_browsers_and_readers_know_how_to_search(client, catalogue, description, media_type):
    path = templates(description)[media_type].removeprefix(SITE)

    response = client.get(path.replace("{searchTerms}", "Rapport"))

    assert response.status_code == 200
    assert "Rapport" in response.text


def test_names_are_as_short_as_the_standard_wants(settings, client):
    settings.SITE_NAME = {"en": "Publications of the treaty " * 3}

    description = ElementTree.fromstring(client.get("/fr/opensearch.xml").content)

    assert len(description.findtext("{*}ShortName")) <= 16


def test_suggestions_have_the_form_that_browsers_know(client, catalogue):
    assert client.get("/fr/opensearch.json?q=rapp").json() == ["rapp", ["Rapport"]]


@pytest.mark.parametrize("page", ["", "new/", "publications/plan/", "order/"])
def test_every_page_leads_to_search_and_feeds(client, catalogue, page):
    text = client.get(f"/fr/{page}").text

    for address in ("opensearch.xml", "feeds/new.atom", "opds/", "opds/2/"):
        assert f'href="/fr/{address}"' in text
