"""Copies of paper: every change of a quantity happens here, and writes its line in the ledger.

Copies are counted in single copies. Each function runs in the caller's transaction or its own,
moves a balance by one conditional update whose row count decides, and records one `StockEntry`.
Whoever touches stock and orders locks the stock first (`lock`), in primary-key order.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalogue.models import Edition
from orders import outbox
from orders.errors import OrderError
from orders.events import record
from orders.models import (
    Consignment,
    ConsignmentLine,
    OrderEvent,
    OrderLine,
    StockEntry,
    StockItem,
    StockLocation,
)

Kind = StockEntry.Kind
User = AbstractBaseUser
UNDO = "undo-"  # with the number of an entry: the one-time key of the entry that undoes it
MOST_AT_ONCE = 1_000_000  # copies in one movement; more is a slip of the keyboard


def main_location() -> StockLocation:
    """The location that orders are served from; made at the first use."""
    location, _made = StockLocation.objects.get_or_create(
        is_main=True,
        defaults={
            "slug": "office",
            "name_en": "Office",
            "name_fr": "Bureau",
            "name_es": "Oficina",
        },
    )
    return location


def available(edition_ids: Iterable[int]) -> dict[int, int]:
    """Copies that can be promised now, by edition; 0 where nothing was ever received."""
    items = StockItem.objects.main().of(edition_ids).with_available()
    return dict.fromkeys(edition_ids, 0) | dict(items.values_list("edition_id", "free"))


def state() -> str:
    """Another text after every movement of paper.

    The last few movements rather than the last one: of two transactions at a time, the one
    with the lower number may end after the other.
    """
    last = StockEntry.objects.order_by("-pk").values_list("pk", flat=True)[:40]
    return ",".join(map(str, last))


def balance(edition: Edition, location: StockLocation | None = None) -> StockItem:
    """The balances of an edition at a location (the main one), made at zero if need be."""
    item, _made = StockItem.objects.get_or_create(
        edition=edition, location=location or main_location()
    )
    return item


def lock(edition_ids: Iterable[int], location: StockLocation | None = None) -> list[StockItem]:
    """Hold the stock of these editions until the transaction ends.

    Items that are missing are made first, so that a receipt and an order that meet on a new
    title wait for each other.
    """
    location = location or main_location()
    wanted = set(edition_ids)
    items = StockItem.objects.filter(location=location).of(wanted)
    missing = wanted - set(items.values_list("edition_id", flat=True))
    new = [StockItem(edition_id=edition, location=location) for edition in sorted(missing)]
    StockItem.objects.bulk_create(new, ignore_conflicts=True)
    return list(items.select_for_update(no_key=True).order_by("pk"))


# For an order's line ----------------------------------------------------------


@transaction.atomic
def allocate(line: OrderLine, *, by: User | None = None) -> int:
    """Promise what is on the shelf to the copies a line waits for; returns how many."""
    item = _item_of(line)
    copies = _promise(item, line.backordered)
    if copies:
        _move_line(line, allocated=copies, backordered=-copies)
        _record(item, Kind.ALLOCATION, by=by, line=line, allocated=copies)
    return copies


@transaction.atomic
def give_back(
    line: OrderLine,
    copies: int,
    *,
    cancel: bool,
    by: User | None = None,
    from_shelf: bool = False,
) -> None:
    """Take copies off a line: from those it waits for first, then from those on the shelf.

    With `cancel` the line keeps them as cancelled; without, they were never agreed. With
    `from_shelf` only copies on the shelf are taken.
    """
    waiting = 0 if from_shelf else min(copies, line.backordered)
    shelved = copies - waiting
    kept = {"cancelled": copies} if cancel else {"approved": -copies}
    _move_line(line, backordered=-waiting, allocated=-shelved, **kept)
    if shelved:
        _move(_item_of(line), Kind.RELEASE, by=by, line=line, allocated=-shelved)


@transaction.atomic
def leave_out(line: OrderLine, *, by: User | None = None) -> int:
    """Cancel what a line waits for, where its orderer does not want to; returns how many."""
    copies = 0 if line.waits_for_reprint else line.backordered
    if copies:
        give_back(line, copies, cancel=True, by=by)
    return copies


@transaction.atomic
def put_back(line: OrderLine, copies: int, *, by: User, reason: str) -> None:
    """Copies promised to a line are free again, and the line waits for them."""
    _move_line(line, allocated=-copies, backordered=copies)
    _move(_item_of(line), Kind.RELEASE, by=by, line=line, reason=reason, allocated=-copies)


@transaction.atomic
def agree_again(line: OrderLine, copies: int) -> None:
    """Agree copies a second time for those that were issued and did not arrive; they wait."""
    _move_line(line, replaced=copies, approved=copies, backordered=copies)


@transaction.atomic
def issue(packed: ConsignmentLine, *, by: User) -> None:
    """The copies of a consignment's line leave the shelf for good. They were promised before."""
    line, copies = packed.line, packed.quantity
    _move_line(line, allocated=-copies, issued=copies)
    _move(
        _item_of(line),
        Kind.ISSUE,
        by=by,
        line=line,
        consignment=packed.consignment,
        on_hand=-copies,
        allocated=-copies,
    )


