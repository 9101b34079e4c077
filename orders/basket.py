"""The basket: copies of editions that a reader has put together, in a signed cookie.

Nothing is stored or reserved. A basket is `{edition id: copies}`; whatever is not one of ours
reads as an empty one.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from catalogue.models import Edition
from orders import limits, stock

Basket = dict[int, int]
SALT = "orders.basket"
KEY_SALT = "orders.key"


limit, most = limits.per_title, limits.most  # of a title: at once, and at all


# The cookie -------------------------------------------------------------------


def loads(cookie: str) -> Basket:
    """The basket in a cookie; an empty one where the cookie is none of ours."""
    try:
        stored = signing.loads(cookie, salt=SALT)
        basket = {int(edition): int(copies) for edition, copies in stored.items()}
    except (signing.BadSignature, AttributeError, TypeError, ValueError):
        return {}
    return _bounded(basket)


def dumps(basket: Basket) -> str:
    return signing.dumps({str(edition): copies for edition, copies in basket.items()}, salt=SALT)


def _bounded(basket: Basket) -> Basket:
    lines = [(edition, copies) for edition, copies in basket.items() if 1 <= copies <= most()]
    return dict(lines[: settings.ORDER_LIMIT_TITLES])


# The form drawn from it ---------------------------------------------------------


def new_key(basket: Basket) -> str:
    """A fresh one-time key of 192 bits, signed together with the copies the page shows."""
    pairs = [[edition, copies] for edition, copies in basket.items()]
    return signing.dumps([secrets.token_urlsafe(24), pairs], salt=KEY_SALT)


def read_key(signed: str) -> tuple[str, Basket]:
    """The one-time key of a page and the copies it showed; "" and none if it is not ours."""
    try:
        key, pairs = signing.loads(signed, salt=KEY_SALT)
        return key, dict(pairs)
    except (signing.BadSignature, TypeError, ValueError):
        return "", {}


# Putting in -------------------------------------------------------------------


def add(basket: Basket, edition: int, copies: int) -> Basket:
    """The basket with `copies` more of an edition, up to the limit of a title.

    A quantity above the limit is only ever typed, in the basket; adding twice does not reach it.
    """
    had = basket.get(edition, 0)
    return basket | {edition: max(had, min(had + copies, limit()) if had else copies)}


def is_full(basket: Basket, edition: int) -> bool:
    """Whether another title would be one too many."""
    return edition not in basket and len(basket) >= settings.ORDER_LIMIT_TITLES


# Looking at it ----------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """Copies of one edition, and what would become of them if they were ordered now."""

    edition: Edition
    copies: int
    free: int  # on the shelf and not promised
    is_orderable: bool
    granted: int  # copies within the limits

    @property
    def at_once(self) -> int:
        """Copies that go with the next parcel."""
        return min(self.granted, self.free)

    @property
    def later(self) -> int:
        """Copies that wait for a reprint."""
        return self.granted - self.at_once

    @property
    def to_decide(self) -> int:
        """Copies beyond the limits, which a person decides on."""
        return self.copies - self.granted


def lines(basket: Basket) -> list[Line]:
    """The lines of a basket in the order they were put in, in five queries."""
    editions = Edition.objects.filter(pk__in=basket).select_related("publication").with_files()
    known = {edition.pk: edition for edition in editions}
    orderable = orderable_among(basket)
    free, granted = stock.available(known), limits.granted(basket)
    return [
        Line(known[pk], copies, free[pk], pk in orderable, granted[pk])
        for pk, copies in basket.items()
        if pk in known
    ]


def orderable_among(edition_ids: Iterable[int]) -> set[int]:
    """Those that can be ordered on paper today."""
    editions = Edition.objects.published().printed().filter(pk__in=edition_ids)
    return set(editions.values_list("pk", flat=True))


def weight_g(lines: list[Line]) -> int:
    """Grams of paper, as far as the weights are known."""
    return sum(line.copies * (line.edition.weight_g or 0) for line in lines)
