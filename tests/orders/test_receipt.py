"""The receipt as paper: it counts its pages, fills them, and is set as its language is."""

import re

import pypdfium2
import pytest
from django.utils import translation

from orders import fulfilment, lifecycle
from orders.receipt import receipt_of
from tests.builders import clerk, make_edition, make_order, make_point, make_state, part_for
from tests.orders.visits import LANGUAGES

pytestmark = pytest.mark.django_db

HALF, FOOT = 421, 58  # points above the edge of an A4 sheet


def pages_of(order, language="en"):
    """The words of each page of the order's receipt."""
    order.refresh_from_db()
    with translation.override(language), pypdfium2.PdfDocument(receipt_of(order)) as document:
        return [page.get_textpage().get_text_range() for page in document]


def depths_of(order):
    """How far from the foot of each page its text ends, the line below it aside, in points."""
    order.refresh_from_db()
    with pypdfium2.PdfDocument(receipt_of(order)) as document:
        return [_depth(page.get_textpage()) for page in document]


def _depth(text):
    boxes = [text.get_rect(number) for number in range(text.count_rects())]
    return min(bottom for _left, bottom, _right, _top in boxes if bottom > FOOT)


def long_order(titles):
    """An order for two, of many titles, packed and sent."""
    editions = [make_edition(on_hand=9) for _ in range(titles)]
    part = part_for(editions[0], 1) | {"quantities": {edition.pk: 1 for edition in editions}}
    order = make_order(*((edition, 3) for edition in editions), consignees=[part])
    for parcel in fulfilment.pack_all(order, by=clerk()):
        fulfilment.send(parcel, by=clerk())
    return order


def test_every_page_is_numbered():
    pages = pages_of(long_order(12))

    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in page


def test_what_goes_to_whom_begins_below_the_copies():
    first, *_more = pages_of(long_order(4))

    assert "Who gets what" in first
    assert "Your own part" in first


@pytest.mark.parametrize("titles", [5, 12, 26])
def test_no_page_but_the_last_is_left_half_empty(titles):
    depths = depths_of(long_order(titles))

    assert max(depths[:-1]) < HALF


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("delivery", ["post", "pick_up"])
def test_no_colon_stands_before_where_the_copies_go(language, delivery):
    make_state("CH", "Switzerland")
    point = make_point("Counter") if delivery == "pick_up" else None
    order = make_order((make_edition(on_hand=9), 1), pick_up_point=point)

    [page] = pages_of(order, language)

    assert not re.search(r"\w: ?(Counter|1202|Geneva|Switzerland)", page)
    assert ("Counter" if point else "Switzerland") in page


def test_the_receipt_says_why_an_order_is_on_hold():
    order = make_order((make_edition(on_hand=9), 1))
    lifecycle.hold(order, by=clerk(), reason="address")

    assert "We have a question about the address" in pages_of(order)[0]
