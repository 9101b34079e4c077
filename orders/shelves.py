"""Which paper lies where, who holds it and who waits for it: questions, no changes."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from catalogue.models import Edition, Job
from orders.models import OrderLine, StockEntry, StockItem, StockLocation

KINDS = StockEntry.Kind.choices  # every kind of movement, and its name
FIGURES = ("on_hand", "allocated", "unusable", "free", "waiting")
BALANCES = ("on_hand", "allocated", "unusable")


def places() -> list[StockLocation]:
    """Every location, the one that orders are served from first."""
    return list(StockLocation.objects.order_by("-is_main", "slug"))


def totals(editions) -> dict[str, int]:
    """The sums of all figures over editions with stock, and how many editions there are."""
    sums = editions.order_by().aggregate(
        editions=Count("pk"), **{f"all_{name}": Sum(name) for name in FIGURES}
    )
    return {name.removeprefix("all_"): copies or 0 for name, copies in sums.items()}


def with_elsewhere(editions: Iterable[Edition], place: StockLocation | None) -> list[Edition]:
    """Editions with what of them lies at other locations than the one shown: `elsewhere`."""
    editions = list(editions)
    items = StockItem.objects.of([edition.pk for edition in editions]).filter(on_hand__gt=0)
    items = items.exclude(location=place) if place else items.exclude(location__is_main=True)
    found: dict[int, list[StockItem]] = {}
    for item in items.select_related("location").order_by("location__slug"):
        found.setdefault(item.edition_id, []).append(item)
    for edition in editions:
        edition.elsewhere = found.get(edition.pk, [])  # type: ignore[attr-defined]
    return editions


def items_of(edition: Edition) -> list[StockItem]:
    """The balances of an edition at every location that ever held it, the main one first."""
    items = StockItem.objects.of([edition.pk]).with_available().select_related("location")
    return list(items.order_by("-location__is_main", "location__slug"))


# Entries ----------------------------------------------------------------------


def entries_of(edition: Edition):
    """Every movement of an edition, at all locations."""
    return StockEntry.objects.filter(stock_item__edition=edition).select_related(
        "by",
        "line__order",
        "consignment",
        "stock_item__location",
        "other_location",
        "state",
    )


def chosen(entries, *, location=None, kind="", balance="", order="", since=None, until=None):
    """Of entries, those of a place, kind, balance, order and period; what is empty is no limit."""
    wanted = Q()
    if location:
        wanted &= Q(stock_item__location=location)
    if kind:
        wanted &= Q(kind=kind)
    if balance in BALANCES:
        wanted &= ~Q(**{f"{balance}_change": 0})
    if order:
        wanted &= Q(line__order__number__iexact=order)
    if since:
        wanted &= Q(at__date__gte=since)
    if until:
        wanted &= Q(at__date__lte=until)
    return entries.filter(wanted).order_by("-pk")


def with_balances(edition: Edition, entries: list[StockEntry]) -> list[StockEntry]:
    """The entries of an edition with the balances of their location after each of them.

    The ledger is added up from its beginning, once, whatever of it is shown.
    """
    wanted = {entry.pk: entry for entry in entries}
    rows = StockEntry.objects.filter(stock_item__edition=edition, pk__lte=max(wanted, default=0))
    changes = [f"{name}_change" for name in BALANCES]
    sums: dict[int, list[int]] = {}
    for pk, item, *moved in rows.order_by("pk").values_list("pk", "stock_item_id", *changes):
        before = sums.get(item, [0, 0, 0])
        sums[item] = [old + change for old, change in zip(before, moved, strict=True)]
        if entry := wanted.get(pk):
            for name, balance in zip(BALANCES, sums[item], strict=True):
                setattr(entry, f"{name}_after", balance)
    return entries


def is_done(key: str) -> bool:
    """Whether a button with this key was pressed before."""
    return StockEntry.objects.filter(key=key).exists()


def served_since(edition: Edition, last: int) -> list:
    """The orders that got copies of an edition after an entry, first served first."""
    entries = StockEntry.objects.filter(
        stock_item__edition=edition, kind="allocation", pk__gt=last, line__isnull=False
    )
    rows = entries.select_related("line__order").order_by("pk")
    return list(dict.fromkeys(entry.line.order for entry in rows if entry.line))


def last_entry(edition: Edition) -> int:
    """The number of the last movement of an edition; 0 before the first."""
    rows = StockEntry.objects.filter(stock_item__edition=edition).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


# Who holds and who waits ------------------------------------------------------


def holding(edition: Edition, location: StockLocation | None = None):
    """The lines to which copies of an edition are promised, first accepted first."""
    return _lines(edition, location).filter(allocated__gt=0)


def queue(edition: Edition, location: StockLocation | None = None):
    """The lines that wait for copies of an edition, in the order in which they are served."""
    return _lines(edition, location).filter(backordered__gt=0, order__status="open")


def _lines(edition, location):
    lines = OrderLine.objects.filter(edition=edition)
    if location:
        lines = lines.filter(location=location)
    lines = lines.select_related("order__state", "location")
    return lines.order_by("order__accepted_at", "order_id", "pk")


class Before(NamedTuple):
    """A large order that is served before smaller ones."""

    line: OrderLine
    orders: int
    copies: int


def standing_before(lines: Iterable[OrderLine]) -> list[Before]:
    """Of a queue, the lines that ask for more than all smaller ones behind them together.

    Lines of orders on hold stand before nobody: they are passed over.
    """
    served = [line for line in lines if not line.order.hold]
    found, smaller = [], []
    for line in reversed(served):
        behind = [later for later in smaller if later.backordered < line.backordered]
        copies = sum(later.backordered for later in behind)
        if behind and copies < line.backordered:
            found.append(Before(line, len(behind), copies))
        smaller.append(line)
    return found[::-1]


# Forms of many editions -------------------------------------------------------


def at_place(place: StockLocation, keys: Iterable[int] = ()):
    """The stock at a location, as one walks along its shelves; with `keys` also if it is gone."""
    items = place.items.filter(Q(on_hand__gt=0) | ~Q(shelf="") | Q(pk__in=keys))
    items = items.select_related("edition__publication", "location")
    return items.prefetch_related("edition__languages").order_by(
        "shelf", "edition__publication__slug", "edition_id"
    )


def last_check() -> Job | None:
    """The last time that ledger and orders were compared to the end."""
    return Job.objects.filter(kind="check-ledger", status=Job.Status.DONE).first()


def last_checks(most: int = 10):
    """The last comparisons of ledger and orders, also those that go on."""
    return Job.objects.filter(kind="check-ledger").select_related("by")[:most]
