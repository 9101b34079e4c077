"""Lists, sheets of labels, customs sheets and whole batches: what they say, and to whom."""

import csv
import datetime
import io
import re

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone, translation
from fontTools.ttLib import TTFont

from catalogue import jobs
from catalogue.models import Job
from orders import fulfilment, lifecycle, papers
from orders.models import Consignment, OrderEvent, StockItem
from orders.papers import labels
from orders.references import Named, codes_of, publication_code, short_code
from tests.builders import (
    clerk,
    make_consignment,
    make_details,
    make_edition,
    make_order,
    make_point,
    make_publication,
    make_state,
)
from tests.orders.visits import LANGUAGES, said

PAGE = reverse("desk:papers")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def plan():
    return make_publication(
        "dubrovnik-action-plan",
        issued_on=datetime.date(2015, 9, 11),
        title_en="Dubrovnik Action Plan",
        title_fr="Plan d’action de Dubrovnik",
        title_es="Plan de Acción de Dubrovnik",
    )


@pytest.fixture
def booklet(plan):
    return make_edition(plan, "fr", on_hand=200, weight_g=50)


@pytest.fixture
def point():
    return make_point("Review Conference", name_fr="Conférence d’examen", name_es="Conferencia")


def pack(*wanted, number=0, **details):
    """A consignment of an order by somebody else than the last one's."""
    return make_consignment(make_order(*wanted, email=f"person-{number}@example.org", **details))


def pages_of(content):
    document = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def text_of(content):
    return " ".join(pages_of(content))


def codes_in(content, page=0):
    picture = pypdfium2.PdfDocument(content)[page].render(scale=3).to_pil()
    return sorted(code.text for code in zxingcpp.read_barcodes(picture))


# Short codes ------------------------------------------------------------------


def code_of(title, *others, symbol="", year=2015):
    """The code of a publication that comes after others."""
    rows = [*others, (title, symbol)]
    named = [Named(pk, "slug", symbol, title, year) for pk, (title, symbol) in enumerate(rows)]
    return codes_of(named)[len(others)]


@pytest.mark.parametrize(
    ("title", "symbol", "code"),
    [
        ("Dubrovnik Action Plan", "", "DAP-2015"),
        ("Dubrovnik Action Plan", "CCM/CONF/2015/7", "DAP-2015"),
        ("A Guide to Cluster Munitions (third edition)", "", "GCM-2015"),
        ("Staying Strong: Key Components and Precedent", "", "SS-2015"),
        ("Reporting formats for Article 7", "", "RFA7-2015"),
        ("Commentary", "", "COMM-2015"),
        ("Commentary", "CCM/MSP/2015/4", "CCM/MSP/2015/4"),
        ("Final report of the Sixth Meeting of the States Parties", "CCM/9", "CCM/9"),
        ("Final report of the Sixth Meeting of the States Parties", "", "FRSMS-2015"),
        ("Élan vital", "", "EV-2015"),
        ("اتفاقية", "", "SLUG-2015"),
    ],
)
def test_a_publication_is_known_by_initials_and_year_or_by_its_symbol(title, symbol, code):
    assert code_of(title, symbol=symbol) == code


def test_of_two_with_the_same_initials_the_elder_keeps_them():
    elder = ("Dubrovnik Action Plan", "")

    assert code_of("Draft Access Paper", elder) == "DAP-2015b"
    assert code_of("Draft Access Paper", elder, symbol="CCM/4") == "CCM/4"
    assert code_of("Draft Access Paper", elder, elder) == "DAP-2015c"


def test_no_two_of_many_publications_have_the_same_code():
    named = [Named(pk, "slug", "", "Dubrovnik Action Plan", 2015) for pk in range(40)]

    assert len(set(codes_of(named).values())) == 40


def test_the_code_of_a_booklet_says_languages_and_copies(plan):
    edition = make_edition(plan, "fr es")

    assert short_code(edition) == "DAP-2015 · FR/ES"
    assert short_code(edition, 10) == "DAP-2015 · FR/ES · 10"


def test_a_code_follows_the_title(plan, booklet):
    assert short_code(booklet) == "DAP-2015 · FR"

    plan.title_en = "Lausanne Action Plan"
    plan.save()

    assert short_code(booklet) == "LAP-2015 · FR"


