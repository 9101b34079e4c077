"""What is new: the page of a quarter, the list by mail, and its end by one click."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from catalogue import forgetting, links, news, notices, subscriptions
from catalogue.models import Notice, Subscription
from catalogue.news import Quarter
from tests.builders import clerk, make_edition, make_file, make_publication

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "fr", "es")
READER = "marked.reader@example.org"
AUTUMN = Quarter(2026, 4)


@pytest.fixture(autouse=True)
def new_year(settings):
    """A day in January 2027: the last quarter is over."""
    settings.STAFF_SECOND_FACTOR = False
    with time_machine.travel(datetime.datetime(2027, 1, 5, 12, tzinfo=datetime.UTC), tick=False):
        yield


def out(slug, tag, day="2026-11-02", **titles):
    titles = titles or {"title_en": f"The {slug}", "title_fr": f"Le {slug}"}
    at = datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")
    publication = make_publication(slug, published_at=at, **titles)
    edition = make_edition(publication, tag, published_at=at)
    make_file(edition, f"%PDF-1.7 {slug}".encode())
    return edition


def subscribe(email=READER, language="en"):
    subscriptions.ask(email=email, language=language)
    subscription = Subscription.objects.get(email=email)
    subscriptions.confirm(subscription, language=language)
    notices.deliver()
    mail.outbox.clear()
    return subscription


# Quarters ---------------------------------------------------------------------


@pytest.mark.parametrize("quarter", [Quarter(2025, 4), Quarter(2026, 1), Quarter(2026, 3)])
def test_quarters_follow_one_another_without_a_gap(quarter):
    day = datetime.timedelta(days=1)

    assert quarter.ends_on + day == quarter.next.starts_on
    assert quarter.next.last == quarter
    assert Quarter.of(quarter.starts_on) == Quarter.of(quarter.ends_on) == quarter


@pytest.mark.parametrize(
    ("instant", "quarter"),
    [("2026-12-31T22:59:59+00:00", (2026, 4)), ("2026-12-31T23:00:00+00:00", (2027, 1))],
)
def test_a_quarter_ends_at_midnight_by_the_offices_clock(instant, quarter):
    at = datetime.datetime.fromisoformat(instant)
    publication = make_publication(published_at=at)
    make_edition(publication, "fr", published_at=at, is_printed=True)

    assert news.quarters() == [Quarter(*quarter)]
    assert news.numbers(Quarter(*quarter)) == {"fr": 1}


# The page ---------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_readers_language_first(client, language):
    for tag in ("ar", "es", "fr", "en"):
        out(f"in-{tag}", tag)

    page = client.get(f"/{language}/new/").text

    first = [tag for tag in LANGUAGES if tag == language]
    rest = [tag for tag in (*LANGUAGES, "ar") if tag != language]
    places = [page.index(f'id="in-{tag}"') for tag in (*first, *rest)]
    assert places == sorted(places)
    assert page.count("<h1") == 1


def test_the_page_of_a_quarter_shows_that_quarter_only(client):
    out("spring", "en", "2026-05-01")
    out("autumn", "en", "2026-12-01")

    page = client.get("/en/new/2026-2/").text

    assert ("The spring" in page, "The autumn" in page) == (True, False)
    assert 'href="/en/new/2026-4/" rel="next"' in page


@pytest.mark.parametrize("quarter", ["2026-1", "2026-5", "1999-1", "2027-4"])
def test_a_quarter_of_nothing_is_not_there(client, quarter):
    out("autumn", "en")

    assert client.get(f"/en/new/{quarter}/").status_code == 404


def test_many_editions_ask_no_more_than_one(client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    out("first", "en")
    client.get("/en/new/")
    with CaptureQueriesContext(connection) as one:
        client.get("/en/new/")
    for n in range(5):
        out(f"more-{n}", ("en", "fr", "ar")[n % 3])

    with django_assert_num_queries(len(one)):
        client.get("/en/new/")


# Subscribing ------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_subscription_is_confirmed_by_mail(client, language):
    with translation.override(language):
        address = reverse("catalogue:subscribe")
    answer = client.post(address, {"email": READER})
    client.post(address, {"email": READER})
    notices.deliver()

    [sent] = mail.outbox
    link = links.address("subscription", Subscription.objects.get(), language)
    path = link.partition("8000")[2]
    assert answer.url == f"{address}?asked"
    assert link in sent.body
    client.get(path)
    assert Subscription.objects.get().confirmed_at is None
    client.post(path)
    assert Subscription.objects.get().confirmed_at is not None


def test_what_is_no_address_is_not_subscribed(client):
    answer = client.post(reverse("catalogue:subscribe"), {"email": "x"})

    assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_an_address_nobody_confirmed_is_erased():
    subscriptions.ask(email=READER, language="en")

    with time_machine.travel(timezone.now() + datetime.timedelta(hours=73)):
        forgetting.erase_due()

    assert not Subscription.objects.exists()
    assert not Notice.objects.exists()


# Sending ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "title"),
    [
        ("en", "New publications, October – December 2026", "The report"),
        ("fr", None, "Le report"),
        ("es", None, "The report"),
    ],
)
def test_each_subscriber_gets_the_list_once_in_their_language(language, subject, title):
    out("report", language if language != "es" else "en")
    subscription = subscribe(language=language)

    call_command("announce_news")
    call_command("announce_news")
    call_command("send_messages")

    [sent] = mail.outbox
    end = links.address("unsubscribe", subscription, language)
    assert subject in (None, sent.subject)
    assert f"- {title}\n" in sent.body
    assert sent.extra_headers["List-Unsubscribe"] == f"<{end}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["Content-Language"] == language
    assert not Notice.objects.exclude(to="").exists()


def test_no_mail_to_a_reader_of_orders_offers_to_end_a_list():
    from orders import outbox
    from tests.builders import place_order

    place_order((make_edition(on_hand=4), 1))
    outbox.deliver()

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_nothing_new_means_no_mail():
    subscribe()

    assert subscriptions.announce(AUTUMN) == 0


def test_a_quarter_that_is_not_over_is_not_sent():
    out("report", "en", "2027-01-02")
    subscribe()

    assert subscriptions.announce(Quarter(2027, 1)) == 0
    with pytest.raises(CommandError):
        call_command("announce_news", quarter="2027-1")


def test_who_subscribes_after_the_sending_waits_for_the_next_list():
    out("report", "en")
    subscribe()
    subscriptions.announce(AUTUMN)

    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        subscribe("late@example.org")

        assert subscriptions.announce(AUTUMN) == 0


def test_a_preview_sends_nothing(capsys):
    out("report", "en")
    subscribe()

    call_command("announce_news", preview=True)

    assert capsys.readouterr().out == "2026-4: 1 editions, to 1 subscribers\n"
    assert not Notice.objects.filter(template="news").exists()


# Ending -----------------------------------------------------------------------


def end_of(subscription):
    return links.address("unsubscribe", subscription, "en").partition("8000")[2]


def test_one_click_of_the_mail_program_ends_it(client):
    client.handler.enforce_csrf_checks = True
    subscription = subscribe()

    answer = client.post(
        end_of(subscription),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )

    assert (answer.status_code, answer.cookies) == (200, {})
    assert not Subscription.objects.exists()


def test_opening_the_link_ends_nothing(client):
    subscription = subscribe()

    assert "<button>Unsubscribe</button>" in client.get(end_of(subscription)).text
    assert Subscription.objects.exists()


def test_nothing_of_a_subscriber_is_left(client, caplog):
    from tests.orders.test_privacy import everything_stored

    out("report", "en")
    subscription = subscribe()
    subscriptions.announce(AUTUMN)
    notices.deliver()

    client.post(end_of(subscription))

    assert [value for value in everything_stored() if "marked" in value] == []
    assert "marked" not in caplog.text


# The desk ---------------------------------------------------------------------


@pytest.fixture
def desk(client):
    client.force_login(clerk())
    return client


def test_colleagues_see_the_list_before_they_send_it(desk):
    out("report", "en")
    subscribe()
    address = reverse("editing:news")

    page = desk.get(address).text
    assert "Send it to 1 subscriber" in page
    assert "marked" not in page
    assert page.count('<div class="letter"') == 3

    desk.post(reverse("editing:send-news", args=[AUTUMN]))
    desk.post(reverse("editing:send-news", args=[AUTUMN]))

    assert Notice.objects.filter(template="news").count() == 1
    assert "Send it to" not in desk.get(address).text


def test_colleagues_see_what_could_not_be_sent_and_send_it_again(desk, settings):
    settings.EMAIL_BACKEND = "tests.orders.test_outbox.StrictServer"
    subscriptions.ask(email=READER, language="en")
    notices.deliver()
    notice = Notice.objects.get()
    assert READER in desk.get(reverse("editing:notices")).text

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    desk.post(reverse("editing:notice-again", args=[notice.pk]))
    notices.deliver()

    assert len(mail.outbox) == 1
    page = desk.get(reverse("editing:notices")).text
    assert (READER in page, "erased" in page) == (False, True)


def test_colleagues_drop_what_cannot_be_sent(desk):
    subscriptions.ask(email=READER, language="en")
    notice = Notice.objects.get()

    desk.post(reverse("editing:notice-drop", args=[notice.pk]))

    assert not Notice.objects.exists()


@pytest.mark.parametrize("name", ["send-news", "notice-again", "notice-drop"])
def test_a_button_is_not_pressed_by_opening_its_address(desk, name):
    argument = AUTUMN if name == "send-news" else 1

    assert desk.get(reverse(f"editing:{name}", args=[argument])).status_code == 405


# What the mails say -----------------------------------------------------------

TEMPLATES = ("wish-confirm", "wish-met", "subscribe-confirm", "news")


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_whole_in_its_readers_language(template, language):
    from catalogue.models import LanguageRequest

    edition = out("report", "fr")
    wish = LanguageRequest(
        pk=1, publication=edition.publication, language="fr", created_at=timezone.now()
    )
    reader = Subscription(pk=1, created_at=timezone.now())
    notice = Notice(
        pk=7,
        template=template,
        to=READER,
        language=language,
        request=wish,
        subscription=reader,
        quarter=AUTUMN.starts_on,
    )

    sent = notices.render(notice)

    html = sent.alternatives[0].content
    assert f'<html lang="{language}" dir="ltr">' in html
    assert sent.extra_headers["Message-ID"] == f"<{template}-7@127.0.0.1>"
    assert READER not in sent.subject + sent.body + html
    assert "\n\n\n" not in sent.body
    assert not any(mark in sent.body for mark in ("{", "}", "<", "None"))
    assert "<img" not in html
    assert f"http://127.0.0.1:8000/{language}/" in sent.body


@pytest.mark.parametrize(("role", "status"), [("editor", 302), ("packer", 403)])
def test_only_who_may_publish_sends_the_list(client, role, status):
    from django.contrib.auth.models import Group

    from orders.roles import make_roles

    make_roles()
    user = clerk(role, is_superuser=False)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)

    assert client.get(reverse("editing:news")).status_code == 200
    assert client.post(reverse("editing:send-news", args=[AUTUMN])).status_code == status
