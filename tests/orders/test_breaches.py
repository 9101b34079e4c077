"""What the audit finds is kept as facts, and told in the language of who reads."""

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from catalogue.models import Job
from orders import audit, breaches
from orders.models import StockItem
from tests.builders import make_consignment, make_edition, make_order, make_publication

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
TITLES = {"en": "Action Plan", "fr": "Plan d’action", "es": "Plan de acción"}


@pytest.fixture
def edition(db):
    titles = {f"title_{code}": title for code, title in TITLES.items()}
    return make_edition(make_publication(**titles), "fr", on_hand=10)


def check():
    with pytest.raises(CommandError):
        call_command("check_ledger", verbosity=0)


def shown(client, language):
    with override(language):
        return client.get(reverse("desk:audit"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_breach_is_shown_in_the_readers_language(admin_client, settings, edition, language):
    settings.STAFF_SECOND_FACTOR = False
    StockItem.objects.update(on_hand=1_234)
    check()

    page = shown(admin_client, language).text

    assert f"{TITLES[language]} (FR)" in page
    with override(language):
        facts = breaches.SENTENCES["on_hand"].split("%(stock)s")[1]
        assert facts % {"there": breaches.number(1_234), "due": "10"} in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", breaches.SENTENCES)
def test_every_sentence_holds_its_facts_in_every_language(kind, language):
    named = ("stock", "order", "edition", "parcel", "movement", "message", "status", "said")
    facts = dict.fromkeys(named, "~") | {"there": 1, "due": 2}
    with override("en"):
        told = str(breaches.SENTENCES[kind]).count("%(")
    with override(language):
        sentence = str(breaches.SENTENCES[kind])
        assert sentence.count("%(") == told
        assert str(breaches.Breach(kind, facts)) == sentence % facts


def test_a_status_is_told_in_the_words_of_the_desk(edition):
    order = make_order((edition, 4))
    type(order).objects.filter(pk=order.pk).update(status="expired", ended_at=order.placed_at)

    found = {breach.kind: str(breach) for breach in audit.breaches()}

    assert found["status"] == f"Order {order} is “expired”, but its last event says “open”."
    assert found["holds"].startswith(f"Order {order}, {edition}: the order is “expired”")


@pytest.mark.parametrize("wrong", [None, "2020-01-01T12:00Z"])
def test_an_order_that_does_not_know_its_first_parcel_is_told(edition, wrong):
    order = make_order((edition, 4))
    make_consignment(order, "sent")
    type(order).objects.update(first_left_at=wrong)

    [breach] = audit.breaches()

    assert str(breach) == f"Order {order} does not say when its first parcel left."


def test_what_is_kept_is_plain_and_tells_the_same(edition):
    StockItem.objects.update(on_hand=11)
    found = audit.breaches()

    kept = json.loads(json.dumps(audit.outcome_of(found)))["breaches"]

    assert [breaches.told(one)["text"] for one in kept] == [str(breach) for breach in found]


@pytest.mark.parametrize("stored", ["line 4 of order B4: its copies do not add up", ["gone", {}]])
def test_what_an_older_version_kept_still_shows(admin_client, settings, edition, stored):
    settings.STAFF_SECOND_FACTOR = False
    StockItem.objects.update(on_hand=11)
    check()
    Job.objects.update(outcome={"count": 1, "breaches": [stored]})

    page = shown(admin_client, "fr")

    words = stored if isinstance(stored, str) else "gone"
    assert '<li lang="en">' in page.text
    assert words in page.text


def test_the_command_prints_in_english_whatever_the_language(edition, capsys):
    StockItem.objects.update(on_hand=11)

    with override("fr"):
        check()

    assert "Action Plan (FR)" in capsys.readouterr().err
