"""What is sent with the order form: whether it can be ordered, and stored once."""

import hashlib
import json

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalogue.models import Edition
from orders import limits, links, stock
from orders.errors import AlreadyPlaced, OrderError
from orders.models import Order, OrderLine, PickUpPoint, Share

COUNTED = ("unverified", "open")  # orders whose copies a pick-up point has to expect


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
    """The lines of a new order; `waits` says by edition whether the rest is waited for."""
    location = stock.main_location()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            edition_id=edition,
            requested=copies,
            location=location,
            waits_for_reprint=waits.get(edition, True),
        )
        for edition, copies in sorted(quantities.items())
    )


def refuse_if_full(point: PickUpPoint | None, copies: int, *, besides: Order | None = None) -> None:
    """Hold a pick-up point until the transaction ends, and refuse what it has no room for."""
    if point is None:
        return
    point = PickUpPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    if point.capacity is None:
        return
    room = point.capacity - expected_at(point, besides=besides)
    if copies > room:
        raise OrderError(
            ngettext_lazy(
                "%(point)s has room for %(room)s more copy. Choose fewer, or another delivery.",
                "%(point)s has room for %(room)s more copies. Choose fewer, or another delivery.",
                "room",
            )
            % {"point": point.name, "room": max(0, room)}
        )


def expected_at(point: PickUpPoint, *, besides: Order | None = None) -> int:
    """Copies of orders under way that are to be picked up at a point."""
    wanted = F("requested") + F("replaced") - F("refused") - F("cancelled") - F("issued")
    lines = OrderLine.objects.filter(order__status__in=COUNTED, order__pick_up_point=point)
    shares = Share.objects.filter(line__order__status__in=COUNTED)
    if besides:
        lines, shares = lines.exclude(order=besides), shares.exclude(line__order=besides)
    own = lines.aggregate(n=Sum(wanted))["n"] or 0
    elsewhere = shares.filter(line__order__pick_up_point=point).aggregate(n=Sum("quantity"))["n"]
    here = shares.filter(consignee__pick_up_point=point).aggregate(n=Sum("quantity"))["n"]
    return max(0, own - (elsewhere or 0)) + (here or 0)


def stored(columns: dict, language: str) -> Order:
    """A new order; or, where its one-time key is taken meanwhile, the order that took it."""
    try:
        with transaction.atomic():
            return Order.objects.create(
                number=links.new_number(), language=language, **links.new_link(), **columns
            )
    except IntegrityError:
        first = Order.objects.filter(submission_key=columns["submission_key"]).first()
        if first is None:  # not the key: one number in 850 thousand million came twice
            return stored(columns, language)
        return first


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
