"""The pages on which colleagues watch long work, by HTTP."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from catalogue import jobs
from catalogue.models import Job
from orders.roles import make_roles
from tests.builders import clerk

pytestmark = pytest.mark.django_db
JOBS = "/en/desk/publications/jobs/"


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def specimen_work(monkeypatch):
    def write(job, progress, *, name="été.txt"):
        (job.folder / "été.txt").write_text("words")
        (job.folder.parent / "outside.txt").write_text("secret")
        return {"file": name}

    def fail(job, progress):
        raise jobs.JobError("There is nothing to print.")

    known = {
        "write": jobs.Kind("written words", write, done_url=lambda job: "/en/"),
        "fail": jobs.Kind("printed nothing", fail),
        "hidden": jobs.Kind("hidden work", write, permission="catalogue.delete_publication"),
    }
    for kind, entry in known.items():
        monkeypatch.setitem(jobs.kinds, kind, entry)


@pytest.fixture
def desk(client):
    client.force_login(clerk("anna", first_name="Anna", last_name="Specimen"))
    return client


@pytest.fixture
def packer(client):
    make_roles()
    user = get_user_model().objects.create_user("paul", is_staff=True)
    user.groups.add(Group.objects.get(name="packer"))
    client.force_login(user)
    return client


@pytest.fixture
def begin(settings):
    """Start work without doing it."""
    settings.JOBS = "worker"
    return lambda kind, **arguments: jobs.start(kind, by=clerk("anna"), **arguments)


@pytest.fixture
def lost(begin):
    job = begin("write")
    long_ago = timezone.now() - timedelta(seconds=jobs.SILENCE + 1)
    Job.objects.filter(pk=job.pk).update(status="running", started_at=long_ago)
    return job


def page_of(job):
    return reverse("editing:job", args=[job.pk])


def text_of(answer):
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL).group()
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_jobs_are_listed_with_who_asked_and_how_they_stand(desk, begin, lost):
    jobs.run(begin("fail"))

    said = text_of(desk.get(JOBS))

    assert "Printed nothing English Anna Specimen" in said
    assert " failed " in said
    assert " lost" in said


def test_without_jobs_the_list_says_so(desk):
    assert "No long work so far." in text_of(desk.get(JOBS))


def test_a_waiting_job_says_that_it_waits_and_whether_other_work_comes_first(desk, begin):
    *ahead, last = [begin("write", text=str(number)) for number in range(jobs.AT_ONCE + 1)]

    for job in ahead:
        assert "Waiting to begin." in text_of(desk.get(page_of(job)))
    assert "Waiting for its turn. Other work comes first." in text_of(desk.get(page_of(last)))


def test_a_running_job_shows_how_far_it_is_and_looks_again_without_script(desk, begin):
    job = begin("write")
    Job.objects.filter(pk=job.pk).update(status="running", started_at=timezone.now())
    job.folder.mkdir(parents=True)
    jobs.Progress(job)(1200, 3000)

    answer = desk.get(page_of(job))

    assert "1,200 of 3,000 done" in text_of(answer)
    assert 'max="3000" value="1200"' in answer.content.decode()
    assert '<noscript><meta http-equiv="refresh"' in answer.content.decode()


def test_a_running_job_says_what_is_counted(desk, begin, monkeypatch):
    monkeypatch.setitem(jobs.kinds, "write", jobs.kinds["write"]._replace(counted="Words"))
    job = begin("write")
    Job.objects.filter(pk=job.pk).update(status="running", started_at=timezone.now())
    job.folder.mkdir(parents=True)
    jobs.Progress(job)(12, 30)

    assert "Words: 12 of 30 done" in text_of(desk.get(page_of(job)))


def test_a_finished_job_offers_its_file_and_the_way_on(desk, begin):
    jobs.run(job := begin("write"))

    page = desk.get(page_of(job))
    answer = desk.get(reverse("editing:job-file", args=[job.pk]))

    assert "The work is done. Download été.txt" in text_of(page)
    assert 'href="/en/">See the result' in page.content.decode()
    assert "refresh" not in page.content.decode()
    assert b"".join(answer.streaming_content) == b"words"
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"ete.txt\"; filename*=UTF-8''%C3%A9t%C3%A9.txt"
    )
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd", "..", ".", "", "progress/../x"])
def test_no_file_but_the_jobs_own_is_given(desk, begin, name):
    jobs.run(job := begin("write", name=name))

    assert desk.get(reverse("editing:job-file", args=[job.pk])).status_code == 404


def test_a_file_that_is_kept_no_longer_is_not_offered(desk, begin):
    jobs.run(job := begin("write"))
    (job.folder / "été.txt").unlink()

    assert "Its file is no longer kept." in text_of(desk.get(page_of(job)))


def test_a_failed_job_says_why_and_is_tried_again(desk, begin):
    jobs.run(job := begin("fail"))

    said = text_of(desk.get(page_of(job)))
    answer = desk.post(reverse("editing:job-again", args=[job.pk]))

    assert "There is nothing to print. Try again" in said
    assert answer.headers["Location"] == page_of(Job.objects.latest("pk"))
    assert Job.objects.count() == 2


def test_a_lost_job_is_told_and_another_begun_in_its_language(desk, lost):
    Job.objects.filter(pk=lost.pk).update(language="fr")

    said = text_of(desk.get(page_of(lost)))
    desk.post(reverse("editing:job-again", args=[lost.pk]))

    assert "its process has stopped in the middle" in said
    assert [(job.status, job.language) for job in Job.objects.all()] == [
        ("waiting", "fr"),
        ("failed", "fr"),
    ]


def test_watching_a_lost_job_changes_nothing(desk, lost):
    desk.get(page_of(lost))

    lost.refresh_from_db()
    assert lost.status == "running"


def test_work_of_a_kind_one_may_not_watch_is_not_there(packer, begin):
    hidden, plain = begin("hidden"), begin("write")

    assert packer.get(page_of(plain)).status_code == 200
    assert packer.get(page_of(hidden)).status_code == 404
    assert packer.post(reverse("editing:job-again", args=[hidden.pk])).status_code == 404
    assert "Hidden work" not in text_of(packer.get(JOBS))


def test_a_visitor_is_asked_to_sign_in(client, begin):
    answer = client.get(page_of(begin("write")))

    assert "/accounts/login/" in answer.headers["Location"]


def test_the_list_asks_the_same_few_questions_however_long(
    desk, begin, django_assert_max_num_queries
):
    for number in range(5):
        begin("write", name=str(number))

    with django_assert_max_num_queries(9):
        desk.get(JOBS)
