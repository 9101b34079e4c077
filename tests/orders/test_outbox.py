"""Messages we owe: sent at least once, postponed when the server is down, parked when hopeless."""

import datetime
import smtplib

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.utils import timezone

from catalogue import mailing
from orders import lifecycle, links, outbox
from orders.models import OutgoingMessage
from tests.builders import make_edition, make_order, place_order

pytestmark = pytest.mark.django_db


class DeadServer(BaseEmailBackend):
    """A mail server that nobody can reach."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("delegate@example.org")


class StrictServer(BaseEmailBackend):
    """A mail server that knows no such mailbox."""

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({"delegate@example.org": (550, b"no such mailbox")})


@pytest.fixture
def dead_server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"


@pytest.fixture
def message(db):
    return place_order((make_edition(on_hand=10), 4)).messages.get()


def later(**time):
    return time_machine.travel(timezone.now() + datetime.timedelta(**time), tick=False)


def test_a_message_is_sent_once(message):
    assert (outbox.deliver(), outbox.deliver()) == (1, 0)

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("is_dead", [False, True], ids=["sent", "not sent"])
def test_a_mail_that_is_dropped_while_it_is_sent_stays_as_it_ended(message, settings, is_dead):
    """ "I did not order this" is said on another page while the letter is under way."""
    if is_dead:
        settings.EMAIL_BACKEND = f"{__name__}.DeadServer"

    def render(mail):
        outbox.drop_unsent(mail.to)
        return outbox.render(mail)

    mailing.deliver(OutgoingMessage.objects.all(), render, 10)

    message.refresh_from_db()
    assert (message.sent_at is None, message.parked_at is None) == (is_dead, not is_dead)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_mail_carries_what_mail_programs_want_to_know(language):
    order = place_order((make_edition(on_hand=10), 4), language=language)
    outbox.deliver()

    [sent] = mail.outbox

    assert sent.to == [order.email]
    assert order.number in sent.subject
    assert sent.extra_headers["Content-Language"] == language
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert sent.extra_headers["Message-ID"].endswith("@127.0.0.1>")


def test_a_message_sent_but_not_marked_is_sent_again_with_the_same_id(message):
    """As after a crash between the mail server's yes and our own mark."""
    outbox.deliver()
    OutgoingMessage.objects.update(sent_at=None)

    with later(minutes=6):
        outbox.deliver()

    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_message_that_somebody_is_sending_is_left_alone(message):
    OutgoingMessage.objects.update(locked_until=timezone.now() + datetime.timedelta(minutes=1))

    assert outbox.deliver() == 0


def test_a_dead_mail_server_postpones_and_tells_the_log_nobodys_address(
    message, dead_server, caplog
):
    outbox.deliver()

    message.refresh_from_db()
    assert (message.attempts, message.last_error) == (1, "ConnectionRefusedError")
    assert message.parked_at is None
    assert "example.org" not in caplog.text


def test_three_days_without_a_mail_server_lose_nothing(message, settings):
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    for hours in range(0, 71, 7):
        with later(hours=hours):
            outbox.deliver()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with later(hours=77):
        assert outbox.deliver() == 1


def test_what_cannot_be_sent_for_longer_is_parked_for_staff_and_can_be_sent_again(
    message, settings
):
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    with later(hours=73):
        outbox.deliver()
    assert OutgoingMessage.objects.parked().count() == 1

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    outbox.resend(message)

    assert outbox.deliver() == 1


def test_send_again_pressed_twice_while_the_mail_is_leaving_sends_it_once(message):
    OutgoingMessage.objects.filter(pk=message.pk).update(parked_at=timezone.now())
    message.refresh_from_db()
    lease = timezone.now() + datetime.timedelta(minutes=5)
    outbox.resend(message)
    OutgoingMessage.objects.filter(pk=message.pk).update(locked_until=lease)  # a worker has it

    for seen in (message, OutgoingMessage.objects.get(pk=message.pk)):  # drawn before, and after
        outbox.resend(seen)

    assert OutgoingMessage.objects.get(pk=message.pk).locked_until == lease
    assert outbox.deliver() == 0


def test_a_mailbox_that_does_not_exist_is_parked_at_once(message, settings):
    settings.EMAIL_BACKEND = f"{__name__}.StrictServer"

    outbox.deliver()

    assert OutgoingMessage.objects.parked().get() == message


def test_the_same_event_owes_the_same_message_once(message):
    outbox.queue(message.order, "confirm", event=message.event)

    assert OutgoingMessage.objects.count() == 1


def test_nobody_is_flooded_with_confirmations(settings):
    settings.MAILS_PER_ADDRESS_A_DAY = 3
    edition = make_edition(on_hand=10)

    for _ in range(5):
        place_order((edition, 1), email="victim@example.org")

    assert outbox.deliver() == 3
    assert OutgoingMessage.objects.parked().count() == 2


def test_the_limit_of_an_hour_holds_for_all_addresses_together(settings):
    settings.MAILS_PER_HOUR = 2
    edition = make_edition(on_hand=10)

    for _ in range(3):
        place_order((edition, 1))

    assert outbox.deliver() == 2


def test_the_command_sends_what_is_due(message, capsys):
    call_command("send_messages")

    assert capsys.readouterr().out == "1 messages sent\n"


def test_an_order_without_an_address_owes_no_message():
    order = make_order((make_edition(on_hand=10), 4), email="")

    assert not order.messages.exists()


# The link in the mail -----------------------------------------------------------


def test_the_link_opens_the_order_and_nothing_else_does(message):
    secret = links.order_url(message.order).rstrip("/").rpartition("/")[2]

    assert links.find(secret) == message.order
    assert links.find(secret[:-1]) is None
    assert links.find(message.order.link_seed) is None
    assert links.find(message.order.link_hash) is None


def test_the_link_outlives_a_change_of_the_sites_key(message, settings):
    secret = links.secret_of(message.order)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    assert links.secret_of(message.order) == secret


def test_a_link_made_with_a_lost_key_leads_nowhere_but_breaks_nothing(message, settings):
    settings.SECRET_KEY = "another key"

    assert links.find(links.secret_of(message.order)) is None
    assert outbox.deliver() == 1


@pytest.mark.parametrize("text", ["", "x", "é", "\ud800", "a" * 10_000, "%00"])
def test_a_wrong_secret_finds_nothing(text):
    assert links.find(text) is None


def test_an_order_number_has_no_look_alike_letters(message):
    assert not set(links.new_number()) & set("01IOL")


def test_cancelling_owes_one_message(message):
    order = lifecycle.confirm(message.order)

    lifecycle.cancel(order)
    lifecycle.cancel(order)

    assert order.messages.filter(template="cancelled").count() == 1
