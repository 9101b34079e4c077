"""No page has a fault that a machine can find, in any language: wide, narrow, in the dark."""

import pytest

from tests.browser import faults, pages
from tests.browser.faults import ARABIC, TITLES


@pytest.mark.parametrize("page", pages.PUBLIC + pages.DESK, ids=lambda page: page.__name__)
def test_a_page_serves_every_reader(visitors, world, page):
    found = []
    for visitor in visitors():
        page(visitor, world)
        assert faults.is_nowhere(visitor.page) == (page in pages.NOWHERE)
        found += named(visitor, rules_broken(visitor.page, faults.EVERYTHING))
        found += named(visitor, faults.of_layout(visitor.page, visitor.language))
        visitor.page.set_viewport_size(faults.WIDE)
        found += named(visitor, faults.of_focus(visitor.page))

    assert found == []


@pytest.mark.parametrize("page", pages.ADMIN, ids=lambda page: page.__name__)
def test_a_page_of_the_administration_breaks_no_rule_but_djangos(visitors, world, page):
    found = []
    for visitor in visitors("en"):  # what it says in another language is Django's
        page(visitor, world)
        assert not faults.is_nowhere(visitor.page)
        found += named(visitor, rules_broken(visitor.page, faults.OURS))

    assert found == []


def rules_broken(page, rules):
    """Every rule for who opened it wide, also on a phone and by night; of words for the others."""
    page.evaluate(faults.AXE)
    if page.viewport_size != faults.WIDE:
        return faults.of_rules(page, rules | faults.OF_WORDS)
    found = faults.of_rules(page, rules)
    page.set_viewport_size(faults.NARROW)
    found += faults.of_rules(page, faults.SIZE_AND_CONTRAST)
    page.emulate_media(color_scheme="dark")
    found += faults.of_rules(page, faults.CONTRAST)
    return found


def named(visitor, found):
    return [(visitor.language, *fault) for fault in found]


# Each of the faults is found where there is one -----------------------------------------


@pytest.mark.parametrize(
    ("rule", "rules", "fault"),
    [
        ("color-contrast", faults.CONTRAST, "<p style='color: #999'>on white</p>"),
        ("target-size", faults.SIZE, "<button style='font-size: 8px'>a</button>" * 2),
        ("image-alt", faults.EVERYTHING, "<img src='/none.png'>"),
        ("image-alt", faults.OURS, "<img src='/none.png'>"),
        ("image-alt", faults.EVERYTHING | faults.OF_WORDS, "<img src='/none.png'>"),
        ("label", faults.OURS | faults.OF_WORDS, "<input type='text'>"),
        (
            "target-size",
            faults.EVERYTHING | faults.OF_WORDS,
            "<button style='font-size: 8px'>a</button>" * 2,
        ),
    ],
)
def test_a_broken_rule_is_found(page, rule, rules, fault):
    page.set_content(f"<html lang=en><title>T</title><main><h1>Grey</h1>{fault}</main>")
    page.evaluate(faults.AXE)

    assert {found for found, _where in faults.of_rules(page, rules)} == {rule}


@pytest.mark.parametrize(
    ("fault", "content"),
    [
        ("too wide", "<pre>" + "wide " * 100 + "</pre>"),
        ("over the edge", "<hr width=400>"),
        ("no label", "<input placeholder='Name'>"),
        ("language of a title", f"<p lang=fr>{TITLES['es']}</p>"),
        ("direction of a title", f"<p lang=ar>{ARABIC}</p>"),
        ("not one h1", "<h1>Another</h1>"),
    ],
)
def test_what_a_page_lacks_is_found(new_page, fault, content):
    page = new_page(width=320)
    page.set_content(f"<html lang=en><title>T</title><h1>H</h1>{content}")

    assert fault in [found for found, _where in faults.of_layout(page, "en")]


def test_a_page_without_title_or_language_is_found(page):
    page.set_content("<title> – </title><h1>H</h1>")

    found = faults.of_layout(page, "en")
    assert found == [["language of the page", ""], ["no title", ""]]


def test_a_button_without_a_frame_is_found(page):
    page.set_content(
        "<button style='outline: solid'>A</button><button style='outline: none'>B</button>"
    )

    assert faults.of_focus(page) == [["no frame", '<button style="outline: none">B</button>']]
