"""References for people to copy, in three traditions and each language's own punctuation."""

import html
import re

import pytest
from django.utils.translation import override

from catalogue.models import IssuingBody, Publication
from catalogue.records.citation import styles
from catalogue.records.description import describe
from tests.builders import make_edition, make_publication

SITE = "https://example.org"
NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def plan(db):
    plan = make_publication(
        "plan",
        symbol="CCM/CONF/2015/7",
        title_en="Dubrovnik Action Plan",
        title_fr="Plan d’action de Dubrovnik",
        issued_on="2015-09-11",
        issuing_body=IssuingBody.objects.create(
            slug="body", name_en="Review Conference", name_fr="Conférence d’examen"
        ),
    )
    for tag in ("en", "fr"):
        make_edition(plan, tag, is_printed=True)
    return plan


def cited(client, language, slug="plan"):
    """The references on the page, as a reader copies them."""
    text = client.get(f"/{language}/publications/{slug}/").text
    found = re.findall(r'<blockquote id="cite-\d" [^>]*>(.*?)</blockquote>', text)
    return [html.unescape(re.sub("<[^>]+>", "", reference)) for reference in found]


def test_references_in_english(client, plan):
    assert cited(client, "en") == [
        "Review Conference. (2015). Dubrovnik Action Plan (CCM/CONF/2015/7). "
        f"Implementation Support Unit. {SITE}/p/plan",
        "Review Conference, Dubrovnik Action Plan, CCM/CONF/2015/7 "
        f"(Implementation Support Unit, 2015), {SITE}/p/plan.",
        "Review Conference, “Dubrovnik Action Plan”, CCM/CONF/2015/7, 11 September 2015. "
        f"Available at {SITE}/p/plan",
    ]


def test_a_french_edition_is_quoted_as_french_readers_do(client, plan):
    assert (
        f"Conférence d’examen, «{NBSP}Plan d’action de Dubrovnik{NBSP}», "
        "CCM/CONF/2015/7, 11 septembre 2015. "
    ) in cited(client, "fr")[2]


def test_on_a_spanish_page_the_edition_shown_is_cited_in_its_own_language(client, plan):
    assert "Review Conference, «Dubrovnik Action Plan», " in cited(client, "es")[2]


def test_what_is_not_known_leaves_no_gap(client, db):
    make_edition(make_publication("note", title_en="What now?"), stage="advance")

    assert cited(client, "en", "note") == [
        f"Implementation Support Unit. (n.d.). What now? [advance copy]. {SITE}/p/note",
        f"Implementation Support Unit, What now? [advance copy] (n.d.), {SITE}/p/note.",
        f"Implementation Support Unit, “What now?” [advance copy]. Available at {SITE}/p/note",
    ]


def test_titles_say_their_language_and_direction(client, plan):
    make_edition(plan, "ar", title="خطة عمل دوبروفنيك")
    plan = Publication.objects.with_records().get(slug="plan")
    arabic = next(e for e in plan.editions.all() if e.tags == ["ar"])

    with override("fr"):
        titles = [p for style in styles(describe(arabic, "ar")) for p in style.pieces if p.is_title]

    assert {(title.text, title.language) for title in titles} == {("خطة عمل دوبروفنيك", "ar")}
