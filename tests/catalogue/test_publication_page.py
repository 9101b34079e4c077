"""The page of one publication, in every language."""

import re

import pytest
from django.utils import timezone

from catalogue.models import Topic
from tests.builders import make_edition, make_file, make_publication

LANGUAGES = ["en", "fr", "es"]


def text(response):
    return " ".join(re.sub(r"<[^>]+>", "", response.text).split())


@pytest.fixture
def plan(db):
    """The Dubrovnik Action Plan: three titles, an English and a French edition."""
    plan = make_publication(
        "dubrovnik-action-plan",
        title_en="Dubrovnik Action Plan",
        title_fr="Plan d’action de Dubrovnik",
        title_es="Plan de Acción de Dubrovnik",
        summary_en="Seven areas of action.",
    )
    for language in ("en", "fr"):
        make_file(make_edition(plan, language, on_hand=30), language.encode())
    return plan


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Dubrovnik Action Plan"),
        ("fr", "Plan d’action de Dubrovnik"),
        ("es", "Plan de Acción de Dubrovnik"),
    ],
)
def test_the_title_is_in_the_language_of_the_page(client, plan, language, title):
    response = client.get(f"/{language}/publications/dubrovnik-action-plan/")

    assert f'<html lang="{language}" dir="ltr">' in response.text
    assert f'<h1 lang="{language}" dir="ltr">{title}</h1>' in response.text


def test_titles_in_other_languages_say_their_language(client, plan):
    response = client.get("/en/publications/dubrovnik-action-plan/")

    assert '<bdi lang="es" dir="ltr">Plan de Acción de Dubrovnik</bdi>' in response.text


def test_the_title_of_an_arabic_edition_reads_from_right_to_left(client, plan):
    make_edition(plan, "ar", title="خطة عمل دوبروفنيك")

    response = client.get("/en/publications/dubrovnik-action-plan/")

    assert '<bdi lang="ar" dir="rtl">خطة عمل دوبروفنيك</bdi>' in response.text


def test_a_summary_shown_by_fallback_says_its_language(client, plan):
    response = client.get("/fr/publications/dubrovnik-action-plan/")

    assert '<div class="summary" lang="en" dir="ltr">' in response.text


def test_the_edition_in_the_language_of_the_page_comes_first(client, plan):
    response = client.get("/fr/publications/dubrovnik-action-plan/")

    assert re.findall(r'class="(edition(?: own)?)"', response.text) == ["edition own", "edition"]
    assert response.text.index("dubrovnik-action-plan-fr.pdf") < response.text.index("-en.pdf")


def test_paper_is_ordered_by_a_form_that_knows_the_limit(client, plan, settings):
    settings.ORDER_LIMIT_PER_TITLE = 7

    response = client.get("/es/publications/dubrovnik-action-plan/")

    assert 'action="/es/order/add/"' in response.text
    assert 'name="quantity" value="1" min="1" max="7"' in response.text


def test_an_edition_that_is_not_printed_has_no_form(client, db):
    make_file(make_edition(make_publication("report")))

    response = client.get("/en/publications/report/")

    assert "order/add/" not in response.text
    assert "not on paper" in text(response)


def test_topics_lead_into_the_list(client, plan):
    plan.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance"))

    response = client.get("/fr/publications/dubrovnik-action-plan/")

    assert '<a href="/fr/?topic=clearance">' in response.text


def test_the_switcher_stays_on_the_page_and_keeps_the_question(client, plan):
    page = client.get("/en/publications/dubrovnik-action-plan/")
    questions = client.get("/en/?q=plan&year=2015")

    assert 'href="/fr/publications/dubrovnik-action-plan/" lang="fr" hreflang="fr"' in page.text
    assert 'href="/es/?q=plan&amp;year=2015" lang="es" hreflang="es"' in questions.text


def test_the_page_names_its_own_address_and_its_translations(client, db, settings):
    settings.SITE_URL = "https://example.org"
    make_publication("plan", title_en="Plan", title_es="Plan")

    response = client.get("/es/publications/plan/")

    assert (
        '<link rel="canonical" href="https://example.org/es/publications/plan/">' in response.text
    )
    assert re.findall(r'hreflang="([^"]+)" href="https', response.text) == ["en", "x-default", "es"]


def test_a_replaced_publication_names_its_successor(client, plan):
    make_publication("lausanne", title_en="Lausanne Action Plan", replaces=plan)

    replaced = client.get("/en/publications/dubrovnik-action-plan/")
    newer = client.get("/en/publications/lausanne/")

    assert '<a href="/en/publications/lausanne/" lang="en">' in replaced.text
    assert '<dt>Replaces</dt><dd><a href="/en/publications/dubrovnik' in newer.text


def test_a_draft_is_not_found(client, db):
    make_publication("draft", published=False)

    assert client.get("/en/publications/draft/").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withdrawn_publication_is_gone_but_named(client, db, language):
    make_publication("old", title_en="Old rules", withdrawn_at=timezone.now())

    response = client.get(f"/{language}/publications/old/")

    assert response.status_code == 410
    assert "Old rules" in response.text


@pytest.mark.parametrize("editions", ["en", "en fr es ar ru zh"])
def test_the_page_takes_six_queries(client, db, editions, django_assert_max_num_queries):
    publication = make_publication("plan", replaces=make_publication())
    make_publication(replaces=publication)
    publication.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance"))
    for language in editions.split():
        make_file(make_edition(publication, language, on_hand=5), language.encode())

    with django_assert_max_num_queries(6):
        assert client.get("/en/publications/plan/").status_code == 200


@pytest.mark.parametrize("path", ["/en/", "/en/publications/dubrovnik-action-plan/"])
def test_nothing_is_inline_and_post_is_refused(client, plan, path):
    response = client.get(path)

    assert not re.search(r"<script|<style| style=| on[a-z]+=|src=\"data:", response.text)
    assert client.post(path).status_code == 405
