"""The ISU packs and dispatches an order, and publishes a new publication."""

import io
import re
from types import SimpleNamespace

import pikepdf
import pypdfium2
import pytest
from django.core import mail
from django.utils import translation
from playwright.sync_api import expect

from catalogue import formats, languages
from catalogue.models import Publication
from orders import stock
from orders.models import Consignment, StockEntry
from orders.references import short_code
from tests.builders import make_kind, make_order
from tests.catalogue import pdf_samples
from tests.journeys import scenes
from tests.journeys.conftest import PASSWORD
from tests.journeys.visitor import words

TRACKING = "RR123456785CH"
OTHER_LANGUAGE = {"en": "fr", "fr": "es", "es": "en"}  # the delegate's, not the clerk's
FRENCH = (
    "Les États parties réaffirment leur détermination à faire cesser définitivement les"
    " souffrances et les pertes en vies humaines causées par les armes à sous-munitions."
)


@pytest.fixture
def order(visitor, plan):
    """Ten French copies and five Spanish ones, for somebody of another language."""
    wanted = (scenes.edition_of(plan, "fr"), 10), (scenes.edition_of(plan, "es"), 5)
    language = OTHER_LANGUAGE[visitor.language]
    return make_order(*wanted, language=language, organisation="Ministry (specimen)")


def test_a_colleague_packs_and_dispatches_an_order(visitor, order, anna):
    signs_in(visitor)
    opens_the_order_from_the_queue(visitor, order)
    packs(visitor)
    prints_the_slip_and_the_label(visitor, order)
    dispatches(visitor)
    has_the_delegate_written_to(order)
    finds_the_movement_in_the_ledger(visitor, order)

    assert order.consignments.get().status == Consignment.Status.SENT


def test_a_colleague_publishes_in_three_languages(visitor, anna):
    make_kind("action-plan", **scenes.by_language(scenes.KIND))
    signs_in(visitor)
    opens_the_form_for_a_publication(visitor)
    describes_it(visitor)
    chooses_a_pdf_for_the_french_edition(visitor)
    visitor.presses("Save and publish")
    visitor.presses("Publish all the same")
    finds_it_kept(visitor)
    sees_it_on_the_public_page(visitor)


def signs_in(visitor):
    visitor.goes_to("desk:queue")
    visitor.arrives_at("account_login")
    visitor.writes(login="anna", password=PASSWORD)
    visitor.presses("Sign in")
    visitor.arrives_at("desk:queue")


# An order ---------------------------------------------------------------------


def opens_the_order_from_the_queue(visitor, order):
    row = visitor.page.get_by_role("row").filter(has_text=order.number)
    visitor.finds("Ministry (specimen)", within=row)
    for line in order.lines.all():
        visitor.finds(short_code(line.edition), within=row)
    visitor.opens(order.number, within=row)
    visitor.arrives_at("desk:order", order.number)


def packs(visitor):
    visitor.presses("Pack %(number)s copy", "Pack %(number)s copies", 15, number=15)
    visitor.reads("Packed. Print the slip and the label.")


def prints_the_slip_and_the_label(visitor, order):
    slip, label = fetched(visitor, "Print the slip"), fetched(visitor, "Print the label")

    title = words(order.language, "Packing slip")
    assert (slip.language, title in slip.text, order.number in slip.text) == (
        order.language,
        True,
        True,
    )
    assert order.name in label.text


def fetched(visitor, link):
    """The PDF behind a link: its language and its text."""
    answer = visitor.page.request.get(visitor.link(link).get_attribute("href"))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.body())) as document:
        language = str(document.Root.Lang)
    pages = pypdfium2.PdfDocument(answer.body())
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return SimpleNamespace(language=language, text=" ".join(text.split()))


def dispatches(visitor):
    visitor.writes(tracking=TRACKING)
    visitor.presses("Dispatch")
    visitor.reads("Dispatched. The copies have left the stock and the person who ordered is told.")
    visitor.finds(TRACKING)


def has_the_delegate_written_to(order):
    letter = mail.outbox[-1]
    subject = words(order.language, "Order %(number)s has been dispatched", number=order.number)

    assert (letter.to, letter.subject) == ([order.email], subject)
    assert letter.extra_headers["Content-Language"] == order.language
    assert words(order.language, "Tracking number: %(tracking)s", tracking=TRACKING) in letter.body


def finds_the_movement_in_the_ledger(visitor, order):
    """From the list of the stock to the ledger of the French edition: who, what, why, when."""
    french = order.lines.get(edition__languages__language="fr").edition
    with translation.override(visitor.language):
        visitor.opens(translation.pgettext("header", "Stock"))
    visitor.opens(short_code(french))
    newest = visitor.page.locator("table.ledger tbody tr").first

    visitor.reads("left the shelf", within=newest)
    visitor.finds("Anna Specimen", within=newest)
    visitor.finds(order.number, within=newest)
    visitor.finds(moment_of_issue(french, visitor.language), within=newest)
    assert stock.balance(french).on_hand == 30


def moment_of_issue(edition, language):
    issue = StockEntry.objects.get(stock_item__edition=edition, kind=StockEntry.Kind.ISSUE)
    return formats.moment(issue.at, language)


# A publication ----------------------------------------------------------------


def opens_the_form_for_a_publication(visitor):
    visitor.follows("Catalogue")
    visitor.follows("Records")
    visitor.goes_by(visitor.page.locator(".model-publication .addlink"))
    visitor.arrives_at("admin:catalogue_publication_add")


def describes_it(visitor):
    visitor.writes(**{f"title_{language}": text for language, text in scenes.TITLES.items()})
    visitor.writes(slug=scenes.SLUG, symbol=scenes.SYMBOL, issued_on="2015-09-11")
    visitor.selects(kind=scenes.KIND[visitor.language])


def chooses_a_pdf_for_the_french_edition(visitor):
    expect(visitor.field("editions-1-languages")).to_have_value("fr")
    content = pdf_samples.booklet(FRENCH)
    upload = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": content}
    visitor.field("editions-1-pdf").set_input_files(upload)


def finds_it_kept(visitor):
    publication = Publication.objects.get(slug=scenes.SLUG)
    visitor.arrives_at("admin:catalogue_publication_change", publication.pk)
    edition = publication.editions.get()
    kept = edition.reading_file
    assert (edition.tags, kept.pages, kept.guessed_language) == (["fr"], 1, "fr")
    assert (edition.trim_width_mm, edition.trim_height_mm) == (148, 210)
    assert re.fullmatch("[0-9a-f]{64}", kept.sha256)


def sees_it_on_the_public_page(visitor):
    visitor.goes_to("catalogue:publications")
    title = scenes.TITLES[visitor.language]
    visitor.opens(title)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(title)
    expect(visitor.page.locator("img.cover")).to_have_js_property("naturalWidth", 480)
    visitor.finds(languages.autonym("fr"), within=visitor.page.locator("section.edition"))
