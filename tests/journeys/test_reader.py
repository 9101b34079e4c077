"""A reader finds a publication in their language, and takes its PDF along."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from catalogue import formats, languages
from catalogue.models import Download
from tests.journeys import scenes
from tests.journeys.visitor import address, words

FRENCH_FILE = "Plan d’action de Dubrovnik (fr).pdf"
PLAIN_FILE = "Plan d'action de Dubrovnik (fr).pdf"


@pytest.fixture
def neighbours(plan):
    """Five publications beside the plan."""
    scenes.make_near_misses()


def test_a_reader_finds_the_plan_and_takes_the_french_pdf(visitor, plan, neighbours):
    comes_in_by_the_front_door(visitor)
    sees_the_plan_in_the_list(visitor)
    narrows_the_list_to_the_plan(visitor)
    opens_the_plan(visitor)
    reads_about_it_in_every_language(visitor)
    downloads_the_french_pdf(visitor)
    reads_on_where_the_download_broke_off(visitor)

    assert downloads_counted() == 1


# The list ---------------------------------------------------------------------


def comes_in_by_the_front_door(visitor):
    visitor.page.goto("/")

    visitor.arrives_at("catalogue:publications")
    expect(visitor.page.locator("html")).to_have_attribute("lang", visitor.language)


def sees_the_plan_in_the_list(visitor):
    card = the_plan_in_the_list(visitor)

    expect(card.get_by_role("heading")).to_have_text(scenes.TITLES[visitor.language])
    expect(card.locator(".symbol")).to_have_text(scenes.SYMBOL)
    visitor.finds(formats.date(scenes.ISSUED, language=visitor.language), within=card)
    sees_the_cover(card)
    sees_chips_that_tell_the_truth(visitor, card)


def sees_the_cover(part):
    picture = part.locator("img.cover")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", scenes.COVER["width"])


def sees_chips_that_tell_the_truth(visitor, card):
    chips = card.get_by_role("list", name=visitor.words("Editions")).get_by_role("listitem")

    expect(chips).to_have_count(len(scenes.TITLES))
    for language in scenes.TITLES:
        chip = chips.filter(has_text=languages.autonym(language))
        visitor.reads("on paper", within=chip)
        expect(chip.get_by_role("link", name=re.compile("PDF"))).to_have_count(1)


def narrows_the_list_to_the_plan(visitor):
    """Each step takes one publication away."""
    language = visitor.language
    counts(visitor, 6)
    visitor.writes(q="dubrovnik")
    visitor.presses("Search")
    counts(visitor, 5)
    chooses(visitor, "Language", languages.name("fr", language))
    counts(visitor, 4)
    chooses(visitor, "Kind", scenes.KIND[language])
    counts(visitor, 3)
    chooses(visitor, "Topic", scenes.TOPIC[language])
    counts(visitor, 2)
    chooses(visitor, "Year", "2015")
    counts(visitor, 1)


def counts(visitor, number):
    count = "%(number)s publication", "%(number)s publications", number
    heading = visitor.page.get_by_role(
        "heading", level=2, name=visitor.words(*count, number=number)
    )
    expect(heading).to_be_visible()


def chooses(visitor, facet, value):
    unfolds_the_facets(visitor)
    part = visitor.page.get_by_role("region", name=visitor.words(facet), exact=True)
    visitor.goes_by(part.get_by_role("link", name=value))


def unfolds_the_facets(visitor):
    if visitor.is_on_a_phone:
        visitor.page.locator(".facets > details > summary").click()


def the_plan_in_the_list(visitor):
    return visitor.page.get_by_role("article").filter(has_text=scenes.SYMBOL)


# The publication --------------------------------------------------------------


def opens_the_plan(visitor):
    title = scenes.TITLES[visitor.language]

    visitor.opens(title, within=the_plan_in_the_list(visitor))

    visitor.arrives_at("catalogue:publication", scenes.SLUG)
    visitor.finds(scenes.SYMBOL)
    sees_the_cover(visitor.page)


def reads_about_it_in_every_language(visitor):
    """Round the three languages and back, on the same page."""
    others = [language for language in scenes.TITLES if language != visitor.language]
    for language in [*others, visitor.language]:
        switch = visitor.page.get_by_role("link", name=languages.autonym(language), exact=True)
        visitor.goes_by(switch)
        path = address(language, "catalogue:publication", scenes.SLUG)
        expect(visitor.page).to_have_url(re.compile(re.escape(path) + "$"))
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text(scenes.TITLES[language])
        expect(switch).to_have_attribute("aria-current", "true")
        expect(visitor.page.get_by_text(words(language, "All publications"))).to_be_visible()


def downloads_the_french_pdf(visitor):
    with visitor.page.expect_download() as started:
        french_pdf(visitor).click()

    download = started.value
    assert download.suggested_filename == FRENCH_FILE
    assert Path(download.path()).read_bytes() == scenes.pdf(scenes.TITLES["fr"])


def reads_on_where_the_download_broke_off(visitor):
    whole = scenes.pdf(scenes.TITLES["fr"])
    part = visitor.page.request.get(
        french_pdf(visitor).get_attribute("href"), headers={"Range": "bytes=500-"}
    )

    assert (part.status, part.body()) == (206, whole[500:])
    assert part.headers["content-range"] == f"bytes 500-{len(whole) - 1}/{len(whole)}"
    assert f'filename="{PLAIN_FILE}"' in part.headers["content-disposition"]
    assert f"filename*=UTF-8''{quote(FRENCH_FILE)}" in part.headers["content-disposition"]


def french_pdf(visitor):
    return visitor.page.get_by_role("main").locator("a[download][hreflang=fr]")


def downloads_counted():
    call_command("fold_downloads")
    return sum(Download.objects.values_list("count", flat=True))
