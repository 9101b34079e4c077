"""What no page lacks: a heading, labels, room on a narrow screen, the language of each part."""

import pytest

from tests.browser import pages
from tests.browser.world import ARABIC
from tests.journeys import scenes

NARROW = 320
TITLES = scenes.TITLES | {"ar": ARABIC}

# How wide the page is instead, and what lies beyond the edge, for the one who has to mend it.
BEYOND_THE_EDGE = """
() => {
  const width = document.documentElement.scrollWidth;
  const wide = [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML.slice(0, 120));
  return width <= innerWidth ? [] : [width, ...wide];
}
"""
WITHOUT_A_LABEL = """
() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
  .filter((field) => ![...field.labels].some((label) => label.innerText.trim()))
  .filter((field) => field.checkVisibility())
  .map((field) => field.outerHTML.slice(0, 120))
"""
# Titles that stand in a part of another language, or run in the wrong direction.
IN_THE_WRONG_LANGUAGE = """
(titles) => {
  const wrong = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const [language, title] of Object.entries(titles)) {
      if (!walker.currentNode.data.includes(title)) continue;
      const part = walker.currentNode.parentElement;
      const isRightToLeft = getComputedStyle(part).direction === "rtl";
      const isSaid = part.closest("[lang]").lang === language;
      if (!isSaid || isRightToLeft !== (language === "ar")) wrong.push(part.outerHTML);
    }
  }
  return wrong;
}
"""


@pytest.mark.parametrize("page", pages.PUBLIC + pages.DESK, ids=lambda page: page.__name__)
def test_a_page_is_whole_for_every_reader(visitors, world, page):
    """At the width of a small phone, where a line has the least room."""
    for visitor in visitors(width=NARROW):
        page(visitor, world)
        look = visitor.page.evaluate

        assert look(BEYOND_THE_EDGE) == []
        assert look(WITHOUT_A_LABEL) == []
        assert look(IN_THE_WRONG_LANGUAGE, TITLES) == []
        assert visitor.page.locator("h1").count() == 1
        assert visitor.page.locator("html").get_attribute("lang") == visitor.language
        assert visitor.page.title().strip(" –")


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("<pre>" + "wide " * 100 + "</pre>", BEYOND_THE_EDGE),
        ("<input placeholder='Name'>", WITHOUT_A_LABEL),
        (f"<p lang=fr>{TITLES['es']}</p>", IN_THE_WRONG_LANGUAGE),
        (f"<p lang=ar>{ARABIC}</p>", IN_THE_WRONG_LANGUAGE),
    ],
)
def test_a_fault_is_found(new_page, fault, check):
    page = new_page(width=NARROW)
    page.set_content(fault)

    assert len(page.evaluate(check, TITLES)) == 1
