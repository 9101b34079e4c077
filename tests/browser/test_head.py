"""The head of the desk: one line at a desk, and a fold for what is seldom wanted."""

import pytest

from tests.browser.pages.coming import signs_in
from tests.builders import clerk
from tests.journeys.visitor import Visitor


@pytest.fixture
def at_the_queue(new_page, site):
    def come(language="en", **options):
        visitor = Visitor(new_page(**options), language)
        signs_in(visitor, clerk("maria", first_name="Marie-Christine", last_name="Dupont-Lefèvre"))
        visitor.goes_to("desk:queue")
        return visitor.page

    return come


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_head_is_one_line_in_every_language(at_the_queue, language):
    page = at_the_queue(language)

    links = page.locator(".desk-header :is(a, summary):visible").all()
    middles = [box["y"] + box["height"] / 2 for box in (link.bounding_box() for link in links)]

    assert len(links) == 13  # its name, eight rooms, three languages, who is signed in
    assert max(middles) - min(middles) < 8


def test_the_way_out_is_found_by_keys_and_the_fold_closes(at_the_queue):
    page = at_the_queue()
    fold, way_out = page.locator(".account summary"), page.get_by_role("button", name="Sign out")

    fold.focus()
    page.keyboard.press("Enter")
    assert way_out.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not way_out.is_visible()
    assert fold.evaluate("fold => fold === document.activeElement")

    fold.click()
    page.locator("h1").click()
    assert not way_out.is_visible()


def test_one_signs_out_without_script(at_the_queue):
    page = at_the_queue(javascript=False, width=390)

    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/en/desk/")

    assert "/accounts/login/" in page.url
