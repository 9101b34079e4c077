"""The messages we owe to who ordered: queued in the transaction that owes them, sent at least once.

How they are sent, and what becomes of those that cannot be: `catalogue.mailing`.
"""

import contextlib
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from catalogue import mailing
from orders import consignees, links, progress, standing
from orders.errors import OrderError
from orders.models import Order, OrderEvent, OutgoingMessage, PickUpPoint

REFUSED = "refused"  # the error of a mail that its reader does not want
ERASED = "erased"  # of a mail whose reader was forgotten before it was sent
UNDONE = "undone"  # of a mail about what was undone before it left
BESIDE = "point"  # tells of a place and its days, and not how the order stands
CONFIRM = "confirm"  # the mail whose link confirms an order
HIDDEN = "[secret]"  # stands for the secret of an order in the mails that are kept


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
    if is_new and standing.refuses(order.email):
        _drop(message)
    elif is_new and template in OutgoingMessage.CONFIRMATIONS:
        mailing.hold_back_if_too_much(message)
    transaction.on_commit(deliver_soon)
    return message


def _drop(message: OutgoingMessage) -> None:
    """Keep a mail that its reader told us not to send; staff see why."""
    rows = OutgoingMessage.objects.filter(pk=message.pk)
    rows.update(parked_at=timezone.now(), last_error=REFUSED)


def drop_unsent(address: str) -> None:
    """Send nothing more, about whichever order, to an address that wants no mail."""
    rows = OutgoingMessage.objects.filter(to__iexact=address).unsent()
    rows.update(parked_at=timezone.now(), last_error=REFUSED)


def withdraw(event: OrderEvent) -> bool:
    """Send nothing about an event that was undone; whether its reader was told, or is just now."""
    about, now = OutgoingMessage.objects.filter(event=event), timezone.now()
    leaving = Q(locked_until__gt=now, last_error="")
    about.unsent().exclude(leaving).update(parked_at=now, last_error=UNDONE)
    return about.filter(parked_at=None).exists()


def resend(message: OutgoingMessage, *, seen: int | None = None) -> OutgoingMessage:
    """Owe a message once more, whatever became of it; not to who wants no mail, or is forgotten.

    One that was sent stays as it was, and another one is owed, written from the order of now.
    `seen` is the key of the newest message on the page where this was pressed: by it a second
    press is known.
    """
    if not message.to:
        raise OrderError(_("This order has no e-mail address."))
    if standing.refuses(message.to):
        raise OrderError(_("The reader of this address wants no mail from us."))
    if _is_undone(message):
        raise OrderError(_("What this message tells was undone before it left."))
    if is_overtaken(message):
        raise OrderError(_("A later message tells how the order stands: send that one again."))
    if message.sent_at:
        message = _copy(message, seen)
    else:
        mailing.owe_again(message)  # nothing to do where the button was pressed twice
    transaction.on_commit(deliver_soon)
    return message


def mails_of(order: Order) -> list[tuple[OutgoingMessage, bool]]:
    """The messages of an order, the newest first, and whether each can be sent again."""
    found = list(order.messages.order_by("-pk"))
    told = [(message.event_id, message.template) for message in found]
    alive = [what for message, what in zip(found, told, strict=True) if not _is_undone(message)]
    last = next((what for what in alive if what[1] != BESIDE), None)
    return [
        (message, _may_go_again(message, what in (*alive[:1], last)))
        for message, what in zip(found, told, strict=True)
    ]


def _is_undone(message: OutgoingMessage) -> bool:
    return message.last_error == UNDONE


def _may_go_again(message: OutgoingMessage, is_last: bool) -> bool:
    if _is_undone(message):
        return False
    return bool(message.parked_at or (message.sent_at and is_last))


def is_overtaken(message: OutgoingMessage) -> bool:
    """Whether it was sent, and its reader has been told, or will be, of something later."""
    about = {"event": message.event, "template": message.template}
    later = OutgoingMessage.objects.filter(order=message.order, pk__gt=message.pk)
    later = later.exclude(**about).exclude(template=BESIDE).exclude(last_error=UNDONE)
    return bool(message.sent_at) and later.exists()


def repeated(message: OutgoingMessage, seen: int | None) -> OutgoingMessage | None:
    """What was sent again of a message that left, since the page showed the newest: `seen`."""
    if not message.sent_at or seen is None:
        return None
    return same_as(message).filter(pk__gt=seen).order_by("-pk").first()


