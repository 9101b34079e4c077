from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition, Kind, Meeting, Publication, State, Topic
from tests.builders import (
    clerk,
    make_edition,
    make_file,
    make_kind,
    make_order,
    make_publication,
    make_state,
)
from tests.catalogue import pdf_samples

FRENCH = (
    "Les États parties réaffirment leur détermination à faire cesser définitivement les"
    " souffrances et les pertes en vies humaines causées par les armes à sous-munitions."
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client


def pdf(content=None, name="plan.pdf"):
    content = pdf_samples.booklet() if content is None else content
    return SimpleUploadedFile(name, content, "application/pdf")


def publication_form(**values):
    """What the browser sends for a new publication without editions."""
    return {
        "slug": "dubrovnik-action-plan",
        "kind": make_kind().pk,
        "title_en": "Dubrovnik Action Plan",
        "issued_precision": "day",
        "editions-TOTAL_FORMS": 0,
        "editions-INITIAL_FORMS": 0,
    } | values


def with_editions(*rows):
    """The lines of the inline form: languages, and whatever else of an edition."""
    form = {"editions-TOTAL_FORMS": len(rows)}
    for number, row in enumerate(rows):
        for name, value in ({"format": "booklet"} | row).items():
            form[f"editions-{number}-{name}"] = value
    return form


def edition_form(edition, **values):
    return {
        "publication": edition.publication.pk,
        "languages": ", ".join(edition.tags),
        "format": "booklet",
        "stage": "final",
        "purpose": "reading",
        "files-TOTAL_FORMS": 0,
        "files-INITIAL_FORMS": 0,
    } | values


def add_publication(staff, **values):
    return staff.post(
        reverse("admin:catalogue_publication_add"), publication_form(**values), follow=True
    )


def change_edition(staff, edition, **values):
    address = reverse("admin:catalogue_edition_change", args=[edition.pk])
    return staff.post(address, edition_form(edition, **values), follow=True)


# Publications ---------------------------------------------------------------------


def test_a_publication_is_added_with_titles_in_three_languages(staff):
    add_publication(staff, title_fr="Plan d’action de Dubrovnik", title_es="Plan de Acción")

    publication = Publication.objects.get()
    assert (publication.title_en, publication.title_fr) == (
        "Dubrovnik Action Plan",
        "Plan d’action de Dubrovnik",
    )
    assert publication.title_key_es == "plan de accion"


def test_a_title_in_one_language_is_enough(staff):
    add_publication(staff, title_en="", title_es="Plan de Acción de Dubrovnik")

    assert str(Publication.objects.get()) == "Plan de Acción de Dubrovnik"


def test_a_publication_without_any_title_is_refused(staff):
    answer = add_publication(staff, title_en="")

    assert "Give the title in at least one language." in answer.text
    assert not Publication.objects.exists()


def test_a_publication_is_added_published_and_readable_in_one_go(staff):
    rows = [{"languages": "en", "pdf": pdf()}, {"languages": "es", "is_printed": "on"}]

    answer = add_publication(staff, **with_editions(*rows), _publish="1")
    staff.post(answer.redirect_chain[-1][0], {"_publish": ""})

    english, spanish = Edition.objects.published().order_by("pk")
    assert (english.tags, english.reading_file.pages) == (["en"], 1)
    assert (spanish.tags, spanish.reading_file) == (["es"], None)
    assert "version 1 of the PDF is kept, 1 page" in answer.text


def test_lines_of_editions_left_alone_make_no_edition(staff):
    page = staff.get(reverse("admin:catalogue_publication_add"))
    forms = page.context["inline_admin_formsets"][0].formset.extra_forms
    untouched = [
        {"languages": form["languages"].value(), "format": form["format"].value()} for form in forms
    ]

    add_publication(staff, **with_editions(*untouched))

    assert [row["languages"] for row in untouched] == ["en", "fr", "es"]
    assert Publication.objects.exists()
    assert not Edition.objects.exists()


def test_the_address_of_a_published_publication_cannot_be_changed(staff):
    publication = make_publication("dubrovnik-action-plan")
    address = reverse("admin:catalogue_publication_change", args=[publication.pk])

    staff.post(address, publication_form(slug="something-else"))

    publication.refresh_from_db()
    assert publication.slug == "dubrovnik-action-plan"


@pytest.mark.parametrize(
    "words", ["dubrovnik", "développement", "developpement", "ccm msp 2018 9", "CCM/MSP/2018/9"]
)
def test_publications_are_searched_by_title_in_any_language_and_by_symbol(staff, words):
    make_publication(
        title_en="Dubrovnik Action Plan", title_fr="Développement", symbol="CCM/MSP/2018/9"
    )
    make_publication(title_en="Another", symbol="CCM/MSP/2019/9")

    page = staff.get(reverse("admin:catalogue_publication_changelist"), {"q": words})

    assert [str(row) for row in page.context["cl"].result_list] == ["Dubrovnik Action Plan"]


@pytest.mark.parametrize(
    ("visibility", "found"),
    [("draft", "Draft"), ("scheduled", "Soon"), ("published", "Out"), ("withdrawn", "Back")],
)
def test_publications_are_listed_by_visibility(staff, visibility, found):
    make_publication(title_en="Draft", published=False)
    make_publication(title_en="Soon", published_at=timezone.now() + timedelta(days=1))
    out, back = make_publication(title_en="Out"), make_publication(title_en="Back")
    Publication.objects.filter(pk=back.pk).update(withdrawn_at=out.published_at)

    page = staff.get(reverse("admin:catalogue_publication_changelist"), {"visibility": visibility})

    assert [str(row) for row in page.context["cl"].result_list] == [found]


def test_publications_are_listed_by_the_languages_of_their_editions(staff):
    arabic = make_edition(language="ar").publication
    make_edition(language="fr")

    page = staff.get(reverse("admin:catalogue_publication_changelist"), {"language": "ar"})

    assert list(page.context["cl"].result_list) == [arabic]


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    staff, django_assert_max_num_queries
):
    for number in range(12):
        make_edition(make_publication(f"publication-of-{number}"))

    with django_assert_max_num_queries(16):
        staff.get(reverse("admin:catalogue_publication_changelist"))


