"""Search: what is found, in which order, on both databases; and the index kept right."""

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import search
from catalogue.models import IssuingBody, Meeting, Publication, SearchEntry, Series, Topic
from catalogue.search import analysis, entries
from tests.builders import make_edition, make_file, make_kind, make_publication

WORKING_PAPER = "CCM/MSP/2011/WP.3/Rev.1"


def indexed(slug=None, **columns):
    publication = make_publication(slug, **columns)
    search.index([publication])
    return publication


def with_text(text, language="en", slug=None, **columns):
    """An indexed publication with one PDF that says `text`."""
    publication = make_publication(slug)
    make_file(make_edition(publication, language, **columns), text.encode(), text=text)
    search.index([publication.pk])
    return publication


def found(text, **options):
    return [one.slug for one in Publication.objects.published().search(text, **options)]


# --- What is found -------------------------------------------------------------------------

TITLES = {
    "munitions": {"title_en": "Convention on Cluster Munitions"},
    "etats": {"title_fr": "États parties à la Convention"},
    "nandu": {"title_es": "El Ñandú y la remoción"},
    "accion": {"title_es": "Plan de Acción de Dubrovnik"},
    "action": {"title_fr": "Plan d’action de Dubrovnik"},
    "oeuvre": {"title_fr": "Mise en œuvre au niveau national"},
    "remocion": {"title_es": "Operaciones de remoción"},
    "destruction": {"title_en": "Destruction of stockpiles"},
}


@pytest.fixture
def titles(db):
    search.index([make_publication(slug, **title) for slug, title in TITLES.items()])


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("munition", ["munitions"]),
        ("MUNITIONS", ["munitions"]),
        ("cluster munition", ["munitions"]),
        ("munitions cluster", ["munitions"]),
        ("etat", ["etats"]),
        ("états", ["etats"]),
        ("Etats", ["etats"]),
        ("E\u0301tat", ["etats"]),
        ("nandu", ["nandu"]),
        ("Ñandú", ["nandu"]),
        ("acción", ["accion"]),
        ("acciones dubrovnik", ["accion"]),
        ("accion dubrovnik", ["accion"]),
        ("d'action", ["action"]),
        ("d’action", ["action"]),
        ("dʼaction", ["action"]),
        ("plan dubrovnik", ["action", "accion"]),
        ("oeuvre", ["oeuvre"]),
        ("œuvre", ["oeuvre"]),
        ("remociones", ["remocion", "nandu"]),
        ("stockpile", ["destruction"]),
        ("“destruction of stockpiles”", ["destruction"]),
        ("de", ["accion", "action", "remocion"]),
        ("munitions dubrovnik", []),
    ],
)
def test_titles_are_found_in_any_language_by_stem_and_without_accents(titles, text, slugs):
    assert sorted(found(text)) == sorted(slugs)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_language_of_the_page_changes_nothing(titles, language):
    with override(language):
        for slug in TITLES:
            assert slug in found(slug)


@pytest.mark.parametrize(
    "text",
    [
        "CCM/MSP/2011/WP.3/Rev.1",
        "ccm msp 2011 wp3 rev1",
        "(CCM/MSP/2011/WP 3 Rev 1",
        "ccm/msp/2011/wp.3",
        "wp.3",
        "WP3",
    ],
)
def test_a_symbol_is_found_however_it_is_typed_before_what_cites_it(db, text):
    indexed("paper", symbol=WORKING_PAPER, title_en="Elements of a work plan")
    with_text(f"As said in document {WORKING_PAPER}", slug="citing")
    indexed("about", title_en=f"Comments on {WORKING_PAPER}")
    indexed("other", symbol="CCM/MSP/2011/5", title_en="Beirut progress report")

    assert found(text)[0] == "paper"
    assert sorted(found(text)) == ["about", "citing", "paper"]


