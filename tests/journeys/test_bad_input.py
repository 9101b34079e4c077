"""Bad input: a clear sentence beside the field, in the reader's language; nothing typed is lost."""

import datetime
import os

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from catalogue import intake, languages, publishing
from catalogue.models import EditionFile, Publication
from orders import lifecycle, links
from orders.models import Order, OutgoingMessage
from tests.builders import clerk, make_kind, place_order
from tests.catalogue import pdf_samples
from tests.journeys import scenes
from tests.journeys.conftest import DESK, PASSWORD, PHONE
from tests.journeys.visitor import Visitor, pattern

TOO_FEW = "Write 1 or more, or remove the title."
TOO_MANY = "Write at most %(most)s copies of a title."
NO_NUMBER = "Write the number of copies in digits, for example 10."
NOT_AN_ADDRESS = "This is no e-mail address. Write it like name@example.org, without spaces."
INCOMPLETE = (
    "The link is incomplete: mail programs sometimes break it into two lines. Copy the whole link"
    " into the address bar."
)
GONE = "This edition can no longer be ordered on paper."
PERSON = {
    "name": "Specimen Delegate",
    "organisation": "Permanent Mission (specimen)",
    "email": "delegate@example.org",
    "address": "Example Street 1\n1202 Geneva",
}
WIDTHS = {"en": DESK, "fr": PHONE, "es": DESK}


@pytest.fixture(params=["en", "fr", "es"])
def visitor(request, new_page):
    language = request.param
    return Visitor(new_page(width=WIDTHS[language], locale=language), language)


@pytest.fixture
def french(plan, places):
    return scenes.edition_of(plan, "fr")


def is_told(visitor, name, sentence, *, typed, **values):
    """A sentence belongs to a field, which is marked as wrong and keeps what was typed."""
    field = visitor.field(name)
    told = pattern(visitor.words(sentence, **values))
    expect(field).to_have_value(typed)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(told)
    visitor.reads(sentence, within=visitor.page.get_by_role("alert"), **values)


def puts_in_the_order(visitor, edition, copies):
    visitor.goes_to("catalogue:publication", edition.publication.slug)
    part = visitor.page.get_by_role("region", name=languages.autonym(edition.language), exact=True)
    part.get_by_role("spinbutton").fill(str(copies))
    visitor.presses("Add to order", within=part)


def comes_to_the_form(visitor, edition, copies=2):
    puts_in_the_order(visitor, edition, copies)
    visitor.presses("Continue to your details")
    expect(visitor.button("Place the order")).to_be_visible()


def fills_in(visitor, **text):
    visitor.ticks(orderer_kind="other", delivery="post")
    visitor.writes(**PERSON | text)
    visitor.selects(country="CH")


def still_reads_what_was_typed(visitor, **text):
    for name, typed in (PERSON | text).items():
        expect(visitor.field(name)).to_have_value(typed)
    expect(visitor.field("country")).to_have_value("CH")
    expect(visitor.page.locator("[name=orderer_kind][value=other]")).to_be_checked()


# Copies -----------------------------------------------------------------------


def test_a_wrong_number_is_refused_on_the_way_from_a_publication(visitor, french):
    wrong = {"0": TOO_FEW, "-1": TOO_FEW, "1000000000": TOO_MANY}
    for typed, sentence in wrong.items():
        puts_in_the_order(visitor, french, typed)
        is_told(visitor, "quantity", sentence, typed=typed, most=500)
    visitor.writes(quantity="3")
    visitor.presses("Add to the order")
    visitor.reads("The copies are in your order.")


def test_a_wrong_number_is_refused_in_the_basket(visitor, french):
    wrong = {"0": TOO_FEW, "-1": TOO_FEW, "1000000000": TOO_MANY, "1_0": NO_NUMBER}
    name = f"copies-{french.pk}"
    puts_in_the_order(visitor, french, 2)
    for typed, sentence in wrong.items():
        visitor.writes(**{name: typed})
        visitor.presses("Continue to your details")
        is_told(visitor, name, sentence, typed=typed, most=500)


