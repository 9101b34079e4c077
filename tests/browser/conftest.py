"""A browser, and a world of things to look at."""

import pytest

from tests.browser.world import World
from tests.journeys.visitor import Visitor

LANGUAGES = ("en", "fr", "es")


@pytest.fixture
def world(live_server):
    return World()


@pytest.fixture
def visitors(new_page):
    """One after the other, somebody of each language."""

    def come(**options):
        for language in LANGUAGES:
            yield Visitor(new_page(locale=language, **options), language)

    return come