def test_the_symbol_typed_comes_before_longer_ones_and_only_whole_parts_count(db):
    for slug, symbol in {"ten": "CCM/2011/WP.10", "rev": "CCM/2011/WP.1/Rev.1"}.items():
        indexed(slug, symbol=symbol)
    indexed("one", symbol="CCM/2011/WP.1", issued_on=date(2001, 1, 1))

    assert found("ccm 2011 wp.1") == ["one", "rev"]


@pytest.mark.parametrize(
    ("language", "sentence", "text"),
    [
        ("ar", "اتفاقية الذخائر العنقودية", "الذخائر"),
        ("ar", "اتفاقية الذخائر العنقودية", "ذخائر عنقودية"),
        ("ar", "اتّفاقيّة الـذخائر", "اتفاقية الذخائر"),
        ("ar", "ﺍﺗﻔﺎﻗﻴﺔ", "اتفاقية"),
        ("ar", "المادة ٢٠١١", "٢٠١١"),
        # As PDFium reads the letter that is lam and alef in one.
        ("ar", "األسلحة خالل االتفاقية", "الأسلحة"),
        ("ar", "األسلحة خالل االتفاقية", "أسلحة خلال"),
        ("ar", "األسلحة خالل االتفاقية", "“خلال الاتفاقية”"),
        ("ar", "الأسلحة خلال الاتفاقية", "االتفاقية"),
        ("zh", "集束弹药公约缔约国会议", "集束弹药"),
        ("zh", "集束弹药公约缔约国会议", "会议"),
        ("zh", "集束弹药公约缔约国会议", "约"),
        ("ru", "Конвенция по кассетным боеприпасам", "кассетные боеприпасы"),
        ("lo", "ສົນທິສັນຍາວ່າດ້ວຍລະເບີດລູກຫວ່ານ", "ລະເບີດ"),
        ("pt", "Desminagem e assistência às vítimas", "vítima"),
        ("de", "Übereinkommen über Streumunition", "ubereinkommen"),
    ],
)
def test_words_inside_a_pdf_are_found_in_every_script(db, language, sentence, text):
    with_text("Nothing of the kind 公 会 药", slug="other")
    with_text(sentence, language, slug="wanted")

    assert found(text) == ["wanted"]


# --- Phrases ---------------------------------------------------------------------------------

TEXT = "The destruction of stockpiled cluster\nmunitions, and d’autres États parties.\f集束弹药公约"


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ('"cluster munitions"', True),
        ('"munitions cluster"', False),
        ('"cluster munition"', False),  # the very words, accents and small ones aside
        ('"stockpiled munitions"', False),
        ("“destruction of the stockpiled cluster munitions”", True),
        ("« autres etats parties »", True),
        ("«parties etats»", False),
        ("„d'autres États“ cluster", True),
        ('parties "cluster munitions" destruction', True),
        ('parties "munitions cluster" destruction', False),
        ('"munitions cluster', True),
        ('munitions" cluster', True),
        ('"munitions" "cluster"', True),
        ('"" munitions', True),
        ("“弹药公约”", True),
        ("“of and”", True),
    ],
)
def test_quoted_words_follow_each_other(db, text, is_found):
    with_text(TEXT, slug="wanted")

    assert found(text) == (["wanted"] if is_found else [])


@pytest.mark.parametrize("text", ['"dubrovnik action plan"', "dubrovnik action plan"])
def test_a_quoted_title_is_found_before_what_cites_it(db, text):
    with_text("As the Dubrovnik Action Plan says", slug="citing")
    indexed("plan", title_en="The Dubrovnik Action Plan", issued_on=date(2015, 1, 1))

    assert found(text) == ["plan", "citing"]


