"""What a camera, a clipboard and a printer make of a publication's page."""

import io

import pytest
from PIL import Image

from tests.builders import make_edition, make_file, make_publication

PAGE = "/en/publications/dubrovnik-action-plan/"


@pytest.fixture
def plan(site, django_db_serialized_rollback):
    plan = make_publication("dubrovnik-action-plan", title_en="Dubrovnik Action Plan")
    make_file(make_edition(plan, "en"))
    return plan


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_camera_reads_the_lasting_address_from_the_page(new_page, site, plan, scheme):
    import zxingcpp

    page = new_page(color_scheme=scheme)
    page.goto(PAGE)
    page.locator(".qr").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.qr').complete")

    seen = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))

    assert [code.text for code in seen] == [f"{site.url}/p/dubrovnik-action-plan"]
    page.goto(seen[0].text)
    assert page.url == f"{site.url}{PAGE}"


def test_a_citation_is_copied_by_a_button_and_selected_without_script(new_page, plan):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(PAGE)

    page.get_by_role("button", name="Author and date").click()
    page.get_by_role("button", name="Copied").wait_for()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#cite-1").inner_text()
    plain = new_page(javascript=False)
    plain.goto(PAGE)
    assert plain.locator("#cite-1").is_visible()
    assert plain.locator("[data-copy]:visible").count() == 0
