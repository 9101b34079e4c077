"""Every button that the page of an order shows does what it says, whatever the order's state."""

import html
from html.parser import HTMLParser

import pytest
from django.contrib.messages import ERROR, get_messages
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from orders import aftercare, fulfilment, lifecycle
from orders.models import Consignment, Order
from tests.builders import clerk, make_consignment, make_edition, make_order, make_point, make_state
from tests.orders.test_pairs import everything
from tests.orders.visits import LANGUAGES, notices, refusal, said

pytestmark = pytest.mark.django_db

TYPED = {
    "reason": "Because (specimen)",
    "text": "A note (specimen)",
    "copies": "1",
    "delivery": "post",
    "address": "Example Street 9\nBerne",
    "country": "CH",
    "orderer_kind": "other",
}


class Forms(HTMLParser):
    """The forms of a page that post: where to, and what is in them."""

    def __init__(self):
        super().__init__()
        self.found, self.select, self.area = [], None, None

    def handle_starttag(self, tag, pairs):
        is_given = dict(pairs)
        if tag == "form":
            is_post = is_given.get("method") == "post"
            self.fields = {}
            if is_post:
                self.found.append((is_given["action"], self.fields))
        elif tag == "input" and is_given.get("name"):
            is_chosen = is_given.get("type") not in ("radio", "checkbox") or "checked" in is_given
            self.fields.setdefault(is_given["name"], "")
            if is_chosen:
                self.fields[is_given["name"]] = is_given.get("value", "")
        elif tag == "select":
            self.select = is_given["name"]
        elif tag == "option" and (not self.fields.get(self.select) or "selected" in is_given):
            self.fields[self.select] = is_given.get("value", "")
        elif tag == "textarea":
            self.area = is_given["name"]
            self.fields[self.area] = ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None

    def handle_data(self, text):
        if self.area:
            self.fields[self.area] += text


def forms_on(page):
    parser = Forms()
    parser.feed(page.content.decode().partition("<main")[2].partition("</main>")[0])
    return [
        (action, {name: fields[name].strip() or typed_as(name) for name in fields})
        for action, fields in parser.found
    ]


def all_forms(client, order):
    """Those of the page, and of its parts that are opened first."""
    pages = [client.get(order.get_desk_url(), {"open": part}) for part in ("", "add", "edit")]
    found = {action: fields for page in pages for action, fields in forms_on(page)}
    return list(found.items())


def typed_as(name):
    return "1" if name.startswith("copies-") else TYPED.get(name, "")


def open_order(**details):
    return make_order((make_edition(on_hand=9, weight_g=80), 6), **details)


def to_decide():
    return make_order((make_edition(on_hand=60), 65))


def waiting():
    return make_order((make_edition(on_hand=0), 6))


def held():
    return lifecycle.hold(open_order(), by=clerk(), reason="address")


def half_sent():
    order = open_order()
    parts = {order.lines.get().pk: 2}
    fulfilment.send(fulfilment.pack(order, by=clerk(), quantities=parts), by=clerk())
    return order


def replaced():
    order = open_order()
    parcel = fulfilment.lose(make_consignment(order, "sent"), by=clerk())
    order.refresh_from_db()
    return aftercare.replace(parcel, by=clerk(), version=order.version, reason="lost")


def missed_and_forwarded():
    order = open_order(pick_up_point=make_point())
    aftercare.forward(
        make_consignment(order, "missed"),
        by=clerk(),
        pick_up_point=make_point("B"),
        delivery="pick_up",
    )
    return order


def packed_again():
    order = open_order(pick_up_point=make_point())
    make_consignment(order, "missed")
    fulfilment.pack_all(order, by=clerk())
    return order


PICKED_UP = {"at_desk", "handed_over", "missed"}
NEVER = {"preparing"}
ORDERS = {
    **{
        f"order-{status}": lambda status=status: open_order(status=status)
        for status in Order.Status
    },
    **{
        f"parcel-{status}": lambda status=status: with_parcel(status)
        for status in set(Consignment.Status) - NEVER
    },
    "packed-for-pick-up": lambda: with_parcel("packed", pick_up_point=make_point()),
    "to-decide": to_decide,
    "waiting": waiting,
    "held": held,
    "half-sent": half_sent,
    "replaced": replaced,
    "forwarded": missed_and_forwarded,
    "packed-again": packed_again,
}