def test_a_publication_is_found_by_all_that_describes_it(db):
    publication = make_publication(
        summary_fr="Un résumé",
        number="17",
        issued_on=date(2015, 9, 11),
        kind=make_kind("plan", name_en="action plan", name_fr="plan d’action"),
        series=Series.objects.create(slug="plans", name_es="Planes quinquenales"),
        issuing_body=IssuingBody.objects.create(slug="isu", name_en="Support Unit"),
        meeting=Meeting.objects.create(code="1RC", name_en="Review Conference", place_fr="Raguse"),
    )
    publication.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance"))
    make_edition(
        publication, "ar", title="خطة عمل", isbn="978-92-1-142334-1", job_number="GE.15-14567"
    )

    search.index([publication])

    for text in (
        *("resume", "17", "2015", "action plan", "quinquenal", "unit", "1RC", "raguse"),
        *("clearance", "خطة", "9789211423341", "978-92-1-142334-1", "978 92 1 142334 1"),
        *("ge 15 14567", "ISBN 978-92-1-142334-1", "isbn-13: 9789211423341"),
    ):
        assert found(text) == [publication.slug], text


def test_only_the_newest_reading_pdf_of_visible_editions_is_found(db):
    publication = make_publication("known")
    edition = make_edition(publication)
    make_file(edition, b"1", text="outdated")
    make_file(edition, b"2", text="current")
    make_file(edition, b"3", text="cropmarks", purpose="print", version=1)
    make_file(make_edition(publication, published=False), b"4", text="embargoed")
    withdrawn = make_edition(publication, withdrawn_at=timezone.now())
    make_file(withdrawn, b"5", text="withdrawn")

    search.index([publication])

    words = ["outdated", "current", "cropmarks", "embargoed", "withdrawn"]
    assert [word for word in words if found(word)] == ["current"]


def test_search_narrows_what_was_asked_for_before(db):
    indexed("out", title_en="Munitions")
    indexed("hidden", title_en="Munitions", published=False)

    assert found("munitions") == ["out"]
    assert Publication.objects.search("munitions").count() == 2


def test_an_unfinished_last_word_is_completed_only_when_asked(db):
    indexed("guide", title_en="Guide to universalization")

    assert found("universaliz") == found("universa guide", prefix=True) == []
    assert found("guide universa", prefix=True) == found("Gu", prefix=True) == ["guide"]
    assert found("guide to", prefix=True) == ["guide"]


def test_an_unfinished_symbol_brings_its_documents_first(db):
    indexed("about", title_en="On CCM/MSP/2011/WP.3")
    indexed("paper", symbol=WORKING_PAPER, title_en="Elements")

    assert found("ccm/msp/2011/wp.3/re", prefix=True) == ["paper"]
    assert found("ccm/msp/2", prefix=True) == ["paper", "about"]


# --- In which order ------------------------------------------------------------------------


def test_titles_come_before_descriptions_before_texts(db):
    with_text("Cluster munitions", slug="text")
    indexed("summary", summary_en="About cluster munitions")
    indexed("title", title_en="The long and winding history of the ban on cluster munitions")
    indexed("concise", title_en="Cluster munitions", issued_on=date(1999, 1, 1))

    assert found("cluster munitions") == ["concise", "title", "summary", "text"]


def test_the_title_that_was_typed_comes_before_newer_ones_that_hold_it(db):
    indexed("plan", title_en="The Dubrovnik Action Plan", issued_on=date(2015, 1, 1))
    for year, words in {2018: "Review of the", 2020: "Annual review of the"}.items():
        indexed(f"y{year}", title_en=f"{words} Dubrovnik Action Plan", issued_on=date(year, 1, 1))

    assert found("dubrovnik action plan") == ["plan", "y2020", "y2018"]
    assert found("dubrovnik") == ["y2018", "plan", "y2020"]


def test_among_equals_the_newest_comes_first_and_the_undated_last(db):
    for slug, year in {"older": 2010, "newest": 2019, "newer": 2015}.items():
        indexed(slug, title_en="Annual report", issued_on=date(year, 1, 1))
    indexed("undated", title_en="Annual report")

    assert found("annual report") == ["newest", "newer", "older", "undated"]


