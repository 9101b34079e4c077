"""Everything can be done with the keyboard alone, and one always sees where one is."""

import re

from django.core import mail

from catalogue import languages
from orders.models import Order
from tests.browser import pages
from tests.journeys.visitor import Visitor

IS_HERE = "element => element === document.activeElement"


def test_the_first_stop_leads_past_the_head(new_page, world):
    visitor = Visitor(new_page(), "en")
    pages.catalogue.a_publication(visitor, world)
    visitor.page.keyboard.press("Tab")
    skip = visitor.link("Skip to the content")
    box = skip.bounding_box()
    visitor.page.keyboard.press("Enter")

    assert box["y"] >= 0
    assert visitor.page.locator("main").evaluate(IS_HERE)


def test_an_order_is_placed_and_confirmed_with_tab_and_enter(new_page, world):
    hands = Hands(new_page(javascript=False, locale="fr"), "fr")
    pages.catalogue.a_publication(hands, world)
    hands.order_three_french_copies()
    hands.say_who_and_where()
    hands.reads("One more step: confirm the order by e-mail")
    hands.page.goto(re.search(r"https?://\S+/order/\S+", mail.outbox[-1].body).group())
    hands.press("Confirm the order")
    hands.reads("Thank you: the order is confirmed. We have sent you a mail with this link.")

    assert Order.objects.get().lines.get().allocated == 3


class Hands(Visitor):
    """Somebody who has no mouse: Tab, Enter, Space, and letters."""

    def comes_to(self, element):
        """Tab until the element has the focus."""
        for _stop in range(100):
            self.page.keyboard.press("Tab")
            if element.evaluate(IS_HERE):
                return
        raise AssertionError(f"Tab never comes to {element}")

    def type(self, **fields):
        for name, text in fields.items():
            self.comes_to(self.field(name))
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)

    def choose(self, name, value):
        """The first of the radio buttons, then down to the one wanted."""
        wanted = self.page.locator(f'[name="{name}"][value="{value}"]')
        self.comes_to(self.field(name).first)
        self.page.keyboard.press("Space")
        while not wanted.is_checked():
            self.page.keyboard.press("ArrowDown")

    def press(self, text):
        self.comes_to(self.button(text))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def order_three_french_copies(self):
        edition = self.page.get_by_role("region", name=languages.autonym("fr"), exact=True)
        self.comes_to(edition.get_by_role("spinbutton"))
        self.page.keyboard.press("Control+A")
        with self.page.expect_navigation():
            self.page.keyboard.type("3\n")
        self.press("Continue to your details")

    def say_who_and_where(self):
        self.type(name="Specimen Delegate", organisation="Permanent Mission (specimen)")
        self.choose("orderer_kind", "other")
        self.type(email="delegate@example.org")
        self.choose("delivery", "post")
        self.type(address="BP 1234", country="R")
        self.press("Place the order")
