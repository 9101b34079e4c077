"""Copies moved by hand at the shelf: received, counted, handed out, carried elsewhere."""

from django.contrib.auth.models import AbstractBaseUser as User
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from orders.errors import OrderError, StaleError
from orders.models import OrderLine, PickUpPoint, StockEntry, StockItem, StockLocation
from orders.stock import ledger
from orders.stock.balances import balance, hold, lock, main_location
from orders.stock.ledger import Kind
from orders.stock.serving import serve

UNDO = "undo-"  # with the number of an entry: the one-time key of the entry that undoes it
MOST_AT_ONCE = 1_000_000  # copies in one movement; more is a slip of the keyboard


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
    if ledger.is_repeated(key):
        return 0
    if not given.is_fresh or given.kind != Kind.WALK_UP or given.on_hand_change >= 0:
        raise OrderError(
            _("Only what was handed out today can be undone. Count the shelf instead.")
        )
    settled = Q(kind=Kind.COUNT) | Q(kind=Kind.TRANSFER, on_hand_change__lt=0)
    if item.entries.filter(settled, pk__gt=given.pk).exists():
        raise OrderError(_("The copies were counted or moved since: count the shelf instead."))
    about = {"by": by, "state": given.state, "reason": given.reason, "key": key}
    ledger.move(item, Kind.WALK_UP, on_hand=-given.on_hand_change, **about)
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
    was: int | None = None,
) -> int:
    """The shelf was counted: `on_hand` copies lie there. Returns the difference found.

    A count below what is promised is refused: cancel or change orders first. So is one from a
    page that knew the ledger up to the entry `seen`, or said that `was` copies lie there, if
    copies came or went since.
    """
    if not 0 <= on_hand <= MOST_AT_ONCE:
        raise OrderError(_("Write the number of copies counted, 0 or more."))
    [item] = lock([edition.pk], location)
    difference = on_hand - item.on_hand
    if difference:
        ledger.refuse_if_repeated(key)
        if _has_moved(item, seen, was):
            raise OrderError(
                _("Copies moved since the page was opened: the ledger now says %(n)s. Count again.")
                % {"n": item.on_hand}
            )
        ledger.move(item, Kind.COUNT, by=by, reason=reason, key=key, on_hand=difference)
        _serve_from(location, edition)
    return difference


def _has_moved(item: StockItem, seen: int | None, was: int | None) -> bool:
    """Whether copies came or went since a page was drawn."""
    if was not in (None, item.on_hand):
        return True
    later = StockEntry.objects.filter(stock_item=item, pk__gt=seen or 0).exclude(on_hand_change=0)
    return seen is not None and later.exists()


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
    if ledger.is_repeated(
        key, stock_item=source, on_hand_change=-copies, other_location=destination
    ):
        return 0
    about = {"by": by, "reason": reason}
    ledger.move(
        source, Kind.TRANSFER, on_hand=-copies, other_location=destination, key=key, **about
    )
    ledger.move(goal, Kind.TRANSFER, on_hand=copies, other_location=origin, **about)
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


@transaction.atomic
def _by_hand(edition, kind, copies, *, by, reason, key=None, location=None, state=None, **signs):
    _refuse_unless_sensible(copies)
    [item] = lock([edition.pk], location)
    changes = {column: sign * copies for column, sign in signs.items()}
    if ledger.is_repeated(key, stock_item=item, kind=kind, **ledger.columns_of(changes)):
        return 0
    ledger.move(item, kind, by=by, reason=reason, key=key, state=state, **changes)
    return _serve_from(location, edition)


def _serve_from(location: StockLocation | None, edition: Edition) -> int:
    """Serve who waits, where orders are served from; elsewhere the main stock is not held either.

    Holding it after another location's would deadlock with a transfer, which holds it before.
    """
    return serve([edition.pk]) if location is None or location.is_main else 0


def _refuse_unless_sensible(copies: int) -> None:
    if not 1 <= copies <= MOST_AT_ONCE:
        raise OrderError(_("Write how many copies: a whole number, 1 or more."))


@transaction.atomic
def describe(
    item: StockItem,
    *,
    shelf: str,
    low_at: int | None,
    was: tuple[str, int | None] | None = None,
) -> None:
    """Say where an edition lies, and from how many available copies on it is low.

    `was` is the shelf and the threshold on the page where this was typed: where a colleague has
    said something else since, it is not written over.
    """
    item = StockItem.objects.select_for_update(no_key=True).get(pk=item.pk)
    now = (item.shelf, item.low_at)
    if was not in (None, now) and now != (shelf, low_at):
        raise StaleError(
            _(
                "A colleague has changed this since you opened the page: the shelf is now "
                "“%(shelf)s”, the threshold “%(low_at)s”. What you typed is not saved yet: save "
                "it again if it is right."
            )
            % {"shelf": item.shelf, "low_at": "" if item.low_at is None else item.low_at}
        )
    StockItem.objects.filter(pk=item.pk).update(shelf=shelf, low_at=low_at)


def removable():
    """The locations that `remove` takes away: nothing ever lay there, and nothing names them."""
    places = StockLocation.objects.filter(is_main=False)
    for model in (StockItem, OrderLine, PickUpPoint):
        places = places.filter(~Exists(model.objects.filter(location=OuterRef("pk"))))
    return places


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