# Publishing and withdrawing -------------------------------------------------------


def act(staff, action, *publications, **more):
    chosen = {"action": action, "_selected_action": [row.pk for row in publications]} | more
    return staff.post(reverse("admin:catalogue_publication_changelist"), chosen, follow=True)


def test_selected_publications_are_published(staff):
    drafts = [make_publication(published=False), make_publication(published=False)]

    answer = act(staff, "publish", *drafts, confirmed="1")

    assert Publication.objects.published().count() == 2
    assert "2 entries are public." in answer.text


def test_selected_publications_are_withdrawn(staff):
    answer = act(staff, "withdraw", make_publication(), confirmed="1", reason="Misprint")

    assert not Publication.objects.published().exists()
    assert "1 entry is not public." in answer.text


def test_what_was_published_cannot_be_deleted(staff):
    publication = make_publication()

    answer = staff.post(
        reverse("admin:catalogue_publication_delete", args=[publication.pk]), {"post": "yes"}
    )

    assert answer.status_code == 403
    assert Publication.objects.exists()


def test_what_was_ordered_cannot_be_deleted_even_as_a_draft(staff):
    edition = make_edition(on_hand=5)
    make_order((edition, 1))
    Edition.objects.update(published_at=None)

    staff.post(reverse("admin:catalogue_edition_delete", args=[edition.pk]), {"post": "yes"})

    assert Edition.objects.exists()


def test_a_draft_is_deleted(staff):
    draft = make_publication(published=False)

    staff.post(reverse("admin:catalogue_publication_delete", args=[draft.pk]), {"post": "yes"})

    assert not Publication.objects.exists()


def test_nothing_is_deleted_by_the_dozen(staff):
    make_publication()

    page = staff.get(reverse("admin:catalogue_publication_changelist"))

    assert "delete_selected" not in page.text


# The PDF of an edition ------------------------------------------------------------


def test_an_uploaded_pdf_is_kept_and_what_was_found_is_said(staff):
    edition = make_edition()

    answer = change_edition(staff, edition, pdf=pdf(pdf_samples.booklet("one", "two")))

    assert edition.reading_file.pages == 2
    assert "version 1 of the PDF is kept, 2 pages" in answer.text
    assert "not tagged" in answer.text


def test_a_pdf_for_the_printer_is_not_what_readers_get(staff):
    edition = make_edition()

    change_edition(staff, edition, pdf=pdf(), purpose="print")

    assert edition.reading_file is None
    assert edition.files.get().purpose == "print"


BAD_FILES = [
    (pdf_samples.png, "This file is not a PDF."),
    (pdf_samples.empty, "This file is not a PDF."),
    (pdf_samples.truncated, "damaged or incomplete"),
    (pdf_samples.locked, "encrypted or protected"),
    (pdf_samples.script, "contains scripts"),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_FILES)
def test_a_bad_file_gets_a_sentence_beside_its_field_and_nothing_typed_is_lost(
    staff, content, sentence
):
    edition = make_edition()

    answer = change_edition(staff, edition, pdf=pdf(content()), job_number="GE.18-12345")

    form = answer.context["adminform"].form
    assert sentence in form.errors["pdf"][0]
    assert form["job_number"].value() == "GE.18-12345"
    assert not edition.files.exists()


