"""A browser, and a world of things to look at."""

import pytest

from tests.browser.faults import NARROW, WIDE
from tests.browser.world import World
from tests.journeys.visitor import Visitor

SIZES = {"en": WIDE, "fr": NARROW, "es": NARROW}


@pytest.fixture
def world(live_server):
    return World()


@pytest.fixture
def visitors(new_page):
    """One after the other, unknown at the same window: somebody at a desk, two on small phones."""

    def come(*languages):
        page = new_page()
        for language in languages or SIZES:
            size = SIZES[language]
            # A page that refreshes itself would go on with the next window. Not to about:blank:
            # coming back from there takes a new process, which has to learn the rules anew.
            page.goto("/robots.txt")
            page.context.clear_cookies()
            page.emulate_media(color_scheme="light")
            page.set_viewport_size(size)
            yield Visitor(page, language)

    return come
