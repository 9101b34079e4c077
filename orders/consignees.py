"""Who gets which part of an order: further consignees, and what is due to each destination.

A destination is a `Consignee`, or None for the order's own delivery, which gets what is nobody
else's. Quantities are single copies; `Copies` are copies by line.
"""

from collections.abc import Iterable

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from orders.errors import OrderError
from orders.models import Consignee, ConsignmentLine, Order, OrderLine, Share
from orders.models.pick_up import DeliveryMethod

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
        consignee.save(update_fields=COLUMNS)
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
    served = {place: n for (place, pk), n in _served(line.order).items() if pk == line.pk}
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


def due(order: Order, lines: Iterable[OrderLine] | None = None) -> dict[Consignee | None, Copies]:
    """What lies on the shelf for an order in no consignment yet, by destination.

    The order's own delivery comes first, then the consignees in their order. `lines` are the
    order's, where they were fetched already.
    """
    unpacked, served = on_the_shelf(order, lines), _served(order)
    shares = _shares(order)
    destinations: list[Consignee | None] = [None, *order.consignees.all()]
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


def on_the_shelf(order: Order, lines: Iterable[OrderLine] | None = None) -> Copies:
    """Copies on the shelf for an order that lie in no consignment yet."""
    if lines is None:
        lines = order.lines.select_related("edition").filter(allocated__gt=0)
    live = ConsignmentLine.objects.filter(consignment__in=order.consignments.live())
    packed = dict(live.values_list("line").annotate(Sum("quantity")))
    rest = {line: line.allocated - packed.get(line.pk, 0) for line in lines}
    return {line: copies for line, copies in rest.items() if copies > 0}


def _shares(order: Order) -> dict[tuple[int, int], int]:
    """Copies by (consignee, line)."""
    rows = Share.objects.filter(consignee__order=order)
    return {(c, line): n for c, line, n in rows.values_list("consignee", "line", "quantity")}


def _served(order: Order) -> dict[tuple[int | None, int], int]:
    """Copies packed or gone by (consignee or None, line)."""
    rows = ConsignmentLine.objects.filter(consignment__order=order)
    rows = rows.exclude(consignment__status__in=NOT_SERVED).order_by()
    sums = rows.values_list("consignment__consignee", "line").annotate(Sum("quantity"))
    return {(consignee, line): copies for consignee, line, copies in sums}


def _meant(line: OrderLine, place: Consignee | None, shares) -> int:
    if place is not None:
        return shares.get((place.pk, line.pk), 0)
    return line.wanted - sum(n for (_place, pk), n in shares.items() if pk == line.pk)
