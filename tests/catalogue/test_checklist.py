"""What is looked at before publishing, and what it leads to."""

import pytest
from django.urls import reverse

from catalogue import publishing
from catalogue.models import Edition, Publication
from tests.builders import clerk, make_edition, make_file, make_publication

pytestmark = pytest.mark.django_db
BRIEF = {f"summary_{language}": "Short." for language in ("en", "fr", "es")}
TITLES = {"title_en": "Plan", "title_fr": "Plan", "title_es": "Plan"}
WHOLE = TITLES | BRIEF | {"issued_on": "2015-09-11", "original_language": "en"}
SOUND = {
    "text": "Some words.",
    "is_tagged": True,
    "declared_title": "Plan",
    "declared_language": "en-GB",
    "guessed_language": "en",
    "cover": "covers/ab/cd.webp",
}


@pytest.fixture
def staff(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client


def wanting(publication):
    return {
        point.code: point.verdict
        for point in publishing.checklist(publication)
        if not point.is_good
    }


def test_a_complete_publication_wants_nothing():
    publication = make_publication(**WHOLE)
    make_file(make_edition(publication, weight_g=90, is_printed=True), **SOUND)

    assert wanting(publication) == {}


def test_a_bare_publication_is_told_what_it_lacks():
    assert wanting(make_publication(title_en="Plan")) == {
        "title_fr": "advice",
        "title_es": "advice",
        "summary_en": "advice",
        "summary_fr": "advice",
        "summary_es": "advice",
        "date": "advice",
        "original_language": "advice",
        "editions": "advice",
    }


BAD_ROWS = [
    ({"title_en": "", "title_fr": "", "title_es": ""}, {}, {"title_en": "obstacle"}),
    ({"symbol": "(CCM/MSP"}, {}, {"symbol": "obstacle"}),
    ({}, {"isbn": "978-92-1-142345-0"}, {"isbn": "obstacle"}),
    ({}, {"is_printed": True}, {"weight": "advice"}),
]


@pytest.mark.parametrize(("columns", "edition_columns", "found"), BAD_ROWS)
def test_a_wrong_row_is_found_out(columns, edition_columns, found):
    publication = make_publication(**WHOLE | columns)
    make_file(make_edition(publication, **edition_columns), **SOUND)

    assert found.items() <= wanting(publication).items()


BAD_FILES = [
    ({"text": "\f \f"}, "text"),
    ({"is_tagged": False}, "tagged"),
    ({"cover": ""}, "cover"),
    ({"declared_title": ""}, "declared_title"),
    ({"declared_language": ""}, "declared_language"),
    ({"declared_language": "fr-FR"}, "declared_language"),
    ({"guessed_language": "fr"}, "guessed_language"),
]


@pytest.mark.parametrize(("columns", "code"), BAD_FILES)
def test_what_a_pdf_lacks_is_advice(columns, code):
    publication = make_publication(**WHOLE)
    make_file(make_edition(publication), **SOUND | columns)

    assert wanting(publication) == {code: "advice"}


def test_an_edition_without_language_cannot_be_published(staff):
    publication = make_publication(**WHOLE, published=False)
    make_file(make_edition(publication, language="", published=False), **SOUND)
    address = reverse("admin:catalogue_publication_publish", args=[publication.pk])

    answer = staff.post(address, {"_publish": ""})

    assert "It has no language." in answer.text
    assert not Publication.objects.published().exists()


def test_each_point_leads_to_its_field(staff):
    publication = make_publication(title_en="Plan", published=False)
    address = reverse("admin:catalogue_publication_change", args=[publication.pk])

    page = staff.get(address)

    assert f'{address}#id_title_fr"' in page.text
    assert 'id="id_title_fr"' in page.text
    assert "Save as draft" in page.text


def test_a_language_under_way_is_noted_with_one_button(staff):
    publication = make_publication()
    make_edition(publication, "en", format=Edition.Format.BOOKLET)
    form = {
        "slug": publication.slug,
        "kind": publication.kind.pk,
        "title_en": "Plan",
        "issued_precision": "day",
        "editions-TOTAL_FORMS": 0,
        "editions-INITIAL_FORMS": 0,
        "_translate": "fr",
    }

    staff.post(reverse("admin:catalogue_publication_change", args=[publication.pk]), form)

    edition = Edition.objects.get(stage="translation")
    assert (edition.tags, edition.format, edition.published_at) == (["fr"], "booklet", None)


# Lineage --------------------------------------------------------------------------


@pytest.mark.parametrize("relation", ["replaces", "corrects"])
def test_a_publication_does_not_come_back_to_itself(staff, relation):
    first, second = make_publication("first"), make_publication("second")
    Publication.objects.filter(pk=second.pk).update(**{relation: first})
    form = {
        "slug": "first",
        "kind": first.kind.pk,
        "title_en": "First",
        "issued_precision": "day",
        relation: second.pk,
        "editions-TOTAL_FORMS": 0,
        "editions-INITIAL_FORMS": 0,
    }

    answer = staff.post(reverse("admin:catalogue_publication_change", args=[first.pk]), form)

    assert "goes in a circle" in answer.text
    assert not Publication.objects.filter(pk=first.pk, **{relation: second}).exists()


def edition_form(edition, **columns):
    return {
        "publication": edition.publication.pk,
        "languages": "en",
        "format": "document",
        "stage": "corrected",
        "files-TOTAL_FORMS": 0,
        "files-INITIAL_FORMS": 0,
    } | columns


def save(staff, edition, **columns):
    address = reverse("admin:catalogue_edition_change", args=[edition.pk])
    return staff.post(address, edition_form(edition, **columns))


def test_an_edition_supersedes_one_of_the_same_publication(staff):
    edition, other = make_edition(), make_edition()

    answer = save(staff, edition, supersedes=other.pk)

    assert "supersedes another edition of the same publication" in answer.text


def test_an_edition_does_not_supersede_itself_in_the_end(staff):
    publication = make_publication()
    old, new = make_edition(publication), make_edition(publication)
    Edition.objects.filter(pk=new.pk).update(supersedes=old)

    assert "goes in a circle" in save(staff, old, supersedes=new.pk).text


def test_versions_are_listed_with_their_notes_to_download(staff):
    edition = make_edition()
    first = make_file(edition)
    second = make_file(edition, b"%PDF-1.7 other\n%%EOF\n", note="Annex II corrected")

    page = staff.get(reverse("admin:catalogue_edition_change", args=[edition.pk]))

    assert "Annex II corrected" in page.text
    for kept in (first, second):
        assert reverse("editing:file", args=[kept.pk]) in page.text
