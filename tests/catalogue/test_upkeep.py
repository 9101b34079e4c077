"""What follows from a change: a new version, an index that is right, also by the clock."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from catalogue import publishing, upkeep, version
from catalogue.models import Edition, Publication
from tests.builders import clerk, make_edition, make_file, make_publication

pytestmark = pytest.mark.django_db


def test_publishing_makes_a_new_version():
    publication = make_publication(published=False)
    before = version.current()

    publishing.publish(publication, by=clerk())

    assert version.current() != before


def test_withdrawing_makes_a_new_version():
    edition = make_edition()
    before = version.current()

    publishing.withdraw(edition, by=clerk())

    assert version.current() != before


def test_the_clock_makes_a_new_version():
    make_publication(published_at=timezone.now() + timedelta(hours=1))
    before = version.current()
    version.forget()

    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert version.current() != before


def test_without_a_change_the_version_stays():
    make_publication()
    before = version.current()
    version.forget()

    assert version.current() == before


def scheduled_edition():
    """An edition that comes out in an hour, of a publication that is out."""
    edition = make_edition(published_at=timezone.now() + timedelta(hours=1))
    make_file(edition, text="zirconium")
    upkeep.refresh([edition.publication])
    return edition


def found(words):
    return list(Publication.objects.published().search(words))


def test_what_is_scheduled_is_not_found_before_its_time():
    scheduled_edition()

    assert found("zirconium") == []


def test_what_is_scheduled_is_found_when_its_time_has_come():
    edition = scheduled_edition()

    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        call_command("keep_up", verbosity=0)

        assert found("zirconium") == [edition.publication]


def test_catching_up_twice_does_nothing_more():
    scheduled_edition()

    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert upkeep.catch_up() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        assert upkeep.catch_up() == 0


def test_an_edition_in_translation_is_final_once_it_is_out():
    edition = make_edition(published=False, stage=Edition.Stage.TRANSLATION)

    publishing.publish(edition, by=clerk())

    edition.refresh_from_db()
    assert edition.stage == Edition.Stage.FINAL


def test_what_is_worked_out_from_fetched_rows_follows_a_new_fetch(django_assert_num_queries):
    make_edition(language="en fr")
    edition = Edition.objects.with_files().get()
    with django_assert_num_queries(0):
        assert (edition.tags, edition.tags) == (["en", "fr"], ["en", "fr"])

    edition.languages.filter(language="fr").delete()

    again = Edition.objects.with_files().get()
    assert again.tags == ["en"]
