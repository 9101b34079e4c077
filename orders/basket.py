"""The basket: copies of editions that a reader has put together, in a signed cookie.

Nothing is stored or reserved. A basket is `{edition id: copies}`, and may remember editions of
which only what is left is wanted (`leaves_out`) and those read as PDF instead of ordered
(`as_pdf`); whatever is not one of ours reads as an empty one.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.core import signing

from catalogue.models import Edition
from orders import limits, stock

LEFT_OUT = "only"  # in the cookie: the editions of which the rest is not waited for
AS_PDF = "pdf"  # in the cookie: the editions that were taken out, and their copies
WAIT, LEAVE, READ, TAKE = "wait", "leave", "pdf", "take-"  # what to do where paper is short


class Basket(dict[int, int]):
    """Copies by edition, in the order they were put in."""

    leaves_out: frozenset[int] = frozenset()  # editions of which only what is left is wanted
    as_pdf: tuple[tuple[int, int], ...] = ()  # editions taken out for their PDF, and the copies

    def keeping(self, quantities: dict[int, int]) -> "Basket":
        """A basket of these copies, with what was chosen for those that stay."""
        as_pdf = [pair for pair in self.as_pdf if pair[0] not in quantities]
        return Basket.of(quantities, self.leaves_out & set(quantities), as_pdf)

    @classmethod
    def of(cls, quantities: dict[int, int], leaves_out=frozenset(), as_pdf=()) -> "Basket":
        basket = cls(quantities)
        basket.leaves_out = frozenset(leaves_out)
        basket.as_pdf = tuple(as_pdf)
        return basket

    @property
    def waits(self) -> dict[int, bool]:
        """By edition, of those that do not wait for a reprint."""
        return dict.fromkeys(sorted(self.leaves_out), False)

    def is_like(self, other: "Basket") -> bool:
        return self == other and self.leaves_out == other.leaves_out


SALT = "orders.basket"
KEY_SALT = "orders.key"


limit, most = limits.per_title, limits.most  # of a title: at once, and at all


# The cookie -------------------------------------------------------------------


def loads(cookie: str) -> Basket:
    """The basket in a cookie; an empty one where the cookie is none of ours."""
    try:
        stored = signing.loads(cookie, salt=SALT)
        left_out = {int(edition) for edition in stored.pop(LEFT_OUT, [])}
        as_pdf = {int(edition): int(copies) for edition, copies in stored.pop(AS_PDF, [])}
        basket = {int(edition): int(copies) for edition, copies in stored.items()}
    except (signing.BadSignature, AttributeError, TypeError, ValueError):
        return Basket()
    return Basket.of(basket, left_out, _bounded(as_pdf).items()).keeping(_bounded(basket))


def dumps(basket: dict[int, int]) -> str:
    stored: dict = {str(edition): copies for edition, copies in basket.items()}
    if left_out := sorted(getattr(basket, "leaves_out", ())):
        stored[LEFT_OUT] = left_out
    if as_pdf := getattr(basket, "as_pdf", ()):
        stored[AS_PDF] = as_pdf
    return signing.dumps(stored, salt=SALT)


def _bounded(basket: dict[int, int]) -> dict[int, int]:
    lines = [(edition, copies) for edition, copies in basket.items() if 1 <= copies <= most()]
    return dict(lines[: settings.ORDER_LIMIT_TITLES])


# The form drawn from it ---------------------------------------------------------


def new_key(basket: dict[int, int]) -> str:
    """A fresh one-time key of 192 bits, signed together with the copies the page shows."""
    left_out = sorted(getattr(basket, "leaves_out", ()))
    content = [secrets.token_urlsafe(24), list(basket.items()), left_out]
    return signing.dumps(content, salt=KEY_SALT)


def read_key(signed: str) -> tuple[str, Basket]:
    """The one-time key of a page and the copies it showed; "" and none if it is not ours."""
    try:
        key, pairs, left_out = signing.loads(signed, salt=KEY_SALT)
        return key, Basket.of(dict(pairs), left_out)
    except (signing.BadSignature, TypeError, ValueError):
        return "", Basket()


# Putting in -------------------------------------------------------------------


def add(basket: Basket, edition: int, copies: int) -> Basket:
    """The basket with `copies` more of an edition, up to the limit of a title.

    A quantity above the limit is only ever typed, in the basket; adding twice does not reach it.
    """
    had = basket.get(edition, 0)
    more = {edition: max(had, min(had + copies, limit()) if had else copies)}
    return basket.keeping(basket | more)


def swap(basket: Basket, edition: int, other: int) -> Basket:
    """The basket with the copies of an edition taken in another language, in its place."""
    copies = min(basket.get(edition, 0) + basket.get(other, 0), most())
    pairs = [(other, copies) if e == edition else (e, n) for e, n in basket.items() if e != other]
    return basket.keeping(dict(pairs))


def read_instead(basket: Basket, edition: int) -> Basket:
    """The basket without an edition that is read as PDF; it remembers how many copies it had."""
    rest = basket.keeping({e: n for e, n in basket.items() if e != edition})
    taken_out = [*rest.as_pdf, (edition, basket[edition])][-settings.ORDER_LIMIT_TITLES :]
    return Basket.of(rest, rest.leaves_out, taken_out)


def put_back(basket: Basket, edition: str | None) -> Basket:
    """The basket with the copies that were taken out for a PDF, where there is room for them."""
    found = [(e, n) for e, n in basket.as_pdf if str(e) == edition and not is_full(basket, e)]
    return basket.keeping(basket | dict(found))


def choose(basket: Basket, choices: dict[int, str], shown: "list[Line]") -> Basket:
    """The basket after what was chosen by edition; what was not offered is waited for."""
    left_out = {
        line.edition.pk
        for line in shown
        if choices.get(line.edition.pk) == LEAVE and line.can_send_some
    }
    after = Basket.of(basket, left_out & set(basket), basket.as_pdf)
    for line in shown:
        after = _chosen(after, line, choices.get(line.edition.pk))
    return after


def _chosen(basket: Basket, line: "Line", choice: str | None) -> Basket:
    edition = line.edition.pk
    if edition not in basket:  # another one was swapped for it
        return basket
    if choice == READ and line.edition.reading_file:
        return read_instead(basket, edition)
    taken = [other.edition.pk for other in line.others if other.choice == choice]
    return swap(basket, edition, taken[0]) if taken else basket


def is_full(basket: Basket, edition: int) -> bool:
    """Whether another title would be one too many."""
    return edition not in basket and len(basket) >= settings.ORDER_LIMIT_TITLES


# Looking at it ----------------------------------------------------------------


class Other(NamedTuple):
    """An edition of the same publication in another language."""

    edition: Edition
    left: int

    @property
    def choice(self) -> str:
        return f"{TAKE}{self.edition.pk}"


@dataclass(frozen=True)
class Line:
    """Copies of one edition, and what would become of them if they were ordered now."""

    edition: Edition
    copies: int
    free: int  # on the shelf and not promised
    is_orderable: bool
    granted: int  # copies within the limits
    leaves_out: bool = False  # only what is left is wanted
    others: tuple[Other, ...] = ()
    typed: str = ""  # what was chosen on a page that is drawn again

    @property
    def at_once(self) -> int:
        """Copies that go with the next parcel."""
        return min(self.granted, self.free)

    @property
    def later(self) -> int:
        """Copies that wait for a reprint."""
        return self.granted - self.at_once

    @property
    def can_send_some(self) -> bool:
        return self.at_once > 0

    @property
    def sends_some(self) -> bool:
        """Whether only what is left is wanted, and something is."""
        return self.leaves_out and self.can_send_some and self.later > 0

    @property
    def sends_none(self) -> bool:
        """Whether only what was left is wanted, and nothing is any more."""
        return self.leaves_out and not self.can_send_some

    @property
    def has_choice(self) -> bool:
        """Whether there is more to do than to wait."""
        is_read = self.edition.reading_file is not None
        return self.later > 0 and (self.can_send_some or bool(self.others) or is_read)

    @property
    def choices(self) -> set[str]:
        """What can be done where paper is short."""
        ways = {WAIT, *(other.choice for other in self.others)}
        ways |= {LEAVE} if self.can_send_some else set()
        return ways | ({READ} if self.edition.reading_file else set())

    @property
    def choice(self) -> str:
        """What to do where paper is short."""
        if self.typed in self.choices:
            return self.typed
        return LEAVE if self.leaves_out and self.can_send_some else WAIT

    @property
    def has_lost_choice(self) -> bool:
        """Whether what was chosen for its missing copies is not offered, or no longer."""
        return bool(self.typed) and self.later > 0 and self.typed not in self.choices

    @property
    def to_decide(self) -> int:
        """Copies beyond the limits, which a person decides on; none that is not wanted."""
        left = self.free if self.leaves_out else None
        return limits.beyond(self.copies, self.granted, left=left)

    @property
    def later_if_granted(self) -> int:
        """Of the copies to decide, those that would wait for a reprint."""
        return max(0, self.to_decide - max(0, self.free - self.granted))

    @property
    def is_over_title(self) -> bool:
        """Whether more of this title is wanted than of any; otherwise it is the order's limit."""
        return self.copies > limit()


