"""What search engines read first: robots.txt and the sitemap, as their own rules take them."""

import re
from datetime import datetime, timedelta
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from catalogue.records import sitemap
from tests.builders import make_edition, make_publication

SITE = "https://example.org"
NAMES = {"s": sitemap.XMLNS, "x": sitemap.XHTML}


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = SITE


def tree(client, path):
    response = client.get(path)
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert "Vary" not in response or "Accept-Language" not in response["Vary"]
    return ElementTree.fromstring(response.content)


def parts(client):
    locations = tree(client, "/sitemap.xml").iterfind("s:sitemap/s:loc", NAMES)
    return [location.text.removeprefix(SITE) for location in locations]


def urls(client):
    """Address → {language: address} of every page in every part."""
    return {
        url.find("s:loc", NAMES).text: {
            link.get("hreflang"): link.get("href") for link in url.iterfind("x:link", NAMES)
        }
        for path in parts(client)
        for url in tree(client, path).iterfind("s:url", NAMES)
    }


def test_the_sitemap_names_each_page_with_its_other_languages_mutually(client, db):
    make_publication("plan", title_en="Plan", title_fr="Plan")
    make_publication("draft", published=False)

    found = urls(client)
    plans = {address: links for address, links in found.items() if "/publications/" in address}

    en, fr = f"{SITE}/en/publications/plan/", f"{SITE}/fr/publications/plan/"
    links = {"en": en, "fr": fr, "x-default": en}
    assert plans == {en: links, fr: links}
    assert {f"{SITE}/{code}/" for code in ("en", "fr", "es")} <= found.keys()


def test_pages_name_the_same_alternates_as_the_sitemap(client, db):
    make_edition(make_publication("plan", title_es="Plan", title_fr="Plan"), "fr")

    for address, links in urls(client).items():
        text = client.get(address.removeprefix(SITE)).text
        head = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', text)
        assert (address, dict(head)) == (address, links)
        assert f'<link rel="canonical" href="{address}">' in text


def test_parts_hold_publications_by_their_keys_and_say_when_they_changed(
    client, db, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(sitemap, "A_PART", 2)
    rows = [make_publication() for _ in range(5)]
    edition = make_edition(rows[-1])
    later = timezone.now() + timedelta(days=1)
    make_edition(rows[-1], published_at=later)

    with django_assert_max_num_queries(5):  # three of them for the version
        index = tree(client, "/sitemap.xml")
    changed = [datetime.fromisoformat(at.text) for at in index.iterfind(".//s:lastmod", NAMES)]

    assert len(changed) == len(parts(client)) - 1 == len({row.pk // 2 for row in rows})
    assert edition.changed_at.replace(microsecond=0) in changed
    assert max(changed) < later
    assert len([address for address in urls(client) if "/publications/" in address]) == 5


@pytest.mark.parametrize("part", ["7", "9" * 30])
def test_a_part_without_publications_is_not_found(client, db, part):
    assert client.get(f"/sitemap-{part}.xml").status_code == 404


def test_a_sitemap_that_is_known_is_not_sent_again(client, db):
    make_publication()
    path = parts(client)[-1]
    tag = client.get(path, headers={"Accept-Encoding": "gzip"})["ETag"]

    again = client.get(path, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})

    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/fr/publications/plan/", True),
        ("/fr/publications/plan/plan-fr.pdf", True),
        ("/en/order/", True),  # to be read, and then not listed
        ("/en/?page=2", True),
    ],
)
def test_robots_may_read_what_readers_read(client, path, may):
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())

    assert rules.can_fetch("AnyBot", f"{SITE}{path}") is may
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]


@pytest.mark.parametrize("path", ["/en/order/", "/fr/order/placed/x/", "/es/accounts/login/"])
def test_pages_that_are_nobody_elses_business_are_not_listed(client, db, path):
    assert re.search(r'<meta name="robots" content="noindex[^"]*">', client.get(path).text)
