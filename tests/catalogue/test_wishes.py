"""“Tell me when it exists in my language”: asked, confirmed by mail, met once, forgotten."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from catalogue import forgetting, links, notices, upkeep, wishes
from catalogue.models import LanguageRequest, Notice
from tests.builders import make_edition, make_file, make_publication

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "fr", "es")
READER = "marked.reader@example.org"


@pytest.fixture
def plan(db):
    """A plan that exists in English only."""
    titles = {"title_en": "Plan", "title_fr": "Plan d’action", "title_es": "Plan de Acción"}
    publication = make_publication("plan", **titles)
    make_file(make_edition(publication, "en"))
    return publication


def later(**time):
    return time_machine.travel(timezone.now() + datetime.timedelta(**time), tick=False)


def at(language, publication, tag):
    with translation.override(language):
        return reverse("catalogue:wish", args=[publication.slug, tag])


def ask(client, publication, tag="fr", *, language="en", email=READER):
    return client.post(at(language, publication, tag), {"email": email})


def link_in(message):
    """The path behind the link of a mail."""
    return re.search(r"https?://[^/\s]+(/\S+/wishes/\S+)", message.body)[1]


def wish_for(publication, tag="fr", *, language="en", email=READER):
    wishes.ask(publication, tag, email=email, language=language)
    wish = LanguageRequest.objects.get(email=email, language=tag)
    wishes.confirm(wish)
    notices.deliver()
    mail.outbox.clear()
    return wish


def bring_out(publication, tag="fr", **columns):
    edition = make_edition(publication, tag, **columns)
    make_file(edition, tag.encode() + b"%PDF-1.7\n%%EOF\n")
    upkeep.refresh([publication])
    notices.deliver()
    return edition


# Asking -----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_publication_offers_each_missing_language(client, plan, language):
    page = client.get(f"/{language}/publications/plan/").text

    missing = {"fr", "es"}
    assert {tag for tag in LANGUAGES if f'href="{at(language, plan, tag)}"' in page} == missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wish_is_confirmed_by_mail_in_the_language_of_the_page(
    client, plan, language, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = ask(client, plan, language=language)

    [sent] = mail.outbox
    assert answer.url == f"{at(language, plan, 'fr')}?asked"
    assert sent.to == [READER]
    assert sent.extra_headers["Content-Language"] == language
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert f"/{language}/wishes/" in link_in(sent)


def test_the_form_needs_no_cookie_and_sets_none(client, plan):
    answers = [client.get(at("en", plan, "fr")), ask(client, plan)]

    assert [answer.cookies for answer in answers] == [{}, {}]
    assert "csrfmiddlewaretoken" not in answers[0].text


def test_another_site_cannot_send_the_form(client, plan):
    answer = client.post(
        at("en", plan, "fr"), {"email": READER}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403
    assert not LanguageRequest.objects.exists()


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(client, plan):
    wish_for(plan)

    known, unknown = ask(client, plan), ask(client, plan, email="nobody@example.org")

    assert known.url == unknown.url
    assert client.get(known.url).text.count("Please look into your mail") == 1


@pytest.mark.parametrize("email", ["", "x", "x@localhost", "a@b.org\nBcc: c@d.org", "a" * 300])
def test_what_is_no_address_is_refused_with_a_sentence(client, plan, email):
    answer = ask(client, plan, email=email)

    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.text
    assert not LanguageRequest.objects.exists()


@pytest.mark.parametrize("tag", ["xx", "qaa", "zz-Abcd"])
def test_a_language_nobody_publishes_in_cannot_be_asked_for(client, plan, tag):
    assert client.get(at("en", plan, tag)).status_code == 404


def test_what_exists_needs_no_wish(client, plan):
    ask(client, plan, "en")

    assert "It exists in English" in client.get(at("en", plan, "en")).text
    assert not LanguageRequest.objects.exists()


def test_a_hidden_publication_cannot_be_asked_for(client):
    hidden = make_publication(published=False)

    assert ask(client, hidden).status_code == 404


def test_asking_twice_keeps_one_wish_and_mails_once_an_hour(client, plan):
    for email in (READER, READER.upper(), READER):
        ask(client, plan, email=email)
    assert (LanguageRequest.objects.count(), Notice.objects.count()) == (1, 1)

    with later(minutes=61):
        ask(client, plan)

    assert (LanguageRequest.objects.count(), Notice.objects.count()) == (1, 2)


def test_nobody_is_flooded_with_confirmations(client, settings, plan):
    settings.MAILS_PER_ADDRESS_A_DAY = 3

    for tag in ("fr", "es", "ar", "ru", "pt"):
        ask(client, plan, tag)
        notices.deliver()  # the address leaves the mail, and counts still

    assert (len(mail.outbox), Notice.objects.parked().count()) == (3, 2)


def test_confirmations_of_orders_and_of_wishes_count_together(client, settings, plan):
    from orders import outbox
    from tests.builders import place_order

    settings.MAILS_PER_ADDRESS_A_DAY = 2
    ask(client, plan, "fr")
    ask(client, plan, "es")
    notices.deliver()

    place_order((make_edition(on_hand=10), 4), email=READER)

    assert outbox.deliver() == 0


# Answering --------------------------------------------------------------------


@pytest.fixture
def link(client, plan):
    ask(client, plan)
    notices.deliver()
    return link_in(mail.outbox.pop())


def test_opening_the_link_changes_nothing(client, link):
    answer = client.get(link)

    assert answer.status_code == 200
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert LanguageRequest.objects.get().confirmed_at is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_confirms(client, link, language):
    client.post(link.replace("/en/", f"/{language}/"), {"confirm": ""})

    assert LanguageRequest.objects.get().confirmed_at is not None
    assert client.get(link).text.count('name="cancel"') == 1


def test_the_link_takes_the_wish_back(client, link):
    client.post(link, {"confirm": ""})

    client.post(link, {"cancel": ""})

    assert not LanguageRequest.objects.exists()
    assert not Notice.objects.exists()
    assert client.get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "1.1", "1.2.3", "é", "..", "a" * 4000, "1.2.ﬀ"])
def test_a_wrong_link_leads_to_the_page_that_explains(client, token, db):
    answer = client.get(reverse("catalogue:wish-answer", args=[token]))

    assert answer.status_code == 404
    assert "This link leads nowhere" in answer.text


def test_a_link_is_good_for_its_own_row_only(plan):
    wish = wish_for(plan)
    token = links.token_of(wish)
    LanguageRequest.objects.filter(pk=wish.pk).update(
        created_at=wish.created_at - datetime.timedelta(days=1)
    )  # as of a row that got the key again

    assert links.find(LanguageRequest.objects.all(), token) is None


def test_after_its_hours_a_wish_cannot_be_confirmed(client, link):
    with later(hours=73):
        assert client.post(link, {"confirm": ""}).status_code == 404

    assert LanguageRequest.objects.get().confirmed_at is None


# Meeting ----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_when_the_edition_appears_one_mail_is_sent_and_the_address_erased(plan, language):
    wish = wish_for(plan, "fr", language=language)

    bring_out(plan, "fr", on_hand=10)
    upkeep.refresh([plan])
    notices.deliver()

    [sent] = mail.outbox
    assert sent.to == [READER]
    assert sent.extra_headers["Content-Language"] == language
    assert f"/{language}/publications/plan/\n" in sent.body
    assert "/fr/publications/plan/plan-fr.pdf\n" in sent.body
    assert f"/{language}/publications/plan/#edition-" in sent.body
    wish.refresh_from_db()
    assert (wish.email, wish.notified_at is None) == ("", False)
    assert not Notice.objects.exclude(to="").exists()


def test_only_who_waits_for_that_language_is_written_to(plan):
    wish_for(plan, "fr")
    wish_for(plan, "es", email="other@example.org")
    wishes.ask(plan, "fr", email="unconfirmed@example.org", language="en")

    bring_out(plan, "fr")

    assert [sent.to for sent in mail.outbox if "Now in" in sent.subject] == [[READER]]


@pytest.mark.parametrize(
    "columns",
    [{"published": False}, {"published": False, "stage": "translation"}],
    ids=["draft", "in-translation"],
)
def test_what_readers_cannot_have_yet_meets_nothing(plan, columns):
    wish_for(plan)

    bring_out(plan, **columns)

    assert mail.outbox == []


def test_an_edition_that_is_only_known_of_meets_nothing(plan):
    wish_for(plan)

    make_edition(plan, "fr")
    upkeep.refresh([plan])

    assert not Notice.objects.filter(template="wish-met").exists()


def test_what_the_clock_lets_out_is_announced(plan):
    wish_for(plan)
    upkeep.catch_up()
    bring_out(plan, published_at=timezone.now() + datetime.timedelta(hours=1))
    assert mail.outbox == []

    with later(hours=1, minutes=1):
        upkeep.catch_up()
        notices.deliver()

    assert len(mail.outbox) == 1


def test_a_wish_confirmed_after_the_edition_came_out_is_met_at_once(plan):
    wishes.ask(plan, "fr", email=READER, language="en")
    bring_out(plan)
    mail.outbox.clear()

    wishes.confirm(LanguageRequest.objects.get())

    assert notices.deliver() == 1
    assert "Now in French" in mail.outbox[0].subject


def test_a_mail_sent_but_not_marked_is_sent_again_with_the_same_id(plan):
    """As after a crash between the mail server's yes and our own mark."""
    wish_for(plan)
    bring_out(plan)
    Notice.objects.filter(template="wish-met").update(sent_at=None, to=READER)

    with later(minutes=6):
        notices.deliver()

    first, second = (sent.extra_headers["Message-ID"] for sent in mail.outbox)
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_two_who_announce_at_once_write_once():
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connection

    publication = make_publication("plan", title_en="Plan")
    wish_for(publication)
    make_file(make_edition(publication, "fr"))
    start = Barrier(4)

    def announce(_n):
        start.wait()
        try:
            return wishes.announce([publication.pk])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = sum(pool.map(announce, range(4)))

    assert told == 1
    assert Notice.objects.filter(template="wish-met").count() == 1
    assert [sent.subject for sent in mail.outbox].count("Now in French: Plan") == 1