def test_codes_are_looked_up_once_for_a_page(booklet, django_assert_num_queries):
    others = [make_publication() for _ in range(3)]

    with django_assert_num_queries(1):
        for publication in [booklet.publication, *others]:
            publication_code(publication)


# Slips of several consignees --------------------------------------------------


@pytest.fixture
def shared(booklet, point):
    """25 copies: 5 to a ministry abroad, 10 to a mission at the meeting, 10 to who ordered."""
    make_state("LB", "Lebanon", name_fr="Liban")
    order = lifecycle.place(
        details=make_details(),
        quantities={booklet.pk: 25},
        language="fr",
        key="shared",
        by=clerk(),
        consignees=[
            {
                "recipient": "Centre de déminage",
                "delivery": "courier",
                "address": "Rue 1\nBeyrouth",
                "country": "LB",
                "phone": "+961 1 234 567",
                "quantities": {booklet.pk: 5},
            },
            {
                "recipient": "Mission permanente",
                "delivery": "pick_up",
                "pick_up_point": point,
                "quantities": {booklet.pk: 10},
            },
        ],
    )
    return fulfilment.pack_all(order, by=clerk())


def test_each_consignee_has_a_slip_of_its_own_part(shared, booklet):
    pages = pages_of(papers.packing_slips(shared))

    assert "Specimen Delegate" in pages[0]
    assert "Centre de déminage Rue 1 Beyrouth LIBAN" in pages[1]
    assert "+961 1 234 567" in pages[1]
    assert "Mission permanente" in pages[2]
    assert [
        next(code for code in ("DAP-2015 · FR · 10", "DAP-2015 · FR · 5") if code in page)
        for page in pages
    ] == ["DAP-2015 · FR · 10", "DAP-2015 · FR · 5", "DAP-2015 · FR · 10"]


def test_a_slip_says_which_consignee_it_is_for(shared):
    with translation.override("en"):
        Consignment.objects.update(slip_language="en")
    _own, first, second = [Consignment.objects.get(pk=row.pk) for row in shared]
    number = first.order.number

    assert f"Part of order {number}, consignee 1 of 2" in text_of(papers.packing_slip(first))
    assert f"Part of order {number}, consignee 2 of 2" in text_of(papers.packing_slip(second))


def test_what_goes_to_others_is_not_still_to_come(shared):
    Consignment.objects.update(slip_language="en")

    rows = list(Consignment.objects.all())

    assert "Still to come" not in text_of(papers.packing_slips(rows))


def test_what_a_consignee_has_still_to_come_is_said(shared, booklet):
    first = shared[1]
    fulfilment.unpack(first, by=clerk())
    line = first.order.lines.get()
    Consignment.objects.update(slip_language="en")
    order = type(first.order).objects.get(pk=first.order.pk)

    part = fulfilment.pack(order, by=clerk(), consignee=first.consignee, quantities={line.pk: 2})
    part.slip_language = "en"

    text = text_of(papers.packing_slip(part))
    assert "DAP-2015 · FR · 2" in text
    assert "3 copies of your order are not in this consignment." in text


def test_a_courier_finds_the_telephone_on_the_label(shared):
    assert "+961 1 234 567" in text_of(papers.address_label(shared[1]))
    assert "+961 1 234 567" not in text_of(papers.address_label(shared[0]))


# Language, form, hostile text -------------------------------------------------


def a_pick_list(consignment, language):
    return papers.pick_list(consignments=[consignment], language=language)


def a_store_list(consignment, language):
    return papers.store_pick_list(consignment.pick_up_point, language)


def a_box_list(consignment, language):
    return papers.box_list(consignment.pick_up_point, language)


def a_desk_list(consignment, language):
    return papers.desk_list(consignment.pick_up_point, language)


def a_customs_sheet(consignment, language):
    return papers.customs_sheets([consignment], language)


LISTS = [a_pick_list, a_store_list, a_box_list, a_desk_list, a_customs_sheet]