@pytest.mark.parametrize(
    "text", ["annual report", "report", "ccm 2011 wp.1", "wp 1", "munitions", "“long report”", "?"]
)
def test_lists_of_equals_are_in_the_order_of_a_search(db, text, django_assert_num_queries):
    indexed(title_en="Annual report", issued_on=date(2001, 1, 1))
    indexed(title_en="A long and winding annual report on munitions", issued_on=date(2011, 1, 1))
    indexed(title_en="Elements", symbol="CCM/2011/WP.1", summary_en="annual report")
    indexed(title_en="Elements", symbol="CCM/2011/WP.1/Rev.1")
    indexed(title_en="Elements", symbol="CCM/2011/WP.10")
    with_text("report on munitions in CCM/2011/WP.1")
    newest_first = list(Publication.objects.newest_first().values_list("pk", flat=True))

    with django_assert_num_queries(0 if text == "?" else 1):
        lists = search.tiers(text)

    keys = [key for equals in lists for key in sorted(equals, key=newest_first.index)]
    assert keys == list(Publication.objects.search(text).values_list("pk", flat=True))


# --- What may be typed ---------------------------------------------------------------------

HOSTILE = [
    *('"', '""', '"munitions', 'munitions"', "'", "''", "munitions'", "munitions''--", "`", "\\"),
    *("AND", "OR", "NOT", "munitions AND", "OR munitions", "NEAR(a b)", "NEAR/3", "munitions*"),
    *(
        "*",
        "^munitions",
        "title:munitions",
        "{title}:x",
        "- munitions",
        "+",
        "(",
        ")",
        "(munitions",
    ),
    *("munitions & | !", "munitions:*", "<->", "a <2> b", "%", "_", "%s", "%(x)s", "$$", "; DROP"),
    *(
        "\x00",
        "muni\x00tions",
        "\ud800",
        "munitions \udfff",
        "😀",
        "munitions 😀",
        "\u202emunitions",
    ),
    *("½ ⑴ ﷺ ㍿", "ŉ ǰ ﬃ ẞ İ", "e" + "\u0301" * 300, "\ufdfa" * 200, "\n\t\r", "0" * 300, "٣"),
    "munitions " * 1_000_000,
    "\\" * 10_000_000,
    "§munitions ¶munitions",
    "a b c d e f g h i j k l m n o p",
]


@pytest.mark.parametrize("prefix", [False, True])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_only_words(db, text, prefix):
    with_text("Munitions, and AND OR NOT NEAR title", slug="known")

    assert set(found(text, prefix=prefix)) <= {"known"}


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=())), prefix=st.booleans())
def test_any_text_is_searched_for_without_an_error(db, text, prefix):
    found(text, prefix=prefix)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_any_title_is_found_by_itself(db, text):
    publication = indexed(title_en=text)

    assert (publication.slug in found(text)) is bool(analysis.read(text).words)


@pytest.mark.parametrize("text", ["", " ", "!?", "…", '""', "\u200b", "-/.", "😀"])
def test_a_text_without_words_finds_nothing(db, text):
    indexed("known")

    assert found(text) == []


def test_a_long_question_is_cut(db):
    query = analysis.read("munition " * 9 + " ".join(f"word{n}" for n in range(100)))

    assert len(query.words) == analysis.MOST_WORDS
    assert not analysis.read("." * analysis.MOST_CHARACTERS + "munitions").words


# --- As a queryset -------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_search_takes_one_query(db, rows, django_assert_num_queries):
    for _n in range(rows):
        indexed(title_en="Munitions")

    with django_assert_num_queries(1):
        assert len(found("munitions")) == rows


