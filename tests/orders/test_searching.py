"""The search of the queue knows what colleagues read on rows, slips, mails and receipts."""

import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from catalogue.models import Publication, State
from orders import changes, fulfilment, privacy, searching
from orders.models import Order
from orders.references import book
from tests.builders import (
    clerk,
    make_details,
    make_edition,
    make_order,
    make_publication,
    make_state,
    part_for,
)

pytestmark = pytest.mark.django_db
QUEUE = "/en/desk/"


def edition_of(slug, title, year, language="fr"):
    issued = {"issued_on": datetime.date(year, 1, 1), "symbol": ""}
    publication = make_publication(slug, title_en=title, **issued)
    return make_edition(publication, language, on_hand=50, weight_g=50)


@pytest.fixture
def plan(db):
    book.forget()
    return edition_of("dubrovnik", "Dubrovnik Action Plan", 2015)


@pytest.fixture
def order(plan):
    """An order among others, that is sent and has a tracking number."""
    make_order((edition_of("other", "Lausanne Review of Law", 2021, "en"), 3), name="Other")
    mission = {"name": "Aya Specimen", "email": "aya.specimen@mission.example"}
    found = make_order((plan, 10), status="closed", **mission)
    found.consignments.update(tracking="RR 123 456-785 CH")
    Order.objects.filter(pk=found.pk).update(number="K7M2-9XPA")
    found.refresh_from_db()
    return found


def found(desk, words):
    rows = desk.get(QUEUE, {"tab": "ended", "q": words}).context["page"]
    return [row.number for row in rows]


@pytest.mark.parametrize(
    "words",
    [
        *("DAP-2015", "dap-2015", "DAP", "dap", "DAP‑2015", "DAP-2015 · FR", "DAP-2015·FR"),
        *("dap-2015 · fr", "DAP-2015 · FR · 10", "DAP-2015 · FR ×10", "DAP-2015 · FR aya"),
        *("DAP-2015 FR", "dap-2015 fr", "DAP-2015 FR aya", "aya DAP-2015 FR"),
        *("DAP-2015 ×10", "DAP-2015 ·", "· DAP-2015"),
        *("K7M2-9XPA", "k7m2-9xpa", "k7m29xpa", "K7M2 9XPA", "k7 m2 9x pa", "K7M2–9XPA"),
        *("k7m29", "9xpa", " K7M29XPA "),
        *("K7M2-9XPA/2", "K7M29XPA/2", "k7m29xpa/2", "K7M2–9XPA / 12", "k7m2-9xpa/1 aya"),
        *("aya.specimen@mission.example", "AYA.Specimen@Mission.example", "aya.specimen@"),
        *("RR123456785CH", "rr123456785ch", "RR 123 456 785 CH", "RR 123 456-785 CH"),
        *("RR 123456785 CH", "123456785", "rr123 456785ch", "6785"),
    ],
)
def test_an_order_is_found_by_what_is_printed_of_it(desk, order, words):
    assert found(desk, words) == [order.number]


