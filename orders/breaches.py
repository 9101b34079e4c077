"""What the audit may find: kept as a kind with its facts, told in the language of who reads."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from catalogue import languages
from catalogue.formats import number
from orders.models import Order

SENTENCES = {
    "uncovered": _("%(stock)s: more copies are promised or unusable than are on hand."),
    "on_hand": _("%(stock)s – on hand: %(there)s; by the movements: %(due)s."),
    "allocated": _("%(stock)s – promised: %(there)s; by the movements: %(due)s."),
    "unusable": _("%(stock)s – unusable: %(there)s; by the movements: %(due)s."),
    "promises": _("%(stock)s – promised: %(there)s; in the orders: %(due)s."),
    "sum": _("Order %(order)s, %(edition)s: the copies approved do not add up."),
    "packed": _("Order %(order)s, %(edition)s: more copies are packed than promised."),
    "replaced": _(
        "Order %(order)s, %(edition)s – to be sent again: %(there)s; by its parcels: %(due)s."
    ),
    "parcel": _("Parcel %(parcel)s, %(edition)s – issued: %(there)s; due: %(due)s."),
    "first_parcel": _("Order %(order)s does not say when its first parcel left."),
    "unpromised": _("Movement %(movement)s, %(stock)s: copies left that were not promised."),
    "walk_up": _("Movement %(movement)s, %(stock)s: a walk-up took promised copies."),
    "holds": _("Order %(order)s, %(edition)s: the order is “%(status)s”, yet it holds copies."),
    "undecided": _("Order %(order)s, %(edition)s: the order is closed, yet copies are undecided."),
    "issued": _("Order %(order)s, %(edition)s – issued: %(there)s; by the movements: %(due)s."),
    "returned": _("Order %(order)s, %(edition)s – returned: %(there)s; by the movements: %(due)s."),
    "edition": _(
        "%(edition)s – on hand at all locations: %(there)s; received and not gone: %(due)s."
    ),
    "waiting": _("%(stock)s – free copies: %(there)s, while an order waits for them."),
    "pick_up": _("Parcel %(parcel)s was picked up or missed, but never lay at a pick-up point."),
    "status": _("Order %(order)s is “%(status)s”, but its last event says “%(said)s”."),
    "no_event": _("Order %(order)s is “%(status)s”, but no event says so."),
    "message": _("Message %(message)s tells of an event of another order than its own."),
    "shares": _("Order %(order)s, %(edition)s: the consignees get more than is wanted."),
    "transfer": _("%(edition)s: transfers lost or made copies."),
}


class Breach(NamedTuple):
    """One disagreement; its facts are plain values that JSON holds.

    A number is a quantity, a text a number of something, a mapping a name in several languages.
    """

    kind: str
    facts: dict[str, Any]

    def __str__(self):
        words = {name: _word(name, fact) for name, fact in self.facts.items()}
        return str(SENTENCES[self.kind]) % words


def breach(kind: str, **facts) -> Breach:
    """A disagreement about rows: of what is neither figure nor text the name is kept."""
    return Breach(kind, {name: _kept(fact) for name, fact in facts.items()})


def told(stored: Any) -> dict[str, str]:
    """What a job kept of a breach: its `text`, and the `language` that is in.

    Once whole sentences were kept, in English: they stay as they are; so does a kind that a
    later version does not know.
    """
    try:
        kind, facts = stored if isinstance(stored, list) else ("", {})
        return {"text": str(Breach(kind, facts)), "language": languages.current()}
    except (KeyError, TypeError, ValueError):
        return {"text": str(stored), "language": "en"}


def _kept(fact):
    return fact if isinstance(fact, int | str) else _names(fact)


def _names(row) -> dict[str, str]:
    """What a row is called, in each language of the interface."""
    called = {}
    for code in languages.interface_languages():
        with override(code):
            called[code] = str(row)
    return called


def _word(name, fact):
    if isinstance(fact, dict):
        return languages.words(fact)
    if name in ("status", "said"):
        return dict(Order.Status.choices).get(fact, fact)
    return number(fact) if isinstance(fact, int) else fact
