"""Where the copies of an order are, line by line, for the person who placed it."""

import re
from dataclasses import dataclass

from catalogue.models import Edition
from orders import events, limits
from orders.models import Consignment, ConsignmentLine, Order, OrderEvent, OrderLine
from orders.models.pick_up import DeliveryMethod
from orders.references import short_code
from orders.stock.balances import available

In = Consignment.Status
Status = Order.Status
BAGGED = "bagged"  # where copies are that lie packed for a pick-up


@dataclass(frozen=True)
class Copies:
    """Where the copies of a line are; each copy asked for is counted once."""

    line: OrderLine
    in_consignments: dict[str, int]  # copies by what `_place_of` calls their consignment
    excess: int  # of an order to be confirmed: copies on which a person decides then

    def _in(self, *places: str) -> int:
        return sum(self.in_consignments.get(place, 0) for place in places)

    @property
    def _is_confirmed(self) -> bool:
        return self.line.order.accepted_at is not None

    @property
    def unconfirmed(self) -> int:
        is_new = self.line.order.status == Status.UNVERIFIED
        return self.line.wanted if is_new else 0

    @property
    def never_confirmed(self) -> int:
        """Copies of an order that ended before it was confirmed."""
        is_over = self.line.order.is_over
        return self.line.wanted if is_over and not self._is_confirmed else 0

    @property
    def bagged(self) -> int:
        return self._in(BAGGED)

    @property
    def packed(self) -> int:
        return self._in(In.PREPARING, In.PACKED, BAGGED)

    @property
    def ready(self) -> int:
        return self._in(In.AT_DESK)

    @property
    def missed(self) -> int:
        """Copies that nobody picked up and that are still promised."""
        return min(self._in(In.MISSED), self._unpacked)

    @property
    def set_aside(self) -> int:
        return self._unpacked - self.missed

    @property
    def _unpacked(self) -> int:
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
        return self.line.to_decide if self._is_confirmed else 0


def copies(order: Order) -> list[Copies]:
    """Where the copies of an order are, line by line, in four queries."""
    packed = ConsignmentLine.objects.filter(consignment__order=order).select_related("consignment")
    by_line: dict[int, dict[str, int]] = {}
    for part in packed:
        places = by_line.setdefault(part.line_id, {})
        place = _place_of(part.consignment)
        places[place] = places.get(place, 0) + part.quantity
    lines = order.lines.select_related("edition__publication").prefetch_related(
        "edition__languages"
    )
    excess = _excess(list(lines)) if order.status == Status.UNVERIFIED else {}
    return [Copies(line, by_line.get(line.pk, {}), excess.get(line.pk, 0)) for line in lines]


def _place_of(consignment: Consignment) -> str:
    """Where the copies of a consignment are: its status, but for two that are told apart."""
    if consignment.settled_at:
        return "settled"
    is_bag = consignment.delivery == DeliveryMethod.PICK_UP
    return BAGGED if is_bag and consignment.status == In.PACKED else consignment.status


def _excess(lines: list[OrderLine]) -> dict[int, int]:
    """By line, the copies on which a person will decide when the order is confirmed."""
    asked = {line.edition_id: line.requested for line in lines}
    granted = limits.granted(asked)
    short = [line.edition_id for line in lines if not line.waits_for_reprint]
    left = available(short) if short else {}
    return {
        line.pk: limits.beyond(
            line.requested, granted[line.edition_id], left=left.get(line.edition_id)
        )
        for line in lines
    }


def come_in(order: Order, event: OrderEvent | None) -> list[tuple[Copies, int]]:
    """The lines of an order, and the copies of each that an event set aside for it.

    All that is set aside, where the event does not say it, or names more than it has room for.
    """
    parts = copies(order)
    codes = event.reason if event else ""
    told = [(part, _told(part.line.edition, codes)) for part in parts]
    is_whole = len(codes) < events.LONGEST and any(number for _part, number in told)
    return told if is_whole else [(part, part.set_aside) for part in parts]


def _told(edition: Edition, codes: str) -> int:
    """The copies of an edition in "DAP-2015 · FR · 10, APG-2020 · EN · 5"."""
    found = re.search(rf"(?:^|, ){re.escape(short_code(edition))} · (\d+)(?:,|$)", codes)
    return int(found[1]) if found else 0
