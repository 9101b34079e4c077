"""Runs only with `--ds tests.arabic.settings`; `tests/test_fourth_language.py` does that."""

import os

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.browser.world import World
from tests.journeys.visitor import Visitor

if settings.SETTINGS_MODULE != "tests.arabic.settings":
    collect_ignore_glob = ["test_*"]


@pytest.fixture(scope="session")
def migrations(django_db_blocker):
    """What `makemigrations` writes for the new language, by app."""
    with django_db_blocker.unblock():
        call_command("makemigrations", "catalogue", "orders", name="arabic", verbosity=0)
    return {
        app: [file.stem for file in (settings.FOLDER / name).glob("[0-9]*.py")]
        for app, name in settings.MIGRATION_MODULES.items()
    }


@pytest.fixture(scope="session")
def django_db_setup(migrations, django_db_setup):
    """The tables as the new migration leaves them."""


@pytest.fixture
def world(live_server):
    return World()


@pytest.fixture
def reader(new_page):
    """Somebody who reads Arabic, on a small phone."""
    return Visitor(new_page(width=320, locale="ar"), "ar")


@pytest.fixture
def picture():
    """Keep pictures of a page in the folder named by PICTURES, to be looked at."""

    def take(page, name):
        if folder := os.environ.get("PICTURES"):
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 844})
                page.screenshot(path=f"{folder}/ar-{name}-{width}.png", full_page=True)

    return take