@pytest.fixture
def bag(booklet, point):
    return pack((booklet, 3), pick_up_point=point, language="es", state=make_state("CL", "Chile"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", LISTS)
def test_a_list_speaks_the_language_of_the_colleague(bag, settings, paper, language):
    with translation.override("fr" if language == "en" else "en"):
        content = paper(bag, language)

    document = pikepdf.open(io.BytesIO(content))
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"]
    assert document.Root.Lang == language
    assert document.Root.MarkInfo.Marked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sheet", labels.FORMATS)
def test_labels_speak_the_language_of_the_recipient(booklet, settings, sheet, language):
    consignment = pack((booklet, 1), language=language)

    with translation.override("fr" if language == "en" else "en"):
        text = text_of(papers.address_labels([consignment], sheet))

    assert settings.UNIT_NAME[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_among_others_speaks_its_own_language(booklet, settings, language):
    rows = [pack((booklet, 1), language=tag, number=tag) for tag in LANGUAGES]

    with translation.override("fr" if language == "en" else "en"):
        content = papers.packing_slips(rows)

    page = LANGUAGES.index(language)
    assert settings.UNIT_NAME[language] in pages_of(content)[page]
    assert languages_told(content)[page] == language


def languages_told(content):
    """What a screen reader is told of the language of each page."""
    with pikepdf.open(io.BytesIO(content)) as document:
        elements = document.Root.StructTreeRoot.K[0].K
        return [str(element.get("/Lang", document.Root.Lang)) for element in elements]


@pytest.mark.parametrize("paper", [a_box_list, a_desk_list])
def test_hostile_text_is_printed_letter_by_letter(booklet, point, paper):
    name = '<img src="file:///etc/passwd"> {{ settings.SECRET_KEY }}'
    consignment = pack((booklet, 1), pick_up_point=point, name=name)

    assert "".join(name.split()) in "".join(text_of(paper(consignment, "en")).split())


# Labels on sheets -------------------------------------------------------------


@pytest.mark.parametrize(("sheet", "labels_on_it"), [("a4-8", 8), ("a4-14", 14)])
def test_a_sheet_is_used_from_the_label_that_is_free(booklet, sheet, labels_on_it):
    rows = [pack((booklet, 1), number=number) for number in range(3)]

    pages = pages_of(papers.address_labels(rows, sheet, start=labels_on_it))

    assert [sum(str(row) in page for row in rows) for page in pages] == [1, 2]


@pytest.mark.parametrize("sheet", labels.FORMATS)
def test_every_label_stays_within_its_place(booklet, sheet):
    make_state("CL", "Chile")
    addresses = ["Street 1\nTown", "\n".join(["A rather long street name, 1234"] * 8), "x " * 90]
    rows = [
        pack((booklet, 1), number=number, address=address, country="CL")
        for number, address in enumerate(addresses)
    ]
    form = labels.FORMATS[sheet]
    states = labels.parts.opened(rows)

    laid_out = labels.draft(rows, form, 2, "Labels", states)

    ends = labels._ends(laid_out, form)
    assert len(ends) >= 3
    assert all(end <= form.room for end in ends.values())


def test_six_long_lines_fit_one_small_label(booklet):
    lines = [f"{number} Department for Disarmament and Arms Control, Room 1" for number in range(6)]
    make_state("CL", "Chile")
    row = pack((booklet, 1), address="\n".join(lines), country="CL")

    laid_out = labels.draft([row], labels.FORMATS["a4-14"], 1, "", labels.parts.opened([row]))

    assert len(labels._ends(laid_out, labels.FORMATS["a4-14"])) == 1
    assert labels.too_long([row], "a4-14") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_is_told_which_address_is_too_long_for_small_labels(
    admin_client, booklet, language
):
    fits = pack((booklet, 1), number=1)
    long = pack((booklet, 1), number=2, address="\n".join(["Example lane " * 9] * 8))
    wanted = {"consignments": [fits.pk, long.pk], "papers": ["slips", "labels"], "make": "1"}
    with translation.override(language):
        page = reverse("desk:papers")
    words = said(
        language,
        "The address of %(numbers)s is too long for these labels, even in the smallest type. "
        "Choose the larger labels.",
        numbers=str(long),
    )

    refused = admin_client.post(page, wanted | {"labels": "a4-14", "start": "1"})
    larger = admin_client.post(page, wanted | {"labels": "a4-8", "start": "1"})

    assert refused.status_code == 422
    assert refused.context["form"].errors["labels"] == [words]
    assert larger.status_code == 302


def test_east_asian_names_and_addresses_are_printed_in_a_font_that_has_them(booklet):
    lines = ["王小明", "外交部", "東京都港区", "とうきょう", "서울특별시"]
    columns = {"organisation": lines[1], "address": "\n".join(lines[2:]), "country": "JP"}
    row = pack((booklet, 1), name=lines[0], **columns)

    label = papers.address_label(row)

    for content in (label, papers.packing_slip(row), papers.customs_sheets([row], "en")):
        assert [line for line in lines if line not in text_of(content)] == []
    assert set("".join(lines)) <= letters_drawn(label)


def letters_drawn(content):
    """Which letters the embedded fonts have shapes for: a box is glyph 0."""
    found = set()
    for page in pikepdf.open(io.BytesIO(content)).pages:
        for font in page.Resources.Font.values():
            found |= drawn_by(font.DescendantFonts[0], font.ToUnicode.read_bytes().decode())
    return found


def drawn_by(font, to_unicode):
    shapes = TTFont(io.BytesIO(font.FontDescriptor.FontFile2.read_bytes()))["glyf"]
    pairs = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]+)>", to_unicode, re.IGNORECASE)
    names = shapes.glyphOrder
    return {
        bytes.fromhex(letter).decode("utf-16-be")
        for glyph, letter in pairs
        if 0 < int(glyph, 16) < len(names) and shapes[names[int(glyph, 16)]].numberOfContours
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_papers_names_whose_letters_no_font_has(admin_client, booklet, language):
    plain, tibetan = pack((booklet, 1), number=1), pack((booklet, 1), number=2, address="ལྷ་ས")
    with translation.override(language):
        page = reverse("desk:papers")
    words = said(
        language,
        "Slips and labels cannot print these characters in the address of %(numbers)s: "
        "%(letters)s. Write it by hand, or have a font added.",
        numbers=str(tibetan),
        letters="ལྷ་ས",
    )

    both = admin_client.get(page, {"consignments": [plain.pk, tibetan.pk]})
    one = admin_client.get(page, {"consignments": [plain.pk]})

    assert words in both.content.decode()
    assert 'class="alert"' not in one.content.decode()


@pytest.mark.parametrize("sheet", labels.FORMATS)
def test_a_label_on_a_sheet_loses_no_word_of_a_long_address(booklet, sheet):
    lines = [f"{number} {'street name ' * 10}".strip() for number in range(1, 9)]
    consignment = pack((booklet, 1), address="\n".join(lines))

    text = text_of(papers.address_labels([consignment], sheet)).replace(str(consignment), "")

    assert "".join("".join(lines).split()) in "".join(text.split())


def test_every_code_on_a_sheet_can_be_read(booklet):
    rows = [pack((booklet, 1), number=number) for number in range(8)]

    content = papers.address_labels(rows, "a4-8")

    assert codes_in(content) == sorted(row.order.number for row in rows)


def test_a_bag_tells_name_state_place_box_and_copies(bag):
    Consignment.objects.filter(pk=bag.pk).update(box=3, slip_language="en")
    bag.refresh_from_db()

    text = text_of(papers.bag_labels([bag]))

    assert "Specimen Delegate" in text
    assert "Chile Review Conference · Room 1 Box 3 DAP-2015 · FR · 3" in text


def test_a_bag_of_many_titles_counts_the_rest(point):
    editions = [make_edition(on_hand=1) for _ in range(9)]
    consignment = pack(*((edition, 1) for edition in editions), pick_up_point=point)

    assert "and 3 more titles" in text_of(papers.bag_labels([consignment], "a4-14"))


# Pick lists -------------------------------------------------------------------


def lay(edition, shelf):
    StockItem.objects.filter(edition=edition).update(shelf=shelf)
    return edition


def test_a_pick_list_goes_along_the_shelves(booklet):
    last = lay(make_edition(on_hand=9), "A-10")
    first = lay(make_edition(on_hand=9), "A-3")
    row = pack((booklet, 1), (last, 2), (first, 4))

    text = text_of(papers.pick_list(consignments=[row], language="en"))

    codes = [short_code(first, 4), short_code(last, 2), short_code(booklet, 1)]
    assert sorted(codes, key=text.index) == codes
    assert "3 titles 7" in text


def test_a_pick_list_adds_up_an_edition_and_says_for_whom(booklet):
    rows = [pack((booklet, copies), number=copies) for copies in (3, 4)]
    waiting = make_order((booklet, 5), email="waits@example.org")

    content = papers.pick_list(consignments=rows, orders=[waiting], language="fr")

    text = text_of(content)
    assert "DAP-2015 · FR · 12" in text
    assert all(f"{row} × {copies}" in text for row, copies in zip(rows, (3, 4), strict=True))
    assert f"{waiting.number} × 5" in text
    assert "1 titre 12" in text


def test_of_an_order_only_what_is_not_packed_is_picked(booklet):
    packed = pack((booklet, 3))

    assert "DAP" not in text_of(papers.pick_list(orders=[packed.order], language="en"))


def test_the_store_is_told_what_is_packed_and_what_is_to_be_packed(bag, booklet, point):
    waiting = make_order((booklet, 4), pick_up_point=point, email="other@example.org")
    pack((booklet, 50), number=9)

    text = text_of(papers.store_pick_list(point, "en"))

    assert "DAP-2015 · FR · 7" in text
    assert f"{bag} × 3" in text
    assert f"{waiting.number} × 4" in text


def test_the_store_is_told_of_the_part_of_a_consignee(shared, point):
    fulfilment.unpack(shared[2], by=clerk())

    assert f"{shared[2].order.number} × 10" in text_of(papers.store_pick_list(point, "en"))


# Meetings ---------------------------------------------------------------------


def test_boxes_are_weighed_and_what_is_not_known_is_said(booklet, point):
    rows = [pack((booklet, 2), number=number, pick_up_point=point) for number in range(3)]
    Consignment.objects.filter(pk__in=[rows[0].pk, rows[1].pk]).update(box=1)
    Consignment.objects.filter(pk=rows[1].pk).update(weight_g=None)

    text = text_of(papers.box_list(point, "en")).replace("\u00a0", " ")

    assert "Box 1 2 bags · 4 copies · 100 g and 1 bag of unknown weight" in text
    assert "In no box yet 1 bag · 2 copies · 100 g" in text


def test_the_desk_finds_bags_by_state_in_its_own_language(booklet, point):
    states = [
        make_state("DE", "Germany", name_fr="Allemagne"),
        make_state("AT", "Austria", name_fr="Autriche"),
        None,
    ]
    for number, state in enumerate(states):
        pack((booklet, 2), number=number, pick_up_point=point, state=state)

    text = text_of(papers.desk_list(point, "fr"))

    assert text.index("Allemagne") < text.index("Autriche")
    assert "Conférence d’examen" in text


def test_a_bag_handed_over_is_on_no_list(bag, point):
    fulfilment.hand_over(fulfilment.offer(bag, by=clerk()), by=clerk())

    assert str(bag) not in text_of(papers.desk_list(point, "en"))
    assert "No bag is packed for this pick-up point." in text_of(papers.box_list(point, "en"))


# Customs ----------------------------------------------------------------------


@pytest.fixture
def abroad(booklet):
    make_state("CL", "Chile")
    return pack((booklet, 50), country="CL", address="Calle 1\nSantiago", phone="+56 2 345")


def test_a_customs_sheet_says_what_the_post_asks(abroad, settings):
    settings.UNIT_PHONE, settings.CUSTOMS_CURRENCY = "+41 22 111", "CHF"

    text = text_of(papers.customs_sheets([abroad], "en")).replace("\u00a0", " ")

    for fact in (
        "4901.99 CH 2.5 kg 50.00 CHF 50",
        "+41 22 111",
        "+56 2 345",
        "person-0@example.org",
    ):
        assert fact in text
    assert "Heavier than 2 kg: a parcel of goods" in text
    assert "Still missing" not in text


def test_unknown_weights_are_said(abroad):
    type(abroad.order.lines.get().edition).objects.update(weight_g=None)
    Consignment.objects.update(weight_g=None)

    text = text_of(papers.customs_sheets([Consignment.objects.get()], "en"))

    assert "The weight is not known: weigh the parcel." in text
    assert "the weight of every title" in text


def test_little_travels_as_documents_and_what_stays_at_home_is_left_out(booklet):
    make_state("CL", "Chile")
    light = pack((booklet, 2), country="CL", address="Calle 1", number=1)
    home = pack((booklet, 2), number=2)

    pages = pages_of(papers.customs_sheets([light, home], "en"))

    assert len(pages) == 1
    assert "travels as documents" in pages[0]


def test_the_customs_table_has_a_line_for_each_title(abroad):
    rows = list(csv.DictReader(io.StringIO(papers.customs_csv([abroad], "en"))))

    [row] = rows
    assert row["quantity"] == "50"
    assert row["net_weight_g"] == "2500"
    assert row["value"] == "50.00"
    assert row["declaration"] == "goods"
    assert row["recipient_telephone"] == "'+56 2 345"  # no formula


# How many questions -----------------------------------------------------------


@pytest.mark.parametrize("count", [1, 9])
@pytest.mark.parametrize(
    "paper",
    [
        papers.packing_slips,
        papers.address_labels,
        lambda rows: papers.pick_list(consignments=rows, language="en"),
        lambda rows: papers.customs_sheets(rows, "en"),
    ],
    ids=["slips", "labels", "pick list", "customs"],
)
def test_papers_ask_as_much_for_many_as_for_one(
    booklet, paper, count, django_assert_max_num_queries
):
    make_state("CL", "Chile")
    made = [pack((booklet, 1), country="CL", number=number) for number in range(count)]
    rows = list(Consignment.objects.filter(pk__in=[row.pk for row in made]))

    with django_assert_max_num_queries(11):
        paper(rows)


# The batch --------------------------------------------------------------------


def ask(client, *consignments, **choice):
    choice = {"papers": ["slips", "labels"], "labels": "a4-8", "start": "1", "make": "1"} | choice
    return client.post(PAGE, {"consignments": [row.pk for row in consignments], **choice})


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """Do the work that a page starts."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_batch_is_one_pdf_of_all_the_papers(admin_client, booklet, at_once):
    make_state("CL", "Chile")
    rows = [pack((booklet, 50), country="CL", number=number) for number in range(3)]

    with at_once():
        ask(admin_client, *rows, papers=["customs", "labels", "pick_list", "slips"])

    job = Job.objects.get()
    pages = pages_of(jobs.file_of(job).read_bytes())
    assert job.status == "done"
    assert job.outcome["pages"] == len(pages) == 8
    assert ["Packing slip" in page for page in pages] == [False, *[True] * 3, *[False] * 4]
    assert "Pick list" in pages[0]
    assert "Customs" in pages[-1]


def test_a_batch_stays_one_tagged_document(admin_client, booklet, at_once, settings):
    rows = [pack((booklet, 1), number=number, language=tag) for number, tag in enumerate(LANGUAGES)]

    with at_once():
        ask(admin_client, *rows, papers=["pick_list", "slips"])

    content = jobs.file_of(Job.objects.get()).read_bytes()
    with pikepdf.open(io.BytesIO(content)) as document, document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
    assert languages_told(content)[-3:] == [*LANGUAGES]
    assert len(codes_in(content, page=1)) == 1


def test_a_batch_tells_how_far_it_is(booklet, tmp_path, monkeypatch):
    from orders.papers import batch

    monkeypatch.setattr(batch, "AT_ONCE", 2)
    rows = [pack((booklet, 1), number=number) for number in range(5)]
    told = []

    batch.Batch(rows, lambda *far: told.append(far)).make(tmp_path / "a.pdf", ["slips"], "a4-8", 1)

    assert told == [(2, 5), (4, 5), (5, 5)]


def test_a_batch_counts_consignments_not_papers(booklet, tmp_path):
    from orders.papers import batch

    rows = [pack((booklet, 1), number=number) for number in range(3)]
    told = []

    papers = ["pick_list", "slips", "labels"]
    batch.Batch(rows, lambda *far: told.append(far)).make(tmp_path / "a.pdf", papers, "a4-8", 1)

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_each_look_at_a_person_is_recorded(admin_client, booklet, at_once):
    row = pack((booklet, 1))

    with at_once():
        ask(admin_client, row)

    assert row.order.events.filter(what=OrderEvent.What.VIEWED).count() == 1


def test_the_file_goes_after_a_day(admin_client, booklet, at_once):
    with at_once():
        ask(admin_client, pack((booklet, 1)))
    file = jobs.file_of(Job.objects.get())

    Job.objects.update(finished_at=timezone.now() - datetime.timedelta(hours=23))
    jobs.forget_old()
    assert file.exists()
    Job.objects.update(finished_at=timezone.now() - datetime.timedelta(hours=25))
    jobs.forget_old()

    assert not file.exists()
    assert not Job.objects.exists()


def test_who_may_not_see_orders_may_not_have_the_file(client, admin_client, booklet, at_once):
    from tests.test_access import EDITOR, colleague

    with at_once():
        ask(admin_client, pack((booklet, 1)))
    client.force_login(colleague(EDITOR))

    address = reverse("editing:job-file", args=[Job.objects.get().pk])

    assert client.get(address).status_code == 404
    assert b"".join(admin_client.get(address)).startswith(b"%PDF")


def test_customs_sheets_of_parcels_that_stay_at_home_are_refused(admin_client, booklet, at_once):
    with at_once():
        ask(admin_client, pack((booklet, 1)), papers=["customs"])

    assert Job.objects.get().outcome["error"] == "None of these consignments goes abroad."


# The page ---------------------------------------------------------------------


def test_the_page_offers_what_is_packed(admin_client, booklet):
    row = pack((booklet, 1))

    assert str(row) in admin_client.get(PAGE).text


def test_the_page_is_calm_when_nothing_is_packed(admin_client):
    assert "there is nothing to print" in admin_client.get(PAGE).text


@pytest.mark.parametrize("key", ["9" * 19, "9" * 5_000, "-1", "x", "\x00", "٣"])
@pytest.mark.parametrize("name", ["papers", "customs-table"])
def test_a_key_that_no_database_holds_is_refused(admin_client, booklet, name, key):
    make_consignment(make_order((booklet, 2)))

    answer = admin_client.post(reverse(f"desk:{name}"), {"consignments": key})

    assert answer.status_code in (200, 302, 422)
    assert not Job.objects.exists()


def test_another_page_may_send_orders_or_consignments(admin_client, booklet):
    chosen, other = pack((booklet, 1), number=1), pack((booklet, 1), number=2)

    by_order = admin_client.post(PAGE, {"orders": [chosen.order.number]}).text
    by_key = admin_client.post(PAGE, {"consignments": [chosen.pk]}).text

    for page in (by_order, by_key):
        assert f'value="{chosen.pk}" id="consignment_{chosen.pk}" checked' in page
        assert str(other) not in page


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"papers": []}, "Choose at least one paper."),
        ({"labels": "a3"}, "Choose a format."),
        ({"start": "9"}, "This sheet has 8 labels only."),
        ({"start": "zero"}, "Write a whole number from 1 to 14"),
        ({"consignments": []}, "Choose at least one consignment."),
        ({"consignments": ["999999"]}, "not there any more"),
        ({"consignments": ["x'"]}, "not there any more"),
    ],
)
def test_a_wrong_choice_is_told_and_the_rest_is_kept(admin_client, booklet, choice, said):
    row = pack((booklet, 1))

    answer = ask(admin_client, row, **choice)

    assert answer.status_code == 422
    assert said in answer.text
    assert not Job.objects.exists()


def test_the_page_of_a_batch_takes_few_queries(
    admin_client, booklet, django_assert_max_num_queries
):
    for number in range(8):
        pack((booklet, 1), number=number)
    admin_client.get(PAGE)

    with django_assert_max_num_queries(9):
        admin_client.get(PAGE)


def test_the_customs_table_is_a_download(admin_client, abroad):
    answer = admin_client.post(reverse("desk:customs-table"), {"consignments": [abroad.pk]})

    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "4901.99" in answer.text
    assert abroad.order.events.filter(what=OrderEvent.What.VIEWED).exists()


def test_a_customs_table_of_nothing_is_refused(admin_client, abroad):
    answer = admin_client.post(reverse("desk:customs-table"), follow=True)

    assert "Choose at least one consignment." in answer.text


def test_the_customs_sheet_of_a_consignment_opens_at_once(admin_client, abroad):
    answer = admin_client.get(reverse("desk:customs", args=[abroad.pk]))

    assert answer.content.startswith(b"%PDF")
