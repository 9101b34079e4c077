"""As you type: symbols and titles that begin with what was typed, as JSON."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import search
from tests.builders import make_edition, make_publication

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    made = {
        "plan": {
            "title_en": "Dubrovnik Action Plan",
            "title_fr": "Plan d’action quinquennal de Dubrovnik",
            "symbol": "CCM/CONF/2015/7",
            "issued_on": date(2015, 9, 11),
        },
        "about": {"title_en": "On the Dubrovnik Action Plan", "summary_en": "CCM/CONF/2015/7"},
        "hidden": {"title_en": "Dubrovnik draft", "published": False},
        "summary": {"title_en": "Guide", "summary_en": "Dubrovnik"},
    }
    publications = [make_publication(slug, **columns) for slug, columns in made.items()]
    make_edition(publications[0], "ar", title="خطة عمل دوبروفنيك")
    search.index(publications)


def suggested(client, text, language="en"):
    response = client.get(f"/{language}/suggest/", {"q": text})
    assert response.status_code == 200
    return response.json()["suggestions"]


def urls(client, text):
    return [one["url"].strip("/").rpartition("/")[2] for one in suggested(client, text)]


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("dubro", ["plan", "about"]),
        ("Dubrovnik act", ["plan", "about"]),
        ("ccm/conf/2", ["plan"]),
        ("ccm conf 2015 7", ["plan"]),
        ("خط", ["plan"]),
        ("d", []),
        ("", []),
        ("zzyzx", []),
    ],
)
def test_symbols_and_titles_are_suggested_not_descriptions(catalogue, client, text, slugs):
    assert urls(client, text) == slugs


def test_a_suggestion_says_text_language_symbol_and_address(catalogue, client):
    assert suggested(client, "dubrovnik act")[0] == {
        "text": "Dubrovnik Action Plan",
        "language": "en",
        "symbol": "CCM/CONF/2015/7",
        "url": "/en/publications/plan/",
    }


@pytest.mark.parametrize(
    ("language", "text", "title", "tag"),
    [
        ("fr", "dubrovnik", "Plan d’action quinquennal de Dubrovnik", "fr"),
        ("es", "dubrovnik", "Dubrovnik Action Plan", "en"),
        ("en", "quinq", "Plan d’action quinquennal de Dubrovnik", "fr"),
        ("en", "خطة", "خطة عمل دوبروفنيك", "ar"),
    ],
)
def test_a_title_is_given_in_the_pages_language_or_the_one_typed(
    catalogue, client, language, text, title, tag
):
    found = suggested(client, text, language)[0]

    assert (found["text"], found["language"]) == (title, tag)
    assert found["url"] == f"/{language}/publications/plan/"


def test_at_most_eight_are_suggested_in_three_queries(client, django_assert_max_num_queries):
    search.index([make_publication(title_en=f"Annual report {n}") for n in range(10)])

    with django_assert_max_num_queries(3):
        assert len(suggested(client, "annual")) == 8


def test_suggestions_may_be_kept_for_a_while_by_anybody(catalogue, client):
    response = client.get(reverse("catalogue:suggest"), {"q": "dubrovnik"})

    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=300"}
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
    assert client.post(reverse("catalogue:suggest")).status_code == 405


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_whatever_is_typed_is_answered(catalogue, client, text):
    suggested(client, text)