@transaction.atomic
def undo_issue(packed: ConsignmentLine, *, by: User) -> None:
    """The copies of a consignment's line never left: on the shelf, and promised, as before.

    An issue the other way round, so that the ledger keeps both and every sum is as it was. A
    shelf that was counted since is as it was counted: then it is refused.
    """
    line, copies, item = packed.line, packed.quantity, _item_of(packed.line)
    issues = item.entries.filter(kind=Kind.ISSUE, consignment=packed.consignment)
    if item.entries.filter(kind=Kind.COUNT, pk__gt=issues.latest("pk").pk).exists():
        raise OrderError(
            _("The shelf was counted since. If the copies are here, mark the bag as returned.")
        )
    _move_line(line, allocated=copies, issued=-copies)
    about = {"by": by, "line": line, "consignment": packed.consignment}
    _move(item, Kind.ISSUE, on_hand=copies, allocated=copies, **about)


@transaction.atomic
def take_back(packed: ConsignmentLine, *, by: User, reason: str = "", unusable: int = 0) -> None:
    """The copies of a consignment's line came back, `unusable` of them not fit to be sent."""
    line, copies = packed.line, packed.quantity
    if not 0 <= unusable <= copies:
        raise OrderError(_("No more copies can be unusable than came back."))
    _move_line(line, returned=copies)
    about = {"by": by, "line": line, "consignment": packed.consignment, "reason": reason}
    _move(_item_of(line), Kind.RETURN, on_hand=copies, **about)
    if unusable:
        _move(_item_of(line), Kind.DAMAGE, unusable=unusable, **about)


def spoilt(consignment: Consignment) -> dict[int, int]:
    """Copies of a consignment that came back unusable, by order line."""
    damage = StockEntry.objects.filter(kind=Kind.DAMAGE, consignment=consignment).order_by()
    return dict(damage.values_list("line").annotate(spoilt=Sum("unusable_change")))


def _item_of(line: OrderLine) -> StockItem:
    return StockItem.objects.get(edition=line.edition_id, location=line.location_id)


# By hand, at the shelf --------------------------------------------------------


def receive(
    edition: Edition,
    copies: int,
    *,
    by: User,
    reason: str = "",
    key: str | None = None,
    location: StockLocation | None = None,
) -> int:
    """A print run arrived. Returns the copies that went to waiting orders at once."""
    return _by_hand(
        edition, Kind.RECEIPT, copies, by=by, reason=reason, key=key, location=location, on_hand=1
    )


def walk_up(edition: Edition, copies: int, *, by: User, reason: str = "", **at):
    """Copies handed out without an order; never promised ones. `state` says whose delegate."""
    return _by_hand(edition, Kind.WALK_UP, copies, by=by, reason=reason, on_hand=-1, **at)


