"""Orders that colleagues enter, of which a part goes to somebody else."""

import pytest
from django.urls import reverse
from django.utils import translation

from orders import consignees
from orders.models import Order
from tests.builders import make_edition, make_point, make_state
from tests.orders.test_desk import in_role, sign_in_with_second_factor
from tests.orders.visits import LANGUAGES, notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]
MINISTRY = "Ministry of Foreign Affairs (specimen)\nExample desk"


@pytest.fixture
def edition(db):
    make_state("CH", "Switzerland", name_fr="Suisse", name_es="Suiza")
    return make_edition(on_hand=60)


def request(edition, *others, **changes):
    fields = {
        "key": "a-key-of-the-page",
        f"copies-{edition.pk}": "20",
        "source": "telephone",
        "name": "Specimen Caller",
        "orderer_kind": "other",
        "language": "es",
        "delivery": "post",
        "address": "Example Street 7\nBerne",
        "country": "CH",
        "consignees": str(len(others)),
    }
    for number, other in enumerate(others):
        fields |= {f"to{number}-{name}": value for name, value in other.items()}
    return fields | changes


def part(edition, copies, **changes):
    return {
        "recipient": MINISTRY,
        "delivery": "post",
        "address": "Example Street 2\nBerne",
        "country": "CH",
        f"copies-{edition.pk}": copies,
    } | changes


def enter(desk, fields, reader="en"):
    with translation.override(reader):
        return desk.post(reverse("desk:enter"), fields, follow=True)


@pytest.mark.parametrize("reader", LANGUAGES)
def test_a_request_goes_to_several_places_and_only_once(desk, edition, reader):
    point = make_point()
    collected = {"delivery": "pick_up", "pick_up_point": point.pk, "address": ""}
    fields = request(edition, part(edition, "5"), part(edition, "10", **collected))

    for _twice in range(2):
        assert enter(desk, fields, reader).redirect_chain

    order = Order.objects.get()
    due = {place and place.delivery: sum(n.values()) for place, n in consignees.due(order).items()}
    assert due == {None: 5, "post": 5, "pick_up": 10}
    assert order.consignees.first().recipient == MINISTRY


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize(("who", "granted"), [("packer", 50), ("administrator", 60)])
def test_who_may_not_decide_grants_no_more_than_the_limit(
    client, edition, settings, who, granted, reader
):
    sign_in_with_second_factor(client, in_role(who))

    answer = enter(client, request(edition, **{f"copies-{edition.pk}": "60"}), reader)

    line = Order.objects.get().lines.get()
    assert (line.approved, line.to_decide) == (granted, 60 - granted)
    with translation.override(reader):
        sentence = translation.gettext(
            "An administrator decides on the copies above the limit. The rest is open."
        )
    assert (sentence in notices(answer)) == (who == "packer")


def test_five_are_added_and_one_removed_without_losing_a_word(desk, edition):
    fields = request(edition, part(edition, "5"), name="Typed Name")

    more = enter(desk, fields | {"more": "1"})
    most = enter(desk, fields | {"more": "1", "consignees": "5"})
    fewer = enter(desk, fields | {"fewer": "0"})

    assert [len(answer.context["consignees"]) for answer in (more, most, fewer)] == [2, 5, 0]
    assert [answer.context["may_add"] for answer in (more, most, fewer)] == [True, False, True]
    assert MINISTRY in more.text.replace("\r", "")
    assert 'value="5"' in more.text
    assert all("Typed Name" in answer.text for answer in (more, most, fewer))
    assert not Order.objects.exists()


def test_titles_are_found_and_the_consignees_stay(desk, edition):
    answer = enter(desk, request(edition, part(edition, "5")) | {"find": "1", "q": "publication"})

    [consignee] = answer.context["consignees"]
    assert consignee["recipient"].value() == MINISTRY
    assert consignee[f"copies-{edition.pk}"].value() == "5"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recipient": ""}, "Write who gets these copies."),
        ({"address": ""}, "Write the address to which the copies should go."),
        ({"country": "nowhere"}, "Choose a country from the list."),
        ({"delivery": "rocket"}, "Choose how the copies should go."),
    ],
)
def test_a_mistake_about_a_consignee_is_said_and_what_was_typed_stays(
    desk, edition, changes, sentence
):
    answer = enter(desk, request(edition, part(edition, "5", **changes), name="Typed Name"))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Typed Name" in answer.text
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("copies", "sentence"),
    [
        ("", "Say how many copies this consignee gets."),
        ("21", "consignees cannot get more."),
        ("many", "Write the number of copies in digits"),
    ],
)
def test_the_copies_of_a_consignee_have_to_be_among_those_entered(desk, edition, copies, sentence):
    answer = enter(desk, request(edition, part(edition, copies)))

    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert sentence in answer.text


def test_a_bad_number_of_copies_is_linked_from_the_top(desk, edition):
    answer = enter(desk, request(edition, **{f"copies-{edition.pk}": "many"}))

    assert f'<a href="#copies-{edition.pk}">' in answer.text
    assert 'value="many"' in answer.text


@pytest.mark.parametrize("count", ["-1", "x", "999", "٣"])
def test_a_strange_number_of_consignees_is_no_fault(desk, edition, count):
    answer = enter(desk, request(edition, consignees=count))

    assert answer.status_code in (200, 422)


def summary(answer):
    return answer.text.partition('class="error-summary"')[2].partition("</section>")[0]


def test_the_orders_own_mistakes_are_no_consignees(desk, edition):
    answer = enter(desk, request(edition, orderer_kind="", source=""))

    assert answer.status_code == 422
    assert summary(answer).count("<li>") == 2
    assert "Consignee" not in summary(answer)


def test_the_mistakes_of_a_consignee_name_its_number(desk, edition):
    parts = (part(edition, "3"), part(edition, "4", recipient=""))

    answer = enter(desk, request(edition, *parts))

    assert "Consignee 2, Recipient" in summary(answer)
