import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from catalogue import intake, publishing
from catalogue.admin.publicity import ReasonForm
from catalogue.models import Edition, EditionFile, Publication
from tests.builders import clerk, make_edition, make_file, make_publication
from tests.catalogue import pdf_samples

FRENCH = (
    "Les États parties réaffirment leur détermination à faire cesser définitivement les"
    " souffrances et les pertes en vies humaines causées par les armes à sous-munitions."
)
pytestmark = pytest.mark.django_db


def upload(content=None, name="plan.pdf"):
    return ContentFile(pdf_samples.booklet() if content is None else content, name)


def add(edition, content=None, **options):
    return publishing.add_file(edition, upload(content), by=clerk(), **options)


def stored():
    return sorted(p for p in Path(default_storage.location).rglob("*") if p.is_file())


# Keeping a PDF --------------------------------------------------------------------


def test_a_file_is_kept_under_its_fingerprint_with_its_cover():
    content = pdf_samples.booklet()

    kept = add(make_edition(), content)

    assert kept.file.name == f"editions/{kept.sha256[:2]}/{kept.sha256}.pdf"
    with kept.file as file, kept.cover as cover:
        assert file.read() == content
        assert cover.read()[8:12] == b"WEBP"


def test_a_file_is_described_by_what_the_intake_found():
    kept = add(make_edition(language="fr en"), pdf_samples.tagged(language="fr"))

    assert (kept.pages, kept.is_tagged, kept.declared_language) == (1, True, "fr")
    assert kept.declared_title == "Plan d’action de Dubrovnik"
    assert "cluster munitions" in kept.text


def test_an_edition_takes_its_pages_and_trim_from_its_first_pdf():
    edition = make_edition()

    add(edition, pdf_samples.booklet("one", "two"))

    edition.refresh_from_db()
    assert (edition.pages, edition.trim_width_mm, edition.trim_height_mm) == (2, 148, 210)


def test_pages_that_somebody_typed_stay():
    edition = make_edition(pages=24)

    add(edition)

    edition.refresh_from_db()
    assert edition.pages == 24


def test_each_new_file_of_an_edition_is_its_next_version():
    edition = make_edition()

    versions = [add(edition, pdf_samples.booklet(text)).version for text in ("one", "two")]

    assert versions == [1, 2]
    assert edition.reading_file.version == 2


def test_versions_for_reading_and_for_the_printer_are_counted_apart():
    edition = make_edition()
    add(edition)

    kept = add(edition, purpose=EditionFile.Purpose.PRINT)

    assert kept.version == 1


def test_the_same_file_under_another_edition_is_refused_by_naming_it():
    known = make_edition(make_publication(title_en="Dubrovnik Action Plan"))
    add(known)

    with pytest.raises(ValidationError, match=r"Dubrovnik Action Plan \(EN\), version 1"):
        add(make_edition())


def test_the_same_file_is_not_kept_twice_for_one_edition():
    edition = make_edition()
    add(edition)

    with pytest.raises(ValidationError, match="already kept"):
        add(edition)


def test_a_file_that_a_colleague_kept_meanwhile_is_not_kept_again():
    edition, content = make_edition(), pdf_samples.booklet()
    drafts = [publishing.examine(upload(content)) for _colleague in range(2)]
    publishing.keep(drafts[0], edition, by=clerk())

    with pytest.raises(ValidationError, match="already kept"):
        publishing.keep(drafts[1], edition, by=clerk())

    assert edition.files.count() == 1


def test_what_changed_is_kept_with_the_version():
    kept = add(make_edition(), note="Annex II corrected")

    assert kept.note == "Annex II corrected"


def test_a_file_that_is_no_pdf_is_refused_and_leaves_nothing():
    edition = make_edition()

    with pytest.raises(intake.IntakeError, match="not a PDF"):
        add(edition, pdf_samples.png())

    assert not edition.files.exists()
    assert stored() == []


def test_who_added_a_file_stands_in_the_history():
    edition = make_edition()

    kept = add(edition)

    assert kept.history.get().history_user == clerk()
    assert edition.history.latest().history_user == clerk()


