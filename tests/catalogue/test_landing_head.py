"""What the head of a publication's page tells search engines, scholars and sharing services."""

import json
import re

import extruct
import pytest
from signposting import find_signposting_http_link

from catalogue.models import IssuingBody, Topic
from tests.builders import make_edition, make_file, make_publication

LANGUAGES = ["en", "fr", "es"]
HOSTILE = "</script><!-- \"Plan\" & 'R&D' ‏خطة‏ 💥"
SITE = "https://example.org"


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def plan(db):
    """English is the original; French a translation; Spanish has a title that hurts."""
    plan = make_publication(
        "plan",
        symbol="CCM/CONF/2015/7",
        title_en="Dubrovnik Action Plan",
        title_fr="Plan d’action de Dubrovnik",
        title_es=HOSTILE,
        summary_en="Seven areas of action.",
        issued_on="2015-09-11",
        original_language="en",
        issuing_body=IssuingBody.objects.create(slug="body", name_en="Review Conference"),
    )
    plan.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance"))
    for language in LANGUAGES:
        make_file(make_edition(plan, language), language.encode(), bytes=1_234_567)
    return plan


def page(client, language, slug="plan"):
    response = client.get(f"/{language}/publications/{slug}/")
    assert response.status_code == 200
    return response


def json_ld(response):
    return extruct.extract(response.text, syntaxes=["json-ld"])["json-ld"][0]


def metas(response, attribute="name"):
    pattern = rf'<meta {attribute}="([^"]+)" content="([^"]*)"'
    return dict(re.findall(pattern, response.text))


# JSON-LD --------------------------------------------------------------------


def test_json_ld_says_which_language_is_the_original(client, plan):
    original, translation = json_ld(page(client, "en")), json_ld(page(client, "fr"))

    assert (original["inLanguage"], translation["inLanguage"]) == ("en", "fr")
    assert [other["inLanguage"] for other in original["workTranslation"]] == ["fr", "es"]
    assert translation["translationOfWork"]["@id"] == original["@id"]
    assert "workTranslation" not in translation


def test_json_ld_claims_no_original_where_none_is_known(client, plan):
    type(plan).objects.update(original_language="")

    found = json_ld(page(client, "en"))

    assert {"workTranslation", "translationOfWork"} & found.keys() == set()
    assert len(found["exampleOfWork"]["workExample"]) == 2


def test_json_ld_offers_the_pdf_for_nothing(client, plan):
    found = json_ld(page(client, "fr"))

    assert (found["@type"], found["reportNumber"]) == ("Report", "CCM/CONF/2015/7")
    assert (found["offers"]["price"], found["isAccessibleForFree"]) == ("0", True)
    assert found["encoding"]["contentSize"] == "1.2 MB"
    assert found["encoding"]["contentUrl"] == f"{SITE}/fr/publications/plan/plan-fr.pdf"
    assert found["identifier"][0]["value"] == "CCM/CONF/2015/7"


def test_with_an_isbn_it_is_a_book(client, plan):
    plan.editions.filter(languages__language="en").update(isbn="978-92-1-101234-7")

    found = json_ld(page(client, "en"))

    assert (found["@type"], found["isbn"]) == ("Book", "978-92-1-101234-7")


def test_a_title_cannot_leave_the_json(client, plan):
    response = page(client, "es")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', response.text, re.S)[1]

    assert not re.search("[<>&]", block)
    assert json.loads(block)["name"] == HOSTILE
    assert json_ld(response)["name"] == HOSTILE


def test_without_an_edition_in_the_language_the_page_describes_the_one_it_shows(client, plan):
    plan.editions.exclude(languages__language="en").update(published_at=None)

    found = json_ld(page(client, "fr"))

    assert (found["inLanguage"], found["url"]) == ("en", f"{SITE}/en/publications/plan/")


def test_without_an_edition_nothing_is_claimed(client, db):
    make_publication("empty")

    assert "ld+json" not in page(client, "en", "empty").text


# <meta> ---------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_scholars_programs_find_a_report_and_its_pdf_under_the_page(client, plan, language):
    found = metas(page(client, language))

    assert found["citation_technical_report_number"] == "CCM/CONF/2015/7"
    assert found["citation_technical_report_institution"] == "Review Conference"
    assert found["citation_publication_date"] == "2015/09/11"
    assert found["citation_language"] == found["DC.language"] == language
    assert found["citation_pdf_url"].startswith(found["citation_abstract_html_url"])


def test_dublin_core_names_what_replaces_it(client, plan):
    make_publication("next", replaces=plan)

    assert metas(page(client, "fr"))["DCTERMS.isReplacedBy"] == f"{SITE}/fr/publications/next/"


@pytest.mark.parametrize(
    ("language", "locale"), [("en", "en_GB"), ("fr", "fr_FR"), ("es", "es_ES")]
)
def test_shared_pages_speak_the_language_of_the_page(client, plan, language, locale):
    response = page(client, language)
    found = metas(response, "property")

    assert found["og:locale"] == locale
    assert found["og:url"] == f"{SITE}/{language}/publications/plan/"
    assert response.text.count('property="og:locale:alternate"') == 2


@pytest.mark.parametrize(
    ("summary", "gist"),
    [
        ("word " * 60, " ".join(["word"] * 40) + "…"),
        ("字" * 300, "字" * 199 + "…"),
        ("One.", "One."),
    ],
)
def test_a_summary_is_cut_between_words(client, plan, summary, gist):
    type(plan).objects.update(summary_en=summary)

    assert metas(page(client, "en"))["description"] == gist


def test_a_meeting_a_series_and_a_date_may_be_missing(client, db):
    make_edition(make_publication("note"))

    found = metas(page(client, "en", "note"))

    assert found["citation_title"] == "Note"
    assert {"citation_publication_date", "citation_technical_report_number"} & found.keys() == set()


# Signposting ----------------------------------------------------------------


def signposts(response, address):
    return find_signposting_http_link([response["Link"]], address)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_leads_machines_to_the_files_and_records(client, plan, language):
    address = f"{SITE}/{language}/publications/plan/"

    found = signposts(page(client, language), address)

    assert found.citeAs.target == f"{SITE}/p/plan"
    assert {item.target for item in found.items} == {
        f"{SITE}/{code}/publications/plan/plan-{code}.pdf" for code in LANGUAGES
    }
    assert {record.target for record in found.describedBy} == {
        f"{address}plan-{language}.{extension}" for extension in ("bib", "ris", "json", "xml")
    }
    assert {kind.target for kind in found.types} == {
        "https://schema.org/AboutPage",
        "https://schema.org/Report",
    }


def test_all_links_are_in_one_document_too(client, plan):
    landing = f"{SITE}/fr/publications/plan/"
    header = page(client, "fr")["Link"]
    address = re.search(r'<([^>]+)>; rel="linkset"; type="application/linkset"', header)[1]

    response = client.get(address.removeprefix(SITE))
    found = find_signposting_http_link([response.text.replace("\n", "")], landing)

    assert response["Content-Type"] == "application/linkset; charset=utf-8"
    assert found.for_context(landing).citeAs.target == f"{SITE}/p/plan"
    assert len(found.for_context(landing).items) == 3
    assert found.for_context(f"{landing}plan-fr.pdf").collection.target == landing


def test_a_licence_is_named_where_there_is_one(client, plan, settings):
    settings.LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

    response = page(client, "en")

    assert signposts(response, SITE).license.target == settings.LICENCE_URL
    assert json_ld(response)["license"] == settings.LICENCE_URL
