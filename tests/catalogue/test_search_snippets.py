"""Snippets: where the words of a search are, and how that is shown."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from catalogue import search
from catalogue.models import Publication, Series
from tests.builders import make_edition, make_file, make_publication

PAGES = "Contents\f{}\fAnnex"


def snippet_of(text, publication):
    return search.snippets([publication.pk], text)[publication.pk]


def with_pdf(text, language="en", **columns):
    publication = make_publication(**columns)
    make_file(make_edition(publication, language), text.encode(), text=text)
    return publication


def marked(snippet):
    return [piece.text for piece in snippet.pieces if piece.is_hit]


@pytest.mark.parametrize(
    ("language", "sentence", "text", "words"),
    [
        (
            "en",
            "Cluster munitions\nwere destroyed",
            "munition destroying",
            ["munitions", "destroyed"],
        ),
        ("fr", "les États et l’œuvre", "etat oeuvre", ["États", "œuvre"]),
        ("fr", "les E\u0301tats", "états", ["États"]),
        ("es", "la remoción de minas", "remociones minas", ["remoción", "minas"]),
        ("en", "document CCM/MSP/2011/WP.3", "wp3", ["WP", "3"]),
        ("ru", "кассетным боеприпасам", "боеприпасы", ["боеприпасам"]),
        ("ar", "في األسلحة خالل", "أسلحة", ["الأسلحة"]),
        ("zh", "公约缔约国会议和集束弹药公约", "集束弹药", ["集束弹药"]),
    ],
)
@pytest.mark.parametrize("length", ["short", "long"])
def test_words_are_marked_as_they_are_found(db, language, sentence, text, words, length):
    filling = "1990 " * 600 if length == "long" else ""
    publication = with_pdf(PAGES.format(f"{filling} {sentence} {filling}"), language)

    snippet = snippet_of(text, publication)

    assert marked(snippet) == words
    assert (snippet.where, snippet.language, snippet.page) == ("text", language, 2)
    assert len(snippet.text) < 300


def test_the_address_leads_to_the_page_of_the_pdf(db, client):
    publication = with_pdf(PAGES.format("zirconium"), "fr")

    address = snippet_of("zirconium", publication).address

    slug = publication.slug
    assert address == f"/fr/publications/{slug}/{slug}-fr.pdf#page=2"
    assert client.head(address).status_code == 200


def test_the_passage_that_holds_most_of_the_words_is_shown(db):
    page = "clearance of land " * 60
    publication = with_pdf(f"{page}\f{page} stockpile\f{page} stockpile of cluster munitions", "en")

    snippet = snippet_of("cluster clearance stockpile", publication)

    assert snippet.page == 3
    assert set(marked(snippet)) == {"clearance", "stockpile", "cluster"}


def test_a_phrase_is_shown_where_its_words_follow_each_other(db):
    page = "action for a plan of the committee " * 80
    publication = with_pdf(f"{page}\f{page}\f{page} the plan of action {page}")

    assert snippet_of("plan action", publication).page == 1
    assert snippet_of("“plan of action”", publication).page == 3


def test_an_edition_in_another_language_is_looked_into(db):
    publication = with_pdf("Nothing of the kind", "en")
    make_file(make_edition(publication, "fr"), text=PAGES.format("les armes à sous-munitions"))

    snippet = snippet_of("sous-munitions", publication)

    assert (snippet.language, marked(snippet)) == ("fr", ["sous", "munitions"])


def test_what_the_card_shows_needs_no_snippet(db):
    publication = with_pdf(
        "The plan of Dubrovnik", title_en="Dubrovnik plan", symbol="CCM/MSP/2011/WP.3"
    )

    assert snippet_of("plan", publication) is None
    assert snippet_of("plan wp3", publication) is None


def test_a_title_in_another_language_is_shown_whole(db):
    publication = make_publication(title_en="Guide", title_fr="Guide de l’<action>")

    snippet = snippet_of("guide action", publication)

    assert (snippet.where, snippet.language) == ("title", "fr")
    assert [tuple(piece) for piece in snippet.pieces] == [
        ("Guide", True), (" de l’<", False), ("action", True), (">", False)
    ]  # fmt: skip


def test_a_summary_is_shown_where_it_holds_the_words(db):
    publication = make_publication(summary_es=("Otra cosa. " * 90) + "La remoción de minas.")

    snippet = snippet_of("remocion", publication)

    assert (snippet.where, snippet.language, marked(snippet)) == ("summary", "es", ["remoción"])
    assert snippet.text.startswith("… ")
    assert len(snippet.text) < 250


def test_the_name_of_a_series_is_shown(db):
    series = Series.objects.create(slug="plans", name_es="Planes quinquenales")
    publication = make_publication(series=series)

    assert marked(snippet_of("quinquenal", publication)) == ["quinquenales"]


def test_words_that_are_nowhere_give_no_snippet(db):
    publication = with_pdf("Something else")

    assert snippet_of("zirconium", publication) is None
    assert snippet_of("", publication) is None


@pytest.mark.parametrize("rows", [1, 3])
def test_snippets_of_fetched_publications_take_two_queries(db, rows, django_assert_num_queries):
    for _n in range(rows):
        publication = with_pdf("Nothing", "en")
        make_file(make_edition(publication, "fr"), text="zirconium")
        make_file(make_edition(publication, "es"), text="more")
    publications = list(Publication.objects.published().with_editions())

    with django_assert_num_queries(2):
        found = search.snippets(publications, "zirconium")

    assert len(list(filter(None, found.values()))) == rows


def shown(snippet, language="en"):
    with override(language):
        return render_to_string("catalogue/_snippet.html", {"snippet": snippet})


def test_a_snippet_is_escaped_and_says_its_language_and_page(db):
    publication = with_pdf(PAGES.format("<b>الذخائر</b> العنقودية"), "ar")

    page = shown(snippet_of("الذخائر", publication))

    assert '<q lang="ar" dir="rtl">' in page
    assert "&lt;b&gt;<mark>الذخائر</mark>&lt;/b&gt;" in page
    assert 'ar.pdf#page=2"' in page


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_title_says_in_which_language_it_is(db, language):
    publication = make_publication(title_en="Guide", title_fr="Plan", title_es="Guía")
    with override(language):
        snippet = snippet_of("plan", publication)

    assert (snippet is None) == (language == "fr")
    assert snippet is None or '<q lang="fr" dir="ltr"><mark>Plan</mark></q>' in shown(snippet)
