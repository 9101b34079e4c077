"""Long work: done once, watched, and never left in doubt."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from catalogue import jobs
from catalogue.models import Job
from tests.builders import clerk
from tests.orders.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def specimen_work(monkeypatch):
    """Work that adds up numbers, refuses a negative one and fails over a text."""

    def add(job, progress, *, numbers):
        for done, number in enumerate(numbers, start=1):
            if number < 0:
                raise jobs.JobError("Negative.")
            progress(done, len(numbers))
        return {"sum": sum(numbers), "language": translation.get_language()}

    monkeypatch.setitem(jobs.kinds, "add", jobs.Kind("add", add))


@pytest.fixture
def waiting(settings):
    """Start work without doing it."""
    settings.JOBS = "worker"
    return lambda *numbers, **options: jobs.start("add", by=clerk(), numbers=numbers, **options)


def test_work_is_done_after_the_transaction(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.start("add", by=clerk(), numbers=[1, 2])

    job.refresh_from_db()
    assert (job.status, job.outcome["sum"]) == ("done", 3)


def test_work_is_done_in_the_language_of_who_asked(waiting):
    with translation.override("fr"):
        job = waiting(1)

    jobs.run(job)

    assert job.outcome["language"] == "fr"


def test_a_refusal_is_kept_as_its_sentence(waiting):
    job = waiting(-1)

    jobs.run(job)

    assert (job.status, job.outcome) == ("failed", {"error": "Negative."})


def test_an_error_ends_the_work_and_is_not_shown(waiting):
    job = waiting("x")

    jobs.run(job)

    assert (job.status, job.outcome) == ("failed", {})


def test_the_same_work_asked_for_twice_is_done_once(waiting):
    assert waiting(1) == waiting(1)
    assert waiting(2) != waiting(1)


@pytest.mark.django_db(transaction=True)
def test_the_same_work_asked_for_in_the_same_moment_is_done_once(waiting):
    clerk()

    found = at_once(*[lambda: waiting(1)] * 6)

    assert len(set(found)) == Job.objects.count() == 1


def test_nobody_does_work_that_somebody_is_at(waiting):
    job = waiting(1)
    same = Job.objects.get(pk=job.pk)
    jobs.run(job)

    assert jobs.run(same) is False


def test_all_that_waits_is_done_in_order(waiting):
    first, second = waiting(1), waiting(2)

    assert jobs.run_waiting() == 2

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.finished_at <= second.finished_at


def test_how_far_it_is_can_be_read_meanwhile(waiting):
    job = waiting(1)
    job.folder.mkdir(parents=True)

    jobs.Progress(job)(3, 10)

    assert jobs.progress_of(job) == (3, 10)


def test_nobody_knows_how_far_it_is_before_it_begins(waiting):
    assert jobs.progress_of(waiting(1)) == (0, 0)


def test_a_process_that_died_leaves_failed_work(waiting):
    job = waiting(1)
    long_ago = timezone.now() - timedelta(seconds=jobs.SILENCE + 1)
    Job.objects.filter(pk=job.pk).update(status="running", started_at=long_ago)

    assert jobs.bury() == 1

    job.refresh_from_db()
    assert (job.status, job.outcome["error"]) == (
        "failed",
        "The work stopped in the middle. Try again.",
    )


def test_a_process_that_works_is_left_alone(waiting):
    Job.objects.filter(pk=waiting(1).pk).update(status="running", started_at=timezone.now())

    assert jobs.bury() == 0


def test_old_work_goes_with_its_files(waiting):
    job = waiting(1)
    jobs.run(job)
    Job.objects.update(finished_at=timezone.now() - jobs.KEPT - timedelta(days=1))

    jobs.forget_old()

    assert (Job.objects.count(), job.folder.exists()) == (0, False)


@pytest.fixture
def processes(settings, monkeypatch):
    """Count the processes that would begin."""
    begun = []
    monkeypatch.setattr(jobs.subprocess, "Popen", lambda *args, **kwargs: begun.append(args))
    settings.JOBS = "process"
    return begun


def test_the_clock_begins_a_process_for_what_was_left_waiting(processes):
    Job.objects.create(kind="add", arguments={"numbers": [1]}, language="en")

    assert jobs.tend()

    assert len(processes) == 1


def test_the_clock_lets_those_work_that_are_at_it(processes):
    jobs.tend()
    for numbers in ([1], [2], [3]):
        Job.objects.create(kind="add", arguments={"numbers": numbers}, language="en")
    now = timezone.now()
    busy = [job.pk for job in Job.objects.all()[: jobs.AT_ONCE]]
    Job.objects.filter(pk__in=busy).update(status="running", started_at=now)

    assert not jobs.tend()

    assert processes == []


def test_unknown_work_is_refused():
    with pytest.raises(ValueError, match="no such work"):
        jobs.start("nothing", by=clerk())
