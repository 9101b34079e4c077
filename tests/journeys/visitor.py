"""A person at the browser, who goes by the words on the page."""

import re

from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

PATIENCE = 15_000  # milliseconds: a busy machine stalls
expect.set_options(timeout=PATIENCE)


def words(language, text, plural="", count=None, /, **values):
    """What readers of a language see where the source says `text`; the plural by `count`."""
    with translation.override(language):
        found = translation.ngettext(text, plural, count) if plural else translation.gettext(text)
    return found % values if values else found


def address(language, name, /, *args):
    """Where a page lies in a language."""
    with translation.override(language):
        return reverse(name, args=args)


def pattern(text):
    """Matches a text wherever it stands, its fixed spaces taken as spaces."""
    return re.compile(r"\s+".join(map(re.escape, text.split())))


class Visitor:
    """Somebody who reads one language, and follows, presses and fills in what it says."""

    def __init__(self, page, language):
        self.page, self.language = page, language
        page.set_default_timeout(PATIENCE)

    @property
    def is_on_a_phone(self):
        return self.page.viewport_size["width"] < 600

    def words(self, text, *plural_and_count, **values):
        return words(self.language, text, *plural_and_count, **values)

    def path(self, name, *args):
        return address(self.language, name, *args)

    # Going about ------------------------------------------------------------------

    def goes_to(self, name, *args, query=""):
        return self.page.goto(self.path(name, *args) + query)

    def follows(self, text, *plural_and_count, within=None, **values):
        self.goes_by(self.link(text, *plural_and_count, within=within, **values))

    def presses(self, text, *plural_and_count, within=None, **values):
        self.goes_by(self.button(text, *plural_and_count, within=within, **values))

    def opens(self, name, *, within=None):
        """Follow a link that is called by a thing's own name, such as a title."""
        self.goes_by((within or self.page).get_by_role("link", name=name, exact=True))

    def goes_by(self, element):
        """Click on what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            element.click()

    def link(self, text, *plural_and_count, within=None, **values):
        name = self.words(text, *plural_and_count, **values)
        return (within or self.page).get_by_role("link", name=name, exact=True)

    def button(self, text, *plural_and_count, within=None, **values):
        name = self.words(text, *plural_and_count, **values)
        return (within or self.page).get_by_role("button", name=name, exact=True)

    # Filling in, by the names of the fields ---------------------------------------

    def writes(self, **fields):
        for name, text in fields.items():
            self.field(name).fill(text)

    def selects(self, **fields):
        """By the value or the words of an option."""
        for name, value in fields.items():
            self.field(name).select_option(value)

    def ticks(self, **fields):
        for name, value in fields.items():
            self.page.locator(f'[name="{name}"][value="{value}"]').check()

    def field(self, name):
        return self.page.locator(f'[name="{name}"]')

    # Reading ----------------------------------------------------------------------

    def reads(self, text, *plural_and_count, within=None, **values):
        """Expect a sentence of the interface on the page, or in a part of it."""
        sentence = self.words(text, *plural_and_count, **values)
        self.finds(sentence, within=within)

    def finds(self, text, *, within=None):
        """Expect a text that is no matter of translation."""
        found = (within or self.page).get_by_text(text).filter(visible=True)
        expect(found.first).to_be_visible()

    def arrives_at(self, name, *args):
        """Expect to be on a page, whatever its address ends with."""
        path = re.escape(self.path(name, *args))
        expect(self.page).to_have_url(re.compile(rf"//[^/]+{path}([?#]|$)"))
