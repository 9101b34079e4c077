"""Who gets which part of an order: further consignees, and what is due to each destination.

A destination is a `Consignee`, or None for the order's own delivery, which gets what is nobody
else's. Quantities are single copies; `Copies` are copies by line.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Sum, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from orders.errors import OrderError
from orders.models import (
    Consignee,
    Consignment,
    ConsignmentLine,
    Order,
    OrderLine,
    PickUpPoint,
    Share,
)
from orders.models.pick_up import DeliveryMethod
from orders.querysets import LIVE

Copies = dict[OrderLine, int]
COLUMNS = ("recipient", "delivery", "address", "country", "phone", "pick_up_point")
NOT_SERVED = ("void", "missed")  # consignments whose copies are still to be packed


def store(order: Order, consignees: list[dict]) -> None:
    """Write down the further consignees of an order whose lines are stored.

    Each is given by the columns of `Consignee` and `quantities`, copies by edition. Raises
    `OrderError` where they get more than is ordered, or something that is not.
    """
    lines = {line.edition_id: line for line in order.lines.all()}
    for position, given in enumerate(consignees, start=1):
        columns = {name: given[name] for name in COLUMNS if name in given}
        consignee = Consignee.objects.create(order=order, position=position, **columns)
        for edition, copies in given["quantities"].items():
            _share(consignee, lines.get(edition), copies)
    _refuse_excess(lines.values())


def allot(order: Order, given: dict[int, dict]) -> None:
    """Give further consignees, by key, the `quantities` that are given: copies by edition.

    What is theirs of other editions stays. Raises `OrderError` as `store` does.
    """
    lines = {line.edition_id: line for line in order.lines.all()}
    for consignee in order.consignees.filter(pk__in=given):
        for edition, copies in given[consignee.pk].get("quantities", {}).items():
            consignee.shares.filter(line__edition=edition).delete()
            if copies:
                _share(consignee, lines.get(edition), copies)
    _refuse_excess(lines.values())


def _refuse_excess(lines: Iterable[OrderLine]) -> None:
    for line in lines:
        if shared(line) > line.wanted:
            raise OrderError(
                _("The consignees get more copies of %(title)s than are ordered.")
                % {"title": line.edition}
            )


def _share(consignee: Consignee, line: OrderLine | None, copies: int) -> None:
    if line is None or copies < 0:
        raise OrderError(_("A consignee gets copies that are not ordered."))
    if copies:
        Share.objects.create(consignee=consignee, line=line, quantity=copies)


def correct(order: Order, given: dict[int, dict]) -> None:
    """Write new columns of further consignees, by key. Their copies stay as they are.

    Raises `OrderError` where one is to be picked up nowhere.
    """
    for consignee in order.consignees.filter(pk__in=given):
        for column in COLUMNS:
            setattr(consignee, column, given[consignee.pk].get(column, getattr(consignee, column)))
        if consignee.delivery == DeliveryMethod.PICK_UP and consignee.pick_up_point is None:
            raise OrderError(_("Choose where the copies can be picked up."))
        consignee.save(update_fields=[*COLUMNS, "recipient_key"])


def at_points(order: Order) -> Counter[PickUpPoint]:
    """Copies of an order by the pick-up point where they are to be collected."""
    wanted = sum(line.wanted for line in order.lines.all())
    others = list(order.consignees.select_related("pick_up_point").prefetch_related("shares"))
    parts = [sum(share.quantity for share in other.shares.all()) for other in others]
    copies: Counter[PickUpPoint] = Counter()
    places: list[tuple[Order | Consignee, int]] = [(order, wanted - sum(parts))]
    for place, part in [*places, *zip(others, parts, strict=True)]:
        if place.delivery == DeliveryMethod.PICK_UP and place.pick_up_point:
            copies[place.pick_up_point] += part
    return copies


def shared(line: OrderLine) -> int:
    """Copies of a line that are for further consignees."""
    return line.shares.aggregate(copies=Sum("quantity"))["copies"] or 0


def trim(line: OrderLine) -> None:
    """After a line was lowered: take from the consignees what is not ordered any more.

    From the last ones first, and only then what they have already or what is packed for them.
    """
    given = shared(line)
    if not given:
        return
    packed = _served(_packed(line.order))
    served = {place: n for (place, pk), n in packed.items() if pk == line.pk}
    excess = given - (line.wanted - served.get(None, 0))
    if excess > 0:
        excess = _take(line, excess, kept=served)
    if excess > 0:
        _take(line, excess, kept={})


def _take(line: OrderLine, excess: int, kept: dict) -> int:
    """Lower the shares of a line, each down to what is `kept`; returns what could not be taken."""
    for share in line.shares.order_by("-consignee__position"):
        taken = min(excess, max(0, share.quantity - kept.get(share.consignee_id, 0)))
        if taken:
            _set(share, share.quantity - taken)
        excess -= taken
    return excess


def add_to_share(consignee: Consignee | None, line: OrderLine, copies: int) -> None:
    """Give a consignee more copies of a line, or with a negative number fewer."""
    if consignee is None:
        return
    share = Share.objects.filter(consignee=consignee, line=line).first()
    share = share or Share(consignee=consignee, line=line, quantity=0)
    _set(share, max(0, share.quantity + copies))


def _set(share: Share, copies: int) -> None:
    if copies:
        share.quantity = copies
        share.save()
    elif share.pk:
        share.delete()


# What is due --------------------------------------------------------------------


def due(
    order: Order,
    lines: Iterable[OrderLine] | None = None,
    parcels: Iterable[Consignment] | None = None,
) -> dict[Consignee | None, Copies]:
    """What lies on the shelf for an order in no consignment yet, by destination.

    The order's own delivery comes first, then the consignees in their order. `lines` are the
    order's, and `parcels` its consignments with their lines, where they were fetched already.
    """
    packed = _packed(order) if parcels is None else _packed_in(parcels)
    others = list(order.consignees.all())
    unpacked, served = on_the_shelf(order, lines, packed), _served(packed)
    shares = _shares(others)
    destinations: list[Consignee | None] = [None, *others]
    rest: dict[Consignee | None, Copies] = {place: {} for place in destinations}
    for line, copies in unpacked.items():
        for place in destinations:
            key = (place.pk if place else None, line.pk)
            wanted = _meant(line, place, shares) - served.get(key, 0)
            if taken := max(0, min(copies, wanted)):
                rest[place][line] = taken
                copies -= taken
        if copies:  # sent again, though to whom is not known any more
            rest[None][line] = rest[None].get(line, 0) + copies
    return {place: lines for place, lines in rest.items() if lines}


def due_at(point: PickUpPoint) -> dict[Order, dict[Consignee | None, Copies]]:
    """What can be packed for a pick-up point now, by order, the oldest first, and destination."""
    if point.has_closed:
        return {}
    orders = Order.objects.for_point(point).packable().with_parts().oldest_first()
    found = {
        order: of_point(point, order, due(order, order.lines.all(), order.consignments.all()))
        for order in orders
    }
    return {order: parts for order, parts in found.items() if parts}


def of_point(
    point: PickUpPoint, order: Order, parts: dict[Consignee | None, Copies]
) -> dict[Consignee | None, Copies]:
    """Of the parts of an order, those that are to be picked up at a point."""
    return {
        place: copies
        for place, copies in parts.items()
        if (place or order).pick_up_point_id == point.pk
    }


def has_closed(order: Order, place: Consignee | None) -> bool:
    """Whether a destination of an order is a point at which nobody can come for it any more."""
    point = (place or order).pick_up_point
    return point is not None and point.has_closed


def own_part(lines: Iterable[OrderLine], others: Iterable[Consignee]) -> Copies:
    """What of an order goes to its own delivery, beside the `others`; empty without any."""
    others = list(others)
    shares = _shares(others)
    own = {line: _meant(line, None, shares) for line in lines} if others else {}
    return {line: copies for line, copies in own.items() if copies > 0}


def own_part_of(order: Order) -> Copies:
    """The same, asked of the database."""
    lines = order.lines.select_related("edition__publication")
    return own_part(lines.prefetch_related("edition__languages"), order.consignees.all())


def owed(
    place: Consignee | None,
    lines: Iterable[OrderLine],
    others: Iterable[Consignee],
    parcels: Iterable[Consignment],
) -> Copies:
    """Copies by line that a destination is meant to have and did not get in these consignments.

    `others` are the further consignees of its order; less than 0 where it got more.
    """
    served, shares = _served(_packed_in(parcels)), _shares(list(others))
    key = place.pk if place else None
    return {line: _meant(line, place, shares) - served.get((key, line.pk), 0) for line in lines}


class Packed(NamedTuple):
    """Copies of a line in a consignment; the line and the consignee are keys."""

    status: str
    consignee: int | None
    line: int
    copies: int


def _packed_in(parcels: Iterable[Consignment]) -> list[Packed]:
    """What consignments hold or held."""
    parts = [(parcel, part) for parcel in parcels for part in parcel.lines.all()]
    return [Packed(p.status, p.consignee_id, part.line_id, part.quantity) for p, part in parts]


def _packed(order: Order) -> list[Packed]:
    """What every consignment of an order holds or held."""
    rows = ConsignmentLine.objects.filter(consignment__order=order).order_by()
    columns = ("consignment__status", "consignment__consignee", "line", "quantity")
    return [Packed(*row) for row in rows.values_list(*columns)]


def on_the_shelf(
    order: Order,
    lines: Iterable[OrderLine] | None = None,
    packed: Iterable[Packed] | None = None,
) -> Copies:
    """Copies on the shelf for an order that lie in no consignment yet."""
    if lines is None:
        lines = order.lines.select_related("edition").filter(allocated__gt=0)
    live: Counter[int] = Counter()
    for part in _packed(order) if packed is None else packed:
        live[part.line] += part.copies if part.status in LIVE else 0
    rest = {line: line.allocated - live[line.pk] for line in lines}
    return {line: copies for line, copies in rest.items() if copies > 0}


def _shares(consignees: list[Consignee]) -> dict[tuple[int, int], int]:
    """Copies by (consignee, line)."""
    prefetch_related_objects(consignees, "shares")  # asks nothing where they were fetched
    shares = [share for consignee in consignees for share in consignee.shares.all()]
    return {(share.consignee_id, share.line_id): share.quantity for share in shares}


def _served(packed: Iterable[Packed]) -> dict[tuple[int | None, int], int]:
    """Copies packed or gone by (consignee or None, line)."""
    served: Counter[tuple[int | None, int]] = Counter()
    for part in packed:
        if part.status not in NOT_SERVED:
            served[part.consignee, part.line] += part.copies
    return served


def _meant(line: OrderLine, place: Consignee | None, shares) -> int:
    if place is not None:
        return shares.get((place.pk, line.pk), 0)
    return line.wanted - sum(n for (_place, pk), n in shares.items() if pk == line.pk)
