"""The paper that goes with the copies: what it says, in which language, and that it stays so."""

import datetime
import io

import pikepdf
import pypdfium2
import pytest
import time_machine
import zxingcpp
from django.utils import translation

from orders import fulfilment, papers, stock
from orders.models import Consignment
from orders.papers.parts import Line
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_publication,
    make_state,
)

LANGUAGES = ["en", "fr", "es"]
PAPERS = [papers.packing_slip, papers.address_label]


@pytest.fixture
def plan(db):
    """The Dubrovnik Action Plan, known by its initials and its year."""
    return make_publication(
        "dubrovnik-action-plan",
        issued_on=datetime.date(2015, 9, 11),
        title_en="Dubrovnik Action Plan",
        title_fr="Plan d’action de Dubrovnik",
        title_es="Plan de Acción de Dubrovnik",
    )


@pytest.fixture
def booklet(plan):
    return make_edition(plan, "fr", on_hand=20, weight_g=50)


def pack(*wanted, **details):
    return make_consignment(make_order(*wanted, **details))


def pages_of(content):
    """The text of each page."""
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def text_of(content):
    """All the text, on one line."""
    return " ".join("\n".join(pages_of(content)).split())


def letters(text):
    """A text without the spaces and line ends that setting it moves."""
    return "".join(text.split())


# Language and form ------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_speaks_the_language_of_its_consignment(booklet, settings, paper, language):
    consignment = pack((booklet, 1), language=language)

    with translation.override("fr" if language == "en" else "en"):
        content = paper(consignment)

    assert pikepdf.open(io.BytesIO(content)).Root.Lang == language
    assert settings.UNIT_NAME[language] in text_of(content)


@pytest.mark.parametrize(
    ("language", "title", "name", "packed_on"),
    [
        ("en", "Dubrovnik Action Plan", "French", "1 December 2026"),
        ("fr", "Plan d’action de Dubrovnik", "français", "1er décembre 2026"),
        ("es", "Plan de Acción de Dubrovnik", "francés", "1 de diciembre de 2026"),
    ],
)
def test_titles_languages_and_dates_are_in_the_language_of_the_slip(
    booklet, language, title, name, packed_on
):
    with time_machine.travel("2026-12-01T23:30+01:00"):
        consignment = pack((booklet, 1), language=language)

    text = text_of(papers.packing_slip(consignment))

    assert f"{title} " in text
    assert f" {name} " in text
    assert packed_on in text


def test_a_language_without_pages_of_its_own_is_replaced_by_the_default_one(booklet):
    consignment = pack((booklet, 1), language="lo")

    content = papers.packing_slip(consignment)

    assert pikepdf.open(io.BytesIO(content)).Root.Lang == "en"


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_is_tagged_and_titled_pdf_ua(booklet, paper):
    consignment = pack((booklet, 1))

    document = pikepdf.open(io.BytesIO(paper(consignment)))

    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert str(consignment) in metadata["dc:title"]
    assert document.Root.MarkInfo.Marked
    assert document.Root.ViewerPreferences.DisplayDocTitle


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_consignment_gives_the_same_bytes(booklet, paper):
    consignment = pack((booklet, 1))
    first = paper(consignment)

    with time_machine.travel("2031-05-01T10:00Z"), translation.override("es"):
        again = paper(Consignment.objects.get(pk=consignment.pk))

    assert again == first


def test_a_slip_reads_the_same_after_dispatch(booklet):
    consignment = pack((booklet, 30))  # 20 now, 10 later
    packed = papers.packing_slip(consignment)

    sent = papers.packing_slip(fulfilment.send(consignment, by=clerk()))

    assert sent == packed


# What a slip says -------------------------------------------------------------


