"""Where an order stands, in words for the person who placed it: computed from quantities."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, TextChoices
from django.utils.translation import gettext_lazy as _

from catalogue.models import State
from orders import addresses, limits
from orders import consignees as destinations
from orders.models import Consignment, ConsignmentLine, Order, OrderEvent, OrderLine

In = Consignment.Status
What = OrderEvent.What
Status = Order.Status


class Stage(TextChoices):
    """The state of an order in a sentence."""

    UNVERIFIED = "unverified", _("Please confirm your order.")
    EXPIRED = "expired", _("This order was not confirmed in time and has expired.")
    CANCELLED = "cancelled", _("This order is cancelled.")
    DECLINED = "declined", _("This order could not be accepted.")
    HELD = "held", _("This order is on hold. We will write to you.")
    ALIKE = (
        "alike",
        _("Your order is received. We look at it first, because it resembles an earlier one."),
    )
    READY = "ready", _("Your copies are ready to be picked up.")
    PACKED = "packed", _("Your copies are packed and leave shortly.")
    PARTLY_PACKED = "partly_packed", _("Part of your copies is packed; the rest follows.")
    SET_ASIDE = "set_aside", _("Your copies are set aside and will be packed next.")
    PARTLY_SET_ASIDE = "partly_set_aside", _("Part of your copies is set aside; the rest follows.")
    REST_SET_ASIDE = (
        "rest_set_aside",
        _("Part of your copies has left; the rest is set aside and will be packed next."),
    )
    REST_PACKED = "rest_packed", _("Part of your copies has left; the rest is packed.")
    PARTLY_SENT = "partly_sent", _("Part of your copies has left; the rest follows.")
    WAITING = "waiting", _("Your copies follow when they are reprinted.")
    REVIEW = "review", _("We are looking at your order and will write to you.")
    SENT = "sent", _("Your copies are on their way.")
    DELIVERED = "delivered", _("Your copies have been delivered.")
    PICKED_UP = "picked_up", _("Your copies have been picked up.")
    RETURNED = "returned", _("Your copies came back to us. Please write to us.")
    LOST = "lost", _("Your copies were lost on the way. Please write to us.")
    CLOSED = "closed", _("This order is closed.")


PUBLIC_EVENTS = {
    What.PLACED: _("You placed the order."),
    What.CONFIRMED: _("You confirmed the order."),
    What.CHANGED: _("The order was changed."),
    What.APPROVED: _("The copies above the limit were decided on."),
    What.HELD: _("The order was put on hold."),
    What.RELEASED: _("Work on the order went on."),
    What.SERVED: _("Copies were set aside."),
    What.PACKED: _("The copies were packed."),
    What.SENT: _("The copies were dispatched."),
    What.UNSENT: _("That they were dispatched was our mistake: they are still here."),
    What.AT_DESK: _("The copies were ready to be picked up."),
    What.HANDED_OVER: _("The copies were picked up."),
    What.UNDONE: _("That they were picked up was our mistake: they are still ready."),
    What.MISSED: _("The copies were not picked up."),
    What.STILL_HERE: _("That they were not picked up was our mistake: they are still ready."),
    What.DELIVERED: _("The copies were delivered."),
    What.RETURNED: _("The copies came back."),
    What.LOST: _("The copies were lost on the way."),
    What.REPLACED: _("The copies will be sent again."),
    What.FORWARDED: _("The copies go another way."),
    What.LET_GO: _("The copies that were not picked up were released."),
    What.POINT: _("The place, the hours or the days of the pick-up changed."),
    What.EDITED: _("The details were corrected."),
    What.DISOWNED: _("You told us that you did not order this."),
    What.CANCELLED: _("The order was cancelled."),
    What.DECLINED: _("The order was declined."),
    What.EXPIRED: _("The order expired."),
}


WITH_WORDS = (What.APPROVED, What.CANCELLED, What.DECLINED)  # written for the orderer to read


@dataclass(frozen=True)
class Copies:
    """Where the copies of a line are; each copy asked for is counted once."""

    line: OrderLine
    in_consignments: dict[str, int]  # copies by the status of their consignment
    is_confirmed: bool

    def _in(self, *statuses: str) -> int:
        return sum(self.in_consignments.get(status, 0) for status in statuses)

    @property
    def unconfirmed(self) -> int:
        return 0 if self.is_confirmed else self.line.wanted

    @property
    def packed(self) -> int:
        return self._in(In.PREPARING, In.PACKED)

    @property
    def ready(self) -> int:
        return self._in(In.AT_DESK)

    @property
    def set_aside(self) -> int:
        return self.line.allocated - self.packed - self.ready

    @property
    def sent(self) -> int:
        return self._in(In.SENT)

    @property
    def delivered(self) -> int:
        return self._in(In.DELIVERED)

    @property
    def picked_up(self) -> int:
        return self._in(In.HANDED_OVER)

    @property
    def returned(self) -> int:
        return self._in(In.RETURNED)

    @property
    def lost(self) -> int:
        return self._in(In.LOST)

    @property
    def waiting(self) -> int:
        return self.line.backordered

    @property
    def to_decide(self) -> int:
        return self.line.to_decide if self.is_confirmed else 0

    @property
    def is_excess(self) -> bool:
        """More than goes without a decision, and not yet confirmed."""
        return self.unconfirmed > limits.per_title()


def copies(order: Order) -> list[Copies]:
    """Where the copies of an order are, line by line, in four queries."""
    packed = ConsignmentLine.objects.filter(consignment__order=order).select_related("consignment")
    by_line: dict[int, dict[str, int]] = {}
    for part in packed:
        places = by_line.setdefault(part.line_id, {})
        status = part.consignment.status
        places[status] = places.get(status, 0) + part.quantity
    lines = order.lines.select_related("edition__publication").prefetch_related(
        "edition__languages"
    )
    is_confirmed = order.accepted_at is not None
    return [Copies(line, by_line.get(line.pk, {}), is_confirmed) for line in lines]


def consignees(order: Order, language: str) -> list[dict]:
    """Who else gets part of the order: where to, without the address, and how many copies."""
    rows = order.consignees.select_related("pick_up_point").prefetch_related(
        "shares__line__edition__publication", "shares__line__edition__languages"
    )
    states = State.objects.in_bulk({row.country for row in rows}, field_name="iso2")
    return [
        {
            "consignee": consignee,
            "destination": addresses.masked(consignee, language, states)
            if consignee.address
            else [],
            "shares": consignee.shares.all(),
        }
        for consignee in rows
    ]


def own_part(parts: list[Copies], others: list[dict]) -> dict[OrderLine, int]:
    """What the orderer gets beside `others` (`consignees`), by line; empty without others."""
    rows = [other["consignee"] for other in others]
    return destinations.own_part([part.line for part in parts], rows)


def stage(order: Order, parts: list[Copies]) -> Stage:
    """The one sentence that says how the order stands."""
    if order.status not in (Status.OPEN, Status.CLOSED):
        return Stage(order.status)
    if order.hold:
        return Stage.ALIKE if _is_held_by_itself(order) else Stage.HELD
    total = {name: sum(getattr(part, name) for part in parts) for name in _COUNTED}
    return _done(total) if order.status == Status.CLOSED else _at_work(total)


def _is_held_by_itself(order: Order) -> bool:
    """Whether it is on hold since it was confirmed, as a possible duplicate.

    Who is on hold by a colleague's hand had a mail with a question.
    """
    if order.hold != Order.Hold.DUPLICATE:
        return False
    held = order.events.filter(what=What.HELD).order_by("pk").last()
    return held is not None and held.actor == OrderEvent.Actor.CLOCK


def earlier(order: Order) -> Order | None:
    """The order of the same e-mail address that one resembles; another person's is not told."""
    if not (order.email and order.accepted_at):
        return None
    found = Order.objects.resembled_by(order).filter(accepted_at__lt=order.accepted_at)
    return found.filter(email__iexact=order.email).first()


