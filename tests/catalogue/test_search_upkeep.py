"""The search index kept right, whichever way a row is changed."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from catalogue import upkeep
from catalogue.models import IssuingBody, Meeting, Publication, Series, Topic
from catalogue.search import entries
from tests.builders import clerk, make_edition, make_file, make_kind, make_publication
from tests.catalogue import pdf_samples
from tests.catalogue.test_admin import (
    add_publication,
    change_edition,
    pdf,
    publication_form,
    with_editions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client


@pytest.fixture
def plan():
    """A published plan with a PDF, found by all that it refers to."""
    publication = make_publication(
        "plan",
        title_en="Dubrovnik plan",
        kind=make_kind("plan", name_en="actionplan"),
        series=Series.objects.create(slug="plans", name_en="quinquennial"),
        issuing_body=IssuingBody.objects.create(slug="isu", name_en="secretariat"),
        meeting=Meeting.objects.create(code="1RC", name_en="conference"),
    )
    publication.topics.add(Topic.objects.create(slug="clearance", name_en="clearance"))
    make_file(make_edition(publication), text="zirconium")
    upkeep.refresh([publication])
    return publication


@pytest.fixture(autouse=True)
def index_is_right():
    """Whatever was done, each entry says what its publication says."""
    yield
    pks = Publication.objects.values_list("pk", flat=True)
    assert entries.outdated(list(pks)) == {}
    assert entries.is_sound()


def found(text):
    return [one.slug for one in Publication.objects.published().search(text)]


def change(staff, thing, **form):
    address = reverse(f"admin:catalogue_{thing._meta.model_name}_change", args=[thing.pk])
    answer = staff.post(address, form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return answer


def press(staff, thing, page, **form):
    name = thing._meta.model_name
    return staff.post(reverse(f"admin:catalogue_{name}_{page}", args=[thing.pk]), form)


def test_a_publication_added_in_the_form_is_found_by_title_and_text_once_it_is_out(staff):
    rows = [{"languages": "en", "pdf": pdf(pdf_samples.booklet())}]
    add_publication(staff, title_en="Vientiane declaration", **with_editions(*rows))
    publication = Publication.objects.get()
    assert found("vientiane") == []

    press(staff, publication, "publish", _publish="")

    assert found("vientiane") == [publication.slug]


def test_a_new_title_is_found_and_the_old_one_no_more(staff, plan):
    form = publication_form(title_en="Lausanne plan", kind=plan.kind.pk)

    change(staff, plan, **form)

    assert (found("dubrovnik"), found("lausanne")) == ([], ["plan"])


@pytest.mark.parametrize("name", ["kind", "series", "issuing_body", "meeting"])
def test_a_renamed_term_is_found_under_its_new_name(staff, plan, name):
    term = getattr(plan, name)
    old = term.name_en
    key = {"code": term.code} if name == "meeting" else {"slug": term.slug}

    change(staff, term, name_en="obsidian", **key)

    assert (found(old), found("obsidian")) == ([], ["plan"])


def test_a_renamed_and_then_deleted_topic_is_found_and_gone(staff, plan):
    topic = plan.topics.get()

    change(staff, topic, name_en="obsidian", slug=topic.slug)
    assert (found("clearance"), found("obsidian")) == ([], ["plan"])

    staff.post(reverse("admin:catalogue_topic_delete", args=[topic.pk]), {"post": "yes"})
    assert found("obsidian") == []


def test_topics_deleted_from_the_list_are_found_no_more(staff, plan):
    keys = [topic.pk for topic in plan.topics.all()]
    form = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}

    staff.post(reverse("admin:catalogue_topic_changelist"), form)

    assert not Topic.objects.exists()
    assert found("clearance") == []


def test_a_new_file_replaces_the_text_of_the_old_one(staff, plan):
    edition = plan.editions.get()

    change_edition(staff, edition, pdf=pdf(pdf_samples.booklet()), accept_language_mismatch="on")

    assert edition.files.count() == 2
    assert found("zirconium") == []


def test_an_edition_moved_to_another_publication_is_found_there(staff, plan):
    other = make_publication("other")
    upkeep.refresh([other])

    change_edition(staff, plan.editions.get(), publication=other.pk)

    assert found("zirconium") == ["other"]


def test_a_withdrawn_edition_is_found_no_more_until_it_is_let_out_again(staff, plan):
    edition = plan.editions.get()

    press(staff, edition, "withdraw", reason="misprint")
    assert found("zirconium") == []

    press(staff, edition, "publish", _publish="")
    assert found("zirconium") == ["plan"]


def test_a_withdrawn_publication_is_found_no_more(staff, plan):
    press(staff, plan, "withdraw", reason="misprint")

    assert found("dubrovnik") == []


def test_what_is_scheduled_is_found_from_its_minute_on(staff, plan):
    edition = make_edition(plan, "fr", published=False)
    make_file(edition, b"%PDF-1.7 fr\n%%EOF\n", text="obsidienne")
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1))
    day, time = tomorrow.strftime("%Y-%m-%d %H:%M").split()

    press(staff, edition, "publish", _schedule="", day=day, time=time)
    assert found("obsidienne") == []

    with time_machine.travel(tomorrow + timedelta(minutes=1), tick=False):
        call_command("keep_up", verbosity=0)
        assert found("obsidienne") == ["plan"]
        assert entries.outdated([plan.pk]) == {}
    entries.index([plan.pk])  # back in the present, in which it is not out
