"""The desk's page of an order: packed in parts, corrected, sent again, noted, entered by staff."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from orders import aftercare, changes, events, fulfilment, lifecycle, notes, standing, stock
from orders.models import Consignment, Note, Order, OrderEvent, OutgoingMessage, PickUpPoint
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_publication,
    make_state,
    part_for,
)
from tests.orders.visits import LANGUAGES, notices, refusal, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_agrees_in_the_end")]


@pytest.fixture
def edition(db):
    make_state("CH", "Switzerland", name_fr="Suisse", name_es="Suiza")
    return make_edition(on_hand=40, weight_g=50)


def press(desk, button, /, *args, reader="en", **fields):
    with translation.override(reader):
        address = reverse(f"desk:{button}", args=args)
    return desk.post(address, fields, follow=True)


def current(order):
    return Order.objects.get(pk=order.pk)


# Packing in parts -----------------------------------------------------------------


def test_part_of_an_order_is_packed_and_sent_and_the_rest_later(desk, edition):
    order = make_order((edition, 10))
    line = order.lines.get()

    press(desk, "split", order.number, version=order.version, **{f"line_{line.pk}": 4})
    press(desk, "send", order.consignments.get().pk)
    press(desk, "pack", order.number, version=current(order).version)
    press(desk, "send", order.consignments.latest("position").pk)

    sent = [parcel.lines.get().quantity for parcel in order.consignments.order_by("position")]
    assert (sent, current(order).status) == ([4, 6], "closed")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["11", "-1", "x", ""])
def test_no_more_is_packed_than_lies_there(desk, edition, language, typed):
    order = make_order((edition, 10))
    name = f"line_{order.lines.get().pk}"

    answer = press(
        desk, "split", order.number, reader=language, version=order.version, **{name: typed}
    )

    assert answer.status_code == 422
    assert answer.context["refused"][name].value() == typed
    assert not order.consignments.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_of_no_copies_is_told_to_be_none(desk, edition, language):
    order = make_order((edition, 10))
    name = f"line_{order.lines.get().pk}"

    answer = press(desk, "split", order.number, reader=language, version=order.version, **{name: 0})

    assert refusal(answer) == said(language, "Choose at least one copy.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_that_holds_a_null_is_no_number(desk, edition, language):
    order = make_order((edition, 10))
    name = f"line_{order.lines.get().pk}"
    about = {"reader": language, "version": order.version}

    null, word = (
        press(desk, "split", order.number, **about, **{name: typed}) for typed in ("1\0", "x")
    )

    assert null.context["refused"].errors == word.context["refused"].errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_without_words_is_asked_for(desk, edition, language):
    order = make_order((edition, 10))

    answer = press(desk, "note", order.number, reader=language, text="")

    assert answer.context["refused"].errors["text"] == [said(language, "Write the note.")]


def test_everything_is_packed_for_each_consignee_at_once(desk, edition):
    shares = {
        "recipient": "Ministry (specimen)",
        "delivery": "courier",
        "address": "Example Street 5\nBerne",
        "country": "CH",
        "quantities": {edition.pk: 4},
    }
    order = make_order((edition, 10), consignees=[shares])

    press(desk, "pack", order.number, version=order.version)

    parcels = order.consignments.order_by("position")
    assert [(p.delivery, p.lines.get().quantity) for p in parcels] == [("post", 6), ("courier", 4)]


def test_a_stale_page_packs_nothing_twice(desk, edition):
    order = make_order((edition, 10))
    name = f"line_{order.lines.get().pk}"

    press(desk, "split", order.number, version=order.version, **{name: 4})
    answer = press(desk, "split", order.number, version=order.version, **{name: 5})

    assert "has changed since" in refusal(answer)
    assert order.consignments.count() == 1


# After it left ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("RR123456785CH", True),
        ("RR 123 456 785 CH", True),
        ("RR123456786CH", False),
        ("99.60.130512.12345678", True),
        ("1Z999AA10123456784", True),
        ("996013051212345678", True),
        ("CP000000005CH", True),
        ("#", False),
    ],
)
def test_a_tracking_number_is_checked(desk, edition, number, is_right):
    parcel = make_consignment(make_order((edition, 2)))

    answer = press(desk, "send", parcel.pk, tracking=number)

    parcel.refresh_from_db()
    assert (parcel.status, answer.status_code) == (("sent", 200) if is_right else ("packed", 422))


@pytest.mark.parametrize("reader", LANGUAGES)
def test_a_tracking_number_that_does_not_add_up_says_which_digit(desk, edition, reader):
    parcel = make_consignment(make_order((edition, 2)))

    answer = press(desk, "send", parcel.pk, reader=reader, tracking="rr 123 456 786 ch")

    [sentence] = answer.context["refused"].errors["tracking"]
    assert all(said in sentence for said in ("12345678", "5", "6"))
    assert 'value="rr 123 456 786 ch"' in answer.content.decode()


def test_a_tracking_number_is_corrected_later(desk, edition):
    parcel = make_consignment(make_order((edition, 2)), "sent")

    for _twice in range(2):
        press(desk, "track", parcel.pk, tracking="RR123456785CH", was="")

    parcel.refresh_from_db()
    assert parcel.tracking == "RR123456785CH"
    assert OrderEvent.objects.filter(what="edited").count() == 1


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("theirs", ["SECOND 2", ""])
def test_a_tracking_number_that_a_colleague_changed_is_not_written_over(
    desk, edition, reader, theirs
):
    parcel = make_consignment(make_order((edition, 2)), "sent")
    press(desk, "track", parcel.pk, tracking="FIRST 1", was="")
    press(desk, "track", parcel.pk, tracking=theirs, was="FIRST 1")

    late = press(desk, "track", parcel.pk, reader=reader, tracking="THIRD 3", was="FIRST 1")

    assert late.status_code == 409
    assert theirs in refusal(late)
    assert 'value="THIRD 3"' in late.text
    assert Consignment.objects.get().tracking == theirs
    was = late.context["refused"]["was"].value()
    press(desk, "track", parcel.pk, tracking="THIRD 3", was=was)
    assert Consignment.objects.get().tracking == "THIRD 3"


def test_a_lost_parcel_is_sent_again(desk, edition):
    order = make_order((edition, 8))
    parcel = make_consignment(order, "sent")
    press(desk, "lose", parcel.pk, reason="The carrier cannot find it (specimen)")
    fields = {"version": current(order).version, "reason": "lost (specimen)"}
    fields |= {f"line_{order.lines.get().pk}": 8}

    press(desk, "replace", parcel.pk, **fields)
    again = press(desk, "replace", parcel.pk, **fields)

    line = order.lines.get()
    assert notices(again) == ["This was done already; nothing has changed."]
    assert (line.replaced, line.allocated, current(order).status) == (8, 8, "open")
    press(desk, "pack", order.number, version=current(order).version)
    press(desk, "send", order.consignments.latest("position").pk)
    assert (current(order).status, stock.balance(edition).on_hand) == ("closed", 24)


def test_what_came_back_spoilt_is_not_sent_again(desk, edition):
    order = make_order((edition, 8))
    parcel = make_consignment(order, "sent")

    press(desk, "take-back", parcel.pk, reason="wet", **{f"line_{order.lines.get().pk}": 3})

    item = stock.balance(edition)
    assert (item.on_hand, item.unusable, item.available) == (40, 3, 37)


@pytest.fixture
def missed(edition):
    order = make_order((edition, 6), pick_up_point=make_point())
    return make_consignment(order, "missed")


def test_missed_copies_go_to_the_next_meeting(desk, missed):
    point = make_point("Next meeting")

    for _twice in range(2):
        press(desk, "forward", missed.pk, delivery="pick_up", pick_up_point=point.pk)

    new = missed.order.consignments.get(status="packed")
    assert (new.pick_up_point, current(missed.order).pick_up_point) == (point, point)
    assert new.lines.get().quantity == 6


def test_missed_copies_go_to_an_address(desk, missed):
    address = {"address": "Example Street 9\nBerne", "country": "CH"}

    refused = press(desk, "forward", missed.pk, delivery="post", address="", country="CH")
    press(desk, "forward", missed.pk, delivery="post", **address)

    assert refused.status_code == 422
    assert missed.order.consignments.get(status="packed").address == address["address"]


@pytest.mark.parametrize("reader", LANGUAGES)
def test_another_way_than_a_colleagues_is_not_lost_without_a_word(desk, missed, reader):
    mine = {"delivery": "post", "address": "Example Street 1\nBerne", "country": "CH"}
    press(desk, "forward", missed.pk, **mine)

    theirs = mine | {"address": "Other Street 99\nZurich"}
    late = press(desk, "forward", missed.pk, reader=reader, **theirs)
    released = press(desk, "let-go", missed.pk, reader=reader)

    new = missed.order.consignments.get(status="packed")
    assert late.status_code == 409
    assert str(new) in refusal(late)
    assert "Other Street 99" in late.text
    assert (new.address, str(new) in " ".join(notices(released))) == (mine["address"], True)


def test_missed_copies_are_released_once(desk, missed, edition):
    waiting = make_order((make_edition(edition.publication, "fr", is_printed=True), 3))

    for _twice in range(2):
        press(desk, "let-go", missed.pk)

    assert stock.balance(edition).allocated == 0
    assert current(missed.order).status == "closed"
    assert current(waiting).status == "open"


def test_others_go_first_where_that_is_decided(desk, edition):
    large, small = make_order((edition, 38)), make_order((edition, 10))
    fields = {"line": large.lines.get().pk, "copies": 8, "reason": "A meeting is near (specimen)"}
    fields["version"] = large.version

    for _twice in range(2):
        press(desk, "put-back", large.number, **fields)

    assert [order.lines.get().allocated for order in (large, small)] == [30, 10]


# Two colleagues ---------------------------------------------------------------------


@pytest.mark.parametrize("reader", LANGUAGES)
def test_a_late_form_keeps_what_was_typed_and_tells_what_happened_since(desk, edition, reader):
    order = make_order((edition, 5))
    fulfilment.pack(order, by=clerk("benoit", first_name="Benoît", last_name="Rochat"))

    fields = {"version": order.version, "reason": "address", "until": "2099-01-31"}
    answer = press(desk, "hold", order.number, reader=reader, **fields)

    since = (
        answer.content.decode().partition('<section class="since"')[2].partition("</section>")[0]
    )
    assert answer.status_code == 409
    assert "Benoît Rochat" in since
    assert since.count("<li>") == 1
    form = answer.context["refused"]
    assert (form["reason"].value(), form["until"].value()) == ("address", "2099-01-31")
    assert not current(order).hold


def test_the_late_form_is_taken_when_it_is_sent_again(desk, edition):
    order = make_order((edition, 5))
    parcel = fulfilment.pack(order, by=clerk("benoit"))
    fulfilment.unpack(parcel, by=clerk("benoit"))
    fields = {"version": order.version, "reason": "Asked twice (specimen)"}

    late = press(desk, "cancel", order.number, **fields)
    fields["version"] = late.context["refused"]["version"].value()
    press(desk, "cancel", order.number, **fields)

    whats = [event.what for event in late.context["since"]]
    assert whats == ["unpacked", "packed"]
    assert current(order).status == "cancelled"


def test_every_version_of_an_order_is_told_by_an_event(desk, edition):
    order = make_order((edition, 25), email="delegate@example.org")
    line = order.lines.get()
    who = clerk("benoit")
    changes.approve(order, by=who, grants={line.pk: line.to_decide})
    lifecycle.hold(order, by=who, reason="other")
    lifecycle.release(order, by=who)
    desk.get(order.get_desk_url())
    standing.mark_of(order, standing="trusted", by=who)
    parcel = fulfilment.pack(order, by=who, quantities={line.pk: 3})
    fulfilment.send(parcel, by=who)
    fulfilment.track(parcel, by=who, tracking="RR123456785CH")
    fulfilment.lose(parcel, by=who)
    order = current(order)
    aftercare.replace(parcel, by=who, version=order.version, reason="lost")
    changes.put_back(line, 2, by=who, reason="specimen")

    order = current(order)
    assert len(events.since(order, 1)) == order.version - 1


# Everything on one page ----------------------------------------------------------------


def test_each_consignee_is_shown_with_address_and_copies(desk, edition):
    mine = {
        "recipient": "Mine Action Centre (specimen)",
        "delivery": "courier",
        "address": "Example Road 9\nSaint-Cergue",
        "country": "CH",
        "phone": "+41 22 555 01 99",
        "quantities": {edition.pk: 4},
    }
    order = make_order((edition, 10), consignees=[mine])

    page = desk.get(order.get_desk_url()).content.decode()

    part = page.partition('class="consignee"')[2].partition("</section>")[0]
    for words in ("Mine Action Centre", "Example Road 9", "Saint-Cergue", "×4", "555 01 99"):
        assert words in part
    own = page.partition("Own part</dt>")[2].partition("</dd>")[0]
    assert "×6" in own


def test_a_possible_duplicate_names_the_order_it_resembles(desk, edition):
    first = make_order((edition, 2), email="delegate@example.org")
    second = make_order((edition, 3), email="delegate@example.org")

    page = desk.get(second.get_desk_url()).content.decode()

    step = page.partition('class="next-step"')[2].partition("</section>")[0]
    assert second.hold == "duplicate"
    assert first.get_desk_url() in step


@pytest.mark.parametrize("reader", LANGUAGES)
def test_a_message_is_sent_again_from_the_page_of_its_order(desk, edition, reader):
    order = make_order((edition, 2))
    message = order.messages.get(template="received")
    OutgoingMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now())
    with translation.override(reader):
        page, address = order.get_desk_url(), reverse("desk:again", args=[message.pk])

    shown = desk.get(page).content.decode()
    answer = press(desk, "again", message.pk, reader=reader, next=page)

    again = order.messages.exclude(pk=message.pk).get(template="received")
    assert address in shown
    assert answer.redirect_chain[-1][0] == page
    assert again.sent_at is None


def test_an_address_that_wants_no_mail_is_told_and_gets_none(desk, edition):
    order = make_order((edition, 2))
    standing.mark(order.email, "refused")
    message = order.messages.get(template="received")

    page = desk.get(order.get_desk_url()).content.decode()
    answer = press(desk, "again", message.pk)

    assert "wants no mail: nothing is sent" in page
    assert reverse("desk:again", args=[message.pk]) not in page
    assert notices(answer) == ["The reader of this address wants no mail from us."]


@pytest.mark.parametrize("many", [1, 4])
def test_an_order_takes_few_queries_however_much_there_is(
    desk, many, django_assert_max_num_queries
):
    point = make_point()
    wanted = [(make_edition(on_hand=20), 9) for _ in range(many)]
    share = {"recipient": "A (specimen)", "delivery": "pick_up", "pick_up_point": point}
    shares = [share | {"quantities": {edition.pk: 1}} for edition, _copies in wanted]
    order = make_order(*wanted, consignees=shares)
    for _each in range(many):
        parts = {line.pk: 1 for line in order.lines.all()}
        fulfilment.send(fulfilment.pack(order, by=clerk(), quantities=parts), by=clerk())
        fulfilment.pack(order, by=clerk(), quantities=parts)
    notes.write(order, text="Call first (specimen)", by=clerk())
    desk.get(order.get_desk_url())  # the look is recorded

    with django_assert_max_num_queries(15):
        desk.get(order.get_desk_url())


@pytest.mark.parametrize(("part", "most"), [("add", 17), ("edit", 19)])
def test_a_part_that_asks_more_is_there_when_it_is_opened(
    desk, edition, part, most, django_assert_max_num_queries
):
    order = make_order((edition, 2))
    make_edition(edition.publication, "fr", on_hand=5)
    page = desk.get(order.get_desk_url())
    opened = f"{order.get_desk_url()}?open={part}"

    with django_assert_max_num_queries(most):
        answer = desk.get(opened)

    assert f'href="{opened}#{part}"' in page.text
    assert f'id="{part}" open' in answer.text
    assert (part in page.context["forms"], part in answer.context["forms"]) == (False, True)


@pytest.mark.parametrize("part", ["hold", "x", "", "'"])
def test_what_is_no_such_part_opens_nothing(desk, edition, part):
    order = make_order((edition, 2))

    answer = desk.get(order.get_desk_url(), {"open": part})

    assert {"add", "edit"}.isdisjoint(answer.context["forms"])


# Details and notes --------------------------------------------------------------------


def test_the_details_are_corrected(desk, edition):
    order = make_order((edition, 5))
    fields = {
        "version": order.version,
        "name": "Another Delegate (specimen)",
        "orderer_kind": "other",
        "email": "",
        "language": "fr",
        "delivery": "pouch",
        "address": "Other Street 2\nBerne",
        "country": "CH",
    }

    press(desk, "edit", order.number, **fields)
    stale = press(desk, "edit", order.number, **fields | {"name": "Third Delegate (specimen)"})

    order.refresh_from_db()
    assert (order.name, order.delivery, order.language) == (
        "Another Delegate (specimen)",
        "pouch",
        "fr",
    )
    assert "has changed since" in refusal(stale)


@pytest.mark.parametrize("language", LANGUAGES)
def test_details_without_anybody_are_refused(desk, edition, language):
    order = make_order((edition, 5))
    fields = {"version": order.version, "orderer_kind": "other", "language": "en"}
    address = {"delivery": "post", "address": "Other Street 2\nBerne", "country": "CH"}

    answer = press(desk, "edit", order.number, reader=language, **fields, **address)

    sentence = said(language, "Write a name or an organisation.")
    assert answer.context["refused"].errors == {"name": [sentence]}


def test_a_note_is_kept_once_and_goes_with_the_person(desk, edition):
    order = make_order((edition, 5), status="closed")
    for _twice in range(2):
        press(desk, "note", order.number, text="Rang on Monday (specimen).")

    page = desk.get(order.get_desk_url())
    Order.objects.filter(pk=order.pk).update(ended_at=timezone.now() - datetime.timedelta(days=99))
    from orders import privacy

    privacy.erase_due()
    assert page.text.count("Rang on Monday (specimen).") == 1
    assert not Note.objects.exists()


def test_a_trusted_address_needs_no_confirmation(desk, edition):
    order = make_order((edition, 5))

    press(desk, "stand", order.number, standing="trusted")

    another = make_order((edition, 1), status="unverified", email=order.email)
    assert standing.trusts(order.email)
    assert another.status == "open"


@pytest.mark.parametrize("last", ["order_by_on", "closes_on"])
def test_details_are_corrected_when_orders_are_no_longer_taken_for_the_point(desk, edition, last):
    point = make_point()
    order = make_order((edition, 2), pick_up_point=point)
    setattr(point, last, timezone.localdate() - datetime.timedelta(days=1))
    point.save()

    form = desk.get(order.get_desk_url(), {"open": "edit"}).context["forms"]["edit"]
    fields = {name: value for name, value in form.initial.items() if value}
    fields |= {"pick_up_point": point.pk, "name": "Corrected Name"}
    press(desk, "edit", order.number, **fields)

    order.refresh_from_db()
    assert (order.name, order.pick_up_point) == ("Corrected Name", point)


def test_details_are_corrected_after_the_day_they_were_needed_by(desk, edition):
    order = make_order((edition, 2), needed_by=timezone.localdate() - datetime.timedelta(days=1))

    form = desk.get(order.get_desk_url(), {"open": "edit"}).context["forms"]["edit"]
    fields = {name: value for name, value in form.initial.items() if value}
    press(desk, "edit", order.number, **fields | {"name": "Corrected Name"})

    order.refresh_from_db()
    assert order.name == "Corrected Name"


def test_a_hold_wants_its_reason_chosen(desk, edition):
    order = make_order((edition, 2))

    page = desk.get(order.get_desk_url())
    press(desk, "hold", order.number, version=order.version, reason="", until="")

    assert page.context["forms"]["hold"]["reason"].value() is None
    assert page.context["forms"]["hold"].fields["reason"].choices[0][0] == ""
    assert current(order).hold == ""


def test_a_part_begins_with_what_is_due_to_the_first_destination(desk, edition):
    order = make_order((edition, 20), consignees=[part_for(edition, 15)])

    form = desk.get(order.get_desk_url()).context["forms"]["split"]
    fields = {field.html_name: field.value() for field in form if field.value() is not None}
    press(desk, "split", order.number, **fields)

    parcel = order.consignments.get()
    assert (parcel.consignee, parcel.lines.get().quantity) == (None, 5)


# Entered by staff -----------------------------------------------------------------------


def request(edition, **changes):
    return {
        "key": "a-key-of-the-page",
        f"copies-{edition.pk}": "70",
        "source": "telephone",
        "name": "Specimen Caller",
        "orderer_kind": "other",
        "language": "es",
        "delivery": "post",
        "address": "Example Street 7\nBerne",
        "country": "CH",
    } | changes


def test_a_request_by_telephone_is_open_at_once_whatever_the_limit(desk, edition):
    for _twice in range(2):
        press(desk, "enter", **request(edition))

    order = Order.objects.get()
    line = order.lines.get()
    assert (order.status, order.source, order.language) == ("open", "telephone", "es")
    assert (line.approved, line.allocated, line.backordered) == (70, 40, 30)


@pytest.mark.parametrize("words", ["dap-2015", "DAP", "dubrovnik plan"])
def test_a_title_is_found_by_its_short_code(desk, words):
    dap = make_publication(title_en="Dubrovnik Action Plan", issued_on=datetime.date(2015, 9, 11))
    make_edition(dap, "fr", on_hand=5)
    make_edition(on_hand=5)

    answer = press(desk, "enter", q=words, find="1")

    assert [edition.publication for edition, _typed, _errors in answer.context["found"]] == [dap]


def test_a_request_that_was_there_already_is_entered_and_said(desk, edition):
    first = make_order((edition, 2), email="delegate@example.org")

    answer = press(desk, "enter", **request(edition, email="delegate@example.org"))

    assert Order.objects.exclude(pk=first.pk).get().status == "open"
    assert "ordered a short while ago" in notices(answer)[1]


@pytest.mark.parametrize("pk", ["0", "9" * 30, "x", "-1"])
def test_copies_of_what_does_not_exist_are_refused(desk, edition, pk):
    copies = {f"copies-{edition.pk}": "", f"copies-{pk}": "3"}
    answer = press(desk, "enter", **request(edition, **copies))

    assert (answer.status_code, Order.objects.count()) == (422, 0)


@pytest.mark.parametrize("words", ["publication", "nothing-like-it"])
def test_titles_are_found_and_what_was_typed_stays(desk, edition, words):
    other = make_edition(on_hand=3)

    answer = press(desk, "enter", find="1", q=words, **request(edition, name="Typed Name"))

    found = {edition.pk for edition, _typed, _errors in answer.context["found"]}
    assert found == ({other.pk} if words == "publication" else set())
    assert [typed for _edition, typed, _errors in answer.context["chosen"]] == ["70"]
    assert answer.context["form"]["name"].value() == "Typed Name"
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"source": ""},
        {"source": "site"},
        {"name": ""},
        {"country": "ZZ"},
        {"delivery": "courier"},
        {"key": ""},
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_request_with_mistakes_is_not_entered(desk, edition, language, changes):
    answer = press(desk, "enter", reader=language, **request(edition, **changes))

    assert answer.status_code == 422
    assert not Order.objects.exists()


@pytest.mark.parametrize("typed", ["", "0", "x", "-3", "99999", "٣"])
def test_a_request_needs_copies(desk, edition, typed):
    answer = press(desk, "enter", **request(edition, **{f"copies-{edition.pk}": typed}))

    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_a_missed_parcel_keeps_its_place_of_pick_up(missed):
    assert PickUpPoint.objects.get() == missed.pick_up_point
    assert Consignment.objects.unsettled().get() == missed
    assert fulfilment.pack_all(missed.order, by=clerk())[0].lines.get().quantity == 6
    assert not Consignment.objects.unsettled().exists()
    lifecycle.hold(missed.order, by=clerk(), reason="other")


# What a colleague did a moment ago --------------------------------------------------


@pytest.mark.parametrize("reader", LANGUAGES)
def test_another_tracking_number_than_a_colleagues_is_not_lost_without_a_word(
    desk, edition, reader
):
    parcel = make_consignment(make_order((edition, 8)), "packed")
    press(desk, "send", parcel.pk, tracking="FIRST 1", weight_g=100)

    for other in ({"tracking": "SECOND 2"}, {"weight_g": 500}):
        late = press(desk, "send", parcel.pk, reader=reader, **other)

        assert late.status_code == 409
        assert "FIRST 1" in refusal(late)
    parcel.refresh_from_db()
    assert (parcel.tracking, parcel.weight_g) == ("FIRST 1", 100)


def test_a_number_typed_where_a_colleague_had_none_is_not_lost_without_a_word(desk, edition):
    parcel = make_consignment(make_order((edition, 8)), "sent")

    late = press(desk, "send", parcel.pk, tracking="SECOND 2")

    assert "without a tracking number" in refusal(late)


def test_the_same_dispatch_twice_is_one(desk, edition):
    parcel = make_consignment(make_order((edition, 8)), "packed")

    for _press in range(2):
        answer = press(desk, "send", parcel.pk, tracking="FIRST 1", weight_g=100)

        assert answer.status_code == 200
    assert stock.balance(edition).on_hand == 32


@pytest.mark.parametrize("status", ["delivered", "returned", "lost"])
def test_what_was_sent_long_ago_is_not_dispatched(desk, edition, status):
    parcel = make_consignment(make_order((edition, 8)), status)

    assert "cannot be done" in refusal(press(desk, "send", parcel.pk, tracking="SECOND 2"))


def test_other_damage_than_a_colleague_counted_is_not_lost_without_a_word(desk, edition):
    order = make_order((edition, 8))
    parcel, line = make_consignment(order, "sent"), f"line_{order.lines.get().pk}"
    wet = {"reason": "wet", line: 3}
    press(desk, "take-back", parcel.pk, **wet)

    assert press(desk, "take-back", parcel.pk, **wet).status_code == 200
    for other, told in (({line: 1}, "another number"), ({"reason": "torn"}, "“wet”")):
        late = press(desk, "take-back", parcel.pk, **wet | other)

        assert late.status_code == 409
        assert told in refusal(late)
    assert stock.balance(edition).unusable == 3


def test_another_reason_for_a_loss_is_not_lost_without_a_word(desk, edition):
    parcel = make_consignment(make_order((edition, 8)), "sent")
    press(desk, "lose", parcel.pk, reason="stolen")

    assert "“stolen”" in refusal(press(desk, "lose", parcel.pk, reason="sunk"))
