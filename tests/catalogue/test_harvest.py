"""What harvesters are told: a record for each edition and language, dated by its last change."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from catalogue import harvest, publishing, upkeep
from catalogue.models import Edition, EditionLanguage, Kind, Publication, Record
from tests.builders import clerk, make_edition, make_file, make_kind, make_publication

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def edition():
    """A French edition that harvesters were told of at noon."""
    with time_machine.travel(NOON, tick=False):
        edition = make_edition(make_publication("plan", title_en="Plan"), language="fr")
        upkeep.refresh([edition.publication])
    return edition


def refresh_later(publication):
    with time_machine.travel(LATER, tick=False):
        upkeep.refresh([publication])


def record(identifier="plan/fr"):
    return Record.objects.get(identifier=identifier)


def test_a_published_edition_has_a_record_in_each_of_its_languages():
    edition = make_edition(make_publication("plan"), language="en fr es")

    upkeep.refresh([edition.publication])

    names = Record.objects.order_by("identifier").values_list("identifier", flat=True)
    assert list(names) == ["plan/en", "plan/es", "plan/fr"]


def test_a_record_is_dated_by_the_second(edition):
    assert (record().datestamp, record().is_deleted) == (NOON, False)


def test_nothing_new_moves_no_datestamp(edition):
    refresh_later(edition.publication)

    assert record().datestamp == NOON


def test_saving_alone_moves_no_datestamp(edition):
    with time_machine.travel(LATER, tick=False):
        edition.save()
        edition.publication.save()

    refresh_later(edition.publication)

    assert record().datestamp == NOON


def new_title(edition):
    Publication.objects.update(title_fr="Plan d’action")


def new_symbol(edition):
    Publication.objects.update(symbol="CCM/MSP/2026/1")


def new_summary(edition):
    Publication.objects.update(summary_en="What is to be done.")


def new_file(edition):
    make_file(edition)


def new_name_of_its_kind(edition):
    Kind.objects.update(name_fr="cahier")


def new_kind(edition):
    Publication.objects.update(kind=make_kind("report", name_en="report"))


def new_isbn(edition):
    Edition.objects.update(isbn="978-92-1-101337-7")


def new_translation(edition):
    make_edition(edition.publication, language="es")


def withdrawal(edition):
    publishing.withdraw(edition, by=clerk())


def withdrawal_of_the_publication(edition):
    publishing.withdraw(edition.publication, by=clerk())


def replacement(edition):
    publishing.publish(make_publication(replaces=edition.publication), by=clerk())


def correction(edition):
    publishing.publish(make_publication(corrects=edition.publication), by=clerk())


@pytest.mark.parametrize(
    "change",
    [
        new_title,
        new_symbol,
        new_summary,
        new_file,
        new_name_of_its_kind,
        new_kind,
        new_isbn,
        new_translation,
        withdrawal,
        withdrawal_of_the_publication,
        replacement,
        correction,
    ],
)
def test_every_change_that_a_harvester_sees_moves_the_datestamp(edition, change):
    with time_machine.travel(LATER, tick=False):
        change(edition)
        if not change.__name__.startswith(("withdrawal", "replacement", "correction")):
            upkeep.refresh([edition.publication])

    assert record().datestamp == LATER


def withdraw(edition):
    Edition.objects.update(withdrawn_at=LATER)


def withdraw_publication(edition):
    Publication.objects.update(withdrawn_at=LATER)


def unpublish(edition):
    Edition.objects.update(published_at=None)


def put_off(edition):
    Publication.objects.update(published_at=LATER + timedelta(days=1))


def remove_language(edition):
    EditionLanguage.objects.update(language="es")


@pytest.mark.parametrize(
    "change", [withdraw, withdraw_publication, unpublish, put_off, remove_language]
)
def test_what_is_taken_back_stays_as_deleted(edition, change):
    change(edition)

    refresh_later(edition.publication)

    assert (record().is_deleted, record().datestamp) == (True, LATER)


def test_what_is_out_again_is_no_longer_deleted(edition):
    publishing.withdraw(edition, by=clerk())

    with time_machine.travel(LATER, tick=False):
        publishing.publish(edition, by=clerk())

    assert (record().is_deleted, record().datestamp) == (False, LATER)


def test_what_was_never_out_has_no_record():
    draft = make_edition(published=False)

    upkeep.refresh([draft.publication])

    assert not Record.objects.exists()


def test_what_is_scheduled_has_a_record_when_its_time_has_come():
    edition = make_edition(published_at=timezone.now() + timedelta(hours=1))
    upkeep.refresh([edition.publication])
    assert not Record.objects.exists()

    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        call_command("keep_up", verbosity=0)

    assert Record.objects.get().edition == edition


def test_a_second_edition_in_a_language_has_a_name_of_its_own_for_good(edition):
    booklet = make_edition(edition.publication, language="fr")
    upkeep.refresh([edition.publication])

    publishing.withdraw(edition, by=clerk())

    rows = Record.objects.order_by("pk").values_list("identifier", "edition", "is_deleted")
    assert list(rows) == [("plan/fr", edition.pk, True), ("plan/fr.2", booklet.pk, False)]


def test_records_that_say_something_else_are_named(edition):
    new_title(edition)

    assert harvest.outdated([edition.publication_id]) == ["plan/fr"]


def test_records_that_say_the_truth_are_not_named(edition):
    assert harvest.outdated([edition.publication_id]) == []


def test_a_record_that_was_long_in_the_making_is_dated_by_its_end(
    edition, django_capture_on_commit_callbacks
):
    done = django_capture_on_commit_callbacks(execute=True)

    with time_machine.travel(LATER, tick=False) as clock, done:
        new_title(edition)
        upkeep.refresh([edition.publication])
        clock.shift(90)

    assert record().datestamp == LATER + timedelta(seconds=90)


@pytest.mark.parametrize("publications", [1, 3])
def test_records_are_kept_in_a_few_queries_for_all(publications, django_assert_max_num_queries):
    editions = [make_edition(language="en fr") for _number in range(publications)]
    for edition in editions:
        make_file(edition, content=b"%%PDF %d" % edition.pk)

    with django_assert_max_num_queries(17):
        harvest.update({edition.publication_id for edition in editions})


def test_what_was_replaced_by_mistake_is_told_of_again(edition):
    successor = make_publication("successor", replaces=edition.publication)
    successor.save()
    publishing.publish(successor, by=clerk())
    before = record().digest

    successor.replaces = None
    successor.save()
    upkeep.refresh([successor])

    assert record().digest != before
    assert harvest.outdated([edition.publication_id]) == []


def test_records_that_nobody_kept_are_made_by_hand(capsys):
    make_edition(make_publication("plan"), "en fr")

    call_command("update_records")
    call_command("update_records")

    assert "up to date: 2" in capsys.readouterr().out
    assert Record.objects.count() == 2
