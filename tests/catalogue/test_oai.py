"""Harvesting over OAI-PMH, with a client that nobody here wrote (sickle)."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from sickle import Sickle, oaiexceptions

from catalogue import harvest, publishing, upkeep
from catalogue.feeds.oai import requests
from catalogue.models import Edition, Publication, Record
from tests.builders import clerk, make_edition, make_file, make_kind, make_publication

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OAI = "{http://www.openarchives.org/OAI/2.0/}"
PREFIXES = ["oai_dc", "marcxml", "oai_openaire"]
HOSTILE = 'Plan <b>&amp;" ]]> \x0b\x1f\ufffe العربية \u202e🕊 <!--'


def told(*editions, at=NOON):
    """Tell harvesters of editions at a time."""
    with time_machine.travel(at, tick=False):
        upkeep.refresh({edition.publication_id for edition in editions})


def work(slug, tags="en", *, edition=None, **columns):
    """An edition that was let out the day before anybody is told of it."""
    out = {"published_at": NOON - timedelta(days=1)}
    publication = Publication.objects.filter(slug=slug).first()
    publication = publication or make_publication(slug, **out, **columns)
    return make_edition(publication, tags, **out, **(edition or {}))


@pytest.fixture
def plan():
    """An action plan in English and French, told of at noon."""
    editions = [
        work("plan", "en", title_en="Action Plan", symbol="CCM/MSP/2026/1"),
        work("plan", "fr", edition={"title": "Plan d’action"}),
    ]
    make_file(editions[1])
    told(*editions)
    return editions[0].publication


def ask(client, **arguments):
    """The answer's root; the status is 200 and the XML well-formed whatever is asked."""
    names = {name.rstrip("_"): value for name, value in arguments.items()}
    response = client.get("/oai", names)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def error(root):
    found = root.find(f"{OAI}error")
    return None if found is None else found.get("code")


def identifiers(root):
    return [e.text.partition("127.0.0.1:")[2] for e in root.iter(f"{OAI}identifier")]


def listed(client, **arguments):
    return identifiers(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **arguments))


# Errors ---------------------------------------------------------------------

LIST = "verb=ListRecords&metadataPrefix=oai_dc"
RECORD = "oai:127.0.0.1:plan/fr"
WRONG = {
    "": "badVerb",
    "verb=": "badVerb",
    "verb=listrecords": "badVerb",
    "verb=Identify&verb=Identify": "badVerb",
    "verb=Identify&set=lang": "badArgument",
    "verb=Identify&resumptionToken=x": "badArgument",
    "verb=ListRecords": "badArgument",
    f"{LIST}&metadataPrefix=oai_dc": "badArgument",
    f"{LIST}&colour=red": "badArgument",
    f"{LIST}&resumptionToken=x": "badArgument",
    f"{LIST}&identifier={RECORD}": "badArgument",
    f"{LIST}&from=": "badArgument",
    f"{LIST}&from=2026": "badArgument",
    f"{LIST}&from=2026-02-30": "badArgument",
    f"{LIST}&until=2026-11-23T25:00:00Z": "badArgument",
    f"{LIST}&until=2026-11-23T12:00:00%2B01:00": "badArgument",
    f"{LIST}&from=2026-11-22&until=2026-11-23T12:00:00Z": "badArgument",
    f"{LIST}&from=2026-11-24&until=2026-11-23": "badArgument",
    f"{LIST}&set=": "badArgument",
    f"{LIST}&set=lang:": "badArgument",
    f"{LIST}&set=lang fr": "badArgument",
    f"{LIST}&set=lang:zh": "noRecordsMatch",
    f"{LIST}&set=colour:red": "noRecordsMatch",
    f"{LIST}&until=1999-12-31": "noRecordsMatch",
    f"{LIST}&from=9999-12-31": "noRecordsMatch",
    "verb=ListRecords&metadataPrefix=mods": "cannotDisseminateFormat",
    "verb=ListIdentifiers&metadataPrefix=mods": "cannotDisseminateFormat",
    "verb=ListRecords&resumptionToken=x": "badResumptionToken",
    "verb=ListIdentifiers&resumptionToken=": "badResumptionToken",
    "verb=ListSets&resumptionToken=x": "badResumptionToken",
    "verb=GetRecord&metadataPrefix=oai_dc": "badArgument",
    f"verb=GetRecord&identifier={RECORD}": "badArgument",
    f"verb=GetRecord&identifier={RECORD}&metadataPrefix=mods": "cannotDisseminateFormat",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=plan/fr": "idDoesNotExist",
    f"verb=GetRecord&metadataPrefix=oai_dc&identifier=x{RECORD}": "idDoesNotExist",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:127.0.0.1:plan/zh": "idDoesNotExist",
    "verb=ListMetadataFormats&identifier=oai:elsewhere:plan/fr": "idDoesNotExist",
}


