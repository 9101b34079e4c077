"""Did you mean: corrections of what finds nothing, from the words of titles and descriptions."""

import pytest

from catalogue import search
from catalogue.models import SearchWord, Topic
from catalogue.search.spelling import slips
from tests.builders import make_edition, make_file, make_publication

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(django_capture_on_commit_callbacks):
    """Index publications, and end the transaction as far as that goes in a test."""

    def index(*publications):
        with django_capture_on_commit_callbacks(execute=True):
            search.index(publications)

    return index


@pytest.fixture
def catalogue(index):
    plan = make_publication(
        title_en="Dubrovnik Action Plan",
        title_fr="Plan d’action de Dubrovnik pour les États parties",
        title_es="Plan de Acción de Dubrovnik",
        summary_en="Clearance, destruction of stockpiles of cluster munitions",
        symbol="CCM/MSP/2015/WP.3",
    )
    plan.topics.add(Topic.objects.create(slug="aid", name_en="Victim assistance"))
    make_file(make_edition(plan), text="zirconium")
    make_edition(plan, "ar", title="الذخائر العنقودية")
    index(plan)
    return plan


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("munitons", "munitions"),
        ("Clustre munitions", "Cluster munitions"),
        ("DUBROVNIC", "DUBROVNIK"),
        ("umnitions", "munitions"),
        ("duvrobnik action plan", "dubrovnik action plan"),
        ("etts parties", "états parties"),
        ("plan de acicón", "plan de acción"),
        ("clustermunitions", "cluster munitions"),
        ("victim asistence", "victim assistance"),
        ("ccm/mps/2015", "ccm/msp/2015"),
        ("“clustr munitions”", "“cluster munitions”"),
        ("العنقوذية", "العنقودية"),
    ],
)
def test_a_slip_is_corrected(catalogue, text, meant):
    assert search.did_you_mean(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "munitions",
        "munition",
        "stockpile",
        "zirconium",
        "dubrovnik plan",
        "ornithology",
        "munitons ornithology",
        "2016",
        "ab",
        "",
        '"',
        "集束",
    ],
)
def test_what_is_right_or_hopeless_is_left_alone(catalogue, text):
    assert search.did_you_mean(text) is None


def test_of_two_words_the_one_that_finds_more_is_meant(index):
    titles = ("Charter", "Chapter", "Chapters", "Chapter 2")
    index(*(make_publication(title_en=title) for title in titles))

    assert search.did_you_mean("chaqter") == "chapter"


def test_what_is_not_public_is_not_given_away(index):
    index(make_publication(title_en="Embargoed", published=False))

    assert search.did_you_mean("embargoe") is None


def test_words_are_learnt_once_and_anew_after_a_rebuild(catalogue, index):
    before = set(SearchWord.objects.values_list("word", flat=True))
    search.entries.distrust()

    index(catalogue)

    assert {"munitions", "etats", "assistance"} <= before
    assert set(SearchWord.objects.values_list("word", flat=True)) == before


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("munitons", "munitions", 1), ("abc", "ca", 3)],
)
def test_slips_are_counted(one, other, number):
    assert slips(one, other) == slips(other, one) == number
