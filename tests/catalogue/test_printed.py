"""The printed catalogue: what it holds, that it reads aloud, and how colleagues come by it.

It is made once for each of two shapes; what is true of it is then asked of the same pages.
"""

import datetime
import io
import re

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from catalogue import offered, printed
from catalogue.models import Job, Meeting, Series, Topic
from catalogue.printed.contents import short
from tests.builders import clerk, make_edition, make_file, make_kind, make_publication

DAY = datetime.date(2015, 9, 11)


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


# What is in it ----------------------------------------------------------------


def cover(color="navy"):
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (120, 170), color).save(picture, "WEBP")
    return picture.getvalue()


def fill(shelf=40):
    """Forty guides and one action plan in three languages, read and on paper, with a topic."""
    from django.core.files.base import ContentFile

    article = Topic.objects.create(slug="clearance", name_en="Clearance", article=4)
    plan = make_publication(
        "dubrovnik-action-plan",
        kind=make_kind("action-plan", name_en="action plan", name_fr="plan d’action"),
        symbol="CCM/CONF/2015/7",
        issued_on=DAY,
        title_en="Dubrovnik Action Plan",
        title_fr="Plan d’action de Dubrovnik",
        title_es="Plan de Acción de Dubrovnik",
        summary_fr="Le plan de Dubrovnik : œuvrer, dépolluer, prêter assistance aux victimes.",
    )
    plan.topics.add(article)
    for tag, title in (("en", ""), ("fr", ""), ("ar", "خطة عمل دوبروفنيك")):
        edition = make_edition(plan, tag, is_printed=tag != "ar", title=title, pages=24)
        edition.isbn = "978-92-1-101368-9" if tag == "fr" else ""
        edition.save()
        file = make_file(edition, tag.encode(), pages=24)
        file.cover.save("cover.webp", ContentFile(cover()))
    for number in range(shelf):
        guide = make_publication(f"guide-{number}", symbol=f"CCM/MSP/2011/WP.{number + 1}")
        make_file(make_edition(guide, "en"), guide.slug.encode())
    return plan


@pytest.fixture(scope="module")
def shelf(django_db_setup, django_db_blocker, tmp_path_factory):
    """The rows of this module's catalogues, and the catalogues: made once."""
    from django.conf import settings
    from django.db import transaction

    folder = tmp_path_factory.mktemp("printed")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", folder / "media")
        patch.setattr(settings, "DATA_DIR", folder)
        patch.setattr(settings, "SITE_URL", "https://desk.example.org")
        with transaction.atomic():
            fill()
            yield folder
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def catalogue(shelf, told):
    """In French on A4, with covers."""
    return made(shelf, "fr.pdf", printed.Choice(), lambda *step: told.append(step))


@pytest.fixture(scope="module")
def booklet(shelf):
    """By topic on A5, without covers."""
    return made(shelf, "small.pdf", printed.Choice(sections="topic", trim="a5", covers=False))


def made(folder, name, choice, progress=lambda *step: None):
    with translation.override("fr"):
        facts = printed.make(folder, name, choice, progress)
    return facts, (folder / name).read_bytes()


def pages_of(content):
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    return [" ".join(page.replace("\u2010", "-").split()) for page in pages]


