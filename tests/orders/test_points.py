"""Pick-up points at the desk: listed, made, described, closed."""

import datetime

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from catalogue import formats
from catalogue.models import Meeting
from orders import fulfilment, lifecycle, meetings, outbox
from orders.models import Consignee, OutgoingMessage, PickUpPoint, StockLocation
from tests.builders import clerk, make_consignment, make_edition, make_order, make_point
from tests.orders.visits import LANGUAGES, notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def point(db):
    return make_point("Office (specimen)", **in_three("name"), **in_three("place"))


def in_three(word):
    return {f"{word}_{code}": f"{word} {code}" for code in ("fr", "es")}


def day(ahead):
    return (timezone.localdate() + datetime.timedelta(days=ahead)).isoformat()


def typed(**changes):
    """What is filled in for a new meeting; a number is so many days ahead."""
    words = {f"{word}_{code}": f"{word} {code}" for word in ("name", "place") for code in LANGUAGES}
    days = {"opens_on": 10, "closes_on": 13, "order_by_on": 5}
    fields = words | days | {"capacity": "600"} | changes
    return {name: day(what) if is_ahead(name, what) else what for name, what in fields.items()}


def is_ahead(name, what):
    return name.endswith("_on") and isinstance(what, int)


def add(desk, **changes):
    return desk.post(reverse("desk:add-point"), typed(**changes))