@transaction.atomic
def undo_walk_up(given: StockEntry, *, by: User) -> int:
    """Copies handed out without an order by mistake are there again; serves whoever waits.

    On the same day only, and not where the shelf was counted since. Returns the copies that went
    to waiting orders at once.
    """
    item, key = given.stock_item, f"{UNDO}{given.pk}"
    lock([item.edition_id], item.location)
    if _is_repeated(key):
        return 0
    if not given.is_fresh or given.kind != Kind.WALK_UP or given.on_hand_change >= 0:
        raise OrderError(
            _("Only what was handed out today can be undone. Count the shelf instead.")
        )
    settled = Q(kind=Kind.COUNT) | Q(kind=Kind.TRANSFER, on_hand_change__lt=0)
    if item.entries.filter(settled, pk__gt=given.pk).exists():
        raise OrderError(_("The copies were counted or moved since: count the shelf instead."))
    about = {"by": by, "state": given.state, "reason": given.reason, "key": key}
    _move(item, Kind.WALK_UP, on_hand=-given.on_hand_change, **about)
    return _serve_from(item.location, item.edition)


def damage(edition: Edition, copies: int, *, by: User, reason: str, **at):
    """Copies found unusable; they stay on the shelf until written off."""
    return _by_hand(edition, Kind.DAMAGE, copies, by=by, reason=reason, unusable=1, **at)


def write_off(edition: Edition, copies: int, *, by: User, reason: str, **at):
    """Unusable copies thrown away."""
    return _by_hand(
        edition, Kind.WRITE_OFF, copies, by=by, reason=reason, on_hand=-1, unusable=-1, **at
    )


@transaction.atomic
def count(
    edition: Edition,
    on_hand: int,
    *,
    by: User,
    reason: str = "",
    key: str | None = None,
    location: StockLocation | None = None,
    seen: int | None = None,
) -> int:
    """The shelf was counted: `on_hand` copies lie there. Returns the difference found.

    A count below what is promised is refused: cancel or change orders first. So is one from a
    page that knew the ledger up to the entry `seen`, if copies came or went since.
    """
    if not 0 <= on_hand <= MOST_AT_ONCE:
        raise OrderError(_("Write the number of copies counted, 0 or more."))
    [item] = lock([edition.pk], location)
    difference = on_hand - item.on_hand
    if difference:
        _refuse_if_repeated(key)
        if seen is not None:
            _refuse_if_moved_since(item, seen)
        _move(item, Kind.COUNT, by=by, reason=reason, key=key, on_hand=difference)
        _serve_from(location, edition)
    return difference


def _refuse_if_moved_since(item: StockItem, seen: int) -> None:
    entries = StockEntry.objects.filter(stock_item=item, pk__gt=seen)
    if entries.exclude(on_hand_change=0).exists():
        raise OrderError(
            _("Copies moved since the page was opened: the ledger now says %(n)s. Count again.")
            % {"n": item.on_hand}
        )


@transaction.atomic
def transfer(
    edition: Edition,
    copies: int,
    *,
    origin: StockLocation,
    destination: StockLocation,
    by: User,
    reason: str = "",
    key: str | None = None,
) -> int:
    """Copies that are neither promised nor unusable go from one location to another.

    Returns the copies that went to waiting orders where they arrived.
    """
    if origin == destination:
        raise OrderError(_("Choose two different locations."))
    _refuse_unless_sensible(copies)
    source, goal = hold([edition], origin, destination)
    if _is_repeated(key, stock_item=source, on_hand_change=-copies, other_location=destination):
        return 0
    about = {"by": by, "reason": reason}
    _move(source, Kind.TRANSFER, on_hand=-copies, other_location=destination, key=key, **about)
    _move(goal, Kind.TRANSFER, on_hand=copies, other_location=origin, **about)
    return _serve_from(destination, edition)


