"""Somebody at a browser, in each language, with and without JavaScript, at a desk or on a phone."""

import pytest

from tests.builders import clerk, make_point, make_state
from tests.journeys import scenes
from tests.journeys.visitor import Visitor

PHONE, DESK = 390, 1280
WAYS = {
    "en-script-phone": ("en", True, PHONE),
    "en-plain-desk": ("en", False, DESK),
    "fr-script-desk": ("fr", True, DESK),
    "fr-plain-phone": ("fr", False, PHONE),
    "es-script-phone": ("es", True, PHONE),
    "es-plain-desk": ("es", False, DESK),
}
PASSWORD = "a specimen of a password"


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def visitor(request, new_page):
    """A person of a language, whose browser asks for it."""
    language, javascript, width = request.param
    return Visitor(new_page(width=width, javascript=javascript, locale=language), language)


@pytest.fixture
def plan(live_server):
    return scenes.make_plan()


@pytest.fixture
def places(live_server):
    """Where copies may go: States, and the office."""
    make_state("LA", **scenes.by_language(scenes.STATE))
    make_state("CH", "Switzerland", name_fr="Suisse", name_es="Suiza")
    return make_point()


@pytest.fixture
def anna(live_server):
    """A colleague who may do everything."""
    anna = clerk("anna", first_name="Anna", last_name="Specimen")
    anna.set_password(PASSWORD)
    anna.save()
    return anna