def test_an_empty_order_is_not_sent(visitor, places):
    visitor.goes_to("orders:details")

    visitor.arrives_at("orders:basket")
    visitor.reads("There is nothing in your order, so there is nothing to send yet.")
    expect(visitor.link("See the publications on paper")).to_be_visible()


def test_more_than_the_limit_wants_a_purpose(visitor, french):
    comes_to_the_form(visitor, french, settings.ORDER_LIMIT_PER_TITLE + 10)
    fills_in(visitor)
    visitor.presses("Place the order")
    wanted = "Say what the copies are for: you ask for more than the limit."
    is_told(visitor, "purpose", wanted, typed="")
    still_reads_what_was_typed(visitor)
    visitor.writes(purpose="A workshop")
    visitor.presses("Place the order")
    visitor.reads("One more step: confirm the order by e-mail")


def test_an_edition_withdrawn_meanwhile_is_named_and_the_rest_can_be_sent(visitor, plan, french):
    spanish = scenes.edition_of(plan, "es")
    puts_in_the_order(visitor, spanish, 1)
    comes_to_the_form(visitor, french)
    fills_in(visitor)
    publishing.withdraw(french, by=clerk())
    visitor.presses("Place the order")
    visitor.reads(GONE)
    still_reads_what_was_typed(visitor)
    visitor.goes_by(visitor.page.locator(f'[name=remove][value="{french.pk}"]'))
    expect(visitor.page.get_by_text(visitor.words(GONE))).to_have_count(0)
    still_reads_what_was_typed(visitor)
    visitor.presses("Place the order")
    visitor.reads("One more step: confirm the order by e-mail")

    assert [line.edition for line in Order.objects.get().lines.all()] == [spanish]


# The form ---------------------------------------------------------------------


def test_an_unknown_state_is_refused(visitor, french):
    comes_to_the_form(visitor, french)
    fills_in(visitor)
    visitor.ticks(orderer_kind="state")
    visitor.field("state").evaluate("list => list.add(new Option('Atlantis', '999999'))")
    visitor.selects(state="999999")
    visitor.presses("Place the order")

    sentence = "This State is not in the list. Choose one from the list."
    is_told(visitor, "state", sentence, typed="")


def test_a_broken_address_is_refused(visitor, french):
    comes_to_the_form(visitor, french)
    fills_in(visitor)
    for typed in ("delegate", "delegate@example", "a b@example.org"):
        visitor.writes(email=typed)
        visitor.presses("Place the order")
        is_told(visitor, "email", NOT_AN_ADDRESS, typed=typed)
        still_reads_what_was_typed(visitor, email=typed)
    visitor.writes(email=PERSON["email"])
    visitor.presses("Place the order")
    visitor.reads("One more step: confirm the order by e-mail")


def test_the_summary_of_errors_leads_to_the_field(visitor, french):
    comes_to_the_form(visitor, french)
    fills_in(visitor, name="")
    visitor.presses("Place the order")
    visitor.page.get_by_role("alert").get_by_role("link").click()

    expect(visitor.field("name")).to_be_focused()


# Twice ------------------------------------------------------------------------


def test_a_replayed_form_makes_one_order(visitor, french):
    comes_to_the_form(visitor, french)
    fills_in(visitor)
    first, again = sends_it_and_once_more(visitor)

    assert again.url == first
    assert Order.objects.count() == OutgoingMessage.objects.count() == 1


def test_a_replayed_form_with_another_content_shows_the_first_order(visitor, french):
    comes_to_the_form(visitor, french)
    fills_in(visitor)
    _first, again = sends_it_and_once_more(visitor, "Specimen", "Another")

    order = Order.objects.get()
    assert again.status == 409
    assert order.number in again.text()
    assert visitor.words("This form has already been sent") in again.text()
    assert order.name == PERSON["name"]


