"""Arabic as an interface language: nothing but an entry, a migration and a message catalogue."""

import io
import re

import pytest
from django.test import Client
from django.utils import translation
from pypdfium2 import PdfDocument

from catalogue import search
from catalogue.models import Publication
from orders import outbox, papers
from tests.browser import faults, pages
from tests.builders import make_consignment, make_edition, make_order, make_publication


def test_one_command_writes_one_migration_for_each_app(migrations):
    assert {app: len(files) for app, files in migrations.items()} == {"catalogue": 1, "orders": 1}


PAGES = [
    *pages.catalogue.PAGES,
    pages.ordering.the_form,
    pages.ordering.a_confirmed_order,
    pages.desk.the_queue,
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_page_runs_from_right_to_left_and_breaks_no_rule(reader, world, picture, page):
    page(reader, world)
    picture(reader.page, page.__name__)
    reader.page.evaluate(faults.AXE)

    assert reader.page.locator("html").get_attribute("dir") == "rtl"
    assert faults.of_layout(reader.page, "ar") == []
    assert faults.of_rules(reader.page) == []


@pytest.fixture
def plan(db):
    plan = make_publication("plan", title_ar=faults.ARABIC, title_en=faults.TITLES["en"])
    make_edition(plan, "ar", title=faults.ARABIC, on_hand=10)
    search.index([plan])
    return plan


def test_the_title_is_shown_in_arabic(plan):
    page = Client().get("/ar/publications/plan/").content.decode()

    assert re.search(rf"<h1[^>]*>\s*{faults.ARABIC}", page)


def test_what_has_no_arabic_title_says_in_which_language_it_is(db):
    make_publication("report", title_fr="Rapport")

    assert '<h1 lang="fr"' in Client().get("/ar/publications/report/").content.decode()


def test_arabic_pages_name_each_other_as_translations(plan):
    page = Client().get("/en/publications/plan/").content.decode()

    assert 'hreflang="ar"' in page


@pytest.mark.parametrize("words", ["دوبروفنيك", "الخطة", "خطه", "بالخطة"])
def test_a_publication_is_found_by_arabic_words(plan, words):
    assert list(Publication.objects.published().search(words)) == [plan]


def test_the_browser_of_an_arabic_reader_leads_to_arabic(db):
    assert Client().get("/", headers={"accept-language": "ar"}).url == "/ar/"


@pytest.mark.parametrize("template", ["confirm", "received"])
def test_mail_speaks_arabic(plan, template):
    order = make_order((plan.editions.get(), 2), language="ar")
    message = order.messages.get(template=template)

    mail = outbox.render(message)

    html = mail.alternatives[0][0]
    assert 'dir="rtl"' in html
    assert mail.extra_headers["Content-Language"] == "ar"


def test_a_packing_slip_is_typeset_in_arabic(plan):
    consignment = make_consignment(make_order((plan.editions.get(), 2), language="ar"))

    with translation.override("en"):
        slip = PdfDocument(io.BytesIO(papers.packing_slip(consignment)))

    assert (len(slip), consignment.slip_language) == (1, "ar")
