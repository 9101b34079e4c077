"""A back catalogue from a table: looked at, agreed to, written once; and out again."""

import csv
import io
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as thoroughly
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from catalogue.importing import reading, sheets, work
from catalogue.jobs import JobError
from catalogue.models import Edition, Job, Publication, Series, Topic
from orders.roles import EDITOR, PACKER, make_roles
from tests.builders import clerk, make_edition, make_kind, make_publication

pytestmark = pytest.mark.django_db
NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
HEAD = "slug;symbol;title_en;title_fr;kind;date;topics;published;pages_fr;paper_fr"


@pytest.fixture
def staff(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(clerk())
    return client


@pytest.fixture
def look(staff, django_capture_on_commit_callbacks):
    """Send a table in; the job that looked at it."""

    def send(*rows, head=HEAD, content=None, name="table.csv", **form):
        content = "\n".join([head, *rows]).encode() if content is None else content
        file = SimpleUploadedFile(name, content)
        with django_capture_on_commit_callbacks(execute=True):
            staff.post(reverse("editing:import"), {"file": file} | form)
        return Job.objects.filter(kind="import-check").latest("pk")

    make_kind()
    return send


@pytest.fixture
def agree(staff, django_capture_on_commit_callbacks):
    """Have written what was shown; the job that wrote it."""

    def press(job):
        with django_capture_on_commit_callbacks(execute=True):
            staff.post(reverse("editing:import-write", args=[job.pk]))
        return Job.objects.filter(kind="import").latest("pk")

    return press


def counts(job):
    return {name: count for name, count in job.outcome["counts"].items() if count}


def errors(job):
    return {
        (row["row"], column): sentence
        for row in work.preview(job, "refused")
        for column, sentence in row["errors"]
    }


PLAN = "plan;CCM/MSP/2010/5;The plan;Le plan;guide;2010-11;;yes;24;yes"


# There and back ---------------------------------------------------------------------


def test_nothing_is_written_before_somebody_agrees(look, staff):
    job = look(PLAN)

    page = staff.get(reverse("editing:import-preview", args=[job.pk]))
    assert "Nothing has been written yet." in page.text
    assert "Import this row" in page.text
    assert (counts(job), Publication.objects.count()) == ({"new": 1}, 0)


def test_what_was_shown_is_written_with_its_editions(look, agree, staff):
    job = agree(look(PLAN))

    publication = Publication.objects.get()
    edition = publication.editions.get()
    assert (publication.slug, str(publication), publication.issued_precision) == (
        "plan",
        "The plan",
        "month",
    )
    assert (edition.tags, edition.pages, edition.is_printed) == (["fr"], 24, True)
    assert list(Publication.objects.published().search("plan")) == [publication]
    assert publication.history.get().history_user == clerk()
    assert publication.history.get().history_change_reason == f"Import {job.pk}: table.csv"
    assert "Result of the import" in staff.get(reverse("editing:import-result", args=[job.pk])).text


def test_the_same_table_changes_nothing_the_second_time(look, agree):
    agree(look(PLAN))

    assert counts(look(PLAN)) == {"unchanged": 1}


def test_what_was_written_is_not_offered_again(look, agree, staff):
    first = look(PLAN)
    job = agree(first)

    page = staff.get(reverse("editing:import-preview", args=[first.pk])).text

    assert "This table has been imported." in page
    assert reverse("editing:import-result", args=[job.pk]) in page
    assert "Nothing has been written yet." not in page
    assert reverse("editing:import-write", args=[first.pk]) not in page


def test_a_title_that_is_too_long_is_told_so_in_a_sentence(look):
    job = look(f"plan;;{'long ' * 100};;guide;;;;;")

    assert errors(job)[2, "title_en"] == (
        "This is too long: 499 characters. Write at most 300 in a line."
    )


def test_a_changed_value_is_shown_old_and_new(look, agree, staff):
    agree(look(PLAN))

    job = look(PLAN.replace(";24;", ";26;"))

    [row] = work.preview(job)
    assert row["changes"] == [["pages_fr", "24", "26"]]
    page = staff.get(reverse("editing:import-preview", args=[job.pk]))
    assert "<del>24</del> → <ins>26</ins>" in page.text
    agree(job)
    assert Edition.objects.get().pages == 26


def test_an_empty_cell_leaves_and_a_dash_empties(look, agree):
    agree(look(PLAN))

    agree(look("plan;;;;;;;;;"))
    assert Publication.objects.get().symbol == "CCM/MSP/2010/5"
    agree(look("plan;-;;-;;-;;;-;"))

    publication = Publication.objects.get()
    assert (publication.symbol, publication.title_fr, publication.issued_on) == ("", "", None)
    assert publication.title_en == "The plan"
    assert publication.editions.get().pages is None


def test_what_changed_since_the_preview_is_left_out(look, agree):
    agree(look(PLAN))
    job = look(PLAN.replace(";24;", ";26;"))
    Edition.objects.update(pages=25)

    assert counts(agree(job)) == {"otherwise": 1}
    assert Edition.objects.get().pages == 25


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_imported_again_changes_nothing(look, staff, form):
    series = Series.objects.create(slug="plans", name_en="Plans")
    old = make_publication("old", title_en='=HYPERLINK("x")', summary_en="-\n+", symbol="CCM/1")
    new = make_publication("new", replaces=old, corrects=old, series=series, number="007")
    new.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance, and more"))
    make_edition(new, "en", weight_g=90, is_printed=True)
    make_edition(new, "en", stage="advance", published=False)
    make_edition(new, "fr en es")
    make_edition(new, "pt-BR", title="Plano")
    make_publication("soon", published_at=timezone.now() + timezone.timedelta(days=3))
    make_publication("gone", withdrawn_at=timezone.now())
    make_publication(
        "spaced", title_fr="Armes\N{NO-BREAK SPACE}: il est temps", title_es="Dos  palabras"
    )

    answer = staff.get(reverse("editing:export"), {"format": form})

    content = answer.getvalue() if answer.streaming else answer.content
    job = look(content=content, name=f"table.{form}")
    assert (errors(job), counts(job)) == ({}, {"unchanged": 5})


def test_spaces_that_do_not_break_stay(look, agree):
    agree(look(f"plan;;The  plan;Le plan{NBSP}: «{NARROW}tout{NARROW}»;guide;;;;;"))

    publication = Publication.objects.get()
    assert publication.title_en == "The plan"
    assert publication.title_fr == f"Le plan{NBSP}: «{NARROW}tout{NARROW}»"


def test_an_export_wakes_no_formula(staff):
    make_publication("danger", title_en='=HYPERLINK("x")')

    answer = staff.get(reverse("editing:export"), {"format": "csv"})

    [row] = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert row["title_en"] == '\'=HYPERLINK("x")'


def test_the_list_is_exported_as_it_is_narrowed(staff):
    make_publication("wanted", title_en="Wanted", published=False)
    make_publication("other")
    address = reverse("admin:catalogue_publication_export")

    answer = staff.get(address, {"visibility": "draft", "format": "csv"})

    assert [row.split(",")[0] for row in answer.getvalue().decode().splitlines()[1:]] == ["wanted"]


# Rows that are refused ------------------------------------------------------------------


BAD_CELLS = [
    ("slug", "Vientiane Plan", "Write the short name in small letters"),
    ("symbol", "(CCM/MSP", "is no document symbol"),
    ("kind", "gide", "“gide” is not known. The nearest are: “guide”."),
    ("date", "11/09/2015", "Write the date like 2015, 2015-09 or 2015-09-11."),
    ("date", "2015-02-30", "There is no such day"),
    ("isbn_fr", "978-92-1-142345-0", "is no ISBN"),
    ("pages_fr", "many", "Write a whole number from 1 to 32,767."),
    ("paper_fr", "perhaps", "Write “yes” or “no”."),
    ("languages_fr", "french", "is no language code"),
    ("format_fr", "scroll", "“scroll” is none of"),
    ("published", "soon", "Write “yes”, “no”, or a date"),
    ("withdrawn", "yes", "Only what was published can be withdrawn"),
    ("replaces", "nothing-like-it", "No publication has the short name or the symbol"),
    ("replaces", "row", "This goes in a circle"),
    ("number", "x" * 21, "at most 20"),
    ("title_en", "-", "Give the title in at least one language."),
    ("topics", "clearance", "“clearance” is not known."),
]


def test_every_wrong_cell_gets_a_sentence_of_its_own(look):
    names = list(dict.fromkeys(["slug", "title_en", "kind", *(name for name, *_ in BAD_CELLS)]))
    rows = []
    for number, (wrong, value, _sentence) in enumerate(BAD_CELLS):
        slug = "row" if value == "row" else f"row-{number}"
        cells = {"slug": slug, "title_en": f"Title {number}", "kind": "guide"} | {wrong: value}
        rows.append(";".join(cells.get(name, "") for name in names))

    found = errors(look(*rows, head=";".join(names)))

    for row, (column, _value, sentence) in enumerate(BAD_CELLS, start=2):
        assert sentence in found.get((row, column), ""), (row, column, found)


def test_a_good_row_beside_a_bad_one_is_written(look, agree):
    job = look(PLAN, "other;;Other;;none;;;;;")

    assert counts(agree(job)) == {"new": 1, "refused": 1}
    assert Publication.objects.get().slug == "plan"


TWICE = [
    ("plan;;A;;guide;;;;;", "plan;;B;;guide;;;;;", "slug", "Row 2 is about the same publication."),
    (";;Same;;guide;;;;;", ";;same;;guide;;;;;", "slug", "Row 2 is about the same publication."),
    ("a;CCM/1;A;;guide;;;;;", "b;CCM/1;B;;guide;;;;;", "symbol", "“a” has this symbol already."),
]


@pytest.mark.parametrize(("first", "second", "column", "sentence"), TWICE)
def test_a_publication_stands_in_a_table_once(look, first, second, column, sentence):
    assert errors(look(first, second))[3, column] == sentence


def test_a_row_without_names_is_known_by_its_symbol_or_its_title(look, agree):
    agree(look(PLAN, ";;Another;;guide;;;;;"))

    again = look(";CCM/MSP/2010/5;The plan;;;;;;;", ";;another;;;;;;;")

    assert [row["slug"] for row in work.preview(again)] == ["plan", "another"]
    assert counts(again) == {"changed": 1, "unchanged": 1}  # the title in small letters


def test_unknown_words_become_entries_where_that_is_asked_for(look, agree, staff):
    first = look("plan;;Plan;;guide;;Clearance, Victim assistance;;;")
    page = staff.get(reverse("editing:import-preview", args=[first.pk]))
    assert "Words that are not known" in page.text

    agree(look("plan;;Plan;;guide;;Clearance, Victim assistance;;;", create=["topics"]))

    assert {topic.slug for topic in Publication.objects.get().topics.all()} == {
        "clearance",
        "victim-assistance",
    }


def test_a_row_may_replace_a_later_one(look, agree):
    head = "slug,title_en,kind,replaces"

    agree(look("new,New,guide,old", "old,Old,guide,", head=head))

    assert Publication.objects.get(slug="new").replaces.slug == "old"


def test_what_was_public_keeps_its_first_day_and_is_not_unpublished(look):
    make_publication("out")
    head = "slug,published"

    for value, sentence in [("no", "withdraw it instead"), ("2001-01-01", "not changed any more")]:
        assert sentence in errors(look(f"out,{value}", head=head))[2, "published"]
    assert counts(look("out,yes", head=head)) == {"unchanged": 1}


# Files as people have them --------------------------------------------------------------

TEXT = "slug{0}title_fr{0}kind\nplan{0}Développement — été{0}guide\n\n"
ENCODINGS = [
    (",", "utf-8"),
    (";", "utf-8-sig"),
    ("\t", "utf-16"),
    (";", "cp1252"),
    ("\t", "utf-16-be"),
]


@pytest.mark.parametrize(("separator", "encoding"), ENCODINGS)
def test_text_is_read_whatever_wrote_it(tmp_path, separator, encoding):
    path = tmp_path / "table"
    path.write_bytes(TEXT.format(separator).encode(encoding))

    [line] = reading.read(path).lines

    assert line.cells == {"slug": "plan", "title_fr": "Développement — été", "kind": "guide"}


def workbook(path, *rows, prepare=lambda sheet: None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    prepare(book.active)
    book.save(path)
    return path


def test_a_spreadsheet_is_read_as_it_looks(tmp_path):
    def prepare(sheet):
        sheet["D2"].number_format, sheet["D3"].number_format = "yyyy", "mmm yyyy"
        sheet["D4"].number_format = "dd/mm/yyyy"
        sheet.column_dimensions["B"].hidden = True

    days = [date(2015, 1, 1), date(2015, 9, 1), datetime(2015, 9, 11)]  # noqa: DTZ001
    rows = [[f"row-{number}", 7.0, True, day] for number, day in enumerate(days)]
    path = workbook(
        tmp_path / "t", ["slug", "number", "paper_fr", "date"], *rows, [], prepare=prepare
    )

    table = reading.read(path)

    assert [line.cells["date"] for line in table.lines] == ["2015", "2015-09", "2015-09-11"]
    assert table.lines[0].cells | {"date": ""} == {
        "slug": "row-0",
        "number": "7",
        "paper_fr": "yes",
        "date": "",
    }
    assert table.remarks == ["Column B is hidden in the file; it was read like the others."]


def test_formulas_and_merged_cells_are_refused_cell_by_cell(tmp_path):
    path = workbook(
        tmp_path / "t",
        ["slug", "title_en", "kind"],
        ["a", "=1+1", "guide"],
        ["b", "B", None],
        prepare=lambda sheet: sheet.merge_cells("C2:C3"),
    )

    first, second = reading.read(path).lines

    assert "computes its value" in first.problems["title_en"]
    assert "merged" in first.problems["kind"]
    assert "merged" in second.problems["kind"]


def packed(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
BAD_TABLES = [
    (b"", "empty"),
    (b"\n\n ; ; \n", "empty"),
    (b"slug;title_en\n", "none after it"),
    (b"slug;slug\na;b\n", "same name: slug"),
    (b"colour;size\nred;9\n", "No column says what a row is about"),
    (b"\xd0\xcf\x11\xe0 old", "old Excel file"),
    (b"slug\0;\n" * 9, "neither a spreadsheet"),
    (b'slug\n"' + b"x" * 200_000, "cannot be read from line"),
    (b"PK\x03\x04 no", "damaged"),
    (packed(**{"xl/workbook.xml": "<x/>"}), "damaged"),
    (packed(**{"xl/workbook.xml": ENTITIES}), "defines entities"),
    (packed(**{"xl/bomb.xml": b" " * (151 * 1024**2)}), "unpacks to too much"),
    (b"slug\n" + b"a\n" * 20_001, "more than 20000 rows"),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_TABLES)
def test_a_file_that_is_no_table_gets_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "table"
    path.write_bytes(content)

    with pytest.raises((reading.TableError, JobError), match=sentence):
        work.read(path)


def test_a_refused_file_is_told_on_the_page_of_its_job(look, staff):
    job = look(content=b"PK\x03\x04 no", name="table.xlsx")

    assert "The spreadsheet is damaged." in staff.get(reverse("editing:job", args=[job.pk])).text


@thoroughly(max_examples=40)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_no_bytes_are_too_strange_to_be_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("strange") / "table"
    path.write_bytes(content)

    with suppress(reading.TableError):
        reading.read(path)


CELLS = st.text(st.characters(codec="utf-8"), max_size=30)


@thoroughly(max_examples=15)
@given(st.lists(CELLS, min_size=12, max_size=12))
def test_no_cell_is_too_strange_to_be_planned(cells):
    names = ["slug", "symbol", "title_en", "kind", "date", "topics", "published", "withdrawn"]
    names += ["isbn_fr", "pages_fr", "languages_fr", "replaces"]
    line = reading.Line(2, dict(zip(names, map(reading.tidy, cells), strict=True)), {})
    planner = work.Planner(names, work.Known())
    planner.announce([line])

    [plan] = planner.plans([line])

    assert plan.status == "refused"


# The template, and who may -----------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_template_explains_itself_and_is_read_back(staff, tmp_path, language):
    answer = staff.get(f"/{language}/desk/publications/import/template.xlsx")

    book = load_workbook(io.BytesIO(answer.content))
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert heads == sheets.names(["en", "fr", "es"])
    assert book.worksheets[1].max_row > 20


def test_rows_are_shown_by_the_page_and_by_what_becomes_of_them(look, staff):
    job = look(*(f"row-{number};;Row {number};;guide;;;;;" for number in range(60)))
    address = reverse("editing:import-preview", args=[job.pk])

    assert "row-59" in staff.get(address, {"page": "2", "status": "new"}).text
    assert "There is no such row." in staff.get(address, {"status": "refused"}).text
    assert staff.get(address, {"page": "x", "status": "zzz"}).status_code == 200


PAGES = ["import", "import-template", "export"]


@pytest.mark.parametrize(("role", "allowed"), [(EDITOR, set(PAGES)), (PACKER, {"export"})])
def test_editors_import_and_packers_do_not(client, settings, role, allowed):
    settings.STAFF_SECOND_FACTOR = False
    groups = {group.name: group for group in make_roles()}
    user = clerk(role, is_superuser=False)
    user.groups.add(groups[role])
    client.force_login(user)

    opened = {name for name in PAGES if client.get(reverse(f"editing:{name}")).status_code == 200}

    assert opened == allowed


def test_strangers_are_asked_to_sign_in(client, db):
    for name in PAGES:
        assert client.get(reverse(f"editing:{name}")).status_code == 302
