"""The desk, by HTTP: the queue, an order, its parcels, the stock, the messages."""

import datetime
import re

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation

from orders import fulfilment, lifecycle, links, stock
from orders.desk.views.queue import TABS
from orders.models import Consignment, Look, Order, OrderEvent, OutgoingMessage, StockItem
from orders.roles import make_roles
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_publication,
    make_state,
    place_order,
)
from tests.orders.visits import LANGUAGES, notices, refusal, said

QUEUE = "/en/desk/"


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def in_english():
    """A page in another language leaves it behind for the next test's addresses."""
    with translation.override("en"):
        yield


@pytest.fixture
def desk(client, db):
    """A browser in which a colleague who may do everything has signed in."""
    client.force_login(clerk("anna", first_name="Anna", last_name="Specimen"))
    return client


def text_of(answer):
    """The words of a page, tags left out, spaces single."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL).group()
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def numbers_in(answer):
    """The orders that a page of the queue shows, in its order."""
    return [order.number for order in answer.context["page"]]


def press(desk, name, *args, **fields):
    """Press a button and follow to the page it leads to."""
    return desk.post(reverse(f"desk:{name}", args=args), fields, follow=True)


# The queue --------------------------------------------------------------------


def order_to_review():
    return lifecycle.hold(order_to_pack(), by=clerk(), reason="address")


def order_to_pack():
    return make_order((make_edition(on_hand=10), 5))


def order_packed():
    order = order_to_pack()
    make_consignment(order)
    return order


def order_waiting():
    return make_order((make_edition(is_printed=True), 5))


def order_resting():
    until = timezone.localdate() + datetime.timedelta(days=1)
    return lifecycle.hold(order_to_pack(), by=clerk(), reason="request", until=until)


def order_unverified():
    return place_order((make_edition(on_hand=10), 5))


def order_ended():
    return make_order((make_edition(on_hand=10), 5), status="closed")


def order_declined():
    return make_order((make_edition(on_hand=10), 5), status="declined")


def order_sent_long_ago():
    order = order_ended()
    left_at = timezone.now() - datetime.timedelta(days=40)
    order.consignments.update(left_at=left_at)
    return order


def order_lost():
    order = order_ended()
    fulfilment.lose(order.consignments.get(), by=clerk())
    return order


KINDS = {
    "to_review": order_to_review,
    "to_pack": order_to_pack,
    "packed": order_packed,
    "waiting": order_waiting,
    "resting": order_resting,
    "sent_long_ago": order_sent_long_ago,
    "astray": order_lost,
    "unverified": order_unverified,
    "ended": order_declined,
}
ALSO_ENDED = {"sent_long_ago", "astray"}  # nothing is left to pack of them


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_shows_the_orders_it_is_called_after(desk, tab):
    orders = {name: make() for name, make in KINDS.items()}

    answer = desk.get(QUEUE, {"tab": tab})

    others = {orders[name].number for name in ALSO_ENDED} if tab == "ended" else set()
    assert set(numbers_in(answer)) == {orders[tab].number} | others
    counts = {name: count for name, _title, count in answer.context["tabs"]}
    assert counts == dict.fromkeys(TABS, 1) | {"ended": 3}


def test_the_queue_opens_on_the_first_tab_with_work(desk):
    order = order_to_pack()

    assert numbers_in(desk.get(QUEUE)) == [order.number]


def test_an_empty_queue_says_so(desk):
    assert "Nothing to do here." in text_of(desk.get(QUEUE))


@pytest.mark.parametrize("tab", ["", "nonsense", "delete", "on_hold"])
def test_an_unknown_tab_opens_the_queue(desk, tab):
    assert desk.get(QUEUE, {"tab": tab}).context["tab"] == "to_pack"


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "99999999999999999999"])
def test_a_page_beyond_the_queue_shows_its_end(desk, page):
    order = order_to_pack()

    assert numbers_in(desk.get(QUEUE, {"page": page})) == [order.number]


def test_the_oldest_order_comes_first(desk):
    first, second = order_to_pack(), order_to_pack()

    assert numbers_in(desk.get(QUEUE)) == [first.number, second.number]


def test_the_order_that_ended_last_comes_first(desk):
    first, second = order_ended(), order_ended()

    assert numbers_in(desk.get(QUEUE, {"tab": "ended"})) == [second.number, first.number]


@pytest.mark.parametrize(
    "words",
    ["khamphone", "Foreign ministry", "LAO", "république laos", "lausanne", "ccm rc 2021 6"],
)
def test_the_queue_is_searched_by_words_of_many_kinds(desk, words):
    publication = make_publication(
        title_en="Lausanne Action Plan",
        title_fr="Plan d’action de Lausanne",
        symbol="CCM/RC/2021/6",
    )
    lao = make_state("LA", "Lao People’s Democratic Republic", name_fr="République du Laos")
    sought = make_order(
        (make_edition(publication, on_hand=10), 5),
        name="Khamphone Specimen",
        organisation="Ministry of Foreign Affairs",
        state=lao,
    )
    order_to_pack()

    assert numbers_in(desk.get(QUEUE, {"q": words})) == [sought.number]


def test_the_queue_is_searched_by_number(desk):
    _other, sought = order_to_pack(), order_to_pack()

    assert numbers_in(desk.get(QUEUE, {"q": sought.number.lower()})) == [sought.number]


def test_the_tabs_count_what_was_searched(desk):
    order_to_pack()
    make_order((make_edition(on_hand=10), 5), name="Aya Specimen")

    answer = desk.get(QUEUE, {"q": "Aya"})

    assert answer.context["tabs"][1][2] == 1


def test_a_search_without_result_offers_the_way_back(desk):
    order_to_pack()

    answer = desk.get(QUEUE, {"tab": "to_pack", "q": "nobody <script>"})

    assert "No order here holds “nobody &lt;script&gt;”. Show all" in text_of(answer)


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "\\", "-" * 500, "a " * 100, "🙂", "٣"])
def test_no_search_breaks_the_queue(desk, words):
    assert desk.get(QUEUE, {"q": words}).status_code == 200


def test_the_address_bar_keeps_tab_and_words(desk):
    page = desk.get(QUEUE, {"tab": "waiting", "q": "Aya"}).content.decode()

    assert 'href="?tab=packed&amp;q=Aya"' in page
    assert 'hreflang="fr"' in page
    assert 'href="/fr/desk/?tab=waiting&amp;q=Aya"' in page


def test_a_row_tells_what_where_and_how_much(desk):
    publication = make_publication("guide-to-clearance", issued_on="2015-09-11")
    make_order((make_edition(publication, "fr", on_hand=10), 10), name="Aya Specimen")

    row = text_of(desk.get(QUEUE))

    assert "Aya Specimen GC-2015 · FR ×10 by post 10 copies to pack Pack" in row


@pytest.mark.parametrize("orders", [1, 50])
def test_the_queue_takes_12_queries(client, db, settings, orders, django_assert_max_num_queries):
    settings.STAFF_SECOND_FACTOR = True
    editions = [make_edition(language=tag, on_hand=200) for tag in ("en", "fr es")]
    for number in range(orders):
        organisation = f"Mission {number} (specimen)"
        pairs = [(edition, 2) for edition in editions]
        make_order(*pairs, state=make_state(), organisation=organisation)
    sign_in_with_second_factor(client, packer())
    client.get(QUEUE)  # a process learns the codes of all titles once

    with django_assert_max_num_queries(12):
        answer = client.get(QUEUE)

    assert len(numbers_in(answer)) == orders


def packer():
    return in_role("packer")


def in_role(name):
    make_roles()
    user = clerk(name, is_superuser=False)
    user.groups.add(Group.objects.get(name=name))
    return user


def sign_in_with_second_factor(client, user):
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


# From the queue to the post ---------------------------------------------------


def test_four_presses_lead_from_the_queue_to_a_dispatched_parcel(desk):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))

    page = press(desk, "pack", order.number, version=order.version)
    [(parcel, _forms)] = page.context["live"]
    slip = desk.get(reverse("desk:slip", args=[parcel.pk]))
    label = desk.get(reverse("desk:label", args=[parcel.pk]))
    page = press(desk, "send", parcel.pk)

    assert slip.content[:5] == label.content[:5] == b"%PDF-"
    assert page.redirect_chain == [(order.get_desk_url(), 302)]
    assert stock.balance(edition).on_hand == 6
    assert Order.objects.get().status == "closed"


def test_a_paper_opens_in_the_browser_and_is_kept_nowhere(desk):
    parcel = make_consignment(order_to_pack())

    answer = desk.get(reverse("desk:slip", args=[parcel.pk]))

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_dispatched_parcel_is_told_with_its_tracking_number_and_weight(desk):
    parcel = make_consignment(order_to_pack())

    answer = press(desk, "send", parcel.pk, tracking=" rr 123 ch ", weight_g="850")

    assert "RR 123 CH" in text_of(answer)
    assert Consignment.objects.get().weight_g == 850
    assert OutgoingMessage.objects.filter(template="sent").count() == 1


@pytest.mark.parametrize("weight", ["0", "-5", "1_0", "10,5", "1000000", "²"])
def test_a_weight_that_is_none_is_said_beside_its_field(desk, weight):
    parcel = make_consignment(order_to_pack())

    answer = press(desk, "send", parcel.pk, tracking="RR1CH", weight_g=weight)

    assert answer.status_code == 422
    assert "Write a whole number from 1 to 100000, in digits." in text_of(answer)
    assert 'value="RR1CH"' in answer.content.decode()
    assert Consignment.objects.get().status == "packed"


def test_a_second_press_of_dispatch_changes_nothing(desk):
    edition = make_edition(on_hand=10)
    parcel = make_consignment(make_order((edition, 4)))

    press(desk, "send", parcel.pk)
    press(desk, "send", parcel.pk)

    assert stock.balance(edition).on_hand == 6
    assert OutgoingMessage.objects.filter(template="sent").count() == 1


def test_a_second_press_of_pack_makes_no_second_parcel(desk):
    order = order_to_pack()

    press(desk, "pack", order.number, version=order.version)
    press(desk, "pack", order.number, version=order.version)

    assert Consignment.objects.count() == 1


@pytest.mark.parametrize("version", ["0", "", "x", "99"])
def test_an_order_that_changed_meanwhile_is_not_packed(desk, version):
    answer = press(desk, "pack", order_to_pack().number, version=version)

    assert refusal(answer).startswith("This order has changed since you opened this page.")
    assert not Consignment.objects.exists()


def test_a_button_in_the_queue_leads_back_to_it(desk):
    parcel = make_consignment(order_to_pack())

    answer = press(desk, "send", parcel.pk, next="/en/desk/?tab=packed&q=x")

    assert answer.redirect_chain == [("/en/desk/?tab=packed&q=x", 302)]


@pytest.mark.parametrize(
    "address", ["https://example.com/", "//example.com/", "javascript:x", "\x00", "\n/en/"]
)
def test_a_button_leads_nowhere_else(desk, address):
    order = order_to_pack()
    parcel = make_consignment(order)

    answer = desk.post(reverse("desk:send", args=[parcel.pk]), {"next": address})

    assert answer.url == order.get_desk_url()


def test_unpacked_copies_stay_promised(desk):
    edition = make_edition(on_hand=10)
    parcel = make_consignment(make_order((edition, 4)))

    answer = press(desk, "unpack", parcel.pk)

    assert "4 copies to pack" in text_of(answer)
    assert stock.balance(edition).allocated == 4


def test_a_pick_up_is_made_ready_and_handed_over(desk):
    edition = make_edition(on_hand=10)
    parcel = make_consignment(make_order((edition, 4), pick_up_point=make_point()))

    press(desk, "offer", parcel.pk)
    answer = press(desk, "hand-over", parcel.pk)

    assert "picked up" in text_of(answer)
    assert stock.balance(edition).on_hand == 6


def test_a_pick_up_that_nobody_came_for_can_be_packed_again(desk):
    order = make_order((make_edition(on_hand=10), 4), pick_up_point=make_point())
    parcel = make_consignment(order, "at_desk")

    answer = press(desk, "miss", parcel.pk)

    assert "not picked up" in text_of(answer)
    assert "Pack 4 copies" in text_of(answer)


def test_what_came_back_is_on_the_shelf_again(desk):
    edition = make_edition(on_hand=10)
    parcel = make_consignment(make_order((edition, 4)), "sent")

    press(desk, "take-back", parcel.pk, reason="Moved away")

    assert stock.balance(edition).on_hand == 10
    assert OrderEvent.objects.get(what="returned").reason == "Moved away"


def test_a_return_wants_a_reason(desk):
    parcel = make_consignment(order_to_pack(), "sent")

    answer = press(desk, "take-back", parcel.pk)

    assert answer.status_code == 422
    assert "Write the reason in a few words." in text_of(answer)


def test_a_parcel_that_arrived_is_marked(desk):
    parcel = make_consignment(order_to_pack(), "sent")

    assert "delivered" in text_of(press(desk, "deliver", parcel.pk))


def test_a_refusal_is_told_in_a_sentence(desk):
    parcel = make_consignment(order_to_pack())

    answer = press(desk, "offer", parcel.pk)

    assert notices(answer) == ["This consignment is not for pick-up: dispatch it."]


# One order --------------------------------------------------------------------


def test_an_order_is_on_one_page(desk):
    point = make_point("Palais des Nations")
    order = make_order(
        (make_edition(make_publication("guide", issued_on="2015-01-01"), "fr", on_hand=10), 4),
        name="Aya Specimen",
        organisation="Mine Action Centre",
        state=make_state("CI", "Côte d’Ivoire"),
        pick_up_point=point,
        note_verbale="NV 12/2026",
        language="fr",
    )

    page = text_of(desk.get(order.get_desk_url()))

    for words in (
        order.number,
        "Aya Specimen",
        "Mine Action Centre",
        "Côte d’Ivoire",
        "Palais des Nations",
        "NV 12/2026",
        "GUID-2015 · FR",
        "Pack 4 copies",
        "Please confirm your order",
        "placed",
        "French",
    ):
        assert words in page


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_an_order_in_any_state_opens_in_every_language(desk, make, language):
    order = make()

    answer = desk.get(f"/{language}/desk/orders/{order.number}/")

    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["orders/XXXX-XXXX/", "stock/999/", f"stock/{10**30}/", "messages/0/", "tea/"]
)
def test_what_does_not_exist_is_not_found(desk, address):
    assert desk.get(f"/en/desk/{address}").status_code == 404


def test_a_look_at_an_order_is_recorded_once_a_day(desk):
    order = order_to_pack()

    desk.get(order.get_desk_url())
    desk.get(order.get_desk_url())

    assert [event.by.username for event in order.events.filter(what="viewed")] == ["anna"]


def test_the_free_copies_of_a_line_lead_to_the_ledger(desk):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))

    page = desk.get(order.get_desk_url()).content.decode()

    assert f'<a href="{reverse("desk:ledger", args=[edition.pk])}">6</a>' in page


def test_the_timeline_calls_a_parcel_as_its_slip_does(desk):
    order = order_to_pack()
    make_consignment(order)

    page = desk.get(order.get_desk_url()).content.decode()

    assert f">{order}/1<" in page.partition('id="timeline"')[2]


@pytest.mark.parametrize("lines", [1, 3])
def test_an_order_takes_the_same_queries_whatever_its_length(
    desk, lines, django_assert_max_num_queries
):
    order = make_order(*[(make_edition(on_hand=10), 2) for _ in range(lines)])
    make_consignment(order)
    desk.get(order.get_desk_url())  # the look is recorded

    with django_assert_max_num_queries(14):
        desk.get(order.get_desk_url())


def test_an_order_on_hold_is_released(desk):
    order = order_to_review()

    page = desk.get(order.get_desk_url())
    answer = press(desk, "release", order.number, version=order.version)

    assert "Work is stopped: address in question." in text_of(page)
    assert "Pack 5 copies" in text_of(answer)


def test_an_order_is_put_on_hold_until_a_day(desk):
    order = order_to_pack()

    fields = {"version": order.version, "until": "2099-01-31"}
    answer = press(desk, "hold", order.number, reason="duplicate", **fields)

    assert "on hold: possible duplicate until 31 Jan 2099" in text_of(answer)
    assert "possible duplicate, until 31 Jan 2099" in text_of(answer)  # in the timeline


def test_an_order_on_hold_until_a_day_is_reviewed_again_on_it(desk):
    order, until = order_to_pack(), timezone.localdate() + datetime.timedelta(days=14)
    press(desk, "hold", order.number, version=order.version, reason="request", until=until)

    assert "It comes back under “To review” on" in text_of(desk.get(order.get_desk_url()))
    assert numbers_in(desk.get(QUEUE, {"tab": "to_review"})) == []
    with time_machine.travel(timezone.now() + datetime.timedelta(days=14)):
        desk.force_login(clerk())
        queue = desk.get(QUEUE, {"tab": "to_review"})
        assert numbers_in(queue) == [order.number]
        assert "that day has come" in text_of(queue)
        assert "lift the hold, or put it on hold anew" in text_of(desk.get(order.get_desk_url()))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": ""}, "Choose a reason."),
        ({"reason": "mood"}, "Choose a reason."),
        ({"reason": "other", "until": "2001-01-01"}, "This day is past."),
        ({"reason": "other", "until": "soon"}, "Write the date as year-month-day"),
    ],
)
def test_a_hold_that_is_unclear_is_refused_beside_its_field(desk, fields, sentence):
    order = order_to_pack()

    answer = press(desk, "hold", order.number, version=order.version, **fields)

    assert answer.status_code == 422
    assert sentence in text_of(answer)


def test_fewer_copies_than_asked_for_are_granted_line_by_line(desk):
    edition = make_edition(on_hand=200)
    order = make_order((edition, 120))
    line = order.lines.get()

    answer = press(
        desk, "approve", order.number, version=order.version, **{f"line_{line.pk}": "20"}
    )
    line.refresh_from_db()

    assert (line.approved, line.refused, line.allocated) == (70, 50, 70)
    assert "Pack 70 copies" in text_of(answer)


@pytest.mark.parametrize("copies", ["", "71", "-1", "1_0", "ten"])
def test_a_grant_that_is_no_number_is_refused(desk, copies):
    order = make_order((make_edition(on_hand=200), 120))
    line = order.lines.get()

    answer = press(
        desk, "approve", order.number, version=order.version, **{f"line_{line.pk}": copies}
    )

    assert answer.status_code == 422
    assert "rite a" in text_of(answer)


def test_quantities_are_changed(desk):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 5))
    line = order.lines.get()

    press(desk, "change", order.number, version=order.version, **{f"line_{line.pk}": "8"})

    assert stock.balance(edition).allocated == 8


def test_quantities_drawn_from_an_older_version_are_not_saved(desk):
    order = order_to_pack()
    line = order.lines.get()

    answer = press(desk, "change", order.number, version=1, **{f"line_{line.pk}": "8"})

    assert "This order has changed since you opened this page." in refusal(answer)


@pytest.mark.parametrize("verb", ["decline", "cancel"])
def test_an_order_is_ended_with_a_reason(desk, verb):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 5))

    press(desk, verb, order.number, reason="Asked twice", version=order.version)

    ended = {"decline": "declined", "cancel": "cancelled"}[verb]
    assert Order.objects.get().status == ended
    assert OrderEvent.objects.get(what=ended).reason == "Asked twice"
    assert stock.balance(edition).allocated == 0


def test_a_refused_form_leads_to_the_page_in_another_language(desk):
    order = order_to_pack()

    answer = press(desk, "cancel", order.number)

    assert f'href="/fr/desk/orders/{order.number}/"' in answer.content.decode()


@pytest.mark.parametrize("verb", ["decline", "cancel"])
def test_an_order_is_not_ended_without_a_reason(desk, verb):
    answer = press(desk, verb, order_to_pack().number, reason="  ")

    assert answer.status_code == 422
    assert Order.objects.get().status == "open"


def test_a_packed_order_is_not_cancelled(desk):
    order = order_packed()
    order.refresh_from_db()

    answer = press(desk, "cancel", order.number, reason="Asked twice", version=order.version)

    assert "It has to be unpacked" in refusal(answer)


# Stock ------------------------------------------------------------------------


def test_the_lowest_stock_comes_first(desk):
    plenty, little = make_edition(on_hand=100), make_edition(on_hand=3)

    editions = list(desk.get(reverse("desk:stock")).context["editions"])

    assert editions == [little, plenty]


def test_a_shelf_tells_all_its_figures(desk):
    edition = make_edition(on_hand=10)
    make_order((edition, 4))
    stock.damage(edition, 1, by=clerk(), reason="Water")
    make_order((edition, 9))

    [shelf] = desk.get(reverse("desk:stock")).context["editions"]

    figures = (shelf.free, shelf.on_hand, shelf.allocated, shelf.unusable, shelf.waiting)
    assert figures == (0, 10, 9, 1, 4)


def test_the_stock_is_searched_by_words_and_language(desk):
    publication = make_publication(title_en="Dubrovnik Action Plan", symbol="CCM/CONF/2015/7")
    make_edition(publication, "en", on_hand=5)
    french = make_edition(publication, "fr", on_hand=5)
    make_edition(language="fr", on_hand=5)

    answer = desk.get(reverse("desk:stock"), {"q": "dubrovnik conf", "language": "fr"})

    assert list(answer.context["editions"]) == [french]


@pytest.mark.parametrize("editions", [1, 20])
def test_the_stock_takes_the_same_queries_whatever_its_length(
    desk, editions, django_assert_max_num_queries
):
    for _ in range(editions):
        make_edition(on_hand=5)

    with django_assert_max_num_queries(11):
        desk.get(reverse("desk:stock"))


def test_a_withdrawn_edition_is_shown_as_long_as_copies_lie_there(desk):
    kept = make_edition(on_hand=5, withdrawn_at=timezone.now())
    make_edition(is_printed=True, withdrawn_at=timezone.now())

    assert list(desk.get(reverse("desk:stock")).context["editions"]) == [kept]


def test_the_ledger_runs_with_its_balances(desk):
    edition = make_edition(on_hand=10)
    order = make_order((edition, 4))

    answer = desk.get(reverse("desk:ledger", args=[edition.pk]))
    entries = answer.context["page"].object_list

    assert [(entry.on_hand_after, entry.allocated_after) for entry in entries] == [(10, 4), (10, 0)]
    assert order.number in text_of(answer)


def test_the_ledger_of_an_edition_without_stock_says_so_and_stores_nothing(desk):
    edition = make_edition(is_printed=True)

    answer = desk.get(reverse("desk:ledger", args=[edition.pk]))

    assert "No copy of this edition was ever received." in text_of(answer)
    assert not StockItem.objects.exists()


def move(desk, name, edition, copies, reason="Specimen", key="one-time-key"):
    return press(desk, name, edition.pk, copies=copies, reason=reason, key=key)


def test_a_print_run_serves_who_waited(desk):
    edition = make_edition(is_printed=True)
    make_order((edition, 4))

    answer = move(desk, "receive", edition, "1000")

    assert notices(answer)[:2] == [
        "1,000 copies received.",
        "4 copies are promised to orders that waited.",
    ]
    assert stock.balance(edition).allocated == 4


@pytest.mark.parametrize(
    ("counted", "sentence"),
    [
        ("10", "The count agrees with the ledger."),
        ("9", "1 copy fewer than the ledger said; it is corrected."),
        ("12", "2 copies more than the ledger said; it is corrected."),
        ("0", "10 copies fewer than the ledger said; it is corrected."),
    ],
)
def test_a_count_corrects_the_ledger(desk, counted, sentence):
    edition = make_edition(on_hand=10)

    answer = move(desk, "count", edition, counted)

    assert notices(answer) == [sentence]
    assert stock.balance(edition).on_hand == int(counted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_count_of_before_a_receipt_does_not_take_it_away(desk, language):
    edition = make_edition(on_hand=60)
    page = desk.get(reverse("desk:ledger", args=[edition.pk]))
    seen = re.search(r'name="seen" value="(\d+)"', page.text)[1]
    stock.receive(edition, 5, by=clerk())

    with translation.override(language):
        late = press(desk, "count", edition.pk, copies="60", key="a", seen=seen)

    told = said(
        language,
        "Copies moved since the page was opened: the ledger now says %(n)s. Count again.",
        n=65,
    )
    assert late.status_code == 422
    assert told in late.text
    assert 'value="60"' in late.text
    assert stock.balance(edition).on_hand == 65
    again = re.search(r'name="seen" value="(\d+)"', late.text)[1]
    press(desk, "count", edition.pk, copies="64", key="a", seen=again)
    assert stock.balance(edition).on_hand == 64


def test_promises_do_not_outdate_a_count(desk):
    edition = make_edition(on_hand=60)
    page = desk.get(reverse("desk:ledger", args=[edition.pk]))
    seen = re.search(r'name="seen" value="(\d+)"', page.text)[1]
    make_order((edition, 4))

    press(desk, "count", edition.pk, copies="58", key="a", seen=seen)

    assert stock.balance(edition).on_hand == 58


def test_damaged_copies_are_set_aside_then_written_off(desk):
    edition = make_edition(on_hand=10)

    first = move(desk, "damage", edition, "3", key="first")
    second = move(desk, "write_off", edition, "2", key="second")

    assert notices(first) == ["3 copies are set aside as unusable."]
    assert notices(second) == ["2 copies are written off."]
    item = stock.balance(edition)
    assert (item.on_hand, item.unusable) == (8, 1)


def test_copies_are_handed_out_without_an_order(desk):
    edition = make_edition(on_hand=10)

    answer = move(desk, "walk_up", edition, "1", reason="")

    assert notices(answer) == ["1 copy handed out without an order."]
    assert stock.balance(edition).on_hand == 9


def test_promised_copies_are_not_handed_out(desk):
    edition = make_edition(on_hand=10)
    make_order((edition, 8))

    answer = move(desk, "walk_up", edition, "3")

    assert answer.status_code == 422
    assert "Only 2 copies" in text_of(answer)
    assert 'value="3"' in answer.content.decode()


def test_a_second_press_moves_no_second_time(desk):
    edition = make_edition(on_hand=10)

    move(desk, "receive", edition, "5")
    move(desk, "receive", edition, "5")

    assert stock.balance(edition).on_hand == 15


@pytest.mark.parametrize("name", ["receive", "walk_up", "count", "damage", "write_off"])
@pytest.mark.parametrize("copies", ["", "-1", "1_0", "1.5", "10000000", "1e3", "٣", "x"])
def test_a_number_that_is_none_moves_nothing(desk, name, copies):
    edition = make_edition(on_hand=10)

    answer = move(desk, name, edition, copies)

    assert answer.status_code == 422
    assert "Write a" in text_of(answer)
    assert stock.balance(edition).on_hand == 10


@pytest.mark.parametrize("name", ["damage", "write_off"])
def test_a_loss_wants_a_reason(desk, name):
    edition = make_edition(on_hand=10)

    answer = move(desk, name, edition, "1", reason="")

    assert answer.status_code == 422
    assert "Write the reason in a few words." in text_of(answer)


# Messages ---------------------------------------------------------------------


@pytest.fixture
def mail_works(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def message_page(desk, message):
    return desk.get(reverse("desk:message", args=[message.pk]))


def test_messages_tell_whether_they_left(desk):
    order_to_pack()
    rows = OutgoingMessage.objects.order_by("pk")
    rows.filter(template="confirm").update(sent_at=timezone.now())
    rows.filter(template="received").update(
        parked_at=timezone.now(), sent_at=None, last_error="SMTPRecipientsRefused"
    )

    page = text_of(desk.get(reverse("desk:messages")))

    assert Look.objects.get(page="messages").orders == 2
    assert re.search(r"Please confirm your order .* sent \d", page)
    assert re.search(r"given up .*: SMTPRecipientsRefused", page)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_message_is_shown_in_its_readers_language(desk, language):
    place_order((make_edition(on_hand=10), 5), language=language)
    message = OutgoingMessage.objects.get()

    page = message_page(desk, message).content.decode()

    assert f'<div class="letter" lang="{language}"' in page


def test_the_secret_link_of_an_order_is_hidden_from_staff(desk):
    order = place_order((make_edition(on_hand=10), 5))

    answer = message_page(desk, OutgoingMessage.objects.get())

    assert links.secret_of(order) not in answer.content.decode()
    assert "[the secret link of the order]" in text_of(answer)


def test_a_demonstration_lets_the_link_be_followed(desk, settings):
    settings.DEMO = True
    order = place_order((make_edition(on_hand=10), 5))

    answer = message_page(desk, OutgoingMessage.objects.get())

    assert f'<a href="{links.order_url(order)}' in answer.content.decode()


def test_a_message_is_sent_again(desk, mail_works, mailoutbox):
    place_order((make_edition(on_hand=10), 5))
    message = OutgoingMessage.objects.get()
    OutgoingMessage.objects.update(sent_at=timezone.now())

    answer = press(desk, "again", message.pk)

    assert notices(answer) == ["The message is queued to be sent again."]
    message.refresh_from_db()
    assert message.sent_at
    assert OutgoingMessage.objects.exclude(pk=message.pk).get().sent_at is None


# Signing in -------------------------------------------------------------------


@pytest.fixture
def account(db):
    user = clerk("beate", email="beate@example.org")
    user.set_password("a good specimen")
    user.save()
    return user


def sign_in(client, name="beate", password="a good specimen", **extra):
    fields = {"login": name, "password": password}
    return client.post(reverse("account_login"), fields, **extra)


@pytest.fixture
def empty_cache():
    """The throttle counts in the cache."""
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("name", ["beate", "beate@example.org"])
def test_a_colleague_signs_in_and_meets_the_queue(client, account, name):
    assert sign_in(client, name).url == QUEUE


@pytest.mark.usefixtures("empty_cache")
def test_an_editor_signs_in_and_meets_the_desk_without_orders(client, account, settings):
    settings.STAFF_SECOND_FACTOR = False
    make_roles()
    get_user_model().objects.update(is_superuser=False)
    account.groups.add(Group.objects.get(name="editor"))

    assert client.get(sign_in(client).url).url == reverse("desk:stock")


@pytest.mark.usefixtures("empty_cache")
def test_a_wrong_password_is_told_without_saying_whose(client, account):
    known, unknown = sign_in(client, password="wrong"), sign_in(client, name="nobody")

    for answer in (known, unknown):
        assert "The user name or the password is wrong." in text_of(answer)


@pytest.mark.usefixtures("empty_cache")
def test_a_stranger_cannot_lock_a_colleague_out(client, account):
    for _ in range(6):
        last = sign_in(client, password="guess", REMOTE_ADDR="192.0.2.1")

    assert "Too many failed attempts." in text_of(last)
    assert sign_in(client, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_nobody_makes_an_account(client, db):
    assert "No account is needed" in text_of(client.get(reverse("account_signup")))


def test_signing_out_takes_a_press(desk):
    desk.get(reverse("account_logout"))
    assert desk.get(QUEUE).status_code == 200

    desk.post(reverse("account_logout"))
    assert desk.get(QUEUE).status_code == 302


@pytest.mark.usefixtures("empty_cache")
def test_a_second_factor_is_set_up_from_a_code_drawn_in_the_page(client, account):
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": "a good specimen"})

    page = client.get(reverse("mfa_activate_totp")).content.decode()

    assert re.search(r'<svg [^>]*class="qr-code"', page)
    assert "data:image" not in page
    assert "otpauth://totp/" in page


@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "mfa_index", "account_change_password"]
)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_account_pages_speak_every_language_without_inline_script(desk, name, language):
    path = reverse(name).replace("/en/", f"/{language}/")

    page = desk.get(path, follow=True).content.decode()

    assert f'<html lang="{language}"' in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))|style=|onclick=", page)


def test_no_button_lets_leave_what_is_on_hold(desk):
    parcel = make_consignment(make_order((make_edition(on_hand=5), 2)), "packed")
    addresses = [parcel.order.get_desk_url(), reverse("desk:queue") + "?tab=packed"]
    button = f'action="{reverse("desk:send", args=[parcel.pk])}"'
    before = [desk.get(address).text for address in addresses]
    lifecycle.hold(parcel.order, by=clerk(), reason="address")

    after = [desk.get(address).text for address in addresses]

    assert all(button in page for page in before)
    assert not any(button in page for page in after)


@pytest.mark.parametrize(
    ("address", "is_warned"),
    [("ភ្នំពេញ", True), ("東京都千代田区", False), ("Rue 1\nGenève", False)],
)
def test_an_address_that_cannot_be_printed_is_said_before_it_is_packed(desk, address, is_warned):
    order = make_order((make_edition(on_hand=5), 2), address=address)

    page = text_of(desk.get(order.get_desk_url()))

    assert ("cannot print these characters" in page) == is_warned
