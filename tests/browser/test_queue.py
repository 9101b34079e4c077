"""The queue by hand: how many presses it takes, and what the keys do."""

import re

import pikepdf
import pytest

from catalogue import jobs
from catalogue.models import Job
from orders import audit
from orders.models import Consignment, Order
from tests.browser.pages.coming import signs_in
from tests.builders import make_edition, make_order, make_publication
from tests.journeys.visitor import Visitor


class Hand:
    """Somebody at the queue whose presses are counted."""

    def __init__(self, page):
        self.page, self.presses = page, 0

    def press(self, role, name, within=None):
        self.presses += 1
        (within or self.page).get_by_role(role, name=name, exact=True).first.click()

    def prints(self, *presses, within=None):
        """What opens in another tab is printed there; this page stays."""
        with self.page.context.expect_page() as opened:
            self.press(*presses, within=within)
        return Hand(opened.value)

    @property
    def current_tab(self):
        return self.page.locator(".tabs [aria-current]").inner_text()


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def hand(request, new_page, site):
    page = new_page(javascript=request.param)
    visitor = Visitor(page, "en")
    signs_in(visitor)
    return Hand(page)


@pytest.fixture
def edition(site):
    return make_edition(make_publication("action-plan"), on_hand=500, weight_g=50)


def test_fifty_orders_are_packed_printed_and_dispatched_in_eight_presses(hand, edition):
    for _n in range(50):
        make_order((edition, 2))
    Visitor(hand.page, "en").goes_to("desk:queue", query="?tab=to_pack")

    ticks_all(hand)
    hand.press("button", "Pack", within=hand.page.locator(".batch-bar"))
    papers = hand.prints("button", "Print")
    papers.press("button", "Make one PDF")
    papers.page.wait_for_url(re.compile("/jobs/"))
    hand.press("button", "Dispatch or make ready")
    hand.page.get_by_text("50 orders are dispatched").wait_for()

    download = papers.page.get_by_role("link", name="Download")
    assert download.get_attribute("href")
    assert hand.presses + papers.presses + 1 <= 8  # and the download
    assert pages_of(Job.objects.get()) >= 50
    assert Order.objects.filter(status="closed").count() == 50
    assert audit.breaches() == []


def ticks_all(hand):
    box, link = hand.page.get_by_label("Tick all"), hand.page.get_by_text("Tick all on this page")
    if link.is_visible():
        hand.press("link", "Tick all on this page")
    else:
        hand.presses += 1
        box.first.check()


def pages_of(job):
    with pikepdf.open(jobs.file_of(job)) as document:
        return len(document.pages)


def test_one_order_is_packed_printed_and_dispatched_in_four_presses(hand, edition):
    make_order((edition, 2))
    Visitor(hand.page, "en").goes_to("desk:queue", query="?tab=to_pack")

    row = hand.page.locator("[data-row]")
    hand.presses += 1
    row.get_by_role("button", name=re.compile("^Pack")).click()
    hand.page.get_by_role("link", name="Print the slip").wait_for()
    hand.press("button", "Dispatch")
    hand.page.get_by_text("The copies have left the stock").wait_for()

    assert hand.presses + 2 <= 4  # and a press for each of the two papers
    assert Consignment.objects.get().status == "sent"


def test_keys_tick_pack_and_lead_from_row_to_row(new_page, edition):
    visitor = Visitor(new_page(), "en")
    signs_in(visitor)
    first, second = make_order((edition, 1)), make_order((edition, 1))
    visitor.goes_to("desk:queue", query="?tab=to_pack")
    keys, page = visitor.page.keyboard, visitor.page

    for key in "jxjx":
        keys.press(key)
    assert page.locator("#picked-count").inner_text() == "(2)"
    assert page.get_by_label("Tick all").first.is_checked()
    keys.press("x")
    assert page.get_by_label(f"Tick order {second.number}").is_checked() is False

    keys.press("k")
    keys.press("p")
    page.wait_for_url(re.compile(first.number))

    assert first.consignments.get().status == "packed"
    assert not second.consignments.exists()


def test_keys_go_on_after_a_box_was_ticked_by_hand(new_page, edition):
    visitor = Visitor(new_page(), "en")
    signs_in(visitor)
    order = make_order((edition, 1))
    visitor.goes_to("desk:queue", query="?tab=to_pack")

    visitor.page.get_by_label(f"Tick order {order.number}").check()
    visitor.page.keyboard.press("/")

    assert visitor.page.locator("#q").evaluate("box => box === document.activeElement")


@pytest.fixture
def keyed(new_page, edition):
    """The keyboard at a queue of three orders, and their numbers."""
    visitor = Visitor(new_page(), "en")
    signs_in(visitor)
    numbers = [make_order((edition, 1)).number for _n in range(3)]
    visitor.goes_to("desk:queue", query="?tab=to_pack")
    return visitor.page, numbers


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def press_keys(page, keys):
    for key in keys:
        page.keyboard.press(key)


def test_escape_leaves_the_search_for_the_row_of_before(keyed):
    page, numbers = keyed

    press_keys(page, "jj/")
    page.keyboard.type("abc")
    page.keyboard.press("Escape")

    assert focused(page) == numbers[1]
    assert page.locator("#q").input_value() == "abc"
    press_keys(page, "j")
    assert focused(page) == numbers[2]


def test_the_list_of_keys_gives_the_row_back(keyed):
    page, numbers = keyed

    press_keys(page, "jj?")
    assert page.locator("#keys").get_attribute("open") is not None
    press_keys(page, "?")

    assert focused(page) == numbers[1]


def test_after_a_press_the_keys_go_on_where_the_row_was(keyed):
    page, numbers = keyed

    press_keys(page, "jjp")
    page.wait_for_url(re.compile(numbers[1]))
    page.goto(page.url.partition("/orders/")[0] + "/?tab=to_pack")
    press_keys(page, "j")

    assert focused(page) == numbers[2]
    press_keys(page, "k")
    assert focused(page) == numbers[0]