_COUNTED = (
    "ready",
    "packed",
    "set_aside",
    "waiting",
    "to_decide",
    "sent",
    "delivered",
    "picked_up",
    "returned",
    "lost",
)


def _at_work(total: dict[str, int]) -> Stage:
    if total["ready"]:
        return Stage.READY
    if total["sent"] + total["delivered"] + total["picked_up"]:
        return _of_the_rest(total)
    if total["packed"]:
        is_all = not (total["waiting"] or total["set_aside"])
        return Stage.PACKED if is_all else Stage.PARTLY_PACKED
    if total["set_aside"]:
        return Stage.PARTLY_SET_ASIDE if total["waiting"] else Stage.SET_ASIDE
    return Stage.WAITING if total["waiting"] else Stage.REVIEW


def _of_the_rest(total: dict[str, int]) -> Stage:
    """Part has left; what is said of the rest is true of all of it."""
    places = {name for name in ("packed", "set_aside", "waiting") if total[name]}
    if places == {"packed"}:
        return Stage.REST_PACKED
    return Stage.REST_SET_ASIDE if places == {"set_aside"} else Stage.PARTLY_SENT


def _done(total: dict[str, int]) -> Stage:
    for name in ("sent", "delivered", "picked_up", "returned", "lost"):
        if total[name]:
            return Stage(name)
    return Stage.CLOSED


def timeline(order: Order) -> list[dict]:
    """What happened to the order that concerns the orderer, newest first."""
    events = order.events.filter(what__in=PUBLIC_EVENTS).select_related("consignment__order")
    return [
        {
            "at": event.at,
            "sentence": PUBLIC_EVENTS[What(event.what)],
            "consignment": event.consignment,
            "words": event.reason if event.what in WITH_WORDS else "",
        }
        for event in events.order_by("-pk")
    ]


@dataclass(frozen=True)
class Step:
    """What happened to a parcel, and when."""

    label: str
    at: datetime


def parcels(order: Order) -> list[Consignment]:
    """The parcels of an order with their contents and `steps`, in four queries."""
    rows = order.consignments.exclude(status=In.VOID).select_related("pick_up_point", "consignee")
    packed = ConsignmentLine.objects.select_related("line__edition__publication")
    packed = packed.prefetch_related("line__edition__languages")
    found = list(rows.prefetch_related(Prefetch("lines", packed)))
    happened = _happened(order) if found else {}
    for parcel in found:
        steps = happened.get(parcel.pk, [])
        parcel.steps = _until(parcel.status, steps)  # type: ignore[attr-defined]
    return found


def _happened(order: Order) -> dict[int | None, list[tuple[str, datetime]]]:
    """By parcel, what became of it: (status, when), the first first."""
    events = order.events.filter(what__in=In.values, consignment__isnull=False).order_by("pk")
    happened: dict[int | None, list[tuple[str, datetime]]] = {}
    for parcel, what, at in events.values_list("consignment", "what", "at"):
        happened.setdefault(parcel, []).append((what, at))
    return happened


def _until(status: str, steps: list[tuple[str, datetime]]) -> list[Step]:
    """The steps up to where a parcel is now: what was undone is left out."""
    while steps and steps[-1][0] != status:
        steps = steps[:-1]
    return [Step(str(In(what).label), at) for what, at in steps]
