"""Where an order stands, in words for the person who placed it: computed from quantities."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, TextChoices
from django.utils.translation import gettext_lazy as _

from catalogue.models import State
from orders import addresses
from orders import consignees as destinations
from orders.models import Consignment, ConsignmentLine, Order, OrderEvent, OrderLine
from orders.whereabouts import Copies, come_in, copies

__all__ = [
    "Copies",
    "come_in",
    "consignees",
    "copies",
    "earlier",
    "own_part",
    "parcels",
    "stage",
    "timeline",
]

In = Consignment.Status
What = OrderEvent.What
Status = Order.Status


class Stage(TextChoices):
    """The state of an order in a sentence."""

    UNVERIFIED = "unverified", _("Please confirm your order.")
    EXPIRED = "expired", _("This order was not confirmed in time and has expired.")
    CANCELLED = "cancelled", _("This order is cancelled.")
    DECLINED = "declined", _("This order could not be accepted.")
    HELD = "held", _("This order is on hold.")
    DISOWNED = "disowned", _("This order is stopped: nothing leaves until we have looked at it.")
    ALIKE = (
        "alike",
        _("Your order is received. We look at it first, because it resembles an earlier one."),
    )
    MISSED = (
        "missed",
        _(
            "Copies for you were not picked up. They stay set aside: please tell us whether we "
            "should send them or keep them for another day."
        ),
    )
    READY = "ready", _("Your copies are ready to be picked up.")
    PARTLY_READY = (
        "partly_ready",
        _("Part of your copies is ready to be picked up; the rest follows."),
    )
    PACKED = "packed", _("Your copies are packed and leave shortly.")
    BAGGED = (
        "bagged",
        _("Your copies are packed. We write to you when they are ready to be picked up."),
    )
    ALL_PACKED = "all_packed", _("Your copies are packed.")
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
    READY_AND_REVIEW = (
        "ready_and_review",
        _(
            "Part of your copies is ready to be picked up. We are still looking at those above "
            "the limit and will write to you."
        ),
    )
    LEFT_AND_REVIEW = (
        "left_and_review",
        _(
            "Part of your copies has left. We are still looking at those above the limit and will "
            "write to you."
        ),
    )
    PACKED_AND_REVIEW = (
        "packed_and_review",
        _(
            "Part of your copies is packed. We are still looking at those above the limit and "
            "will write to you."
        ),
    )
    SET_ASIDE_AND_REVIEW = (
        "set_aside_and_review",
        _(
            "Part of your copies is set aside and will be packed next. We are still looking at "
            "those above the limit and will write to you."
        ),
    )
    WAITING_AND_REVIEW = (
        "waiting_and_review",
        _(
            "Part of your copies follows when it is reprinted. We are still looking at those "
            "above the limit and will write to you."
        ),
    )
    REVIEW = "review", _("We are looking at your order and will write to you.")
    SENT = "sent", _("Your copies are on their way.")
    DELIVERED = "delivered", _("Your copies have been delivered.")
    PICKED_UP = "picked_up", _("Your copies have been picked up.")
    RETURNED = "returned", _("Your copies came back to us. Please write to us.")
    LOST = "lost", _("Your copies were lost on the way. Please write to us.")
    CLOSED = "closed", _("This order is closed.")
    NOTHING = "nothing", _("This order is closed: no copies were left for it.")

    @property
    def asks_for_words(self) -> bool:
        """Whether it is for the orderer to write to us."""
        return self in (Stage.MISSED, Stage.RETURNED, Stage.LOST)


PUBLIC_EVENTS = {
    What.PLACED: _("You placed the order."),
    What.CONFIRMED: _("You confirmed the order."),
    What.CHANGED: _("The order was changed."),
    What.APPROVED: _("The copies above the limit were decided on."),
    What.HELD: _("The order was put on hold."),
    What.RELEASED: _("Work on the order went on."),
    What.SERVED: _("Copies were set aside."),
    What.PACKED: _("The copies were packed."),
    What.UNPACKED: _("The copies were unpacked; they stay set aside."),
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


# What is told of who acted for the orderer: a colleague, or the standing of an address we know.
ACTED_FOR = {
    What.PLACED: _("The order was entered for you."),
    What.CONFIRMED: _("The order was accepted without a confirmation by mail."),
}
# What takes a step of a parcel back: it did not happen.
UNDOES: dict[str, str] = {
    What.UNSENT: In.SENT,
    What.UNDONE: In.HANDED_OVER,
    What.STILL_HERE: In.MISSED,
}
WITH_WORDS = (What.APPROVED, What.CANCELLED, What.DECLINED)  # written for the orderer to read


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
        return _on_hold(order)
    total = {name: sum(getattr(part, name) for part in parts) for name in _COUNTED}
    if order.status == Status.CLOSED:
        return Stage.NOTHING if all(map(_is_left_out, parts)) else _done(total)
    return _at_work(total)


def _is_left_out(part: Copies) -> bool:
    """Whether nothing of a line is sent, and its orderer did not want to wait for more."""
    line = part.line
    is_whole = line.cancelled + line.refused == line.requested and not part.in_consignments
    return is_whole and not line.waits_for_reprint


def _on_hold(order: Order) -> Stage:
    """Why an order is on hold; by a colleague's hand there was a mail with a question.

    As a possible duplicate it may be on hold since it was confirmed. Who told us that they did
    not order it is not written to.
    """
    last = order.events.filter(what__in=[What.HELD, What.DISOWNED]).order_by("pk").last()
    if last and last.what == What.DISOWNED:
        return Stage.DISOWNED
    is_by_itself = last and last.actor == OrderEvent.Actor.CLOCK
    return Stage.ALIKE if is_by_itself and order.hold == Order.Hold.DUPLICATE else Stage.HELD


def earlier(order: Order) -> Order | None:
    """The order of the same e-mail address that one resembles; another person's is not told."""
    if not (order.email and order.accepted_at):
        return None
    found = Order.objects.resembled_by(order).filter(accepted_at__lt=order.accepted_at)
    return found.filter(email__iexact=order.email).first()


