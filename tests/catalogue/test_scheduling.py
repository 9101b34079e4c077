"""Draft, scheduled to the minute, published, withdrawn: by the buttons that colleagues press."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from catalogue import publishing, states
from catalogue.models import Edition, Publication
from tests.builders import clerk, make_edition, make_file, make_publication

pytestmark = pytest.mark.django_db
TOMORROW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # nine in Geneva


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 11, 23, 10, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def staff(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client


@pytest.fixture
def draft():
    publication = make_publication("plan", published=False)
    make_file(make_edition(publication, published=False))
    return publication


def press(staff, thing, page, **form):
    name = thing._meta.model_name
    address = reverse(f"admin:catalogue_{name}_{page}", args=[thing.pk])
    return staff.post(address, form, follow=True)


def shown(thing):
    thing.refresh_from_db()
    return states.state(thing).code


def scheduled(staff, thing, day="2026-11-24", time="09:00"):
    return press(staff, thing, "publish", _schedule="", day=day, time=time)


# To the minute --------------------------------------------------------------------


def test_a_publication_is_scheduled_by_the_offices_clock(staff, draft):
    answer = scheduled(staff, draft)

    draft.refresh_from_db()
    assert draft.published_at == TOMORROW
    assert "comes out on 24 Nov 2026, 09:00" in answer.text


def test_readers_have_it_from_that_minute_with_its_editions(staff, draft):
    scheduled(staff, draft)

    assert staff.get("/en/publications/plan/").status_code == 404
    with time_machine.travel(TOMORROW + timedelta(seconds=1), tick=False):
        assert staff.get("/en/publications/plan/").status_code == 200
        assert Edition.objects.published().count() == 1


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("2026-11-22", "09:00", "This moment is past."),
        ("2026-11-24", "nine", "Write the time like 09:00."),
        ("", "09:00", "Write the date as year-month-day, for example 2026-12-31."),
        ("soon", "09:00", "Write the date as year-month-day, for example 2026-12-31."),
    ],
)
def test_a_moment_that_makes_no_sense_is_refused(staff, draft, day, time, sentence):
    answer = scheduled(staff, draft, day, time)

    assert sentence in answer.text
    assert shown(draft) == "draft"


def test_another_date_moves_the_editions_too(staff, draft):
    scheduled(staff, draft)

    scheduled(staff, draft, day="2026-12-01")

    assert draft.editions.get().published_at.day == 1


def test_what_is_scheduled_is_published_at_once_by_a_button(staff, draft):
    scheduled(staff, draft)

    press(staff, draft, "publish", _publish="")

    assert shown(draft) == "published"
    assert Edition.objects.published().exists()


def test_what_is_taken_off_the_schedule_is_a_draft_again(staff, draft):
    scheduled(staff, draft)

    press(staff, draft, "publish", _unschedule="")

    assert (shown(draft), shown(draft.editions.get())) == ("draft", "draft")


def test_an_edition_may_come_out_after_its_publication(staff, draft):
    later = make_edition(draft, "fr", published=False, is_printed=True)
    scheduled(staff, later, day="2026-12-01")

    press(staff, draft, "publish", _publish="")

    assert shown(later) == "scheduled"


def test_an_edition_never_comes_out_before_its_publication(staff, draft):
    edition = draft.editions.get()
    scheduled(staff, draft)

    press(staff, edition, "publish", _publish="")

    edition.refresh_from_db()
    assert edition.published_at == TOMORROW


def test_an_edition_of_a_draft_waits_for_it(staff, draft):
    edition = draft.editions.get()

    answer = press(staff, edition, "publish", _publish="")

    assert "comes out with its publication" in answer.text
    assert not Edition.objects.published().exists()


def test_an_edition_that_waited_is_dated_by_its_publication(staff, draft):
    press(staff, draft.editions.get(), "publish", _publish="")

    scheduled(staff, draft)

    assert draft.editions.get().published_at == TOMORROW


# Withdrawing ----------------------------------------------------------------------


def test_the_reason_of_a_withdrawal_is_kept_in_the_history(staff):
    publication = make_publication()

    press(staff, publication, "withdraw", reason="Wrong annex")

    page = staff.get(reverse("admin:catalogue_publication_history", args=[publication.pk]))
    assert shown(publication) == "withdrawn"
    assert "Wrong annex" in page.text


def test_without_a_reason_nothing_is_withdrawn(staff):
    publication = make_publication()

    answer = press(staff, publication, "withdraw", reason=" ")

    assert "Say why, in one line." in answer.text
    assert shown(publication) == "published"


def test_what_was_withdrawn_is_published_again_with_its_first_date(staff):
    publication = make_publication()
    first = publication.published_at
    publishing.withdraw(publication, by=clerk())

    press(staff, publication, "publish", _publish="")

    assert (shown(publication), publication.published_at) == ("published", first)


def test_several_are_withdrawn_only_with_a_reason(staff):
    publication = make_publication()
    chosen = {"action": "withdraw", "_selected_action": [publication.pk]}

    answer = staff.post(reverse("admin:catalogue_publication_changelist"), chosen)

    assert "Readers will not see these any more." in answer.text
    assert shown(publication) == "published"


# Preview --------------------------------------------------------------------------


def test_colleagues_see_a_draft_as_readers_will(staff, draft):
    answer = staff.get(reverse("editing:preview", args=["plan"]))

    assert "Preview for colleagues." in answer.text
    assert reverse("editing:file", args=[draft.editions.get().reading_file.pk]) in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not Publication.objects.published().exists()


def test_colleagues_open_a_pdf_that_is_not_published(staff, draft):
    kept = draft.editions.get().reading_file

    answer = staff.get(reverse("editing:file", args=[kept.pk]))

    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