# Forgetting -------------------------------------------------------------------


def addresses():
    from tests.orders.test_privacy import everything_stored

    return [value for value in everything_stored() if "marked" in value.lower()]


def test_an_address_nobody_confirmed_is_erased_after_its_hours(client, plan, caplog):
    ask(client, plan)
    notices.deliver()
    with later(hours=71):
        assert forgetting.erase_due() == 0
    assert addresses()

    with later(hours=73):
        call_command("erase_personal_data")

    assert addresses() == []
    assert "marked" not in caplog.text


def test_nothing_of_the_reader_is_left_once_the_wish_is_met(plan, caplog):
    wish_for(plan)
    bring_out(plan)

    assert addresses() == []
    assert "marked" not in caplog.text
    assert LanguageRequest.objects.count() == 1  # a figure


def test_the_address_of_a_mail_that_cannot_be_sent_goes_too(plan, settings):
    wish_for(plan)
    settings.EMAIL_BACKEND = "tests.orders.test_outbox.StrictServer"
    bring_out(plan)
    assert addresses()

    with later(days=31):
        forgetting.erase_due()

    assert addresses() == []


def test_mails_written_into_a_folder_go_too(client, plan, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    ask(client, plan)
    notices.deliver()
    assert READER in next(settings.EMAIL_FILE_PATH.iterdir()).read_text()

    with later(days=31):
        call_command("erase_personal_data")

    assert list(settings.EMAIL_FILE_PATH.iterdir()) == []


def test_a_wish_nobody_meets_is_erased_in_the_end(plan):
    wish_for(plan)

    with later(days=731):
        forgetting.erase_due()

    assert addresses() == []


def test_the_log_does_not_tell_the_link(plan):
    import logging

    from config.logs import WithoutSecrets

    address = links.address("wish-answer", wish_for(plan), "en")
    line = logging.LogRecord("x", 20, "", 0, "Not Found: %s", (address,), None)
    WithoutSecrets().filter(line)

    assert line.msg.endswith("/en/wishes/…/")


def test_the_list_offers_the_language_of_the_page_where_it_is_missing(client, plan):
    assert [
        f'href="{at(language, plan, language)}"' in client.get(f"/{language}/").text
        for language in LANGUAGES
    ] == [False, True, True]