def test_a_search_can_be_filtered_counted_and_counted_by_facet(db):
    for slug, kind in {"one": "guide", "two": "guide", "three": "report"}.items():
        publication = make_publication(
            slug, kind=make_kind(kind), title_en="Munitions", issued_on=date(2015, 9, 11)
        )
        for language in ("en", "fr"):
            make_edition(publication, language)
        search.index([publication])

    hits = Publication.objects.published().search("munitions")
    facets = hits.order_by().values_list("kind__slug").annotate(Count("pk", distinct=True))

    assert hits.count() == 3
    assert hits.issued_in(2015).filter(kind__slug="guide").count() == 2
    assert dict(facets) == {"guide": 2, "report": 1}
    assert len(hits.filter(editions__languages__language__in=["en", "fr"]).distinct()) == 3


# --- The index kept right ------------------------------------------------------------------


def test_indexing_again_replaces_what_was_found(db):
    publication = indexed("known", title_en="Before")
    Publication.objects.update(title_en="After")

    assert search.index([publication]) == 1

    assert (found("before"), found("after")) == ([], ["known"])


def test_indexing_what_has_not_changed_writes_nothing(db):
    publication = indexed()

    assert search.index([publication, publication.pk]) == 0


def test_indexing_an_unknown_publication_does_nothing(db):
    assert search.index([404]) == 0


def test_what_is_removed_is_found_no_more(db):
    publication = indexed(title_en="Munitions")

    search.remove([publication])

    assert found("munitions") == []


def test_what_is_deleted_leaves_nothing_behind(db):
    publication = indexed(title_en="Munitions")
    key = publication.pk
    publication.delete()

    make_publication("successor", pk=key)

    assert (found("munitions"), SearchEntry.objects.count()) == ([], 0)
    assert entries.is_sound()


@pytest.mark.django_db(transaction=True)
def test_a_flushed_database_leaves_nothing_behind():
    key = indexed(title_en="Munitions").pk
    call_command("flush", interactive=False, verbosity=0)

    make_publication("successor", pk=key)

    assert found("munitions") == []
    assert entries.is_sound()


def test_a_text_of_more_words_than_a_database_takes_is_found_by_its_first(db):
    words = " ".join(map(str, range(150_000)))
    with_text(f"beginning {words} ending", slug="long")

    assert (found("beginning"), found("ending")) == (["long"], [])
    assert len(SearchEntry.objects.get().words.encode()) <= entries.MOST_BYTES


# --- The command ---------------------------------------------------------------------------


def rebuild(*options):
    call_command("rebuild_search_index", *options, stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.parametrize("options", [[], ["--all"]])
def test_a_rebuild_finds_what_was_never_indexed(db, options):
    make_publication("known", title_en="Munitions")

    rebuild(*options)

    assert found("munitions") == ["known"]


def test_a_check_fails_until_the_index_is_brought_up_to_date(db):
    indexed("known", title_en="Munitions")
    rebuild("--check")
    make_kind().__class__.objects.update(name_en="leaflet")

    with pytest.raises(CommandError, match="out of date"):
        rebuild("--check")
    rebuild()

    rebuild("--check")
    assert found("leaflet") == ["known"]


def test_a_rebuild_finds_an_edition_whose_moment_has_come(db, time_machine):
    with_text("embargoed", slug="known", published_at=timezone.now() + timedelta(days=1))
    assert found("embargoed") == []

    time_machine.move_to(timezone.now() + timedelta(days=2))
    rebuild()

    assert found("embargoed") == ["known"]


LOSE_ALL_WORDS = {
    "sqlite": "INSERT INTO catalogue_searchindex (catalogue_searchindex) VALUES ('delete-all')",
    "postgresql": "UPDATE catalogue_searchentry SET words = '', digest = ''",
}


def test_a_rebuild_of_all_mends_an_index_that_lost_its_words(db):
    indexed("known", title_en="Munitions")
    with connection.cursor() as cursor:
        cursor.execute(LOSE_ALL_WORDS[connection.vendor])
    with pytest.raises(CommandError, match="out of date"):
        rebuild("--check")

    rebuild("--all")

    rebuild("--check")
    assert found("munitions") == ["known"]
