"""Pages of what is new in a quarter, for the unit's newsletter."""

import datetime

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from catalogue import jobs, newsletter
from catalogue.models import Job
from catalogue.news import Quarter
from tests.builders import clerk, make_edition, make_file, make_publication

pytestmark = pytest.mark.django_db
QUARTER = Quarter(2026, 3)
IN_AUGUST = datetime.datetime(2026, 8, 3, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


def came_out(slug, language, **titles):
    publication = make_publication(slug, published_at=IN_AUGUST, **titles)
    edition = make_edition(publication, language, published_at=IN_AUGUST, is_printed=True)
    make_file(edition, f"{slug} {language}".encode(), pages=4)
    return edition


def made(folder, language="fr"):
    with translation.override(language):
        newsletter.make(folder, "new.pdf", QUARTER)
    document = pypdfium2.PdfDocument(folder / "new.pdf")
    pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split()), len(pages)


def test_the_readers_language_comes_first_and_the_others_after(tmp_path):
    came_out("plan", "fr", title_fr="Plan d’action", title_en="Action plan")
    came_out("guide", "en", title_en="Guide")

    text, pages = made(tmp_path)

    assert "Plan d’action" in text
    assert "4 pages aussi sur papier" in text
    assert text.index("Plan d’action") < text.index("Guide")
    assert pages == 1


def test_the_pages_are_tagged_and_mark_words_of_other_languages(tmp_path):
    came_out("guide", "en", title_en="Guide")

    made(tmp_path)

    pdf = pikepdf.open(tmp_path / "new.pdf")
    assert pdf.open_metadata()["pdfuaid:part"] == "1"
    assert str(pdf.Root.Lang) == "fr"
    assert not [link for page in pdf.pages for link in page.obj.Annots if "lang:" in str(link)]


def test_a_busy_quarter_fills_four_pages_at_most(tmp_path):
    for number in range(newsletter.MOST + 5):
        came_out(f"a-guide-with-a-title-of-some-length-{number}", "en fr es")

    text, pages = made(tmp_path)

    assert pages <= 4
    assert "Et 5 autres sur le site." in text


def test_a_colleague_has_the_pages_made(client, django_capture_on_commit_callbacks):
    came_out("plan", "es")
    client.force_login(clerk())

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("editing:news-pdf", args=[QUARTER]), {"language": "es"})

    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("editing:job", args=[job.pk])
    assert (job.status, job.language) == ("done", "es")
    assert jobs.file_of(job).name == "new-2026-3-es.pdf"


def test_a_quarter_without_news_gives_no_pages(client, django_capture_on_commit_callbacks):
    client.force_login(clerk())

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("editing:news-pdf", args=[QUARTER]), {"language": "en"})

    job = Job.objects.get()
    assert (job.status, job.outcome["error"]) == ("failed", "Nothing came out in this quarter.")


def test_the_page_of_the_news_offers_the_pages(client):
    last = Quarter.now().last
    day = timezone.make_aware(datetime.datetime.combine(last.starts_on, datetime.time(12)))
    make_edition(make_publication(published_at=day), published_at=day, is_printed=True)
    client.force_login(clerk())

    page = client.get(reverse("editing:news"))

    assert reverse("editing:news-pdf", args=[last]) in page.content.decode()
