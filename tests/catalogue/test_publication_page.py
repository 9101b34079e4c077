"""The page of one publication, in every language."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from catalogue import version
from catalogue.models import Edition, Meeting, Series, Topic
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


def test_topics_lead_to_their_pages(client, plan):
    plan.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance"))

    response = client.get("/fr/publications/dubrovnik-action-plan/")

    assert '<a href="/fr/topics/clearance/">' in response.text


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
def test_the_page_takes_seven_queries(client, db, editions, django_assert_max_num_queries):
    series = Series.objects.create(slug="plans", name_en="Plans")
    meeting = Meeting.objects.create(code="1RC", name_en="First Review Conference")
    publication = make_publication(
        "plan", replaces=make_publication(), series=series, meeting=meeting
    )
    make_publication(replaces=publication)
    make_publication(corrects=publication)
    for _one in editions.split():
        make_publication(series=series, meeting=meeting)
    publication.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance"))
    for language in editions.split():
        make_file(make_edition(publication, language, on_hand=5), language.encode())

    version.current()
    with django_assert_max_num_queries(7):
        assert client.get("/en/publications/plan/").status_code == 200


@pytest.mark.parametrize("path", ["/en/", "/en/publications/dubrovnik-action-plan/"])
def test_nothing_is_inline_and_post_is_refused(client, plan, path):
    response = client.get(path)

    scripts = r"<script(?! src=\"/static/| type=\"application/ld\+json\")"
    assert not re.search(rf"{scripts}|<style| style=| on[a-z]+=|src=\"data:", response.text)
    assert client.post(path).status_code == 405


# States of editions ---------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_that_is_missing_is_said_to_be(client, db, language):
    make_file(make_edition(make_publication("report"), "en"))

    response = client.get(f"/{language}/publications/report/")

    missing = re.findall(r'id="missing-(\w+)"', response.text)
    assert sorted(missing) == ["es", "fr"]
    if language != "en":  # what a reader misses most is said first
        assert missing[0] == language
        assert response.text.index("missing-") < response.text.index('class="edition"')
    assert f'href="/{language}/publications/report/tell-me/fr/"' in response.text


def test_a_translation_under_way_says_when_it_is_expected(client, plan):
    make_edition(plan, "es", published=False, stage="translation", expected_on=date(2027, 3, 3))
    make_edition(plan, "ar", published=False, stage="translation")

    seen = text(client.get("/en/publications/dubrovnik-action-plan/"))

    assert "The translation into Spanish is expected on 3 March 2027." in seen
    assert "It is being translated into Arabic." in seen


def test_an_edition_that_is_not_out_yet_stays_unseen(client, plan):
    make_file(make_edition(plan, "es", published_at=timezone.now() + timedelta(days=1)), b"es")

    response = client.get("/en/publications/dubrovnik-action-plan/")

    assert 'id="missing-es"' in response.text
    assert "-es.pdf" not in response.text


def test_an_advance_copy_says_so(client, db):
    make_file(make_edition(make_publication("report"), stage="advance"))

    assert "Advance copy: the final text may differ" in text(client.get("/en/publications/report/"))


def test_a_superseded_edition_leads_to_the_one_that_took_its_place(client, plan):
    old = plan.editions.get(languages__language="en")
    new = make_edition(plan, "en", stage="corrected", supersedes=old)
    make_file(new, b"corrected")

    response = client.get("/en/publications/dubrovnik-action-plan/")

    assert "is superseded." in text(response)
    assert f'<a href="#edition-{new.pk}">' in response.text
    assert f'aria-labelledby="edition-{old.pk}"' not in response.text
    assert f"dubrovnik-action-plan-en-{old.reading_file.sha256[:12]}.pdf" in response.text
    assert "Corrected edition of" in text(response)


def test_a_withdrawn_edition_is_listed_with_its_date_and_without_its_file(client, plan):
    Edition.objects.filter(publication=plan, languages__language="fr").update(
        withdrawn_at="2020-05-04T12:00Z"
    )

    response = client.get("/en/publications/dubrovnik-action-plan/")

    assert "The edition was withdrawn on 4 May 2020." in text(response)
    assert "-fr.pdf" not in response.text
    assert 'id="missing-fr"' in response.text


def test_older_versions_are_reached_under_addresses_that_never_change(client, plan):
    edition = plan.editions.get(languages__language="en")
    first, second = edition.reading_file, make_file(edition, b"second", note="Page 3 corrected")

    page = client.get("/en/publications/dubrovnik-action-plan/").text

    assert "2 versions of the PDF" in page
    assert "Page 3 corrected" in page
    addresses = re.findall(r'href="([^"]+-en-[0-9a-f]{12}\.pdf)"', page)
    assert [address[-16:-4] for address in addresses] == [second.sha256[:12], first.sha256[:12]]
    assert client.head(addresses[1]).status_code == 200


# Lineage --------------------------------------------------------------------


@pytest.fixture
def plans(db):
    """Vientiane, then Dubrovnik, then Lausanne: each replaces the one before."""
    last = None
    for name, year in (("vientiane", 2010), ("dubrovnik", 2015), ("lausanne", 2021)):
        last = make_publication(name, replaces=last, issued_on=date(year, 9, 1))
    return last


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("here", ["vientiane", "dubrovnik", "lausanne"])
def test_a_timeline_shows_the_whole_chain_from_each_of_its_ends(client, plans, here, language):
    response = client.get(f"/{language}/publications/{here}/")

    chain = response.text.partition('class="timeline"')[2].partition("</section>")[0]
    assert re.findall(r">(Vientiane|Dubrovnik|Lausanne)<", chain) == [
        "Vientiane",
        "Dubrovnik",
        "Lausanne",
    ]
    assert re.findall(r'datetime="(\d{4})', chain) == ["2010", "2015", "2021"]
    assert f">{here.capitalize()}</strong>" in chain


def test_a_timeline_follows_what_replaced_what_where_a_date_is_missing(client, db):
    first = make_publication("first-guide", title_en="First guide", issued_on=date(2007, 11, 1))
    second = make_publication(
        "second-guide", title_en="Second guide", replaces=first, issued_on=None
    )
    make_publication("third-guide", title_en="Third guide", replaces=second)

    page = client.get("/en/publications/third-guide/").text

    chain = page.partition('class="timeline"')[2].partition("</section>")[0]
    places = [chain.index(name) for name in ("First guide", "Second guide", "Third guide")]
    assert places == sorted(places)


def test_a_replaced_publication_names_its_successor(client, plans):
    story = client.get("/en/publications/vientiane/").text.partition('class="story"')[2]

    link = '<a href="/en/publications/dubrovnik/" lang="en" dir="ltr">'
    assert link in story.partition("</div>")[0]


def test_a_publication_alone_has_no_timeline(client, plan):
    assert "timeline" not in client.get("/en/publications/dubrovnik-action-plan/").text


def test_a_ring_of_replacements_is_no_endless_chain(client, plans):
    first = type(plans).objects.get(slug="vientiane")
    type(plans).objects.filter(pk=first.pk).update(replaces=plans)

    assert client.get("/en/publications/dubrovnik/").status_code == 200


def test_a_corrigendum_and_what_it_corrects_name_each_other(client, plan):
    make_publication("corrigendum", title_en="Corrigendum 1", corrects=plan)

    corrected = client.get("/en/publications/dubrovnik-action-plan/").text
    corrigendum = client.get("/en/publications/corrigendum/").text

    assert 'href="/en/publications/corrigendum/"' in corrected
    assert 'href="/en/publications/dubrovnik-action-plan/"' in corrigendum
    assert "This corrects or completes:" in corrigendum


def test_neighbours_in_the_series_are_the_nearest_by_date(client, db):
    series = Series.objects.create(slug="reports", name_en="Reports")
    for year in range(2010, 2020):
        make_publication(f"report-{year}", series=series, issued_on=date(year, 1, 1))

    page = client.get("/en/publications/report-2015/").text.partition('class="related"')[2]

    assert re.findall(r"/publications/report-(\d+)/", page) == ["2013", "2014", "2016", "2017"]


def test_drafts_and_withdrawn_ones_are_no_neighbours(client, db):
    series = Series.objects.create(slug="reports", name_en="Reports")
    make_publication("report", series=series)
    make_publication("draft", series=series, published=False)
    make_publication("gone", series=series, withdrawn_at=timezone.now())

    page = client.get("/en/publications/report/").text

    assert "draft" not in page
    assert "/gone/" not in page


# Citing and sharing ---------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_cited_in_three_styles_and_for_programs(client, plan, settings, language):
    settings.SITE_URL = "https://example.org"

    page = client.get(f"/{language}/publications/dubrovnik-action-plan/").text

    quotes = re.findall(r"<blockquote id=\"cite-\d\"[^>]*>(.*?)</blockquote>", page)
    assert len(quotes) == 3
    assert all("https://example.org/p/dubrovnik-action-plan" in quote for quote in quotes)
    assert {
        end for end in ("bib", "ris", "json", "xml") if re.search(rf'href="[^"]+\.{end}"', page)
    } == {"bib", "ris", "json", "xml"}


def test_it_is_sent_on_with_its_lasting_address_and_by_nobody_else(client, plan, settings):
    settings.SITE_URL = "https://example.org"

    page = client.get("/fr/publications/dubrovnik-action-plan/").text

    assert '<a href="mailto:?subject=Plan%20d%E2%80%99action%20de%20Dubrovnik&amp;body=' in page
    assert "https%3A%2F%2Fexample.org%2Fp%2Fdubrovnik-action-plan" in page
    assert set(re.findall(r'(?:src|href)="https?://([^/"]+)', page)) <= {
        "example.org",
        "purl.org",
    }


def test_the_qr_code_is_a_picture_that_caches_keep(client, plan):
    response = client.get("/p/dubrovnik-action-plan/qr.svg")

    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=86400"
    assert b"style" not in response.content
    assert client.get("/p/unknown/qr.svg").status_code == 404
