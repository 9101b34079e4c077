"""A browser, and a world of things to look at."""

import pytest

from tests.browser.faults import WIDE
from tests.browser.world import World
from tests.journeys.visitor import Visitor

LANGUAGES = ("en", "fr", "es")


@pytest.fixture
def world(live_server):
    return World()


@pytest.fixture
def visitors(new_page):
    """One after the other, somebody of each language, at the same window and unknown there."""

    def come():
        page = new_page()
        for language in LANGUAGES:
            page.context.clear_cookies()
            page.emulate_media(color_scheme="light")
            page.set_viewport_size(WIDE)
            yield Visitor(page, language)

    return come
