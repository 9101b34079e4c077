"""Part of an order for somebody else: up to five consignees, typed without a script."""

import re

import pytest

from orders import consignees, lifecycle
from orders.models import Order
from tests.builders import make_edition, make_point, make_state
from tests.orders.visits import LANGUAGES, at, fill_basket, filled_form, said

pytestmark = pytest.mark.django_db
MINISTRY = "Ministry of Foreign Affairs (specimen)\nExample desk"


@pytest.fixture
def edition(db):
    make_state("CH", "Switzerland", name_fr="Suisse", name_es="Suiza")
    return make_edition(language="fr", on_hand=60)


@pytest.fixture
def delegate(client, edition):
    fill_basket(client, (edition, 20))
    return client


def consignee(number, edition, copies, **changes):
    fields = {
        "recipient": MINISTRY,
        "delivery": "post",
        "address": "Example Street 2\nBerne",
        "country": "CH",
        f"copies-{edition.pk}": copies,
    } | changes
    return {f"to{number}-{name}": value for name, value in fields.items()}


def send(client, form, language="en"):
    return client.post(at(language, "details"), form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_goes_to_several_places(delegate, edition, language):
    point = make_point()
    collected = {"delivery": "pick_up", "pick_up_point": point.pk, "address": ""}
    form = filled_form(delegate, language, consignees=2)
    form |= consignee(0, edition, 5) | consignee(1, edition, 10, **collected)

    for _twice in range(2):
        assert send(delegate, form, language).status_code == 302

    order = lifecycle.confirm(Order.objects.get())
    due = {place and place.delivery: sum(n.values()) for place, n in consignees.due(order).items()}
    assert due == {None: 5, "post": 5, "pick_up": 10}
    assert order.consignees.first().recipient == MINISTRY


def test_one_is_added_and_another_removed_without_losing_a_word(delegate, edition):
    form = filled_form(delegate, consignees=1, name="Typed Name") | consignee(0, edition, 5)

    more = send(delegate, form | {"more": "1"})
    fewer = send(delegate, form | consignee(1, edition, 2) | {"consignees": 2, "fewer": "0"})

    assert len(more.context["consignees"]) == 2
    assert more.context["consignees"][0]["recipient"].value() == MINISTRY
    assert more.context["form"]["name"].value() == "Typed Name"
    [left] = fewer.context["consignees"]
    assert left[f"copies-{edition.pk}"].value() == "2"
    assert not Order.objects.exists()


def test_whoever_adds_one_goes_on_typing_in_it(delegate, edition):
    form = filled_form(delegate, consignees=1) | consignee(0, edition, 5)

    pages = [send(delegate, form | press).text for press in ({"more": "1"}, {"fewer": "0"}, {})]

    focused = [re.findall(r'<textarea name="([^"]+)"[^>]* autofocus', page) for page in pages]
    assert focused == [["to1-recipient"], [], []]
    assert 'id="consignees" tabindex="-1"' in pages[1]


def test_there_are_at_most_five(delegate):
    page = send(delegate, filled_form(delegate, consignees=99, more="1"))

    assert len(page.context["consignees"]) == 5
    assert not page.context["may_add"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("recipient", "", "Write who gets these copies."),
        ("recipient", "123", "Write it with letters."),
        ("address", "", "Write the address to which the copies should go."),
        ("delivery", "", "Choose how the copies should go."),
        ("country", "ZZ", "Choose a country from the list."),
    ],
)
def test_wrong_input_gets_a_sentence_beside_the_field(
    delegate, edition, language, field, typed, sentence
):
    form = filled_form(delegate, language, consignees="1")
    form |= consignee(0, edition, 5, **{field: typed})

    page = send(delegate, form, language)

    [shown] = page.context["consignees"]
    assert dict(shown.errors) == {field: [said(language, sentence)]}
    typed_again = page.context["form"].data
    assert {name: typed_again[name] for name in form} == {n: str(v) for n, v in form.items()}
    assert f'<a href="#id_to0-{field}' in page.text
    assert not Order.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_together_they_get_no_more_than_is_ordered(delegate, edition, language):
    form = filled_form(delegate, language, consignees=2)
    form |= consignee(0, edition, 15) | consignee(1, edition, 6)

    page = send(delegate, form, language)

    sentence = "You order %(copies)s of this title: consignees cannot get more."
    last = page.context["consignees"][1]
    assert dict(last.errors) == {f"copies-{edition.pk}": [said(language, sentence, copies=20)]}
    assert not Order.objects.exists()


@pytest.mark.parametrize("typed", ["", "0"])
def test_a_consignee_gets_something(delegate, edition, typed):
    form = filled_form(delegate, consignees=1) | consignee(0, edition, typed)

    page = send(delegate, form)

    assert said("en", "Say how many copies this consignee gets.") in page.text
    assert not Order.objects.exists()


@pytest.mark.parametrize("typed", ["x", "-1", "1.5", "9999", "٣"])
def test_a_number_of_copies_is_a_number(delegate, edition, typed):
    page = send(delegate, filled_form(delegate, consignees=1) | consignee(0, edition, typed))

    assert f"copies-{edition.pk}" in page.context["consignees"][0].errors
    assert not Order.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "-1", "1e3", "٣"])
def test_a_forged_number_of_consignees_is_none(delegate, number):
    assert send(delegate, filled_form(delegate, consignees=number)).status_code == 302


def test_the_summary_says_whose_form_is_to_be_corrected_and_leads_there(delegate, edition):
    form = filled_form(delegate, consignees=2, delivery="")
    form |= consignee(0, edition, "") | consignee(1, edition, 5, delivery="")

    page = send(delegate, form)

    summary = page.text.partition('class="error-summary"')[2].partition("</section>")[0]
    links = re.findall(r'<li><a href="#([^"]+)">([^:<]+):', summary)
    assert links == [
        ("id_delivery", "Delivery method"),
        ("id_to0-recipient", "Consignee 1"),
        ("id_to1-delivery", "Consignee 2, Delivery method"),
    ]
    assert summary.count("<li>") == 3
    assert all(f'id="{place}"' in page.text for place, _whose in links)
