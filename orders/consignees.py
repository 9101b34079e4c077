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
from orders.models import Consignee, Consignment, ConsignmentLine, Order, OrderLine, Share
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
    for line in lines.values():
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


def correct(order: Order, given: dict[int, dict]) -> bool:
    """Write new columns of further consignees, by key; whether one goes to another point now.

    Their copies stay as they are. Raises `OrderError` where one is to be picked up nowhere.
    """
    is_moved = False
    for consignee in order.consignees.filter(pk__in=given):
        before = consignee.pick_up_point_id
        for column in COLUMNS:
            setattr(consignee, column, given[consignee.pk].get(column, getattr(consignee, column)))
        if consignee.delivery == DeliveryMethod.PICK_UP and consignee.pick_up_point is None:
            raise OrderError(_("Choose where the copies can be picked up."))
        consignee.save(update_fields=[*COLUMNS, "recipient_key"])
        is_moved |= consignee.pick_up_point_id not in (None, before)
    return is_moved


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
    packed, others = _packed(order, parcels), list(order.consignees.all())
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


def own_part(lines: Iterable[OrderLine], others: Iterable[Consignee]) -> Copies:
    """What of an order goes to its own delivery, beside the `others`; empty without any."""
    others = list(others)
    shares = _shares(others)
    own = {line: _meant(line, None, shares) for line in lines} if others else {}
    return {line: copies for line, copies in own.items() if copies > 0}


class Packed(NamedTuple):
    """Copies of a line in a consignment; the line and the consignee are keys."""

    status: str
    consignee: int | None
    line: int
    copies: int


def _packed(order: Order, parcels: Iterable[Consignment] | None = None) -> list[Packed]:
    """What every consignment of an order holds or held."""
    if parcels is not None:
        parts = [(parcel, part) for parcel in parcels for part in parcel.lines.all()]
        return [Packed(p.status, p.consignee_id, part.line_id, part.quantity) for p, part in parts]
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
