"""What is sent with the order form: whether it can be ordered, and stored once."""

import hashlib
import json
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalogue import formats
from catalogue.models import Edition
from orders import limits, links, room, stock
from orders.errors import AlreadyPlaced, OrderError
from orders.models import (
    Order,
    OrderLine,
    PickUpPoint,
)


def check_orderable(quantities: dict[int, int]) -> None:
    if not quantities:
        raise OrderError(_("There is nothing in your order yet."))
    for copies in quantities.values():
        check_number(copies, least=1)
    printed = Edition.objects.published().printed().filter(pk__in=quantities)
    if gone := set(quantities) - set(printed.values_list("pk", flat=True)):
        raise OrderError(_gone(gone))


def check_number(copies: int, *, least: int, most: int | None = None) -> None:
    most = limits.most() if most is None else most  # more than a person may grant is a mistake
    if not least <= copies <= most:
        raise OrderError(
            _("Write a number of copies from %(least)s to %(most)s.")
            % {"least": least, "most": most}
        )


def _gone(edition_ids):
    titles = [str(edition) for edition in Edition.objects.filter(pk__in=edition_ids)]
    return ngettext_lazy(
        "%(titles)s can no longer be ordered. Remove it from your order.",
        "%(titles)s can no longer be ordered. Remove them from your order.",
        len(titles),
    ) % {"titles": ", ".join(titles)}


def add_lines(order: Order, quantities: dict[int, int], waits: dict[int, bool]) -> None:
    """The lines of a new order, in the order of the basket, in which the limits are granted.

    `waits` says by edition whether the rest is waited for.
    """
    location = stock.main_location()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            edition_id=edition,
            requested=copies,
            location=location,
            waits_for_reprint=waits.get(edition, True),
        )
        for edition, copies in quantities.items()
    )


def hold_points(*points: PickUpPoint | None) -> None:
    """Hold pick-up points whose room is limited until the transaction ends.

    Before any stock and any order, so that everybody takes their locks in the same order.
    """
    if pks := {point.pk for point in points if point}:
        limited = PickUpPoint.objects.filter(pk__in=pks, capacity__isnull=False)
        list(limited.select_for_update(no_key=True).order_by("pk"))


def taken_up(order: Order) -> dict[int, int]:
    """The copies of an order, as it stands, that limited pick-up points expect, by their key."""
    limited = PickUpPoint.objects.of(order).filter(capacity__isnull=False)
    return {point.pk: room.expected_of(order, point) for point in limited}


def refuse_if_full(order: Order, before: dict[int, int]) -> None:
    """Refuse what an order asks of pick-up points that have no room for it.

    Only where it asks for more than `before` (`taken_up`): what a point has too little room for
    already is no reason against a change elsewhere.
    """
    for point in PickUpPoint.objects.of(order).filter(capacity__isnull=False):
        own = room.expected_of(order, point)
        if own > before.get(point.pk, 0) and (expected := room.expected_at(point)) > point.capacity:
            raise OrderError(_full(point, max(0, point.capacity - expected + own)))


def _full(point: PickUpPoint, copies: int):
    if not copies:
        return _("%(point)s is full. Choose another delivery.") % {"point": point.name}
    return ngettext_lazy(
        "%(point)s has room for %(room)s more copy. Choose fewer, or another delivery.",
        "%(point)s has room for %(room)s more copies. Choose fewer, or another delivery.",
        "room",
    ) % {"point": point.name, "room": copies}


def refuse_if_closed(points: Iterable[PickUpPoint]) -> None:
    """Refuse more copies for pick-up points that take no more orders."""
    asked = PickUpPoint.objects.filter(pk__in={point.pk for point in points})
    for point in asked.exclude(pk__in=PickUpPoint.objects.open()).order_by("pk"):
        raise OrderError(
            _("%(closed)s There can be fewer copies, or another delivery.")
            % {"closed": closed(point)}
        )


def closed(point: PickUpPoint):
    """That a pick-up point takes no more orders, and since when."""
    if day := point.took_orders_until:
        return _("%(point)s took orders until %(date)s.") % {
            "point": point.name,
            "date": formats.date(day),
        }
    return _("%(point)s takes no more orders.") % {"point": point.name}


def stored(columns: dict, language: str) -> Order:
    """A new order; or, where its one-time key is taken meanwhile, the order that took it."""
    drawn = {"number": links.new_number(), **links.new_link()}
    try:
        with transaction.atomic():
            return Order.objects.create(language=language, **drawn, **columns)
    except IntegrityError:
        if first := Order.objects.filter(submission_key=columns["submission_key"]).first():
            return first
        if _is_taken(**drawn):  # one number in 850 thousand million came twice
            return stored(columns, language)
        raise


def _is_taken(*, number: str, link_hash: str, **_seed) -> bool:
    return Order.objects.filter(Q(number=number) | Q(link_hash=link_hash)).exists()


def the_same(order: Order, fingerprint: str) -> Order:
    if order.submission_fingerprint == fingerprint:
        return order
    raise AlreadyPlaced(_("This form has already been sent with another content."), order)


def fingerprint(details: dict, quantities: dict[int, int], language: str, *more) -> str:
    """A digest of all that a form said; `more` counts where there is any."""
    content = [sorted(details.items()), sorted(quantities.items()), language, *filter(None, more)]
    return hashlib.sha256(json.dumps(content, default=_plain).encode()).hexdigest()


def _plain(value) -> str:
    """A row by its key: its name may be in another language the second time."""
    return str(getattr(value, "pk", value))