@transaction.atomic
def bring_back(
    edition: Edition, counted: int, *, origin: StockLocation, by: User, reason: str, key: str
) -> int:
    """What is left at a location is counted, and what can be sent goes to the main one.

    Returns the copies that went; unusable ones stay until written off. One key, one count: a
    second press would find the shelf empty, and count copies that are back already.
    """
    main = main_location()
    hold([edition], main, origin)
    if back := StockEntry.objects.filter(key=key).first():
        return -back.on_hand_change
    count(edition, counted, by=by, reason=reason, location=origin)
    if copies := balance(edition, origin).available:
        transfer(edition, copies, origin=origin, destination=main, by=by, reason=reason, key=key)
    return copies


def hold(editions: Iterable[Edition], *places: StockLocation) -> list[StockItem]:
    """Hold the stock of editions at several locations until the transaction ends.

    Made if need be, and held in primary-key order. Who moves several editions in one transaction
    holds all of them first. Returned by edition, then by place, as given.
    """
    both = [(edition.pk, place.pk) for edition in editions for place in places]
    new = [StockItem(edition_id=edition, location_id=place) for edition, place in sorted(both)]
    StockItem.objects.bulk_create(new, ignore_conflicts=True)
    items = StockItem.objects.filter(location__in=places).of({edition for edition, _place in both})
    held = items.select_for_update(no_key=True).order_by("pk")
    found = {(item.edition_id, item.location_id): item for item in held}
    return [found[pair] for pair in both]


@transaction.atomic
def _by_hand(edition, kind, copies, *, by, reason, key=None, location=None, state=None, **signs):
    _refuse_unless_sensible(copies)
    [item] = lock([edition.pk], location)
    changes = {column: sign * copies for column, sign in signs.items()}
    if _is_repeated(key, stock_item=item, kind=kind, **_in_the_ledger(changes)):
        return 0
    _move(item, kind, by=by, reason=reason, key=key, state=state, **changes)
    return _serve_from(location, edition)


def _serve_from(location: StockLocation | None, edition: Edition) -> int:
    """Serve who waits, where orders are served from; elsewhere the main stock is not held either.

    Holding it after another location's would deadlock with a transfer, which holds it before.
    """
    return serve([edition.pk]) if location is None or location.is_main else 0


def _refuse_unless_sensible(copies: int) -> None:
    if not 1 <= copies <= MOST_AT_ONCE:
        raise OrderError(_("Write how many copies: a whole number, 1 or more."))


def describe(item: StockItem, *, shelf: str, low_at: int | None) -> None:
    """Say where an edition lies, and from how many available copies on it is low."""
    StockItem.objects.filter(pk=item.pk).update(shelf=shelf, low_at=low_at)


def remove(place: StockLocation) -> None:
    """Take away a location at which copies never lay; `ProtectedError` where they did."""
    if place.is_main:
        raise OrderError(_("Orders are served from this location: it cannot be removed."))
    place.delete()


def walk_ups(location: StockLocation):
    """What was handed out at a location without an order, the last first."""
    given = StockEntry.objects.filter(kind=Kind.WALK_UP, stock_item__location=location)
    return given.filter(on_hand_change__lt=0).order_by("-pk")