def test_a_slip_counts_titles_and_copies(booklet, plan):
    english = make_edition(plan, "en", on_hand=7, weight_g=45)
    consignment = pack((booklet, 12), (english, 5), note_verbale="NV 123/2026")

    text = text_of(papers.packing_slip(consignment))

    assert f"{consignment.order.number} " in text
    assert f" {consignment} " in text
    assert "DAP-2015 · FR · 12 Dubrovnik Action Plan Plan d’action de Dubrovnik French 12 " in text
    assert "DAP-2015 · EN · 5 Dubrovnik Action Plan English 5 " in text
    assert "2 titles 17" in text
    assert "825 g" in text
    assert "NV 123/2026" in text


def test_a_slip_shows_the_title_as_printed_beside_the_readers(plan):
    french = make_edition(plan, "fr", on_hand=1, title="Plan d’action de Dubrovnik 2015-2020")

    text = text_of(papers.packing_slip(pack((french, 1), language="es")))

    assert "Plan de Acción de Dubrovnik Plan d’action de Dubrovnik 2015-2020 francés" in text


def test_a_title_known_in_no_language_of_the_edition_is_not_invented(plan):
    lao = make_edition(plan, "lo", on_hand=1)

    text = text_of(papers.packing_slip(pack((lao, 1))))

    assert "DAP-2015 · LO · 1 Dubrovnik Action Plan Lao 1 " in text


def test_a_slip_says_what_is_still_to_come(booklet):
    consignment = pack((booklet, 25))

    text = text_of(papers.packing_slip(consignment))

    assert "5 copies of your order are not in this consignment." in text
    assert "DAP-2015 · FR · 5 Dubrovnik Action Plan 5 copies" in text


def test_a_complete_slip_promises_nothing(booklet):
    text = text_of(papers.packing_slip(pack((booklet, 20))))

    assert "Still to come" not in text


def test_a_second_slip_says_nothing_of_what_came_first(booklet, plan):
    late = make_edition(plan, "es", on_hand=1)
    order = make_order((booklet, 20), (late, 3))
    fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk())
    stock.receive(late, 2, by=clerk())

    text = text_of(papers.packing_slip(fulfilment.pack(order, by=clerk())))

    assert f"{order.number}/2" in text
    assert "DAP-2015 · FR" not in text
    assert "1 title 2" in text


def test_a_slip_for_pick_up_names_the_place_and_its_hours(booklet):
    point = make_point(
        "Review Conference",
        name_fr="Conférence d’examen",
        hours_fr="9 h-13 h",
        opens_on=datetime.date(2026, 9, 1),
        closes_on=datetime.date(2099, 12, 4),
    )
    consignment = pack((booklet, 1), language="fr", pick_up_point=point)

    text = text_of(papers.packing_slip(consignment))

    assert "Conférence d’examen Room 1 9 h-13 h" in text
    assert "1er septembre 2026" in text
    assert "4 décembre 2099" in text
    assert "Example Street" not in text


def test_a_slip_says_whom_to_write_to(booklet, settings):
    settings.UNIT_EMAIL = "copies@example.org"

    assert "copies@example.org" in text_of(papers.packing_slip(pack((booklet, 1))))


def test_a_long_slip_repeats_its_head_and_keeps_its_total_with_a_line(db):
    editions = [make_edition(on_hand=1) for _ in range(40)]
    consignment = pack(*((edition, 1) for edition in editions))

    pages = pages_of(papers.packing_slip(consignment))

    assert len(pages) > 1
    assert all("Code Title Language Copies" in " ".join(page.split()) for page in pages)
    assert all(consignment.order.number in page for page in pages)
    assert "40 titles" in pages[-1]
    assert "English" in pages[-1]


@pytest.mark.parametrize("lines", [1, 12])
def test_a_slip_asks_few_questions_however_many_its_lines(db, django_assert_max_num_queries, lines):
    make_state("CL", "Chile")
    editions = [make_edition(on_hand=1) for _ in range(lines)]
    packed = pack(*((edition, 2) for edition in editions), country="CL")
    consignment = Consignment.objects.with_lines().get(pk=packed.pk)

    with django_assert_max_num_queries(7):
        papers.packing_slip(consignment)


