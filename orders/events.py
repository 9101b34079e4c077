"""What happened to an order, written once and never changed."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from orders.models import Look, Order, OrderEvent

Actor = OrderEvent.Actor
What = OrderEvent.What
LONGEST = 200  # characters of a reason

# Written beside an order, which is the same as before to whoever decides about it.
ASIDE: tuple[str, ...] = (What.PLACED, What.VIEWED, What.SERVED, What.SKIPPED, What.ERASED)
ASIDE += (What.POINT, What.MAILED, What.MAIL_ALLOWED)


def record(
    order: Order,
    what: str,
    *,
    by=None,
    actor="",
    reason="",
    until=None,
    before="",
    consignment=None,
) -> OrderEvent:
    """Write down what happened; without `by` and `actor` it was the orderer.

    `until` is the day of a hold, that begins or ends.
    """
    return OrderEvent.objects.create(
        order=order,
        what=what,
        by=by,
        actor=actor or (Actor.STAFF if by else Actor.ORDERER),
        from_status=before or order.status,
        to_status=order.status,
        reason=reason[:LONGEST],
        until=until,
        consignment=consignment,
    )


def of(order: Order):
    """What happened to an order, the newest first, with all that is told of it."""
    return order.events.select_related("by", "consignment__order").order_by("-pk")


def last_of(order: Order) -> int | None:
    """The key of an order's last event: another one after each thing that was done with it."""
    return order.events.order_by("-pk").values_list("pk", flat=True).first()


def since(order: Order, version: int):
    """What made an older version of an order the one of now, the newest first.

    Each step of an order makes a version and leaves an event; a tracking number that was
    corrected, and what was said of an address, make none.
    """
    notes = Q(what=What.EDITED) & (Q(consignment__isnull=False) | ~Q(reason=""))
    steps = of(order).exclude(what__in=ASIDE).exclude(notes)
    return steps[: max(0, order.version - version)]


def record_view(order: Order, *, by, known: Iterable[OrderEvent] | None = None):
    """Note once a day that a member of staff looked at the order's personal data.

    `known` are its events, where they were fetched already. Returns the event, if it is new.
    """
    views = order.events.filter(what=What.VIEWED, by=by) if known is None else known
    if not any(_is_view_of_today(event, by) for event in views):
        return record(order, What.VIEWED, by=by)
    return None


def _is_view_of_today(event: OrderEvent, by) -> bool:
    is_view = event.what == What.VIEWED and event.by_id == by.pk
    return is_view and timezone.localdate(event.at) == timezone.localdate()


def record_look(page: str, orders: int, *, by) -> None:
    """Note once a day that a member of staff saw people's data of many orders on a page."""
    today = Look.objects.filter(page=page, by=by, at__date=timezone.localdate())
    if orders and not today.exists():
        Look.objects.create(page=page, orders=orders, by=by)