def asked(client, method, question):
    if method == "get":
        return client.get(f"/oai?{question}")
    return client.post("/oai", question, content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_mistake_has_its_error(client, plan, method):
    answers = {question: asked(client, method, question) for question in WRONG}

    assert {answer.status_code for answer in answers.values()} == {200}
    errors = {q: error(ElementTree.fromstring(a.content)) for q, a in answers.items()}
    assert errors == WRONG


def test_the_question_is_repeated_unless_it_made_no_sense(client, plan):
    sound = ask(client, verb="ListRecords", metadataPrefix="mods").find(f"{OAI}request")
    unsound = ask(client, verb="ListRecords", colour="red").find(f"{OAI}request")

    assert sound.attrib == {"verb": "ListRecords", "metadataPrefix": "mods"}
    assert unsound.attrib == {}


class AnyArguments(TestCase):
    NAMES = ["verb", "metadataPrefix", "identifier", "set", "from", "until", "resumptionToken"]
    WORDS = [*requests.VERBS, *PREFIXES, "2026-11-23", "lang:fr", RECORD, "\x0b", "]]>"]

    @settings(max_examples=50)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(NAMES) | st.text(), st.sampled_from(WORDS) | st.text(max_size=80)
            ),
            max_size=6,
        )
    )
    def test_whatever_is_asked_the_answer_is_well_formed(self, pairs):
        answer = Client().post("/oai", _lists(pairs))

        assert answer.status_code == 200
        assert ElementTree.fromstring(answer.content).tag == f"{OAI}OAI-PMH"


def _lists(pairs):
    query = {}
    for name, value in pairs:
        query.setdefault(name, []).append(value)
    return query


# The repository -------------------------------------------------------------


@pytest.fixture
def sickle(client, monkeypatch):
    """The client, asking the site without a network."""
    harvester = Sickle("http://127.0.0.1:8000/oai")

    def request(arguments):
        response = client.get(urlsplit(harvester.endpoint).path, arguments)
        assert response.status_code == 200
        return SimpleNamespace(content=response.content, raise_for_status=lambda: None)

    monkeypatch.setattr(harvester, "_request", request)
    return harvester


def test_the_repository_introduces_itself(sickle, plan):
    identity = sickle.Identify()

    assert (identity.protocolVersion, identity.deletedRecord) == ("2.0", "persistent")
    assert identity.granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert identity.earliestDatestamp == "2026-11-23T12:00:00Z"
    assert identity.baseURL == "http://127.0.0.1:8000/oai"
    assert identity.compression == "gzip"


def test_the_form_of_its_names_is_told_where_it_has_a_domain(client, settings):
    settings.SITE_URL = "https://publications.example.org"

    sample = ask(client, verb="Identify").find(".//{*}sampleIdentifier")

    assert sample.text == "oai:publications.example.org:action-plan/fr"


def test_three_formats_are_offered(sickle, plan):
    formats = sickle.ListMetadataFormats(identifier=RECORD)

    assert [each.metadataPrefix for each in formats] == PREFIXES


def test_sets_are_by_language_and_by_kind(sickle, plan):
    sets = {each.setSpec: each.setName for each in sickle.ListSets()}

    assert sets == {
        "lang": "By language",
        "lang:en": "English",
        "lang:fr": "French",
        "kind": "By kind",
        "kind:guide": "guide",
    }


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("lang", ["plan/en", "plan/fr"]),
        ("lang:fr", ["plan/fr"]),
        ("kind:guide", ["plan/en", "plan/fr"]),
    ],
)
def test_a_set_has_its_records(client, plan, name, found):
    assert listed(client, set=name) == found


# Records --------------------------------------------------------------------


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_record_can_be_had_in_every_format(sickle, plan, prefix):
    record = sickle.GetRecord(identifier=RECORD, metadataPrefix=prefix)

    assert record.header.identifier == RECORD
    assert record.header.setSpecs == ["lang:fr", "kind:guide"]
    assert "Plan d’action" in "".join(record.xml.itertext())


def test_openaire_says_where_the_text_is(client, plan):
    root = ask(client, verb="GetRecord", identifier=RECORD, metadataPrefix="oai_openaire")

    file = root.find(".//{http://namespace.openaire.eu/schema/oaire/}file")
    assert file.text == "http://127.0.0.1:8000/fr/publications/plan/plan-fr.pdf"
    assert file.get("accessRightsURI") == "http://purl.org/coar/access_right/c_abf2"


