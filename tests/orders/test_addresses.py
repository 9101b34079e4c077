"""Where paper goes: countries by name, labels as the post wants them."""

import pytest

from catalogue.languages import fold
from orders import addresses
from orders.models import Consignment, Order
from tests.builders import make_state
from tests.orders.visits import LANGUAGES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def states(db):
    make_state("CH", "Switzerland", name_fr="Suisse", name_es="Suiza")
    make_state("JP", "Japan", name_fr="Japon", name_es="Japón")
    make_state("CI", "Côte d’Ivoire", name_fr="Côte d’Ivoire", name_es="Côte d’Ivoire")


def parcel(address, country, slip_language="en", recipient="Specimen Delegate"):
    return Consignment(
        recipient=recipient, address=address, country=country, slip_language=slip_language
    )


@pytest.mark.parametrize(
    ("slip_language", "last"), [("en", "JAPAN"), ("fr", "JAPON"), ("es", "JAPAN")]
)
def test_the_country_comes_last_in_capitals_in_french_or_english(slip_language, last):
    lines = addresses.label_lines(parcel("1-2-3 Reimachi\nTOKYO 100-0000", "JP", slip_language))

    assert lines == ["Specimen Delegate", "1-2-3 Reimachi", "TOKYO 100-0000", last]


def test_capitals_keep_their_accents():
    assert addresses.label_lines(parcel("BP V 000", "CI", "fr"))[-1] == "CÔTE D’IVOIRE"


@pytest.mark.parametrize("typed", ["Japan", "JAPON", "japón", "Japan."])
def test_a_country_typed_with_the_address_is_printed_once(typed):
    lines = addresses.label_lines(parcel(f"TOKYO 100-0000\n{typed}", "JP"))

    assert lines == ["Specimen Delegate", "TOKYO 100-0000", "JAPAN"]


def test_mail_at_home_names_no_country():
    lines = addresses.label_lines(parcel("Route de l’Exemple 14bis\n1218 Le Grand-Saconnex", "CH"))

    assert lines == ["Specimen Delegate", "Route de l’Exemple 14bis", "1218 Le Grand-Saconnex"]


def test_a_name_typed_with_the_address_is_printed_once():
    recipient = "Specimen Delegate\nMinistère des Affaires étrangères"

    lines = addresses.label_lines(
        parcel("Ministère des affaires étrangères\nBP V 000", "CI", recipient=recipient)
    )

    assert lines == [
        "Specimen Delegate",
        "Ministère des affaires étrangères",
        "BP V 000",
        "CÔTE D’IVOIRE",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_destinations_are_sorted_as_readers_expect(language):
    names = [name for _code, name in addresses.choices(language)]

    assert names == sorted(names, key=fold)


def test_every_destination_is_named_once_in_every_language():
    codes = [code for code, _name in addresses.choices("en")]

    assert len(codes) == len(set(codes))
    assert all(set(names) == set(LANGUAGES) for names in addresses.ELSEWHERE.values())


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [("JP", "es", "Japón"), ("GL", "fr", "Groenland"), ("XX", "en", "XX")],
)
def test_a_country_has_a_name_in_the_language(code, language, name):
    assert addresses.country_name(code, language) == name


@pytest.mark.parametrize(
    ("address", "country", "masked"),
    [
        ("Example Street 1\n1202 Geneva", "CH", ["1202 Geneva", "Switzerland"]),
        ("Example Street 1\n1202 Geneva\nSuisse", "CH", ["1202 Geneva", "Switzerland"]),
        ("Everything on one line 1, 1202 Geneva", "CH", ["Switzerland"]),
        ("", "", []),
    ],
)
def test_an_order_shows_the_end_of_its_address_only(address, country, masked):
    assert addresses.masked(Order(address=address, country=country), "en") == masked


@pytest.mark.parametrize(("email", "masked"), [("maria@example.org", "m…@example.org"), ("", "")])
def test_an_email_is_masked(email, masked):
    assert addresses.masked_email(email) == masked
