"""Which language a reader lands in, and that nothing but the address decides it later."""

import pytest

from tests.builders import make_publication


@pytest.mark.parametrize(
    ("browser", "language"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("es-419,es;q=0.9", "es"),
        ("en-US", "en"),
        ("de, es;q=0.5", "es"),
        ("de", "en"),
        ("", "en"),
        ("*;q=x, \x7f", "en"),
    ],
)
def test_the_start_leads_to_the_language_of_the_browser(client, db, browser, language):
    response = client.get("/", headers={"Accept-Language": browser})

    assert (response.status_code, response["Location"]) == (302, f"/{language}/")


@pytest.mark.parametrize("path", ["/", "/p/plan"])
def test_what_is_negotiated_is_kept_by_nobody(client, db, path):
    make_publication("plan")

    response = client.get(path, headers={"Accept-Language": "fr"})

    assert response["Cache-Control"] == "private, no-store"
    assert response["Vary"] == "Accept-Language"
    assert response.cookies == {}


def test_the_lasting_address_leads_to_the_publication(client, db):
    make_publication("plan")

    response = client.get("/p/plan", headers={"Accept-Language": "es"})

    assert response["Location"] == "/es/publications/plan/"


@pytest.mark.parametrize("slug", ["nothing", "draft"])
def test_the_lasting_address_of_nothing_is_not_found(client, db, slug):
    make_publication("draft", published=False)

    assert client.get(f"/p/{slug}").status_code == 404


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_prefix_alone_decides_the_language_of_a_page(client, db, language):
    response = client.get(f"/{language}/", headers={"Accept-Language": "ru"})

    assert response["Content-Language"] == language
    assert f'<html lang="{language}"' in response.text
    assert "Accept-Language" not in response.get("Vary", "")
