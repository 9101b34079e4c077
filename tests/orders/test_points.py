"""Pick-up points at the desk: listed, made, described, closed."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from catalogue.models import Meeting
from orders.models import PickUpPoint, StockLocation
from tests.builders import make_edition, make_order, make_point
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
    """What is filled in for a new meeting."""
    words = {f"{word}_{code}": f"{word} {code}" for word in ("name", "place") for code in LANGUAGES}
    days = {"opens_on": day(10), "closes_on": day(13), "order_by_on": day(5)}
    return words | days | {"capacity": "600"} | changes


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


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"closes_on": day(9)}, "closes_on", "before it opens"),
        ({"closes_on": day(-1), "opens_on": ""}, "closes_on", "past"),
        ({"order_by_on": day(14)}, "order_by_on", "Nobody can come"),
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
    ],
)
def test_a_mistake_is_told_at_its_field_and_what_was_typed_stays(desk, changes, field, words):
    answer = add(desk, **changes)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert form[field].value() == changes[field]
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

    desk.post(address, typed(name_en="Room XIX", closes_on=""))

    point.refresh_from_db()
    assert (point.name_en, point.closes_on) == ("Room XIX", None)


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
