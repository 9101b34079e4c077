"""Many PDFs at once: each told by its name, looked into, kept when a colleague agrees."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalogue.importing.matching import Names
from catalogue.models import Edition, Job
from orders.roles import PACKER, make_roles
from tests.builders import clerk, make_edition, make_publication
from tests.catalogue import pdf_samples

pytestmark = pytest.mark.django_db
FRENCH = (
    "Les États parties réaffirment leur détermination à faire cesser définitivement les"
    " souffrances et les pertes en vies humaines causées par les armes à sous-munitions."
)


@pytest.fixture
def staff(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client


@pytest.fixture
def plan():
    """A publication in English, French and Spanish, with all the names there are."""
    publication = make_publication("vientiane-action-plan", symbol="CCM/MSP/2010/5")
    make_edition(publication, "en", isbn="978-92-1-142345-7", job_number="GE.18-12345(E)")
    make_edition(publication, "fr", job_number="GE.18-12345(F)")
    make_edition(publication, "es", job_number="GE.18-12345(S)")
    return publication


FILES = [
    ("vientiane-action-plan-fr.pdf", "fr"),
    ("Vientiane Action Plan (FR).PDF", "fr"),
    ("vientiane_action_plan_es_final.pdf", "es"),
    ("vientiane-action-plan-français v2.pdf", "fr"),
    ("CCM_MSP_2010_5-F.pdf", "fr"),
    ("CCM-MSP-2010-5-E (1).pdf", "en"),
    ("ccm.msp.2010.5_spa.pdf", "es"),
    ("GE.18-12345F.pdf", "fr"),
    ("1812345S.pdf", "es"),
    ("G1812345_E.pdf", "en"),
    ("978-92-1-142345-7.pdf", "en"),
]


def test_an_edition_is_told_by_the_name_of_its_file(plan):
    names = Names()

    found = {name: names.match(name) for name, _tag in FILES}

    assert {name: match.edition and match.edition.language for name, match in found.items()} == (
        dict(FILES)
    )


@pytest.mark.parametrize("name", ["plan.pdf", ".pdf", "", "ccm-fr.pdf", "2010-5.pdf", "\u202e-fr"])
def test_a_name_that_says_nothing_names_nothing(plan, name):
    assert Names().match(name).publication is None


def test_a_language_without_an_edition_is_told_too(plan):
    match = Names().match("vientiane-action-plan-ar.pdf")

    assert (match.publication, match.edition, match.tag) == (plan, None, "ar")


def sent(staff, capture, *files):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    with capture(execute=True):
        staff.post(reverse("editing:pdfs"), {"files": uploads})
    return Job.objects.filter(kind="pdfs-check").latest("pk")


def test_only_what_is_agreed_to_is_kept(staff, plan, django_capture_on_commit_callbacks):
    job = sent(
        staff,
        django_capture_on_commit_callbacks,
        ("vientiane-action-plan-en.pdf", pdf_samples.booklet()),
        ("vientiane-action-plan-es.pdf", pdf_samples.booklet(FRENCH)),
        ("vientiane-action-plan-fr.pdf", pdf_samples.script()),
        ("vientiane-action-plan-ar.pdf", pdf_samples.scan()),
        ("holiday.pdf", pdf_samples.booklet("a")),
    )
    page = staff.get(reverse("editing:pdfs-preview", args=[job.pk]))
    verdicts = [row["verdict"] for row in job.outcome["rows"]]
    chosen = [row["file"] for row in job.outcome["rows"] if row["verdict"] == "fit"]
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(reverse("editing:pdfs-keep", args=[job.pk]), {"file": chosen})

    assert verdicts == ["fit", "doubt", "refused", "fit", "refused"]
    for sentence in ("Its text looks like French.", "contains scripts", "A new edition in Arabic"):
        assert sentence in page.text
    assert plan.editions.get(languages__language="en").reading_file.pages == 1
    assert Edition.objects.get(languages__language="ar").published_at is None
    assert not plan.editions.get(languages__language="es").files.exists()
    result = Job.objects.get(kind="pdfs")
    again = staff.get(reverse("editing:pdfs-preview", args=[job.pk])).text
    assert "Nothing has been kept yet." in page.text
    assert "Nothing has been kept yet." not in again
    assert reverse("editing:pdfs-result", args=[result.pk]) in again
    assert "Vientiane" in staff.get(reverse("editing:pdfs-result", args=[result.pk])).text


def test_without_a_file_there_is_a_sentence(staff):
    answer = staff.post(reverse("editing:pdfs"), {})

    assert (answer.status_code, "Choose at least one file." in answer.text) == (422, True)


def test_a_packer_sends_no_pdfs(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    groups = {group.name: group for group in make_roles()}
    user = clerk("packer", is_superuser=False)
    user.groups.add(groups[PACKER])
    client.force_login(user)

    assert client.get(reverse("editing:pdfs")).status_code == 403