def same_as(message: OutgoingMessage):
    """A message and what was sent again of it: about the same event, by the same words."""
    about = {"order": message.order, "event": message.event, "template": message.template}
    return OutgoingMessage.objects.filter(**about)


def _copy(message: OutgoingMessage, seen: int | None) -> OutgoingMessage:
    """The same message once more; the one that is there already, where the button was pressed
    twice."""
    same = same_as(message)
    key = f"{message.template}:{message.event_id or message.order_id}:{same.count()}"
    about = {"order": message.order, "event": message.event, "template": message.template}
    to = {"to": message.to, "language": message.language}
    before = repeated(message, seen) or same.unsent().first()
    return before or OutgoingMessage.objects.get_or_create(key=key, defaults=about | to)[0]


@transaction.atomic
def repeat_confirmation(order: Order) -> bool:
    """Owe the confirmation mail once more; False where that would be too much for the address."""
    before = order.messages.confirmations().order_by("pk")
    again = OutgoingMessage(order=order, to=order.email, language=order.language, template=CONFIRM)
    if standing.refuses(order.email):
        return False
    if not before or order.status != Order.Status.UNVERIFIED or mailing.is_too_much(again):
        return False
    again.event, again.key = before[0].event, f"{CONFIRM}:{before[0].event_id}:{len(before)}"
    with contextlib.suppress(IntegrityError), transaction.atomic():  # pressed twice at once
        again.save()
    transaction.on_commit(deliver_soon)
    return True


def has_confirmation_under_way(order: Order) -> bool:
    """Whether the confirmation mail is sent or will be, and not kept back for a person to see."""
    return order.messages.confirmations().filter(parked_at=None).exists()


# Sending ----------------------------------------------------------------------


def deliver_soon() -> None:
    """Have what is due sent behind the page."""
    mailing.soon(deliver_messages)


@task()
def deliver_messages() -> None:
    deliver()


def deliver(most: int = 100) -> int:
    """Send what is due, oldest first, at most `most` messages; returns how many were sent."""
    rows = OutgoingMessage.objects.select_related("order", "event")
    return mailing.deliver(rows, render, most, kept_of)


# What it says -----------------------------------------------------------------


def render(message: OutgoingMessage) -> EmailMultiAlternatives:
    """The mail in its reader's language, in the thread of its order."""
    thread = f"<order-{_order_of(message).number.lower()}@{mailing.domain()}>"
    with translation.override(message.language):
        context = _context(message)
    return mailing.compose(message, "orders/mail", context, {"References": thread})


def kept_of(message: OutgoingMessage, letter: EmailMultiAlternatives) -> dict[str, str]:
    """What is kept of a mail that is sent: the database holds no secret address in clear."""
    text = str(letter.body).replace(links.secret_of(_order_of(message)), HIDDEN)
    return {"subject": letter.subject[:500], "text": text}


def as_sent(message: OutgoingMessage) -> tuple[str, str] | None:
    """The subject and the text that were sent, the secret in its place; None where not kept."""
    if not (message.sent_at and message.text):
        return None
    return message.subject, message.text.replace(HIDDEN, links.secret_of(_order_of(message)))


def _context(message: OutgoingMessage) -> dict:
    order = _order_of(message)
    return {
        "order": order,
        "copies": partial(progress.copies, order),  # asked for only where a mail shows it
        "come_in": partial(progress.come_in, order, message.event),
        "earlier": partial(progress.earlier, order),
        "points": PickUpPoint.objects.expecting(order),
        "undecided": partial(_is_undecided, order),
        "others": partial(progress.consignees, order, message.language),
        "own_part": partial(consignees.own_part_of, order),
        "waits": order.lines.filter(backordered__gt=0).exists,
        "link": links.order_url(order, message.language),
        "event": message.event,
        "consignment": message.event.consignment if message.event else None,
        "hours": settings.ORDER_CONFIRMATION_HOURS,
    }


def _is_undecided(order: Order) -> bool:
    """Whether a person still decides on copies above the limit."""
    return any(line.to_decide for line in order.lines.all())


def _order_of(message: OutgoingMessage) -> Order:
    if message.order is None:
        raise ValueError("only messages about orders are written here")
    return message.order
