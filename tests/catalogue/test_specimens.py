"""The specimen catalogue is complete, and its PDFs are what the site says they are."""

import io
import re
from datetime import date
from functools import cache

import pikepdf
import pypdfium2
import pytest

from catalogue.identifiers import validate_isbn, validate_symbol
from catalogue.specimens import editions, meetings, publications, states, vocabulary, words

LANGUAGES = ["en", "fr", "es"]
DAP = "dubrovnik-action-plan"
A4, A5 = (595, 842), (420, 595)


@cache
def pdf(slug, language):
    return editions.typeset_edition(editions.find(slug), language)


def opened(slug, language):
    return pikepdf.open(io.BytesIO(pdf(slug, language)))


def text(slug, language, page=None):
    document = pypdfium2.PdfDocument(pdf(slug, language))
    pages = document if page is None else [document[page]]
    return "\f".join(page.get_textpage().get_text_range() for page in pages)


def outline(slug, language):
    with opened(slug, language) as document, document.open_outline() as entries:
        return [str(entry.title) for entry in entries.root]


def size(slug, language):
    return tuple(round(side) for side in pypdfium2.PdfDocument(pdf(slug, language))[0].get_size())


def texts(value):
    """Every string inside nested lists and dictionaries."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


# The data -----------------------------------------------------------------------------


def test_there_are_enough_publications_to_browse():
    assert len(publications()) >= 40


def test_every_slug_is_used_once():
    assert len({publication["slug"] for publication in publications()}) == len(publications())


@pytest.mark.parametrize("publication", publications(), ids=lambda publication: publication["slug"])
def test_a_publication_is_described(publication):
    assert set(publication["summary"]) == set(LANGUAGES)
    assert all(publication["summary"].values())
    assert publication["title"]["en"]
    assert publication["topics"]
    assert publication["editions"]
    date.fromisoformat(publication["published_at"])


def test_every_symbol_is_well_formed_and_names_one_publication():
    symbols = [publication["symbol"] for publication in publications() if publication["symbol"]]

    for symbol in symbols:
        validate_symbol(symbol)
    assert len(set(symbols)) == len(symbols)


def test_every_isbn_is_valid():
    for publication in publications():
        for edition in publication["editions"]:
            if edition["isbn"]:
                validate_isbn(edition["isbn"])


def test_every_reference_exists():
    terms = {name: {term["slug"] for term in vocabulary()[name]} for name in vocabulary()}
    codes = {meeting["code"] for meeting in meetings()}
    slugs = {publication["slug"] for publication in publications()}

    for publication in publications():
        assert publication["kind"] in terms["kinds"]
        assert publication["series"] in terms["series"] | {None}
        assert publication["issuing_body"] in terms["issuing_bodies"] | {None}
        assert set(publication["topics"]) <= terms["topics"]
        assert publication["meeting"] in codes | {None}
        assert publication["replaces"] in slugs | {None}


def test_an_edition_on_paper_has_a_weight_and_a_size():
    for publication in publications():
        for edition in publication["editions"]:
            if edition["is_printed"]:
                assert edition["weight_g"]
                assert edition["trim_width_mm"] < edition["trim_height_mm"]


def test_the_action_plans_replace_one_another():
    assert editions.find("lausanne-action-plan")["replaces"] == DAP
    assert editions.find(DAP)["replaces"] == "vientiane-action-plan"


def test_the_dubrovnik_booklets_followed_in_french_and_spanish():
    english, french, spanish = editions.find(DAP)["editions"]

    assert english["published_at"] < "2017" < french["published_at"] < spanish["published_at"]


def test_vocabularies_are_named_in_three_languages():
    for terms in vocabulary().values():
        for term in terms:
            assert set(term["name"]) == set(LANGUAGES)
            assert all(term["name"].values())


def test_there_are_197_states_named_in_four_languages():
    assert len(states()) == 197
    assert all(state[f"name_{language}"] for state in states() for language in [*LANGUAGES, "ar"])


def test_there_are_112_states_parties():
    assert sum(state["status"] == "state_party" for state in states()) == 112


def test_meetings_of_states_parties_are_assemblies_in_french():
    names = [meeting["name_fr"] for meeting in meetings() if meeting["code"].endswith("MSP")]

    assert len(names) == 13
    assert all("Assemblée des États parties" in name for name in names)


@pytest.mark.parametrize("name", ["fr", "action_plan/fr"])
def test_french_spaces_are_fixed_before_high_punctuation(name):
    for sentence in texts(words(name)):
        assert not re.search(r" [:;?!»]|« ", sentence), sentence


def test_french_summaries_keep_fixed_spaces():
    for publication in publications():
        assert not re.search(r" [:;?!»]|« ", publication["summary"]["fr"])


def test_no_straight_apostrophe_is_printed():
    for name in ["en", "fr", "action_plan/en", "action_plan/fr"]:
        assert not any("'" in sentence for sentence in texts(words(name)))


# The PDFs -----------------------------------------------------------------------------


def test_what_is_offered_can_be_said_in_its_language():
    for publication, language in editions.offered():
        assert words(language)
        assert (
            publication["summary"].get(language)
            or (words(language)["summaries"][publication["slug"]])
        )


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_a_specimen_is_tagged_titled_and_in_its_language(language):
    with opened("final-report-eighth-meeting", language) as document:
        assert str(document.Root.Lang) == language
        assert bool(document.Root.MarkInfo.Marked)
        assert document.docinfo.Title


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_every_page_of_a_specimen_says_so(language):
    for page in text("final-report-eighth-meeting", language).split("\f"):
        assert words(language)["specimen"].split("، ")[-1] in page.replace("\u00a0", " ")


def test_a_specimen_has_an_outline():
    french = words("fr")

    assert outline("rules-of-procedure-2018", "fr") == [
        french["about"],
        french["subject"],
        french["official"],
    ]


@pytest.mark.parametrize(("slug", "expected"), [("rules-of-procedure-2018", A4), (DAP, A5)])
def test_documents_are_a4_and_booklets_a5(slug, expected):
    assert size(slug, "en") == expected


def test_a_title_not_seen_in_french_is_shown_in_english_and_marked_so():
    context = editions._cover(editions.find("model-legislation-new-zealand"), "fr")

    assert (context["title"], context["title_language"]) == (
        "Model legislation: Cluster Munitions Act",
        "en",
    )


def test_the_arabic_convention_runs_from_right_to_left():
    page = pypdfium2.PdfDocument(pdf("convention-on-cluster-munitions", "ar"))[0]
    letters = page.get_textpage()
    first = letters.get_text_range().index("الذخائر")
    left, _bottom, _right, _top = letters.get_charbox(first)

    assert left > page.get_width() / 2


def test_a_publication_without_that_edition_is_refused():
    with pytest.raises(KeyError, match="no edition in lo"):
        editions.typeset_edition(editions.find("rules-of-procedure-2018"), "lo")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dubrovnik_booklet_has_24_pages(language):
    assert len(pypdfium2.PdfDocument(pdf(DAP, language))) == 24


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dubrovnik_booklet_has_seven_areas_each_on_a_spread(language):
    areas = words(f"action_plan/{language}")["areas"]

    with opened(DAP, language) as document, document.open_outline() as entries:
        titles = [str(entry.title) for entry in entries.root]
    openers = [text(DAP, language, page) for page in range(5, 19, 2)]

    assert len(areas) == 7
    assert [title for title in titles if title in {area["title"] for area in areas}] == [
        area["title"] for area in areas
    ]
    for area, opener in zip(areas, openers, strict=True):
        assert area["article"] in opener


def test_the_three_booklets_say_the_same_in_each_language():
    shapes = {
        tuple(
            (area["mark"], len(area["paragraphs"]), len(area["questions"]))
            for area in words(f"action_plan/{language}")["areas"]
        )
        for language in LANGUAGES
    }

    assert len(shapes) == 1


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Rules of Procedure", "short"),
        ("Universalization", "medium"),
        ("x" * 30, "long"),
        ("word " * 40, "longest"),
    ],
)
def test_a_longer_title_or_word_is_set_smaller(title, name):
    assert editions.title_size(title) == name


def test_the_pool_writes_a_file_for_each_edition_offered(tmp_path, monkeypatch):
    two = [(editions.find("rules-of-procedure-2018"), language) for language in ("en", "ar")]
    monkeypatch.setattr(editions, "offered", lambda: two)

    paths = sorted(path.name for path in editions.typeset_all(tmp_path, processes=1))

    assert paths == ["rules-of-procedure-2018-ar.pdf", "rules-of-procedure-2018-en.pdf"]
