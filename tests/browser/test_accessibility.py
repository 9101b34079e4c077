"""No page breaks a rule of accessibility that a machine can check (axe), in any language."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import pages
from tests.journeys.visitor import Visitor

AXE = Axe().axe_script
EVERYTHING = {"rules": {"target-size": {"enabled": True}}}
CONTRAST = {"runOnly": ["color-contrast"]}
# What Django's own templates and its select2 break.
DJANGOS_OWN = (
    "aria-input-field-name",
    "empty-table-header",
    "label-title-only",
    "scrollable-region-focusable",
)
OURS = {"rules": EVERYTHING["rules"] | {rule: {"enabled": False} for rule in DJANGOS_OWN}}
WIDTHS = (1280, 390)
SETTLED = "Promise.all(document.getAnimations().map(animation => animation.finished))"


@pytest.mark.parametrize("page", pages.PUBLIC + pages.DESK, ids=lambda page: page.__name__)
def test_a_page_breaks_no_rule(visitors, world, page):
    assert rules_broken(visitors, world, page, EVERYTHING) == {}


@pytest.mark.parametrize("page", pages.ADMIN, ids=lambda page: page.__name__)
def test_a_page_of_the_administration_breaks_no_rule_but_djangos(visitors, world, page):
    assert rules_broken(visitors, world, page, OURS) == {}


def test_a_broken_rule_is_found(page):
    page.set_content("<main><h1>Grey</h1><p style='color: #999'>on white</p></main>")
    page.evaluate(AXE)

    found = violations(Visitor(page, "en"), CONTRAST, 1280)
    assert [rule for _language, _how, rule, _target in found] == ["color-contrast"]


def rules_broken(visitors, world, page, rules):
    """What axe finds on a page, by language: wide, narrow, and in the dark (as dark in any)."""
    found = {}
    for visitor in visitors(bypass_csp=True):
        page(visitor, world)
        visitor.page.evaluate(AXE)
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 844})
            found |= violations(visitor, rules, width)
        if visitor.language == "en":
            visitor.page.emulate_media(color_scheme="dark")
            found |= violations(visitor, CONTRAST, "dark")
    return found


def violations(visitor, rules, how):
    """The rules broken, and the elements that break them."""
    visitor.page.evaluate(SETTLED)
    result = visitor.page.evaluate("rules => axe.run(rules)", rules)
    return {
        (visitor.language, how, violation["id"], str(node["target"])): node["html"][:200]
        for violation in result["violations"]
        for node in violation["nodes"]
    }