def test_slips_printed_together_each_keep_their_language_and_page_numbers(booklet, plan):
    consignments = [pack((booklet, 2), language=language) for language in LANGUAGES]

    pages = pages_of(papers.packing_slips(consignments))

    assert [page.count("1 / 1") for page in pages] == [1, 1, 1]
    assert ["français" in page for page in pages] == [False, True, False]


# Labels -----------------------------------------------------------------------


def test_a_label_abroad_ends_with_the_country_in_capitals(booklet):
    make_state("CL", "Chile", name_fr="Chili")
    make_state("CH", "Switzerland", name_fr="Suisse")
    consignment = pack((booklet, 1), language="fr", address="Teatinos 180\nSantiago", country="CL")

    text = text_of(papers.address_label(consignment))

    assert "Teatinos 180 Santiago CHILI" in text
    assert "1202 Genève · Suisse" in text
    assert str(consignment) in text


def test_a_label_at_home_names_no_country(booklet):
    make_state("CH", "Switzerland")

    text = text_of(
        papers.address_label(pack((booklet, 1), address="Example Street 1\n1202 Geneva"))
    )

    assert "Example Street 1 1202 Geneva" in text
    assert "switzerland" not in text.lower()


@pytest.mark.parametrize(("length", "is_one"), [(20, True), (80, True), (300, False)])
def test_a_label_loses_no_word_of_a_long_address(booklet, length, is_one):
    make_state("CL", "Chile")
    lines = [f"{number} {'street name ' * 30}"[: length - 1] + "." for number in range(1, 9)]
    consignment = pack((booklet, 1), address="\n".join(lines), country="CL")

    pages = pages_of(papers.address_label(consignment))

    assert (len(pages) == 1) == is_one
    assert letters("".join(lines)) in letters("".join(pages).replace(str(consignment), ""))
    assert all(str(consignment) in page for page in pages)


def test_the_label_of_a_bag_names_person_and_pick_up_point(booklet):
    point = make_point("Review Conference")
    consignment = pack((booklet, 1), pick_up_point=point, name="Ana Rossi", organisation="Mission")

    text = text_of(papers.address_label(consignment))

    assert "Ana Rossi Counsellor Mission" in text
    assert "Review Conference · Room 1" in text
    assert str(consignment) in text


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Example Street 1", "ltr"),
        ("12 شارع سليم سلام", "rtl"),
        ("(שדרות) 3", "rtl"),
        ("ຖະໜົນ 23", "ltr"),
        ("1202", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_line_is_read_in_the_direction_of_its_first_letter(text, direction):
    assert Line(text).direction == direction


# Codes and hostile text -------------------------------------------------------


def test_the_code_on_a_slip_opens_the_order_at_the_desk(booklet, settings):
    settings.SITE_URL = "https://desk.example.org"
    consignment = pack((booklet, 1), language="fr")

    content = papers.packing_slip(consignment)

    address = f"https://desk.example.org/en/desk/orders/{consignment.order.number}/"
    assert codes_in(content) == [address]


def test_the_code_on_a_label_is_the_number_of_the_order(booklet):
    consignment = pack((booklet, 1))

    content = papers.address_label(consignment)

    assert codes_in(content) == [consignment.order.number]


def codes_in(content):
    """What a scanner reads on the first page."""
    picture = pypdfium2.PdfDocument(content)[0].render(scale=3).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("paper", PAPERS)
def test_hostile_text_is_printed_letter_by_letter(booklet, paper):
    name = '<img src="file:///etc/passwd">'
    address = "</p><link rel=stylesheet href=http://127.0.0.1:9/>\n{{ settings.SECRET_KEY }} & co"
    consignment = pack((booklet, 1), name=name, address=address)

    text = letters(text_of(paper(consignment)))

    assert letters(name) in text
    assert letters(address) in text
