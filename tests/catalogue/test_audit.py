"""manage.py check_catalogue: a line for each thing that does not agree, and exit code 1."""

import io
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalogue import audit, upkeep
from catalogue.models import Edition, EditionFile, EditionLanguage, Publication, SearchEntry
from tests.builders import make_edition, make_file, make_publication

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept():
    """A file as the intake keeps it, of a published edition."""
    publication = make_publication("plan", title_en="Plan", symbol="CCM/2015/1")
    cover = ContentFile(b"webp", "cover.webp")
    file = make_file(make_edition(publication), text="one\ftwo", pages=2, cover=cover)
    upkeep.refresh([publication])
    return file


def check(*options):
    """The findings, a line each."""
    errors = io.StringIO()
    with suppress(CommandError):
        call_command("check_catalogue", *options, stdout=io.StringIO(), stderr=errors)
    return errors.getvalue().splitlines()


@pytest.mark.parametrize("options", [[], ["--quick"]])
def test_a_catalogue_in_order_has_no_findings(kept, options):
    assert check(*options) == []


def test_an_empty_catalogue_has_no_findings():
    assert check() == []


def lose_file(kept):
    Path(kept.file.path).unlink()


def lose_cover(kept):
    Path(kept.cover.path).unlink()


def cut_file(kept):
    Path(kept.file.path).write_bytes(b"%PDF")


def change_file(kept):
    Path(kept.file.path).write_bytes(b"x" * kept.bytes)


def miscount_pages(kept):
    EditionFile.objects.update(pages=3)


def rename_past_the_index(kept):
    publication = Publication.objects.get()
    publication.title_en = "Report"
    publication.save()


def forget_entry(kept):
    SearchEntry.objects.all().delete()


def bulk_change_symbol(kept):
    Publication.objects.update(symbol="CCM/2015/2")


def lose_title(kept):
    Publication.objects.update(title_en="", title_key_en="")


def lose_language(kept):
    EditionLanguage.objects.all().delete()


def withdraw_past_the_records(kept):
    Edition.objects.update(withdrawn_at=timezone.now())


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (lose_file, "is missing"),
        (lose_cover, "cover covers/"),
        (cut_file, "4 bytes, not 24"),
        (change_file, "its bytes have changed"),
        (miscount_pages, "its text has 2 pages, its row says 3"),
        (rename_past_the_index, "plan: the search index is out of date"),
        (forget_entry, "plan: the search index is out of date"),
        (bulk_change_symbol, "plan: its sort keys are out of date"),
        (lose_title, "plan: is public without a title"),
        (lose_language, "is public without a language"),
        (withdraw_past_the_records, "says something else than the catalogue"),
    ],
)
def test_what_does_not_agree_is_a_finding(kept, damage, finding):
    damage(kept)

    assert any(finding in line for line in check())
    with pytest.raises(CommandError, match=r"Findings in the catalogue: [0-9]"):
        call_command("check_catalogue", stderr=io.StringIO())


def test_a_quick_check_reads_no_file(kept):
    change_file(kept)

    assert check("--quick") == []


def test_a_file_without_a_row_is_a_finding_after_a_day(kept):
    name = default_storage.save("editions/ab/orphan.pdf", ContentFile(b"%PDF"))
    assert check() == []

    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert check() == [f"{name}: no row names it; sweep_files removes it"]


def test_a_clock_that_does_not_come_is_a_finding(kept):
    upkeep.catch_up()
    Edition.objects.update(published_at=timezone.now() + timedelta(hours=1))
    upkeep.refresh([kept.edition.publication_id])

    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert "plan: has come due, and keep_up has not run since" in check()
        call_command("keep_up", verbosity=0)
        assert check() == []


def test_each_check_says_what_it_holds():
    assert all(each.__doc__ for each in audit.CHECKS)
