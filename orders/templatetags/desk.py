"""Words and figures of the desk's tables."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import mailing
from catalogue.formats import number
from orders import breaches, outbox, standing
from orders.models import Consignment, Order, OrderEvent
from orders.references import short_code
from orders.templatetags.orders import local_date, own_title

register = template.Library()
register.filter("short_code", short_code)
register.filter("own_title", own_title)
register.filter("local_date", local_date)
register.filter("told", breaches.told)

MAILS = {
    "confirm": _("Please confirm your order"),
    "received": _("Your order is received"),
    "changed": _("Your order has changed"),
    "alike": _("Your order resembles an earlier one"),
    "waiting": _("Your order waits for a reprint"),
    "considered": _("Your order is being looked at"),
    "gone": _("No copies are left for your order"),
    "hold": _("Your order is on hold"),
    "released": _("Your order is no longer on hold"),
    "sent": _("Your copies are on their way"),
    "ready": _("Your copies are ready for pick-up"),
    "missed": _("Your copies were not picked up"),
    "decided": _("Your order has been decided on"),
    "back": _("Copies for you are back in stock"),
    "replaced": _("Your copies will be sent again"),
    "forwarded": _("Your copies go another way"),
    "let_go": _("Your copies are no longer set aside"),
    "point": _("Where and when to pick up your copies has changed"),
    "cancelled": _("Your order is cancelled"),
    "declined": _("Your order is declined"),
}

# Why a mail did not leave, for the codes that are no name of an error of the mail server:
# of any mail, of a confirmation in lists, and of a confirmation on its order's page.
NOT_SENT = {
    mailing.LIMIT: _("held back: too many confirmations in a short time"),
    outbox.REFUSED: _("not sent: its reader wants no mail"),
    outbox.ERASED: _("not sent: the personal data were erased"),
    outbox.UNDONE: _("not sent: what it tells was undone"),
}
KEPT_BACK = {
    mailing.LIMIT: _("confirmation mail kept back: too many in a short time"),
    outbox.REFUSED: _("confirmation mail kept back: the address refused mail"),
}
NO_CONFIRMATION = {
    mailing.LIMIT: _(
        "No confirmation mail was sent: there were too many for this address today, or for the "
        "site this hour."
    ),
    outbox.REFUSED: _(
        "No confirmation mail was sent: this address had refused our mail. It may be written to "
        "again."
    ),
}

CODES: dict[str, dict] = {
    OrderEvent.What.HELD: dict(Order.Hold.choices),
    OrderEvent.What.CLOSED: dict(Order.Hold.choices),
    OrderEvent.What.EDITED: {
        standing.Standing.TRUSTED: _("The e-mail address needs no confirmation."),
        standing.Standing.REFUSED: _("The e-mail address gets no mail."),
        standing.FORGOTTEN: _("The e-mail address is confirmed with each order."),
    },
}


@register.filter
def times(code, copies):
    """ "DAP-2015 · FR ×10", which breaks before the dot, if at all."""
    space = "\N{NO-BREAK SPACE}"
    return f"{code.replace('· ', f'·{space}')}{space}×{number(copies)}"


@register.filter
def mail_name(template_name):
    """What a message says, in the desk's language: {{ message.template|mail_name }}."""
    return MAILS.get(template_name, template_name)


@register.filter
def not_sent(code):
    """Why we did not send a mail; empty for what the mail server said."""
    return NOT_SENT.get(code, "")


@register.filter
def kept_back(code):
    """Why we did not send a confirmation, in a few words; empty for what the mail server said."""
    return KEPT_BACK.get(code, "")


@register.filter
def no_confirmation(code):
    """Why we did not send a confirmation, in a sentence; empty for what the mail server said."""
    return NO_CONFIRMATION.get(code, "")


@register.filter
def reason_given(event):
    """Why something happened, in words also where the event recorded a code."""
    return CODES.get(event.what, {}).get(event.reason, event.reason)


@register.filter
def parcel_status(code):
    """Where a consignment is, in words, for the code that a list asked for."""
    return dict(Consignment.Status.choices).get(code, code)


@register.filter
def of(mapping, key):
    """What a mapping holds for a row: {{ twins|of:order.pk }}."""
    return mapping.get(key)


@register.filter
def days_since(instant):
    """Whole days between a moment and today, by the office's calendar."""
    return (timezone.localdate() - local_date(instant)).days


@register.filter
def unlocalized(number):
    """A key of the database, for addresses and names of fields: no separators."""
    return str(number)


@register.filter
def signed(change):
    """A movement in a ledger: +10, −5, or nothing."""
    if not change:
        return ""
    return f"{'+' if change > 0 else '−'}{number(abs(change))}"


@register.filter
def one_line(text):
    """Lines of a name or an address, one after the other."""
    return ", ".join(text.splitlines())
