"""The messages we owe: queued in the transaction that owes them, sent at least once.

A message is leased, sent, then marked, so that a crash in between repeats it with the same
Message-ID and never loses it. What cannot be sent for three days is parked and shown to staff.
"""

import contextlib
import datetime
import logging
import smtplib
from threading import Thread
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, connections, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_tasks import task

from catalogue import languages
from orders import links
from orders.models import Order, OrderEvent, OutgoingMessage

log = logging.getLogger(__name__)
LEASE = datetime.timedelta(minutes=5)
GIVE_UP = datetime.timedelta(days=3)
LONGEST_WAIT = datetime.timedelta(hours=6)


def queue(order: Order, template: str, *, event: OrderEvent) -> OutgoingMessage | None:
    """Owe the orderer a message about an event, in the order's language; once per event.

    A confirmation beyond the limits for one address or one hour is parked for a person to look
    at: nobody can use the order form to flood somebody else.
    """
    if not order.email:
        return None
    message, is_new = OutgoingMessage.objects.get_or_create(
        key=f"{template}:{event.pk}",
        defaults={
            "order": order,
            "event": event,
            "to": order.email,
            "language": order.language,
            "template": template,
        },
    )
    if is_new and template == "confirm" and _is_too_much(message):
        message.parked_at, message.last_error = timezone.now(), "limit"
        message.save(update_fields=["parked_at", "last_error"])
    transaction.on_commit(deliver_soon)
    return message


def resend(message: OutgoingMessage) -> None:
    """Owe a message once more, whatever became of it."""
    OutgoingMessage.objects.filter(pk=message.pk).update(
        sent_at=None, parked_at=None, locked_until=None, attempts=0, last_error=""
    )
    transaction.on_commit(deliver_soon)


def repeat_confirmation(order: Order) -> bool:
    """Owe the confirmation mail once more; False where that would be too much for the address."""
    before = order.messages.filter(template="confirm").order_by("pk")
    again = OutgoingMessage(
        order=order, to=order.email, language=order.language, template="confirm"
    )
    if not before or order.status != Order.Status.UNVERIFIED or _is_too_much(again):
        return False
    again.event, again.key = before[0].event, f"confirm:{before[0].event_id}:{len(before)}"
    with contextlib.suppress(IntegrityError), transaction.atomic():  # pressed twice at once
        again.save()
    transaction.on_commit(deliver_soon)
    return True


def has_confirmation_under_way(order: Order) -> bool:
    """Whether the confirmation mail is sent or will be, and not kept back for a person to see."""
    return order.messages.filter(template="confirm", parked_at=None).exists()


def _is_too_much(message: OutgoingMessage) -> bool:
    now = timezone.now()
    confirmations = OutgoingMessage.objects.filter(template="confirm").exclude(pk=message.pk)
    day = confirmations.filter(created_at__gt=now - datetime.timedelta(days=1))
    hour = confirmations.filter(created_at__gt=now - datetime.timedelta(hours=1))
    return (
        day.filter(to__iexact=message.to).count() >= settings.MAILS_PER_ADDRESS_A_DAY
        or hour.count() >= settings.MAILS_PER_HOUR
    )


# Sending ----------------------------------------------------------------------


def deliver_soon() -> None:
    """Have what is due sent behind the page, so that nobody waits for a mail server.

    A failure here never reaches the person who ordered: `send_messages` comes round again.
    """
    if settings.MAIL_IN_THREAD:
        Thread(target=_enqueue, args=[connections.close_all], daemon=True).start()
    else:
        _enqueue()


def _enqueue(finish=lambda: None) -> None:
    try:
        deliver_messages.enqueue()
    except Exception:
        log.exception("Messages wait for the next run of send_messages")
    finally:
        finish()


@task()
def deliver_messages() -> None:
    deliver()


def deliver(most: int = 100) -> int:
    """Send what is due, oldest first, at most `most` messages; returns how many were sent."""
    due = OutgoingMessage.objects.due().order_by("pk").values_list("pk", flat=True)
    return sum(_deliver(pk) for pk in list(due[:most]))


def _deliver(pk: int) -> bool:
    if (
        not OutgoingMessage.objects.due()
        .filter(pk=pk)
        .update(locked_until=timezone.now() + LEASE, attempts=F("attempts") + 1)
    ):
        return False  # somebody else is at it
    message = OutgoingMessage.objects.select_related("order", "event").get(pk=pk)
    try:
        render(message).send()
    except Exception as error:
        _postpone(message, error)
        return False
    OutgoingMessage.objects.filter(pk=pk).update(sent_at=timezone.now(), last_error="")
    return True


def _postpone(message: OutgoingMessage, error: Exception) -> None:
    now = timezone.now()
    kind = type(error).__name__  # the error's text may hold the address
    log.warning("Message %s not sent: %s", message.pk, kind)
    wait = min(datetime.timedelta(minutes=2**message.attempts), LONGEST_WAIT)
    hopeless = _is_permanent(error) or now - message.created_at > GIVE_UP
    OutgoingMessage.objects.filter(pk=message.pk).update(
        locked_until=now + wait, last_error=kind, parked_at=now if hopeless else None
    )


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


# What it says -----------------------------------------------------------------


def render(message: OutgoingMessage) -> EmailMultiAlternatives:
    """The mail in its reader's language: text first, then HTML; the same each time."""
    with translation.override(message.language):
        context = _context(message)
        subject, text, html = (
            render_to_string(f"orders/mail/{message.template}.{part}", context)
            for part in ("subject.txt", "txt", "html")
        )
    mail = EmailMultiAlternatives(
        " ".join(subject.split()), text.strip() + "\n", to=[message.to], headers=_headers(message)
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _context(message: OutgoingMessage) -> dict:
    order = _order_of(message)
    return {
        "order": order,
        "lines": order.lines.select_related("edition__publication").prefetch_related(
            "edition__languages"
        ),
        "link": links.order_url(order, message.language),
        "event": message.event,
        "consignment": message.event.consignment if message.event else None,
        "hours": settings.ORDER_CONFIRMATION_HOURS,
        "language": message.language,
        "site_url": settings.SITE_URL,
        "unit_name": languages.words(settings.UNIT_NAME),
        "treaty_name": languages.words(settings.TREATY_NAME),
        "unit_email": settings.UNIT_EMAIL,
    }


def _order_of(message: OutgoingMessage) -> Order:
    if message.order is None:
        raise ValueError("only messages about orders are written here")
    return message.order


def _headers(message: OutgoingMessage) -> dict[str, str]:
    domain = urlsplit(settings.SITE_URL).hostname
    thread = f"<order-{_order_of(message).number.lower()}@{domain}>"
    return {
        "Message-ID": f"<{message.template}-{message.pk}@{domain}>",
        "References": thread,
        "Content-Language": message.language,
        "Auto-Submitted": "auto-generated",
    }