def elements(pdf, tag):
    """The tags of a kind in the whole document, in the order in which they are read."""
    found, waiting = [], [pdf.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop(0)
        if str(element.get("/S")) == f"/{tag}":
            found.append(element)
        kids = element.get("/K", [])
        waiting[:0] = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return found


def test_progress_is_told_until_all_is_done(catalogue, told):
    assert told[0] == (0, 42)
    assert told[-1] == (42, 42)
    assert len(told) > 3
    assert told == sorted(told)


def test_entries_say_what_there_is_and_where(catalogue):
    _facts, content = catalogue

    text = " ".join(pages_of(content))

    assert "CCM/CONF/2015/7 11 septembre 2015 24 pages ISBN 978-92-1-101368-9" in text
    assert "Plan d’action de Dubrovnik Dubrovnik Action Plan Plan de Acción" in text
    assert "œuvrer, dépolluer, prêter assistance aux victimes." in text
    assert "anglais, français et arabe" in text
    assert "anglais et français desk.example.org/p/dubrovnik-action-plan" in text


def test_arabic_titles_are_set_in_their_letters(catalogue):
    assert set("دوبروفنيك") <= set(" ".join(pages_of(catalogue[1])))


def test_indexes_and_contents_lead_to_the_page_of_the_entry(catalogue):
    pages = pages_of(catalogue[1])
    number = next(n for n, page in enumerate(pages, 1) if "/p/guide-30" in page)
    plan = next(n for n, page in enumerate(pages, 1) if "/p/dubrovnik-action-plan" in page)

    index = " ".join(pages[-3:])

    assert f"Guide 30 {number} " in index
    assert f"CCM/MSP/2011/WP.31 {number} " in index
    assert f"Plan d'action {plan}".replace("'", "’") in pages[2]


def test_symbols_are_in_the_order_of_their_numbers(catalogue):
    index = " ".join(pages_of(catalogue[1])[-3:])

    assert index.index("WP.8 ") < index.index("WP.10 ")


def test_every_page_bears_its_own_number(catalogue):
    pages = pages_of(catalogue[1])

    assert all(re.search(rf"\b{n}\b", page) for n, page in enumerate(pages[1:], 2))
    assert catalogue[0]["pages"] == len(pages)


@pytest.mark.parametrize("shape", ["catalogue", "booklet"])
def test_it_is_tagged_and_titled_pdf_ua(request, shape):
    pdf = pikepdf.open(io.BytesIO(request.getfixturevalue(shape)[1]))

    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"]
    assert str(pdf.Root.Lang) == "fr"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert all(figure.Alt for figure in elements(pdf, "Figure"))
    assert len(elements(pdf, "H1")) == 1
    assert len(elements(pdf, "H3")) >= 41


@pytest.mark.parametrize("shape", ["catalogue", "booklet"])
def test_every_page_and_link_is_known_to_the_tags(request, shape):
    pdf = pikepdf.open(io.BytesIO(request.getfixturevalue(shape)[1]))
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    keys = [int(key) for key in numbers[::2]]
    known = dict(zip(keys, numbers[1::2], strict=True))

    assert keys == sorted(set(keys))
    for page in pdf.pages:
        for element in known[int(page.obj.StructParents)]:
            assert element.Pg.objgen == page.obj.objgen
        for link in page.obj.get("/Annots", ()):
            assert str(known[int(link.StructParent)].S) == "/Link"
            assert str(link.Contents)


def test_words_of_another_language_are_marked_for_screen_readers(catalogue):
    pdf = pikepdf.open(io.BytesIO(catalogue[1]))

    marked = {str(e.Lang) for e in elements(pdf, "Span") if "/Lang" in e}

    assert marked == {"en", "es", "ar"}


def test_every_link_leads_into_the_document_or_to_the_site(catalogue):
    pdf = pikepdf.open(io.BytesIO(catalogue[1]))
    pages = {page.obj.objgen for page in pdf.pages}
    links = [link for page in pdf.pages for link in page.obj.get("/Annots", ())]

    inside = [link for link in links if "/Dest" in link]
    outside = {str(link.A.URI) for link in links if "/A" in link}

    assert len(inside) > 80
    assert all(link.Dest[0].objgen in pages for link in inside)
    assert all(re.match("https://desk.example.org/|mailto:", address) for address in outside)


def test_the_outline_names_sections_and_their_entries(catalogue):
    pdf = pikepdf.open(io.BytesIO(catalogue[1]))

    with pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        below = [item.title for item in outline.root[2].children]

    assert "Plan d’action" in titles
    assert "Plan d’action de Dubrovnik" in below + [i.title for i in outline.root[3].children]


@pytest.mark.parametrize("shape", ["catalogue", "booklet"])
def test_only_bundled_fonts_are_used_and_all_are_embedded(request, shape):
    pdf = pikepdf.open(io.BytesIO(request.getfixturevalue(shape)[1]))
    fonts = [font for page in pdf.pages for font in page.obj.Resources.Font.values()]

    assert {str(font.BaseFont).split("+")[1].split("-")[0] for font in fonts} == {"Noto"}
    descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]
    assert all("/FontFile2" in d or "/FontFile3" in d for d in descriptors)


def test_the_codes_lead_to_the_permanent_addresses(catalogue):
    document = pypdfium2.PdfDocument(catalogue[1])

    def codes(number):
        picture = document[number].render(scale=2.5).to_pil()
        return {code.text for code in zxingcpp.read_barcodes(picture)}

    assert codes(1) == {"https://desk.example.org/"}
    shown = set().union(*(codes(number) for number in (3, 4, 5)))
    assert "https://desk.example.org/p/dubrovnik-action-plan" in shown
    assert len(shown) >= 10


def test_sections_may_be_topics_and_pages_small(booklet):
    _facts, content = booklet
    pages = pages_of(content)

    assert pypdfium2.PdfDocument(content)[0].get_size() == pytest.approx((419.5, 595.3), abs=1)
    assert "Clearance" in pages[2]
    assert any("Article 4" in page or "article 4" in page for page in pages)


def test_without_covers_only_codes_are_pictures(booklet):
    pdf = pikepdf.open(io.BytesIO(booklet[1]))

    assert len(elements(pdf, "Figure")) == 41 + 1


