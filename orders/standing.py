"""Addresses that may not be written to, and addresses that need no confirmation.

Only a keyed hash of an address is kept: who reads the table learns no address from it.
"""

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from orders.errors import OrderError
from orders.events import record
from orders.models import AddressStanding, Order, OrderEvent

Standing = AddressStanding.Standing
FORGOTTEN = "forgotten"  # the reason of the event after which an address is like any other


def of(email: str) -> str:
    """How an address stands: `trusted`, `refused`, or "" for most."""
    rows = AddressStanding.objects.filter(digest__in=_digests(email))
    return rows.values_list("standing", flat=True).first() or ""


def refuses(email: str) -> bool:
    """Whether its reader told us not to write to an address any more."""
    return of(email) == Standing.REFUSED


def trusts(email: str) -> bool:
    """Whether staff know an address, so that its orders need no confirmation."""
    return of(email) == Standing.TRUSTED


def mark(email: str, standing: str, *, by=None) -> None:
    """Remember how an address stands; "" forgets it. Safe to repeat."""
    digests = _digests(email)
    AddressStanding.objects.filter(digest__in=digests[1:] if standing else digests).delete()
    if standing:
        AddressStanding.objects.update_or_create(
            digest=digests[0], defaults={"standing": standing, "by": by}
        )


@transaction.atomic
def mark_of(order: Order, *, standing: str, by) -> None:
    """Remember how the address of an order stands, and that a colleague said so."""
    order = _locked(order)
    if not order.email:
        raise OrderError(_("This order has no e-mail address."))
    if of(order.email) != standing:
        mark(order.email, standing, by=by)
        record(order, OrderEvent.What.EDITED, by=by, reason=standing or FORGOTTEN)


@transaction.atomic
def lift_refusal(order: Order, *, by, reason: str) -> None:
    """Write again to the address of an order, since its reader told us so; safe to repeat."""
    order = _locked(order)
    if refuses(order.email):
        mark(order.email, "")
        record(order, OrderEvent.What.MAIL_ALLOWED, by=by, reason=reason)


def _locked(order: Order) -> Order:
    """The order as it is now: its event says what it is."""
    return Order.objects.select_for_update(no_key=True).get(pk=order.pk)


def _digests(email: str) -> list[str]:
    """An address's hash under the key of today, then under those of before."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [digest_of(email, key) for key in keys]


def digest_of(email: str, key: str) -> str:
    """An address's keyed hash; capitals make no other address of it."""
    address = email.strip().casefold()
    return salted_hmac("orders.standing", address, secret=key, algorithm="sha256").hexdigest()
