"""Who waits is served: first come, first served."""

from collections.abc import Iterable

from django.db import transaction

from orders import outbox
from orders.events import record
from orders.models import OrderEvent, OrderLine, StockItem
from orders.references import short_code
from orders.stock.balances import lock
from orders.stock.lines import allocate


@transaction.atomic
def serve(edition_ids: Iterable[int], *, told=None, besides=None) -> int:
    """Give what is on the shelf to the orders that wait for it, first come, first served.

    The first in the queue takes what there is, even if it is not enough for all it waits for.
    Orders on hold, and the order `besides`, are passed over, which is recorded. Whoever gets
    copies is told by mail, but for the order `told`, which hears of it in another mail; the event
    says of what, in short codes. Returns the copies allocated.
    """
    served: dict = {}  # by order, what it got of each stock item
    copies = sum(_serve(item, besides, served) for item in lock(edition_ids))
    for order, got in served.items():
        event = _record(order, got)
        if order != told:
            outbox.queue(order, "back", event=event)
    return copies


def _record(order, got: dict[StockItem, int]) -> OrderEvent:
    codes = ", ".join(short_code(item.edition, copies) for item, copies in got.items())
    what, actor = OrderEvent.What.SERVED, OrderEvent.Actor.CLOCK
    return record(order, what, actor=actor, reason=codes)


def _serve(item: StockItem, besides, served: dict) -> int:
    free, given = item.available, 0
    for line in _waiting(item) if free else ():
        if free == given:
            break
        if line.order.hold or line.order == besides:
            record(line.order, OrderEvent.What.SKIPPED, actor=OrderEvent.Actor.CLOCK)
            continue
        copies = allocate(line)
        served.setdefault(line.order, {})[item] = copies
        given += copies
    return given


def pass_over(lines: Iterable[OrderLine]) -> None:
    """Record which orders wait for what these lines of a newer one have just got: those on hold."""
    got = {line.edition_id for line in lines if line.allocated}
    behind = {line.order_id for line in lines}
    held = OrderLine.objects.filter(edition__in=got, backordered__gt=0, order__status="open")
    for line in held.exclude(order__in=behind).select_related("order") if got else ():
        record(line.order, OrderEvent.What.SKIPPED, actor=OrderEvent.Actor.CLOCK)


def _waiting(item: StockItem):
    lines = OrderLine.objects.filter(
        edition=item.edition_id,
        location=item.location_id,
        backordered__gt=0,
        order__status="open",
    )
    return lines.select_related("order").order_by("order__accepted_at", "order_id", "pk")