# What is chosen ---------------------------------------------------------------


def slugs(**choice):
    return {row.slug for row in printed.publications(printed.Choice(**choice))}


def test_only_what_can_be_read_or_ordered_is_printed(db):
    make_edition(make_publication("on-paper"), on_hand=1)
    make_edition(make_publication("only-known"))
    make_edition(make_publication("draft", published=False), on_hand=1)
    make_edition(make_publication("withdrawn", withdrawn_at=timezone.now()), on_hand=1)

    assert slugs() == {"on-paper"}


def test_a_choice_is_narrowed_like_the_list(db):
    series = Series.objects.create(slug="plans", name_en="plans")
    meeting = Meeting.objects.create(code="1rc", name_en="First Review Conference")
    one = make_publication("one", series=series, meeting=meeting, issued_on=DAY)
    for publication in (one, make_publication("two")):
        make_edition(publication, on_hand=1)

    for filters in ({"series": ["plans"]}, {"meeting": ["1rc"]}, {"year": [2015]}):
        assert slugs(filters=filters) == {"one"}


def test_a_choice_may_ask_for_paper_and_for_copies_left(db):
    make_edition(make_publication("left"), on_hand=1)
    make_edition(make_publication("gone"), is_printed=True)
    make_file(make_edition(make_publication("pdf")))

    assert slugs(paper="printed") == {"left", "gone"}
    assert slugs(paper="stock") == {"left"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Short.", "Short."),
        ("A sentence. " * 40, ("A sentence. " * 26).strip()),
        ("word " * 100, ("word " * 64).strip() + "…"),
    ],
    ids=["short", "sentences", "words"],
)
def test_a_long_summary_ends_with_a_sentence_or_a_word(text, shown):
    assert short(text) == shown


# How colleagues and readers come by it ----------------------------------------


@pytest.fixture
def desk(client, db):
    client.force_login(clerk())
    return client


PAGE = "/en/desk/publications/catalogue/"


def ask(desk, callbacks, **fields):
    fields = {"language": "fr", "sections": "kind", "trim": "a4", "covers": "on"} | fields
    with callbacks(execute=True):
        answer = desk.post(PAGE, fields)
    return answer, Job.objects.first()


def test_a_colleague_makes_a_catalogue_and_offers_it_to_readers(
    desk, client, django_capture_on_commit_callbacks
):
    make_edition(make_publication("plan", title_fr="Plan"), "fr", on_hand=5)

    answer, job = ask(desk, django_capture_on_commit_callbacks, is_offered="on")

    assert answer.headers["Location"] == reverse("editing:job", args=[job.pk])
    assert (job.status, job.language) == ("done", "fr")
    file = client.get("/fr/catalogue-fr.pdf")
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert file["Content-Language"] == "fr"
    part = client.get("/fr/catalogue-fr.pdf", headers={"Range": "bytes=0-4"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"%PDF-")
    client.logout()
    assert "/fr/catalogue-fr.pdf" in client.get("/fr/").content.decode()
    assert "catalogue-" not in client.get("/en/").content.decode()
    assert client.get("/en/catalogue-fr.pdf").status_code == 404

    desk.force_login(clerk())
    desk.post(reverse("editing:withdraw-catalogue", args=["fr"]))

    assert client.get("/fr/catalogue-fr.pdf").status_code == 404
    assert "catalogue-fr.pdf" not in client.get("/fr/").content.decode()


def test_a_choice_of_nothing_is_refused_with_a_sentence(desk, django_capture_on_commit_callbacks):
    _answer, job = ask(desk, django_capture_on_commit_callbacks)

    assert job.status == "failed"
    assert job.outcome["error"]
    assert not offered.find("fr")


def test_an_impossible_choice_is_told(desk):
    answer = desk.post(PAGE, {"language": "xx", "sections": "kind", "trim": "a4"})

    assert answer.status_code == 422
    assert not Job.objects.exists()


@pytest.mark.parametrize("language", ["fr", "xx"])
def test_withdrawing_what_is_not_offered_changes_nothing(desk, language):
    answer = desk.post(f"{PAGE}{language}/withdraw/")

    assert answer.status_code == (302 if language == "fr" else 404)


def test_a_timer_makes_it_with_a_command(db, tmp_path):
    make_edition(make_publication(), on_hand=1)

    call_command("printed_catalogue", language="es", output=tmp_path / "es.pdf", verbosity=0)

    assert str(pikepdf.open(tmp_path / "es.pdf").Root.Lang) == "es"


def test_a_command_that_finds_nothing_says_so(db, tmp_path):
    with pytest.raises(CommandError):
        call_command("printed_catalogue", language="es", output=tmp_path / "es.pdf")