def walk_ups_today(location: StockLocation):
    """Those of today that were not undone."""
    key = Concat(Value(UNDO), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    given = walk_ups(location).filter(at__date=timezone.localdate())
    given = given.filter(~Exists(StockEntry.objects.filter(key=key)))
    rows = given.select_related("stock_item__edition__publication", "state", "by")
    return rows.prefetch_related("stock_item__edition__languages")


# The queue --------------------------------------------------------------------


@transaction.atomic
def serve(edition_ids: Iterable[int], *, told=None, besides=None) -> int:
    """Give what is on the shelf to the orders that wait for it, first come, first served.

    The first in the queue takes what there is, even if it is not enough for all it waits for.
    Orders on hold, and the order `besides`, are passed over, which is recorded. Whoever gets
    copies is told by mail, but for the order `told`, which hears of it in another mail. Returns
    the copies allocated.
    """
    served: dict = {}  # by order, its last event
    copies = sum(_serve(item, besides, served) for item in lock(edition_ids))
    for order, event in served.items():
        if order != told:
            outbox.queue(order, "back", event=event)
    return copies


def _serve(item: StockItem, besides, served: dict) -> int:
    free, given = item.available, 0
    for line in _waiting(item) if free else ():
        if free == given:
            break
        if line.order.hold or line.order == besides:
            record(line.order, OrderEvent.What.SKIPPED, actor=OrderEvent.Actor.CLOCK)
            continue
        given += allocate(line)
        served[line.order] = record(
            line.order, OrderEvent.What.SERVED, actor=OrderEvent.Actor.CLOCK
        )
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


# Balances and their entries ---------------------------------------------------


def _promise(item: StockItem, wanted: int) -> int:
    """Raise `allocated` by as much as is free, at most `wanted`; the row count decides."""
    items = StockItem.objects.filter(pk=item.pk).with_available()
    while wanted > 0:
        if items.filter(free__gte=wanted).update(allocated=F("allocated") + wanted):
            return wanted
        wanted = min(wanted - 1, items.get().free)
    return 0


def _move(item: StockItem, kind: str, *, on_hand=0, allocated=0, unusable=0, **entry) -> None:
    """Change balances and record it, or refuse: a copy that is not there cannot be moved."""
    rows = StockItem.objects.filter(
        pk=item.pk,
        on_hand__gte=F("allocated") + F("unusable") + allocated + unusable - on_hand,
        allocated__gte=-allocated,
        unusable__gte=-unusable,
    ).update(
        on_hand=F("on_hand") + on_hand,
        allocated=F("allocated") + allocated,
        unusable=F("unusable") + unusable,
    )
    if not rows:
        raise OrderError(_too_few(item, kind))
    _record(item, kind, on_hand=on_hand, allocated=allocated, unusable=unusable, **entry)


def _too_few(item: StockItem, kind: str):
    item.refresh_from_db()
    if kind == Kind.WRITE_OFF:
        return ngettext_lazy(
            "%(n)s copy is set aside as unusable.", "%(n)s copies are set aside as unusable.", "n"
        ) % {"n": item.unusable}
    if kind == Kind.COUNT:
        return ngettext_lazy(
            "%(n)s copy is promised or unusable: no fewer can lie on the shelf. First change the "
            "orders that hold them.",
            "%(n)s copies are promised or unusable: no fewer can lie on the shelf. First change "
            "the orders that hold them.",
            "n",
        ) % {"n": item.allocated + item.unusable}
    return ngettext_lazy(
        "Only %(free)s copy of %(edition)s is neither promised nor unusable.",
        "Only %(free)s copies of %(edition)s are neither promised nor unusable.",
        "free",
    ) % {"free": item.available, "edition": item.edition}


def _record(item, kind, *, by, on_hand=0, allocated=0, unusable=0, **entry) -> None:
    StockEntry.objects.create(
        stock_item=item,
        kind=kind,
        by=by,
        on_hand_change=on_hand,
        allocated_change=allocated,
        unusable_change=unusable,
        **entry,
    )


def _move_line(line: OrderLine, **changes: int) -> None:
    """Add to a line's quantities; its CHECK constraints refuse what does not add up."""
    sums = {column: F(column) + change for column, change in changes.items() if change}
    if sums:
        OrderLine.objects.filter(pk=line.pk).update(**sums)
        line.refresh_from_db(fields=list(sums))


def _in_the_ledger(changes: dict[str, int]) -> dict[str, int]:
    """The columns of an entry that records these changes of balances."""
    return {f"{balance}_change": change for balance, change in changes.items()}


def _is_repeated(key: str | None, **same) -> bool:
    """Whether a button was pressed before, for the `same`; refused where it was for another."""
    if key is not None and StockEntry.objects.filter(key=key, **same).exists():
        return True
    _refuse_if_repeated(key)
    return False


def _refuse_if_repeated(key: str | None) -> None:
    """Somebody who came back to an old page and typed another number would else lose it."""
    if key is not None and StockEntry.objects.filter(key=key).exists():
        raise OrderError(
            _(
                "This form was sent before, with another number: nothing more was done. Send it "
                "again if this one is right as well."
            )
        )