_COUNTED = (
    "missed",
    "ready",
    "packed",
    "bagged",
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
    if total["missed"]:
        return Stage.MISSED
    has_left = total["sent"] + total["delivered"] + total["picked_up"]
    if total["to_decide"]:
        return _undecided(total | {"left": has_left})
    if total["ready"]:
        rest = total["packed"] + total["set_aside"] + total["waiting"]
        return Stage.PARTLY_READY if rest else Stage.READY
    if has_left:
        return _of_the_rest(total)
    if total["packed"]:
        return _packed(total)
    if total["set_aside"]:
        return Stage.PARTLY_SET_ASIDE if total["waiting"] else Stage.SET_ASIDE
    return Stage.WAITING if total["waiting"] else Stage.REVIEW


def _undecided(total: dict[str, int]) -> Stage:
    """What is said where a person still decides on part: nothing of that part is promised."""
    for name in ("ready", "left", "packed", "set_aside", "waiting"):
        if total[name]:
            return Stage(f"{name}_and_review")
    return Stage.REVIEW


def _packed(total: dict[str, int]) -> Stage:
    """Packed for a post that leaves soon, or for a pick-up that may be a month away."""
    if total["waiting"] or total["set_aside"]:
        return Stage.PARTLY_PACKED
    if total["bagged"]:
        return Stage.BAGGED if total["bagged"] == total["packed"] else Stage.ALL_PACKED
    return Stage.PACKED


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
            "sentence": _sentence(event),
            "consignment": event.consignment,
            "words": event.reason if event.what in WITH_WORDS else "",
        }
        for event in events.order_by("-pk")
    ]


def _sentence(event: OrderEvent):
    if event.actor != OrderEvent.Actor.ORDERER and event.what in ACTED_FOR:
        return ACTED_FOR[What(event.what)]
    return PUBLIC_EVENTS[What(event.what)]


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
    """By parcel, what became of it: (status, when), the first first; not what was undone."""
    steps = (*In.values, *UNDOES)
    events = order.events.filter(what__in=steps, consignment__isnull=False).order_by("pk")
    happened: dict[int | None, list[tuple[str, datetime]]] = {}
    for parcel, what, at in events.values_list("consignment", "what", "at"):
        known = happened.setdefault(parcel, [])
        if undone := UNDOES.get(what):
            known[:] = [step for step in known if step[0] != undone]
        else:
            known.append((what, at))
    return happened


def _until(status: str, steps: list[tuple[str, datetime]]) -> list[Step]:
    """The steps up to where a parcel is now: what was undone is left out."""
    while steps and steps[-1][0] != status:
        steps = steps[:-1]
    return [Step(str(In(what).label), at) for what, at in steps]
