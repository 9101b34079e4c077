"""How every mail leaves: leased, sent, then marked; written in its reader's language.

It works on the rows of any model of `Mail`. A crash between sending and marking repeats the
mail with the same Message-ID and never loses it. What cannot be sent for three days is parked
and shown to staff. A model whose mails forget their address loses it as they are marked.
"""

import datetime
import logging
import smtplib
from collections.abc import Callable
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, connections
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from catalogue import languages
from catalogue.models import Mail
from catalogue.querysets import MailQuerySet

Render = Callable[[Any], EmailMultiAlternatives]
Keep = Callable[[Any, EmailMultiAlternatives], dict]
log = logging.getLogger(__name__)
LEASE = datetime.timedelta(minutes=5)
GIVE_UP = datetime.timedelta(days=3)
LONGEST_WAIT = datetime.timedelta(hours=6)
TURN = 0x6D61696C  # the key of the lock on counting mails: "mail"
LIMIT = "limit"  # the error of a mail that was held back, since there were too many
AFRESH = {
    "sent_at": None,
    "parked_at": None,
    "locked_until": None,
    "attempts": 0,
    "last_error": "",
}


# Owing ------------------------------------------------------------------------


def hold_back_if_too_much(mail: Mail) -> None:
    """Park a confirmation beyond the limits, for a person to look at."""
    if is_too_much(mail):
        _rows(mail).update(parked_at=timezone.now(), last_error=LIMIT)


def is_too_much(mail: Mail) -> bool:
    """Whether an address has had its confirmations of the day, or the site those of the hour.

    Confirmations of every kind count together: nobody can use our forms to flood somebody else.
    To be asked in the transaction that owes the mail: nobody else is answered until it ends.
    """
    _wait_for_turn()
    now = timezone.now()
    day, hour = now - datetime.timedelta(days=1), now - datetime.timedelta(hours=1)
    others = [kind.objects.confirmations().besides(mail) for kind in Mail.__subclasses__()]
    to_it = sum(rows.written_since(day).addressed_to(mail.to).count() for rows in others)
    lately = sum(rows.written_since(hour).count() for rows in others)
    return to_it >= settings.MAILS_PER_ADDRESS_A_DAY or lately >= settings.MAILS_PER_HOUR


def _wait_for_turn() -> None:
    """Let one transaction after the other count and owe; SQLite has one that writes anyhow."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def owe_again(mail: Mail) -> None:
    """Have a mail that was given up sent once more; one that is owed may be leaving just now."""
    _rows(mail).parked().update(**AFRESH)


# Sending ----------------------------------------------------------------------


def soon(task) -> None:
    """Have what is due sent behind the page, so that nobody waits for a mail server.

    A failure here never reaches the reader: `send_messages` comes round again.
    """
    if settings.MAIL_IN_THREAD:
        Thread(target=_enqueue, args=[task, connections.close_all], daemon=True).start()
    else:
        _enqueue(task)


def _enqueue(task, finish=lambda: None) -> None:
    try:
        task.enqueue()
    except Exception:
        log.exception("Messages wait for the next run of send_messages")
    finally:
        finish()


def _nothing(_mail: Any, _letter: EmailMultiAlternatives) -> dict:
    return {}


def deliver(rows: MailQuerySet, render: Render, most: int, keep: Keep = _nothing) -> int:
    """Send what is due among `rows`, oldest first, at most `most`; how many were sent.

    `keep` gives the columns that remember what a letter said, written as it is marked.
    """
    due = rows.due().order_by("pk").values_list("pk", flat=True)
    return sum(_deliver(rows.filter(pk=pk), render, keep) for pk in list(due[:most]))


def _deliver(row: MailQuerySet, render: Render, keep: Keep) -> bool:
    leased = {"locked_until": timezone.now() + LEASE, "attempts": F("attempts") + 1}
    if not row.due().order_by().update(**leased):
        return False  # somebody else is at it
    if (mail := row.first()) is None:
        return False  # dropped this moment
    try:
        letter = render(mail)
        kept = keep(mail, letter)
        letter.send()
    except Exception as error:
        _postpone(mail, error)
        return False
    _mark(mail, kept)
    return True


def _mark(mail: Mail, kept: dict) -> None:
    """Say that a mail is sent, and what it said unless its reader was forgotten meanwhile."""
    done = {"sent_at": timezone.now(), "parked_at": None, "last_error": ""}
    done |= mail.FORGOTTEN_WHEN_SENT
    if not _rows(mail).exclude(to="").update(**done, **kept):
        _rows(mail).update(**done)


def _postpone(mail: Mail, error: Exception) -> None:
    now = timezone.now()
    kind = type(error).__name__  # the error's text may hold the address
    log.warning("%s %s not sent: %s", type(mail).__name__, mail.pk, kind)
    wait = min(datetime.timedelta(minutes=2**mail.attempts), LONGEST_WAIT)
    hopeless = _is_permanent(error) or now - mail.created_at > GIVE_UP
    parked = {"parked_at": now} if hopeless else {}
    still_owed = _rows(mail).filter(parked_at=None)  # meanwhile its reader may want it no more
    still_owed.update(locked_until=now + wait, last_error=kind, **parked)


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _rows(mail: Mail) -> MailQuerySet:
    return type(mail).objects.filter(pk=mail.pk)


# Writing ----------------------------------------------------------------------


def compose(mail: Mail, folder: str, context: dict, headers: dict) -> EmailMultiAlternatives:
    """A mail from its three templates in `folder`: text first, then HTML; the same each time."""
    with translation.override(mail.language):
        context = signature() | context | {"language": mail.language}
        subject, text, html = (
            render_to_string(f"{folder}/{mail.template}.{part}", context)
            for part in ("subject.txt", "txt", "html")
        )
    message = EmailMultiAlternatives(
        " ".join(subject.split()),
        text.strip() + "\n",
        to=[mail.to],
        headers=_headers(mail) | headers,
    )
    message.attach_alternative(html, "text/html")
    return message


def signature() -> dict:
    """Who writes, in the current language."""
    return {
        "site_name": languages.words(settings.SITE_NAME),
        "site_url": settings.SITE_URL,
        "unit_name": languages.words(settings.UNIT_NAME),
        "treaty_name": languages.words(settings.TREATY_NAME),
        "unit_email": settings.UNIT_EMAIL,
    }


def domain() -> str:
    """The domain of our Message-IDs."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _headers(mail: Mail) -> dict[str, str]:
    return {
        "Message-ID": f"<{mail.template}-{mail.pk}@{domain()}>",
        "Content-Language": mail.language,
        "Auto-Submitted": "auto-generated",
    }