def test_openaire_names_the_language_with_three_letters(client, plan):
    root = ask(client, verb="GetRecord", identifier=RECORD, metadataPrefix="oai_openaire")

    assert root.find(".//{http://purl.org/dc/elements/1.1/}language").text == "fra"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_hostile_titles_stay_well_formed(client, prefix):
    texts = {"title_en": HOSTILE, "summary_en": HOSTILE * 3}
    told(work("hostile", edition={"title": HOSTILE}, **texts))

    root = ask(client, verb="ListRecords", metadataPrefix=prefix)

    assert "العربية \u202e🕊 <!--" in "".join(root.itertext())


def test_a_withdrawn_edition_is_told_of_as_deleted(sickle, plan):
    publishing.withdraw(Edition.objects.get(languages__language="fr"), by=clerk())

    record = sickle.GetRecord(identifier=RECORD, metadataPrefix="oai_dc")

    assert record.header.deleted
    assert record.xml.find(f"{OAI}metadata") is None


def test_the_answer_is_in_no_readers_language(client, plan):
    response = client.get("/oai?verb=Identify", HTTP_ACCEPT_LANGUAGE="fr")

    assert "Content-Language" not in response
    assert "Accept-Language" not in response["Vary"]
    assert response["Cache-Control"] == "no-cache"


def test_the_answer_is_compressed_for_who_can_read_that(client, plan):
    response = client.get(f"/oai?{LIST}", HTTP_ACCEPT_ENCODING="gzip")

    assert response["Content-Encoding"] == "gzip"


def test_nothing_else_than_asking_is_answered(client):
    assert client.put("/oai").status_code == 405


def test_a_question_may_be_posted_from_elsewhere():
    elsewhere = Client(enforce_csrf_checks=True)

    assert elsewhere.post("/oai", {"verb": "Identify"}).status_code == 200


# Spans of time --------------------------------------------------------------

SPANS = [
    ({"from_": "2026-11-23"}, True),
    ({"until": "2026-11-23"}, True),
    ({"from_": "2026-11-23", "until": "2026-11-23"}, True),
    ({"from_": "2026-11-24"}, False),
    ({"until": "2026-11-22"}, False),
    ({"from_": "2026-11-23T12:00:00Z"}, True),
    ({"from_": "2026-11-23T12:00:01Z"}, False),
    ({"until": "2026-11-23T12:00:00Z"}, True),
    ({"until": "2026-11-23T11:59:59Z"}, False),
]


@pytest.mark.parametrize(("span", "is_found"), SPANS)
def test_both_ends_of_a_span_belong_to_it(client, plan, span, is_found):
    assert bool(listed(client, **span)) == is_found


def test_the_last_second_of_a_day_belongs_to_it(client):
    told(work("plan"), at=datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC))

    assert len(listed(client, until="2026-11-23")) == 1


# Pages ----------------------------------------------------------------------


@pytest.fixture
def shelf(monkeypatch):
    """Five editions, told of a minute after each other, two a page."""
    monkeypatch.setattr("catalogue.feeds.oai.answers.A_PAGE", 2)
    editions = [work(f"work-{n}") for n in range(5)]
    for number, edition in enumerate(editions):
        told(edition, at=NOON + timedelta(minutes=number))
    return editions


def names(records):
    return [record.header.identifier.partition("127.0.0.1:")[2] for record in records]


ALL = [f"work-{n}/en" for n in range(5)]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_client_gets_all_pages(sickle, shelf, prefix):
    assert names(sickle.ListRecords(metadataPrefix=prefix)) == ALL


def test_a_client_gets_all_pages_of_records_of_one_second(sickle, shelf):
    Record.objects.update(datestamp=NOON)

    assert names(sickle.ListRecords(metadataPrefix="oai_dc")) == ALL


def test_pages_keep_to_what_was_asked(sickle, shelf):
    asked = {"metadataPrefix": "oai_dc", "set": "lang:en", "from": "2026-11-23T12:01:00Z"}

    assert names(sickle.ListRecords(**asked, until="2026-11-23T12:03:00Z")) == ALL[1:4]


def test_a_token_says_how_far_the_list_is(client, shelf):
    root = ask(client, verb="ListRecords", metadataPrefix="oai_dc")
    first = root.find(f".//{OAI}resumptionToken")
    second = ask(client, verb="ListRecords", resumptionToken=first.text)
    third = ask(client, verb="ListRecords", resumptionToken=_token(second).text)

    assert [_token(page).get("cursor") for page in (root, second, third)] == ["0", "2", "4"]
    assert [_token(page).get("completeListSize") for page in (root, second, third)] == ["5"] * 3
    assert _token(third).text is None


def _token(root):
    return root.find(f".//{OAI}resumptionToken")


def test_an_edition_that_is_changed_meanwhile_comes_up_again(sickle, shelf):
    records = sickle.ListRecords(metadataPrefix="oai_dc")
    begun = [next(records), next(records)]
    Publication.objects.filter(slug="work-0").update(title_en="Changed")
    told(shelf[0], at=NOON + timedelta(hours=1))

    assert names([*begun, *records]) == [*ALL, "work-0/en"]


