"""Dead ends are pages too: in the reader's language, with a way on."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation
from django.views import defaults

LANGUAGES = ["en", "fr", "es"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_page_is_in_the_language_of_its_prefix(client, db, language):
    response = client.get(f"/{language}/nothing/here/")

    assert response.status_code == 404
    assert f'<html lang="{language}"' in response.text
    assert f'action="/{language}/"' in response.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_prefix_is_not_found_in_the_language_of_the_browser(client, db, language):
    response = client.get("/de/publications/", headers={"Accept-Language": language})

    assert response.status_code == 404
    assert f'<html lang="{language}"' in response.text


def test_a_missing_page_asks_for_no_session(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/en/nothing/")

    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_a_page_in_the_language_of_its_prefix(rf, language):
    with translation.override(language):
        response = defaults.permission_denied(rf.get(f"/{language}/desk/"), PermissionDenied())

    assert response.status_code == 403
    assert f'<html lang="{language}"' in response.text


@pytest.mark.parametrize(("view", "status"), [("bad_request", 400), ("server_error", 500)])
def test_pages_that_can_trust_nothing_speak_every_language(rf, view, status):
    arguments = [ValueError()] if view == "bad_request" else []

    response = getattr(defaults, view)(rf.get("/"), *arguments)

    assert response.status_code == status
    assert all(f'<section lang="{language}">' in response.text for language in LANGUAGES)


@pytest.mark.parametrize("path", ["/en/%00", "/en/?q=%00", "/en/publications/%00/"])
def test_a_nul_is_a_bad_request(client, db, path):
    response = client.get(path)

    assert response.status_code == 400
    assert all(f'<section lang="{language}">' in response.text for language in LANGUAGES)


@pytest.mark.parametrize("path", ["/en/" + "x" * 5000, "/en/publications/%ff%fe/", "/en/%E2%80%AE"])
def test_strange_addresses_are_not_found(client, db, path):
    assert client.get(path).status_code == 404


def test_trace_and_other_methods_are_refused(client, db):
    assert client.trace("/en/").status_code == 405
    assert client.delete("/").status_code == 405
    assert resolve("/robots.txt").func(RequestFactory().post("/robots.txt")).status_code == 405