@pytest.mark.parametrize(
    "words",
    [
        *("Délégué 23", "delegue 23", "DÉLÉGUÉ 23", "délégué", "ministere", "MINISTÈRE"),
        *("étrangeres", "Œuvre", "oeuvre", "OEUVRE", "Mine Action Centre 8", "centre muller"),
        *("MÜLLER", "Straße", "STRASSE"),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_people_are_found_with_and_without_accents_and_capitals(desk, plan, words, is_packed):
    part = part_for(plan, 2, recipient="Mine Action Centre 8\nFrau Müller, Straße")
    who = {"name": "Délégué 23", "organisation": "Ministère des affaires étrangères, Œuvre"}
    order = make_order((plan, 5), consignees=[part], **who)
    if is_packed:
        fulfilment.pack_all(order, by=clerk())

    rows = desk.get(QUEUE, {"tab": "packed" if is_packed else "to_pack", "q": words})

    assert [row.number for row in rows.context["page"]] == [order.number]


def test_a_corrected_person_is_found_by_the_new_name_alone(desk, plan):
    order = make_order((plan, 5), name="Zoë", consignees=[part_for(plan, 2, recipient="Øystein")])
    details = make_details(name="Chloé")
    order = changes.edit(order, details=details, version=order.version, by=clerk())
    columns = {"details": {"recipient": "Andrés"}, "version": order.version, "by": clerk()}
    changes.edit_consignee(order.consignees.get(), **columns)

    tab = {"tab": "to_pack"}
    pages = {word: desk.get(QUEUE, tab | {"q": word}) for word in ("zoe", "chloe", "andres")}

    counts = {word: len(page.context["page"]) for word, page in pages.items()}
    assert counts == {"zoe": 0, "chloe": 1, "andres": 1}


def test_a_packed_recipient_is_found_although_the_order_names_another_now(desk, plan):
    order = make_order((plan, 5), name="Zoë")
    fulfilment.pack_all(order, by=clerk())
    order.refresh_from_db()
    changes.edit(order, details=make_details(name="Chloé"), version=order.version, by=clerk())

    page = desk.get(QUEUE, {"tab": "packed", "q": "ZOE"})

    assert [row.number for row in page.context["page"]] == [order.number]


@pytest.mark.parametrize("words", ["CCM/MSP/2018/9", "ccm msp 2018 9", "CCM MSP 2018/9"])
def test_a_symbol_is_one_however_it_is_typed(desk, words):
    other = make_edition(make_publication(symbol="CCM/MSP/2018/7"), on_hand=5)
    make_order((other, 1), status="closed", name="Ninth 9 of 2018")
    report = make_edition(make_publication(symbol="CCM/MSP/2018/9"), on_hand=5)
    order = make_order((report, 1), status="closed")

    assert found(desk, words) == [order.number]


@pytest.mark.parametrize("where", ["desk:stock", "desk:receive-many"])
@pytest.mark.parametrize(
    "words", ["DAP-2015", "dap-2015", "DAP", "DAP-2015 · FR", "DAP-2015 FR", "DAP-2015 · FR · 10"]
)
def test_stock_is_found_by_its_short_code(desk, plan, where, words):
    edition_of("other", "Lausanne Review of Law", 2021, "en")

    page = desk.get(reverse(where), {"q": words}).context["page"]

    assert [getattr(row, "about", row) for row in page.object_list] == [plan]


def test_a_code_with_a_language_is_of_that_language_alone(desk, plan):
    make_edition(plan.publication, "en", on_hand=3)

    page = desk.get(reverse("desk:stock"), {"q": "DAP-2015 FR"}).context["page"]

    assert list(page.object_list) == [plan]


def test_people_of_before_get_their_keys(plan):
    part = part_for(plan, 2, recipient="Müller")
    order = make_order((plan, 5), name="Zoë", organisation="École", consignees=[part])
    fulfilment.pack_all(order, by=clerk())
    erased = make_order((plan, 1), status="cancelled")
    privacy.erase(erased)
    for rows in (order.consignees, order.consignments):
        rows.update(recipient_key="")
    Order.objects.update(person_key="")

    for _twice in range(2):
        import_module("orders.migrations.0020_folded_people").fill(apps, None)

    assert order.consignees.get().recipient_key == "muller"
    assert {row.recipient_key.partition("\n")[0] for row in order.consignments.all()} == {
        "muller",
        "zoe",
    }
    assert dict(Order.objects.values_list("pk", "person_key")) == {
        order.pk: "zoe\necole",
        erased.pk: "",
    }


@pytest.mark.parametrize(
    "words",
    [
        *("DAP-2016", "DAP-2015 · EN", "LRL-2021 · FR", "XDAP-2015", "AP-2015"),
        *(
            "K7M29XPB/2",
            "9XPA/2",
            "K7M29XPA/2b",
            "K7M29XPB",
            "k7m2-9xp2",
            "aya.specimen@other",
            "RR123456786CH",
        ),
    ],
)
def test_what_is_nearly_it_finds_nothing(desk, order, words):
    assert found(desk, words) == []


def test_a_code_of_an_edition_in_several_languages_finds_it(desk, plan):
    plan.languages.create(language="en")
    order = make_order((plan, 1), status="closed")

    assert found(desk, "DAP-2015 · EN/FR") == [order.number]


@pytest.mark.parametrize("stored", ["RR123456785CH", "RR 123 456 785 CH", "RR-123.456/785-CH"])
@pytest.mark.parametrize("typed", ["RR123456785CH", "rr 123 456 785 ch"])
def test_a_tracking_number_is_found_however_it_is_stored(desk, order, stored, typed):
    order.consignments.update(tracking=stored)

    assert found(desk, typed) == [order.number]


def test_a_name_that_could_be_a_number_is_a_name(desk, plan):
    order = make_order((plan, 1), name="Sara Byte", status="closed")

    assert searching.number_in("Sara Byte")
    assert found(desk, "Sara Byte") == [order.number]


@pytest.mark.parametrize("words", ["·", "· ·", "×10", "· FR", "DAP ·· FR", "@", "é · é", "//·//"])
def test_signs_alone_break_nothing(desk, order, words):
    assert desk.get(QUEUE, {"q": words}).status_code == 200


@pytest.mark.parametrize(
    "words", ["DAP-2015 · FR", "DAP-2015 FR", "K7M29XPA", "RR123456785CH", "a@b.example", "ccm 9 x"]
)
def test_a_search_takes_few_queries(desk, order, words, django_assert_max_num_queries):
    desk.get(QUEUE)
    with django_assert_max_num_queries(12):
        desk.get(QUEUE, {"tab": "ended", "q": words})


@pytest.mark.parametrize("apostrophe", "'’‘ʼ´`")
@pytest.mark.parametrize("stored", "'’")
def test_whichever_apostrophe_is_typed_finds_the_order(desk, apostrophe, stored):
    publication = make_publication("plan", title_fr=f"Plan d{stored}action")
    columns = {"name": f"Ana O{stored}Specimen", "organisation": f"Unité d{stored}appui"}
    state = make_state("CI", f"Côte d{stored}Ivoire")
    order = make_order(
        (make_edition(publication, on_hand=5), 1), status="closed", state=state, **columns
    )

    words = "plan d'action", "o'specimen", "d'appui", "COTE D'IVOIRE"

    for typed in words:
        assert found(desk, typed.replace("'", apostrophe)) == [order.number]


def test_keys_folded_before_apostrophes_were_one_are_folded_again():
    make_publication("plan", title_fr="Plan d’Action")
    make_state("CI", "Côte d’Ivoire")
    Publication.objects.update(title_key_fr="plan d’action")
    State.objects.update(name_key="cote d’ivoire", name_key_en="cote d’ivoire")

    for _twice in range(2):
        import_module("catalogue.migrations.0005_one_apostrophe").fold_again(apps, None)

    assert Publication.objects.get().title_key_fr == "plan d'action"
    assert State.objects.get().name_key_en == "cote d'ivoire"