def with_parcel(status, **details):
    point = {"pick_up_point": make_point()} if status in PICKED_UP else {}
    order = open_order(**details | point)
    make_consignment(order, status)
    return order


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_every_button_on_the_page_does_what_it_says(client, settings, name):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    make_state("CH", "Switzerland")
    order = ORDERS[name]()
    make_edition(order.lines.first().edition.publication, "fr", on_hand=5)  # may be added

    forms = all_forms(client, order)

    assert [refused for form in forms if (refused := refusal_of(client, *form))] == []


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_every_button_pressed_twice_says_that_it_is_done_and_changes_nothing(
    client, settings, name
):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    make_state("CH", "Switzerland")
    order = ORDERS[name]()
    make_edition(order.lines.first().edition.publication, "fr", on_hand=5)  # may be added

    forms = all_forms(client, order)

    assert [wrong for form in forms if (wrong := wrong_of_twice(client, *form))] == []


def wrong_of_twice(client, action, fields):
    """What is wrong with the second of two presses that are then undone, or nothing."""
    with transaction.atomic():
        client.post(action, fields)
        before = everything()
        answer = client.post(action, fields)
        has_changed = everything() != before
        transaction.set_rollback(True)
    errors = [str(told) for told in get_messages(answer.wsgi_request) if told.level >= ERROR]
    is_told = answer.status_code == 302 and not errors
    return (has_changed or not is_told) and (action, answer.status_code, errors, has_changed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_press_says_so_in_every_language(client, settings, language):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    order = to_decide()
    fields = {"version": order.version, f"line_{order.lines.get().pk}": "5"}
    with translation.override(language):
        address = reverse("desk:approve", args=[order.number])

    client.post(address, fields)
    answer = client.post(address, fields, follow=True)

    assert notices(answer)[-1] == said(language, "This was done already; nothing has changed.")
    assert order.events.filter(what="approved").count() == 1


PRESSED = {
    "send": ("packed", {}),
    "offer": ("packed", {"pick_up_point": True}),
    "hand-over": ("at_desk", {"pick_up_point": True}),
    "undo-hand-over": ("handed_over", {"pick_up_point": True}),
    "miss": ("at_desk", {"pick_up_point": True}),
    "undo-miss": ("missed", {"pick_up_point": True}),
    "deliver": ("sent", {}),
    "undo-send": ("sent", {}),
    "lose": ("sent", {}),
    "take-back": ("sent", {}),
    "unpack": ("packed", {}),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PRESSED)
def test_a_parcels_button_tells_a_second_press_that_it_was_done(desk, name, language):
    status, where = PRESSED[name]
    details = {"pick_up_point": make_point()} if where else {}
    parcel = make_consignment(make_order((make_edition(on_hand=9), 4), **details), status)
    with translation.override(language):
        address = reverse(f"desk:{name}", args=[parcel.pk])

    first, second = (desk.post(address, {"reason": "x"}, follow=True) for _press in range(2))

    done = said(language, "This was done already; nothing has changed.")
    assert done not in notices(first)
    assert done in notices(second)


def test_a_second_press_after_a_colleagues_is_told_what_happened(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    order = to_decide()
    address = reverse("desk:approve", args=[order.number])
    fields = {"version": order.version, f"line_{order.lines.get().pk}": "5"}

    client.post(address, fields)
    lifecycle.hold(order, by=clerk("other"), reason="address")
    answer = client.post(address, fields)

    assert "has changed since" in refusal(answer)
    assert [event.what for event in answer.context["since"]] == ["held", "approved"]


def test_who_presses_the_same_as_a_colleague_is_told_that_the_order_changed(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    order = to_decide()
    address = reverse("desk:approve", args=[order.number])
    fields = {"version": order.version, f"line_{order.lines.get().pk}": "5"}

    answers = []
    for name in ("anna", "bela"):
        client.force_login(clerk(name))
        answers.append(client.post(address, fields))

    assert [answer.status_code for answer in answers] == [302, 409]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_button_without_fields_pressed_too_late_gives_nothing_to_correct(desk, language):
    order = make_order((make_edition(on_hand=5), 2))
    lifecycle.hold(order, by=clerk("other"), reason="address")
    with translation.override(language):
        action = reverse("desk:pack", args=[order.number])

    answer = desk.post(action, {"version": order.version})

    assert answer.status_code == 409
    assert said(language, "Please correct the form") not in answer.text
    assert len(notices(answer)) == 1
    assert notices(answer)[0] in html.unescape(answer.text)


def test_the_words_for_who_ordered_follow_the_numbers(desk):
    form = desk.get(to_decide().get_desk_url()).context["forms"]["approve"]

    assert [field.name for field in form.visible_fields()][-1] == "words"


def refusal_of(client, action, fields):
    """What the site says against a press that is then undone, or nothing."""
    with transaction.atomic():
        answer = client.post(action, fields)
        transaction.set_rollback(True)
    errors = [str(told) for told in get_messages(answer.wsgi_request) if told.level >= ERROR]
    if answer.status_code != 302:
        errors.append(str(answer.context["refused"].errors))
    return errors and (action, answer.status_code, errors)
