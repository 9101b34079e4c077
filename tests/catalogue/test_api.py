"""The catalogue as JSON: what it gives, and that its description is true."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from catalogue.models import IssuingBody, Meeting, Publication, Series, Topic
from catalogue.records.openapi import document
from tests.builders import make_edition, make_file, make_publication

LIST = "/api/publications/"


@pytest.fixture
def plan(db):
    """A publication with everything that one can have."""
    plan = make_publication(
        "plan",
        symbol="CCM/CONF/2015/7",
        title_en="Dubrovnik Action Plan",
        title_fr="Plan d’action de Dubrovnik",
        issued_on="2015-09-11",
        issued_precision="month",
        original_language="en",
        replaces=make_publication("vientiane"),
        series=Series.objects.create(slug="plans", name_en="Action plans"),
        issuing_body=IssuingBody.objects.create(slug="body", name_en="Review Conference"),
        meeting=Meeting.objects.create(code="1rc", name_en="First Review Conference"),
    )
    plan.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance"))
    make_file(make_edition(plan, "en", isbn="978-92-1-101234-7"))
    make_edition(plan, "fr ar", stage="advance")
    return plan


def checked(payload, schema):
    described = document()
    root = {"$ref": f"#/components/schemas/{schema}", "components": described["components"]}
    Draft202012Validator(root).validate(payload)
    return payload


def slugs(client, **question):
    response = client.get(f"{LIST}?{urlencode(question)}")
    assert response.status_code == 200, response.text
    return [row["slug"] for row in checked(response.json(), "Page")["publications"]]


# What it gives --------------------------------------------------------------


def test_the_description_is_openapi(client, db):
    described = client.get("/api/openapi.json").json()

    validate(described)
    assert described == document()


def test_a_publication_is_what_the_description_says(client, plan):
    found = checked(client.get(f"{LIST}plan/").json(), "Publication")

    assert found["title"]["fr"] == "Plan d’action de Dubrovnik"
    assert (found["issued"], found["replaces"]) == ("2015-09", ["vientiane"])
    assert [edition["language"] for edition in found["editions"]] == ["en", "fr", "ar"]
    assert found["editions"][0]["pdf"]["url"].endswith("/en/publications/plan/plan-en.pdf")
    assert [edition["stage"] for edition in found["editions"]] == ["final", "advance", "advance"]


def test_a_publication_of_which_little_is_known_too(client, db):
    make_publication("note")

    assert checked(client.get(f"{LIST}note/").json(), "Publication")["editions"] == []


def test_what_is_still_to_come_is_not_told(client, plan):
    later = timezone.now() + timedelta(days=1)
    make_publication("secret", published_at=later, replaces=plan)
    make_edition(plan, "es", title="Secreto", published_at=later)
    Publication.objects.filter(slug="vientiane").update(published_at=later)

    text = client.get(f"{LIST}plan/").text + client.get(LIST).text

    assert not any(word in text for word in ("secret", "Secreto", "vientiane"))


def test_the_list_is_followed_page_by_page(client, db):
    names = [make_publication().slug for _ in range(5)]
    found, address = [], f"{LIST}?limit=2"
    while address:
        page = checked(client.get(address).json(), "Page")
        found += [row["slug"] for row in page["publications"]]
        address = page["next"]

    assert found == names


def test_the_list_is_narrowed_by_language_and_kind(client, plan):
    assert slugs(client, language="ar") == ["plan"]
    assert slugs(client, language="es") == []
    assert slugs(client, kind="guide") == ["vientiane", "plan"]
    assert slugs(client, kind="nothing") == []


def test_what_changed_since_a_moment_includes_what_was_withdrawn(client, plan):
    before = timezone.now() - timedelta(days=3)
    Publication.objects.update(changed_at=before, published_at=before)
    plan.editions.update(changed_at=before, published_at=before)
    moment = timezone.now() - timedelta(days=1)
    assert slugs(client, changed_since=moment.isoformat()) == []

    make_edition(plan, "es")
    Publication.objects.filter(slug="vientiane").update(withdrawn_at=timezone.now())

    page = client.get(f"{LIST}?{urlencode({'changed_since': moment.isoformat()})}").json()
    states = {row["slug"]: row["is_withdrawn"] for row in page["publications"]}
    assert states == {"vientiane": True, "plan": False}


@pytest.mark.parametrize("count", [1, 5])
def test_a_page_of_the_list_takes_six_queries(client, db, count, django_assert_max_num_queries):
    for _ in range(count):
        make_file(make_edition())

    with django_assert_max_num_queries(6):
        assert len(slugs(client)) == count


# How ------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LIST, f"{LIST}plan/", "/api/openapi.json", "/api/x", f"{LIST}x/"])
def test_any_site_may_read_it_and_nobody_is_sent_it_twice(client, plan, path):
    response = client.get(path, headers={"Accept-Language": "fr"})
    again = client.get(path, headers={"If-None-Match": response.get("ETag", "")})

    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Accept-Language" not in response.get("Vary", "")
    assert response.cookies == {}
    assert again.status_code == (304 if response.status_code == 200 else 404)
    assert again["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ("language=french", "language"),
        ("changed_since=yesterday", "changed_since"),
        ("changed_since=0001-01-01T00:00:00%2B14:00", "changed_since"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("after=99999999999999999999", "after"),
        ("lang=fr", "lang"),
    ],
)
def test_a_wrong_parameter_is_named_in_a_sentence(client, db, question, parameter):
    response = client.get(f"{LIST}?{question}")
    found = checked(response.json(), "Problem")

    assert (response.status_code, found["status"]) == (400, 400)
    assert response["Content-Type"] == "application/problem+json"
    assert found["errors"][0]["parameter"] == parameter
    assert found["detail"].endswith(".")


def test_what_was_withdrawn_is_gone_and_a_draft_not_found(client, db):
    make_publication("old", withdrawn_at=timezone.now())
    make_publication("draft", published=False)
    answers = {slug: client.get(f"{LIST}{slug}/") for slug in ("old", "draft", "nothing")}

    assert [answer.status_code for answer in answers.values()] == [410, 404, 404]
    assert checked(answers["old"].json(), "Problem")["withdrawn_at"]


def test_it_is_for_reading_only(client, db):
    refused, asked = client.post(LIST), client.options(LIST)

    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert checked(refused.json(), "Problem")["status"] == 405
    assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "If-None-Match")


@examples(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["language", "kind", "changed_since", "after", "limit", "slug"]),
    text=st.text(max_size=20)
    | st.dates().map(str)
    | st.datetimes(timezones=st.timezones()).map(str)
    | st.integers().map(str),
)
def test_any_question_has_an_answer(client, db, name, text):
    response = client.get(f"{LIST}?{urlencode({name: text}, errors='surrogatepass')}")

    assert response.status_code in (200, 400)