def lines(basket: Basket, typed: dict[int, str] | None = None) -> list[Line]:
    """The lines of a basket in the order they were put in, in seven queries.

    `typed` is what was chosen by edition on a page that is drawn again.
    """
    editions = Edition.objects.filter(pk__in=basket).select_related("publication").with_files()
    known = {edition.pk: edition for edition in editions}
    orderable = orderable_among(basket)
    siblings = _siblings(known, basket)
    free = stock.available([*known, *(other.pk for other in siblings)])
    granted = limits.granted(basket)
    return [
        Line(
            known[pk],
            copies,
            free[pk],
            pk in orderable,
            granted[pk],
            leaves_out=pk in basket.leaves_out,
            others=tuple(
                Other(other, free[other.pk])
                for other in siblings
                if other.publication_id == known[pk].publication_id and free[other.pk]
            ),
            typed=(typed or {}).get(pk, ""),
        )
        for pk, copies in basket.items()
        if pk in known
    ]


def read_as_pdf(basket: Basket) -> list[tuple[Edition, int]]:
    """The editions that were taken out for their PDF, with the copies they had."""
    if not basket.as_pdf:
        return []
    rows = Edition.objects.published().filter(pk__in=dict(basket.as_pdf))
    known = {row.pk: row for row in rows.select_related("publication").with_files()}
    return [(known[pk], copies) for pk, copies in basket.as_pdf if pk in known]


def _siblings(known: dict[int, Edition], basket: Basket) -> list[Edition]:
    """Editions of the same publications that can be ordered and are not in the basket."""
    publications = {edition.publication_id for edition in known.values()}
    rows = Edition.objects.published().printed().filter(publication__in=publications)
    rows = rows.exclude(pk__in=basket).select_related("publication")
    return list(rows.prefetch_related("languages").order_by("pk")) if known else []


def orderable_among(edition_ids: Iterable[int]) -> set[int]:
    """Those that can be ordered on paper today."""
    editions = Edition.objects.published().printed().filter(pk__in=edition_ids)
    return set(editions.values_list("pk", flat=True))


def weight_g(lines: list[Line]) -> int:
    """Grams of paper, as far as the weights are known."""
    return sum(line.copies * (line.edition.weight_g or 0) for line in lines)