def press(desk, verb, point):
    return desk.post(reverse(f"desk:{verb}-point", args=[point.pk]), follow=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_the_desks_language(desk, point, language):
    with translation.override(language):
        answers = [
            desk.get(reverse("desk:add-point")),
            desk.get(reverse("desk:change-point", args=[point.pk])),
        ]

    assert all(f'<html lang="{language}"' in answer.text for answer in answers)


def test_a_point_added_twice_is_there_once_and_the_second_press_says_so(desk):
    answers = [desk.post(reverse("desk:add-point"), typed(), follow=True) for _twice in range(2)]

    assert [notices(answer) for answer in answers] == [
        ["The pick-up point is added."],
        ["This pick-up point is there already; nothing has changed."],
    ]
    assert PickUpPoint.objects.count() == 1


def test_a_point_is_added_with_everything_about_it(desk):
    meeting = Meeting.objects.create(code="14msp", name_en="Meeting (specimen)")
    place = StockLocation.objects.create(slug="counter", name_en="Counter")

    answer = add(desk, meeting=meeting.pk, location=place.pk, hours_fr="De 9 h à 17 h")

    point = PickUpPoint.objects.get()
    assert answer.url == reverse("desk:meeting", args=[point.pk])
    assert (point.name_fr, point.place_es, point.hours_fr) == (
        *("name fr", "place es"),
        "De 9 h à 17 h",
    )
    assert (point.meeting, point.location, point.capacity) == (meeting, place, 600)
    assert (point.opens_on.isoformat(), point.order_by_on.isoformat()) == (day(10), day(5))


@pytest.mark.parametrize("capacity", ["600", ""])
def test_a_point_that_is_sent_twice_is_added_once(desk, capacity):
    first, second = (add(desk, capacity=capacity) for _time in range(2))

    assert first.url == second.url == reverse("desk:meeting", args=[PickUpPoint.objects.get().pk])
    assert add(desk, capacity="300").url != first.url


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"closes_on": 9}, "closes_on", "before it opens"),
        ({"closes_on": -1, "opens_on": ""}, "closes_on", "past"),
        ({"order_by_on": 14}, "order_by_on", "Nobody can come"),
        ({"opens_on": "soon"}, "opens_on", "year-month-day"),
        ({"capacity": "0"}, "capacity", "whole number"),
        ({"capacity": "many"}, "capacity", "whole number"),
        ({"capacity": "99999999999999999999"}, "capacity", "whole number"),
        ({"name_fr": " "}, "name_fr", "in this language"),
        ({"place_es": ""}, "place_es", "in this language"),
        ({"name_en": "x" * 121}, "name_en", "too long"),
        ({"hours_en": "a\x00b"}, "hours_en", ""),
        ({"meeting": "99999999999999999999"}, "meeting", "from the list"),
        ({"location": "x"}, "location", "from the list"),
        ({"opens_on": "0001-01-01"}, "opens_on", "Check the year"),
        ({"closes_on": "9999-12-31"}, "closes_on", "Check the year"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_what_was_typed_stays(desk, changes, field, words):
    answer = add(desk, **changes)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert form[field].value() == typed(**changes)[field]
    assert not PickUpPoint.objects.exists()


@pytest.mark.parametrize(
    "days",
    [
        {"opens_on": "2026-12-02", "closes_on": "2026-12-01"},
        {"order_by_on": "2026-12-02", "closes_on": "2026-12-01"},
    ],
)
def test_the_database_keeps_the_days_in_order(days):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_point(**days)


def test_a_point_is_changed(desk, point):
    address = reverse("desk:change-point", args=[point.pk])

    desk.post(address, typed(name_en="Room XIX", closes_on="", version=point.version))

    point.refresh_from_db()
    assert (point.name_en, point.closes_on) == ("Room XIX", None)


def change(desk, point, reader="en", **changes):
    """Sent from a page that showed the point as the test knows it."""
    with translation.override(reader):
        address = reverse("desk:change-point", args=[point.pk])
    return desk.post(address, typed(**{"version": point.version} | changes), follow=True)


@pytest.mark.parametrize("reader", LANGUAGES)
def test_who_saves_later_is_told_what_a_colleague_wrote(desk, point, reader):
    change(desk, point, name_en="Room XIX", capacity="500")

    answer = change(desk, point, reader, name_en="Room XX", place_es="Pasillo", capacity="")

    form, now = answer.context["form"], PickUpPoint.objects.get()
    assert answer.status_code == 409
    assert (now.name_en, now.place_es, now.capacity) == ("Room XIX", "place es", 500)
    assert (form["name_en"].value(), form["place_es"].value()) == ("Room XX", "Pasillo")
    assert form.non_field_errors()[0] in answer.text
    assert set(form.errors) == {"__all__", "name_en", "place_es", "capacity"}
    assert "Room XIX" in form.errors["name_en"][0]


def test_who_has_seen_what_a_colleague_wrote_saves_over_it(desk, point):
    change(desk, point, name_en="Room XIX")
    answer = change(desk, point, name_en="Room XX")

    change(desk, point, name_en="Room XX", version=answer.context["form"]["version"].value())

    assert PickUpPoint.objects.get().name_en == "Room XX"


# Who is to come there -----------------------------------------------------------


def expect(point, language="en", **details):
    """Two orders for the point, one of them packed; one by post, and one that is over."""
    edition = make_edition(on_hand=40)
    here = {"pick_up_point": point, "language": language, **details}
    first, second = make_order((edition, 5), **here), make_order((edition, 5), **here)
    make_consignment(second)
    make_order((edition, 5))
    lifecycle.cancel(make_order((edition, 5), **here))
    return first, second


def told(template="point"):
    return OutgoingMessage.objects.filter(template=template).order_by("pk")


MOVED: list[dict] = [{"place_en": "Room XIX"}, {"hours_en": "9"}]
MOVED += [{"opens_on": 11}, {"closes_on": 12}]


@pytest.mark.parametrize("changes", MOVED, ids=lambda changes: next(iter(changes)))
def test_who_is_to_come_is_told_of_another_place_or_day(desk, point, changes):
    change(desk, point)
    point.refresh_from_db()
    orders = expect(point)

    for _twice in range(2):
        answer = change(desk, point, tells="on", **changes)

    assert [message.order for message in told()] == list(orders)
    assert "The pick-up point is changed." in notices(answer)
    assert [event.reason for event in orders[0].events.filter(what="point")] == [str(point)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reads_the_words_of_another_language_is_told_as_well(desk, point, language):
    """Hours that are not written in a language are read there in English."""
    change(desk, point, hours_en="8", hours_fr="", hours_es="")
    orders = expect(point, language)

    for hours in ("9", "10"):
        point.refresh_from_db()
        change(desk, point, tells="on", hours_en=hours, hours_fr="", hours_es="")
        assert [message.order for message in told()] == list(orders)
        told().delete()

    point.refresh_from_db()
    change(desk, point, tells="on", hours_en="11", hours_fr="10", hours_es="10")
    concerned = list(orders) if language == "en" else []
    assert [message.order for message in told()] == concerned


def test_the_desk_says_how_many_are_told(desk, point):
    expect(point)

    page = desk.get(reverse("desk:change-point", args=[point.pk])).text
    answer = change(desk, point, tells="on")

    assert "2 orders are expected there." in page
    assert "2 mails tell of it who is to come there." in notices(answer)


@pytest.mark.parametrize(
    "changes",
    [
        {"tells": "", "place_en": "Room XIX"},
        {"tells": "on", "capacity": "700"},
        {"tells": "on", "place_fr": "Salle XIX"},
    ],
    ids=["not wanted", "not about the place", "not in their language"],
)
def test_nobody_is_told_of_what_is_no_matter_to_them(desk, point, changes):
    change(desk, point)
    point.refresh_from_db()
    expect(point)

    change(desk, point, **changes)

    assert not told().exists()


def test_who_gets_a_part_or_a_forwarded_bag_there_is_told(desk, point):
    edition = make_edition(on_hand=40)
    part = make_order((edition, 5))
    consignee = Consignee.objects.create(
        order=part, position=1, recipient="A", delivery="pick_up", pick_up_point=point
    )
    consignee.shares.create(line=part.lines.get(), quantity=2)
    bag = make_consignment(make_order((edition, 5), pick_up_point=make_point()), "missed")
    meetings.send_on(bag, point, by=clerk())

    change(desk, point, tells="on")

    assert [message.order for message in told()] == [part, bag.order]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_says_where_and_when_in_its_readers_language(
    desk, point, language, django_capture_on_commit_callbacks
):
    expect(point, language)

    with django_capture_on_commit_callbacks(execute=True):
        change(desk, point, reader="fr" if language != "fr" else "es", tells="on")

    letter = mail.outbox[-1]
    with translation.override(language):
        dates = formats.date(timezone.localdate() + datetime.timedelta(days=10), "day")
    assert letter.extra_headers["Content-Language"] == language
    assert f"place {language}" in letter.body
    assert dates in letter.body
    assert dates in letter.alternatives[0].content


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_names_the_consignee_who_picks_up_there(desk, point, language):
    order = make_order((make_edition(on_hand=40), 5), language=language)
    Consignee.objects.create(
        order=order, position=1, recipient="A\nB", delivery="pick_up", pick_up_point=point
    )

    change(desk, point, tells="on")

    letter = outbox.render(told().get())
    with translation.override(language):
        facts = {"number": 1, "recipient": "A"}
        named = translation.gettext("For consignee %(number)s: %(recipient)s") % facts
    assert named in letter.body
    assert named in letter.alternatives[0].content


def test_the_mail_of_a_bag_that_is_ready_can_still_be_sent_again(desk, point):
    _first, second = expect(point)
    fulfilment.offer(second.consignments.get(), by=clerk())
    outbox.deliver()
    change(desk, point, tells="on")
    outbox.deliver()

    again = [message.template for message, can_be in outbox.mails_of(second) if can_be]

    assert again == ["point", "ready"]
    assert outbox.resend(told("ready").get())


def test_less_room_than_is_expected_is_said(desk, point):
    expect(point)

    answer = change(desk, point, capacity="7")

    assert "3 copies more are expected there than there is room for." in notices(answer)


# --------------------------------------------------------------------------------


def test_a_second_press_says_the_same(desk, point):
    answers = [change(desk, point, name_en="Room XIX") for _twice in range(2)]

    assert [notices(answer) for answer in answers] == [["The pick-up point is changed."]] * 2
    assert PickUpPoint.objects.get().version == point.version + 1


@pytest.mark.parametrize("version", ["", "0", "99", "x"])
def test_a_page_that_does_not_say_what_it_showed_changes_nothing(desk, point, version):
    answer = change(desk, point, version=version)

    assert answer.status_code in (409, 422)
    assert PickUpPoint.objects.get().name_en == "Office (specimen)"


def test_storage_given_to_a_point_meanwhile_is_not_taken_away(desk, point):
    location = meetings.give_location(point)

    answer = change(desk, point)

    assert answer.status_code == 409
    assert PickUpPoint.objects.get().location == location


def test_what_the_administration_changes_is_told_at_the_desk_too(desk, point):
    address = reverse("admin:orders_pickuppoint_change", args=[point.pk])
    desk.post(address, typed(name_en="Room XIX", meeting="", location=""))

    answer = change(desk, point)

    assert PickUpPoint.objects.get().name_en == "Room XIX"
    assert answer.status_code == 409


def test_a_mistake_does_not_change_the_heading(desk, point):
    address = reverse("desk:change-point", args=[point.pk])

    answer = desk.post(address, typed(name_en="Other", capacity="x"))

    assert answer.context["point"].name_en == "Office (specimen)"


def test_a_closed_point_takes_no_orders_until_it_is_open_again(desk, point):
    for _twice in range(2):
        press(desk, "close", point)
    assert not PickUpPoint.objects.open().exists()

    for _twice in range(2):
        press(desk, "reopen", point)
    assert PickUpPoint.objects.open().get() == point


def test_closing_tells_what_is_still_expected(desk, point):
    make_order((make_edition(on_hand=9), 5), pick_up_point=point)

    answer = press(desk, "close", point)

    assert notices(answer)[1] == "5 copies are still expected there, and handed over as agreed."


def test_a_point_that_nothing_was_ordered_for_is_removed(desk, point):
    for _twice in range(2):
        answer = press(desk, "remove", point)

        assert notices(answer) == ["The pick-up point is removed."]
    assert not PickUpPoint.objects.exists()


def test_a_point_that_orders_name_is_not_removed(desk, point):
    make_order((make_edition(on_hand=9), 5), pick_up_point=point)

    answer = press(desk, "remove", point)

    assert "closed, not removed" in notices(answer)[0]
    assert PickUpPoint.objects.exists()


def test_a_closed_point_is_named_as_such_and_stands_last(desk, point):
    PickUpPoint.objects.update(is_closed=True)
    later = make_point("Meeting (specimen)", opens_on="2099-01-01")

    answer = desk.get(reverse("desk:meetings"))

    assert list(answer.context["points"]) == [later, point]
    assert '<span class="state">closed</span>' in answer.text


def test_a_packer_sees_the_list_and_nothing_to_change_it_with(client, point, settings):
    from tests.test_access import PACKER, colleague

    settings.STAFF_SECOND_FACTOR = False
    client.force_login(colleague(PACKER))

    answer = client.get(reverse("desk:meetings"))

    assert point.name_en in answer.text
    assert reverse("desk:add-point") not in answer.text
    assert reverse("desk:change-point", args=[point.pk]) not in answer.text