def test_words_of_a_new_file_are_found_at_once():
    edition = make_edition()

    add(edition, pdf_samples.booklet("The zyzzyva clause"))

    assert list(Publication.objects.search("zyzzyva")) == [edition.publication]


# The language of a PDF ------------------------------------------------------------


def test_a_pdf_in_another_language_than_its_edition_is_doubted():
    with pytest.raises(publishing.LanguageDoubtError, match=r"looks like French, .* in English"):
        add(make_edition(language="en"), pdf_samples.booklet(FRENCH))


def test_a_person_may_know_better_about_the_language():
    kept = add(
        make_edition(language="en"), pdf_samples.booklet(FRENCH), accept_language_mismatch=True
    )

    assert kept.guessed_language == "fr"


@pytest.mark.parametrize("language", ["fr", "fr-CH", "es fr"])
def test_any_language_of_the_edition_will_do(language):
    assert add(make_edition(language=language), pdf_samples.booklet(FRENCH)).version == 1


def test_a_pdf_without_text_is_of_no_doubtful_language():
    assert add(make_edition(language="ar"), pdf_samples.scan()).text.strip() == ""


# Files and transactions -----------------------------------------------------------


def test_a_rolled_back_file_is_swept_after_a_day():
    with transaction.atomic():
        add(make_edition())
        transaction.set_rollback(True)
    orphans = stored()
    grow_old(orphans)

    call_command("sweep_files")

    assert len(orphans) == 2
    assert stored() == []


def test_sweeping_spares_what_is_named_and_what_is_new():
    kept = make_file(make_edition())
    grow_old(stored())
    default_storage.save("editions/ab/new.pdf", upload())

    call_command("sweep_files")

    assert {path.name for path in stored()} == {Path(kept.file.name).name, "new.pdf"}


def test_a_file_that_cannot_be_written_whole_is_not_there():
    class BrokenFile(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"%PDF-1.7"
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        default_storage.save("editions/ab/half.pdf", BrokenFile(b"", "half.pdf"))

    assert stored() == []


def grow_old(paths):
    for path in paths:
        os.utime(path, (time.time() - 90_000,) * 2)


# Letting out, taking back ---------------------------------------------------------


def test_publishing_a_publication_publishes_the_editions_that_have_something_to_give():
    publication = make_publication(published=False)
    with_pdf = make_edition(publication, "en", published=False)
    on_paper = make_edition(publication, "fr", published=False, is_printed=True)
    empty = make_edition(publication, "es", published=False)
    make_file(with_pdf)

    publishing.publish(publication, by=clerk())

    assert Publication.objects.published().get() == publication
    assert set(Edition.objects.published()) == {with_pdf, on_paper}
    assert not Edition.objects.visible().filter(pk=empty.pk).exists()


def test_publishing_again_keeps_the_first_date():
    edition = make_edition()
    first = edition.published_at

    publishing.publish(edition, by=clerk())

    assert Edition.objects.get().published_at == first


def test_a_publication_may_be_published_for_a_later_day():
    publication = make_publication(published=False)

    publishing.publish(publication, by=clerk(), at=timezone.now() + timedelta(days=1))

    assert not Publication.objects.published().exists()


def test_what_is_withdrawn_is_announced_and_not_published():
    publication = make_publication()

    publishing.withdraw(publication, by=clerk())

    assert not Publication.objects.published().exists()
    assert Publication.objects.announced().get() == publication


def test_publishing_undoes_a_withdrawal():
    publication = make_publication()
    publishing.withdraw(publication, by=clerk())

    publishing.publish(publication, by=clerk())

    assert Publication.objects.published().get() == publication


def test_a_draft_is_not_withdrawn():
    publication = make_publication(published=False)

    publishing.withdraw(publication, by=clerk())

    publication.refresh_from_db()
    assert publication.withdrawn_at is None


def test_a_reason_keeps_no_marks_that_turn_the_direction_of_its_letters():
    form = ReasonForm({"reason": "Wrong \u202efile\u2066"})

    assert form.is_valid()
    assert form.cleaned_data["reason"] == "Wrong file"