def test_an_edition_that_is_withdrawn_meanwhile_comes_up_as_deleted(sickle, shelf):
    records = sickle.ListRecords(metadataPrefix="oai_dc")
    begun = [next(records), next(records)]
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        publishing.withdraw(shelf[3], by=clerk())
    rest = list(records)

    assert names([*begun, *rest]) == [
        "work-0/en",
        "work-1/en",
        "work-2/en",
        "work-4/en",
        "work-3/en",
    ]
    assert rest[-1].header.deleted


def test_what_changes_beyond_the_span_is_new_the_next_time(sickle, shelf):
    records = sickle.ListRecords(metadataPrefix="oai_dc", until="2026-11-23T12:04:00Z")
    begun = [next(records), next(records)]
    Publication.objects.exclude(slug__in=["work-0", "work-1"]).update(title_en="Changed")
    told(*shelf, at=NOON + timedelta(hours=1))
    again = {"metadataPrefix": "oai_dc", "from": "2026-11-23T13:00:00Z"}

    assert names([*begun, *records]) == ALL[:2]
    assert names(sickle.ListRecords(**again)) == ALL[2:]


def test_what_is_taken_back_unnoticed_is_shown_as_deleted(client, plan):
    Edition.objects.update(withdrawn_at=timezone.now())

    root = ask(client, verb="ListRecords", metadataPrefix="oai_dc")

    assert [header.get("status") for header in root.iter(f"{OAI}header")] == ["deleted"] * 2


def test_a_token_is_good_for_a_day(client, shelf):
    with time_machine.travel(NOON, tick=False) as clock:
        token = _token(ask(client, verb="ListRecords", metadataPrefix="oai_dc")).text
        clock.shift(timedelta(hours=23, minutes=59))
        assert error(ask(client, verb="ListRecords", resumptionToken=token)) is None
        clock.shift(timedelta(minutes=2))
        assert error(ask(client, verb="ListRecords", resumptionToken=token)) == "badResumptionToken"


def test_a_token_is_good_for_its_verb_only(client, shelf):
    token = _token(ask(client, verb="ListRecords", metadataPrefix="oai_dc")).text

    answer = ask(client, verb="ListIdentifiers", resumptionToken=token)

    assert error(answer) == "badResumptionToken"


def test_an_empty_list_is_an_error_for_the_client(sickle):
    with pytest.raises(oaiexceptions.NoRecordsMatch):
        sickle.ListRecords(metadataPrefix="oai_dc")


@pytest.mark.parametrize("editions", [1, 7])
def test_a_page_takes_few_queries(client, editions, django_assert_max_num_queries):
    kind = make_kind("report", name_en="report")
    told(*(work(f"report-{n}", "en fr", kind=kind) for n in range(editions)))

    with django_assert_max_num_queries(8):
        assert len(listed_records(client)) == 2 * editions


def listed_records(client):
    return list(ask(client, verb="ListRecords", metadataPrefix="oai_dc").iter(f"{OAI}record"))


def test_records_are_kept_by_the_verbs_of_publishing(client):
    edition = make_edition(make_publication("draft", published=False), published=False)
    make_file(edition)

    publishing.publish(edition.publication, by=clerk())

    assert listed(client) == ["draft/en"]
    assert harvest.outdated([edition.publication_id]) == []


# A client of another house ---------------------------------------------------

HARVEST = """
use HTTP::OAI;
my $harvester = HTTP::OAI::Harvester->new(baseURL => $ARGV[0]);
print $harvester->Identify->deletedRecord, "\\n";
my $told = sub { print $_[0]->identifier, $_[0]->is_deleted ? " deleted" : "", "\\n" };
my $answer = $harvester->ListRecords(metadataPrefix => "oai_dc", onRecord => $told);
print $answer->is_error ? $answer->message : "done", "\\n";
"""


@pytest.fixture(scope="session")
def perl():
    """Perl, where HTTP::OAI is installed (libhttp-oai-perl)."""
    program = shutil.which("perl")
    if (
        not program
        or subprocess.run([program, "-MHTTP::OAI", "-e", "1"], stderr=subprocess.DEVNULL).returncode
    ):
        pytest.skip("HTTP::OAI is not installed (apt-get install libhttp-oai-perl)")
    return program


def test_http_oai_harvests_everything(perl, site, shelf):
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        publishing.withdraw(shelf[4], by=clerk())

    run = [perl, "-e", HARVEST, f"{site.url}/oai"]
    told = subprocess.run(run, capture_output=True, text=True, check=True).stdout.splitlines()

    identifiers = [f"oai:{urlsplit(site.url).hostname}:{name}" for name in ALL]
    assert told == ["persistent", *identifiers[:4], f"{identifiers[4]} deleted", "done"]