def test_a_file_of_200_megabytes_gets_a_sentence(staff):
    edition = make_edition()

    answer = change_edition(staff, edition, pdf=pdf(b"%PDF-" + bytes(200_000_000)))

    assert "the limit is 100 MB" in answer.context["adminform"].form.errors["pdf"][0]


def test_a_bad_file_among_the_editions_of_a_new_publication_saves_nothing(staff):
    rows = [{"languages": "en", "pdf": pdf()}, {"languages": "fr", "pdf": pdf(b"no")}]

    answer = add_publication(staff, **with_editions(*rows))

    assert "This file is not a PDF." in answer.text
    assert not Publication.objects.exists()


def test_a_pdf_in_another_language_wants_a_tick(staff):
    edition = make_edition(language="en")

    answer = change_edition(staff, edition, pdf=pdf(pdf_samples.booklet(FRENCH)))

    assert "looks like French, but the edition is in English" in answer.text
    assert 'name="accept_language"' in answer.text
    assert not edition.files.exists()


def test_no_tick_is_asked_for_without_need(staff):
    address = reverse("admin:catalogue_edition_change", args=[make_edition().pk])

    assert "accept_language" not in staff.get(address).text


@pytest.mark.parametrize("prefix", ["", "editions-0-"])
def test_the_tick_has_the_name_that_its_form_reads(staff, prefix):
    edition = make_edition(language="en")
    row = {f"{prefix}pdf": pdf(pdf_samples.booklet(FRENCH))}

    if prefix:
        answer = add_publication(staff, **with_editions({"languages": "en"}), **row)
    else:
        answer = change_edition(staff, edition, **row)

    assert f'name="{prefix}accept_language"' in answer.text


def test_a_ticked_language_is_believed(staff):
    edition = make_edition(language="en")

    change_edition(staff, edition, pdf=pdf(pdf_samples.booklet(FRENCH)), accept_language="on")

    assert edition.reading_file.guessed_language == "fr"


def test_the_same_file_of_another_edition_is_refused(staff):
    known, other = make_edition(), make_edition()
    change_edition(staff, known, pdf=pdf())

    answer = change_edition(staff, other, pdf=pdf())

    assert "This very file is already kept" in answer.text


@pytest.mark.parametrize(
    ("typed", "kept"), [("fr", ["fr"]), ("es, en", ["en", "es"]), ("ar en ar", ["en", "ar"])]
)
def test_the_languages_of_an_edition_are_typed_as_codes(staff, typed, kept):
    edition = make_edition(language="lo")

    change_edition(staff, edition, languages=typed)

    assert Edition.objects.get().tags == kept


@pytest.mark.parametrize("typed", ["french", "fr;es", "EN", "f"])
def test_what_is_no_language_code_is_refused(staff, typed):
    edition = make_edition(language="fr")

    answer = change_edition(staff, edition, languages=typed)

    assert "is no language code" in answer.text
    assert Edition.objects.get().tags == ["fr"]


# History --------------------------------------------------------------------------


def test_the_history_says_who_changed_what(staff):
    edition = make_edition()
    change_edition(staff, edition, job_number="GE.18-12345")

    page = staff.get(reverse("admin:catalogue_edition_history", args=[edition.pk]))

    assert "GE.18-12345" in page.text
    assert clerk().username in page.text


# The rest -------------------------------------------------------------------------


def every_page():
    """One page of each kind in the administration of the catalogue."""
    publication = make_publication("plan")
    make_file(make_edition(publication))
    Meeting.objects.create(code="1MSP", name_en="First Meeting")
    Topic.objects.create(slug="clearance", name_en="Clearance")
    make_state()
    for model in (Publication, Edition, Kind, Topic, Meeting, State):
        name = model._meta.model_name
        yield reverse(f"admin:catalogue_{name}_changelist")
        yield reverse(f"admin:catalogue_{name}_add")
        yield reverse(f"admin:catalogue_{name}_change", args=[model.objects.first().pk])


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_page_opens_in_every_language(staff, language):
    for address in [*every_page(), reverse("admin:index")]:
        answer = staff.get(address.replace("/en/", f"/{language}/", 1))

        assert answer.status_code == 200, address
        assert "<script>" not in answer.text, address
        assert 'style="' not in answer.text, address


def test_a_new_name_of_a_topic_finds_its_publications(staff):
    topic = Topic.objects.create(slug="clearance", name_en="Clearance")
    publication = make_publication()
    publication.topics.add(topic)

    staff.post(
        reverse("admin:catalogue_topic_change", args=[topic.pk]),
        {"slug": "clearance", "name_en": "Demining"},
    )

    assert list(Publication.objects.search("demining")) == [publication]