def sends_it_and_once_more(visitor, text="", instead=""):
    """The address the form led to, and the answer to the same request sent again by hand."""
    with visitor.page.expect_request(lambda request: request.method == "POST") as sent:
        visitor.presses("Place the order")
    visitor.reads("One more step: confirm the order by e-mail")
    request = sent.value
    again = visitor.page.request.post(
        request.url,
        data=request.post_data.replace(text, instead),
        headers={"Content-Type": request.headers["content-type"]},
    )
    return visitor.page.url, again


def test_pressing_confirm_twice_confirms_once(visitor, french):
    order = place_order((french, 2), language=visitor.language)
    visitor.page.goto(links.order_url(order))
    visitor.button("Confirm the order").dblclick()
    visitor.reads("Thank you: the order is confirmed. We have sent you a mail with this link.")

    assert list(order.events.values_list("what", flat=True)) == ["placed", "confirmed"]


# Links ------------------------------------------------------------------------


@pytest.mark.parametrize("link", ["wrong", "cut", "stale"])
def test_a_link_without_an_order_says_what_to_do(visitor, french, link):
    order = place_order((french, 2), language=visitor.language)
    secret = links.secret_of(order)
    if link == "stale":
        days_ago = timezone.now() - datetime.timedelta(days=4)
        Order.objects.update(placed_at=days_ago)
        order.messages.update(sent_at=days_ago)
        lifecycle.expire_unverified()
    answer = visitor.goes_to(
        "orders:order", {"wrong": "A" * 43, "cut": secret[:-1], "stale": secret}[link]
    )

    assert answer.status == 404
    visitor.reads("There is no order behind this link")
    visitor.reads(INCOMPLETE)
    visitor.follows("Back to the publications")
    visitor.arrives_at("catalogue:publications")


# PDFs -------------------------------------------------------------------------

REFUSED = {
    "foreign": pdf_samples.png,
    "encrypted": pdf_samples.locked,
    "damaged": pdf_samples.truncated,
}


@pytest.fixture
def editor(visitor, anna):
    """A colleague with the form for a new publication before them."""
    make_kind("action-plan", **scenes.by_language(scenes.KIND))
    visitor.goes_to("admin:catalogue_publication_add")
    visitor.writes(login="anna", password=PASSWORD)
    visitor.presses("Sign in")
    visitor.arrives_at("admin:catalogue_publication_add")
    visitor.writes(title_en=scenes.TITLES["en"], slug=scenes.SLUG)
    visitor.selects(kind=scenes.KIND[visitor.language])
    return visitor


def test_a_file_that_is_no_sound_pdf_is_refused(editor, tmp_path):
    for code, sample in REFUSED.items():
        upload = tmp_path / f"{code}.pdf"
        upload.write_bytes(sample())
        offers(editor, upload)
        is_refused(editor, intake.SENTENCES[code])


def test_a_pdf_of_200_mb_is_refused(editor, tmp_path):
    upload = tmp_path / "large.pdf"
    upload.write_bytes(pdf_samples.booklet())
    os.truncate(upload, 200 * intake.MEGABYTE)
    offers(editor, upload)

    is_refused(editor, intake.SENTENCES["large"], size=200, megabytes=100)


def offers(editor, upload):
    editor.field("editions-0-pdf").set_input_files(upload)
    editor.presses("Save and publish")


def is_refused(editor, sentence, **values):
    """Beside the field; nothing is kept, and the title stays."""
    told = editor.words(str(sentence), **values)
    expect(editor.field("editions-0-pdf")).to_have_accessible_description(pattern(told))
    editor.finds(told)
    expect(editor.field("title_en")).to_have_value(scenes.TITLES["en"])
    assert not Publication.objects.exists()
    assert not EditionFile.objects.exists()
