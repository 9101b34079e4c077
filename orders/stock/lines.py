"""Copies for an order's line: promised, given back, issued, returned."""

from django.contrib.auth.models import AbstractBaseUser as User
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from orders.errors import OrderError
from orders.models import Consignment, ConsignmentLine, OrderLine, StockEntry, StockItem
from orders.stock import ledger
from orders.stock.ledger import Kind


@transaction.atomic
def allocate(line: OrderLine, *, by: User | None = None) -> int:
    """Promise what is on the shelf to the copies a line waits for; returns how many."""
    item = _item_of(line)
    copies = ledger.promise(item, line.backordered)
    if copies:
        _move_line(line, allocated=copies, backordered=-copies)
        ledger.enter(item, Kind.ALLOCATION, by=by, line=line, allocated=copies)
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

    With `cancel` the line keeps them as cancelled, and those it waited for as given up; without,
    they were never agreed. With `from_shelf` only copies on the shelf are taken.
    """
    waiting = 0 if from_shelf else min(copies, line.backordered)
    shelved = copies - waiting
    kept = {"cancelled": copies, "given_up": waiting} if cancel else {"approved": -copies}
    _move_line(line, backordered=-waiting, allocated=-shelved, **kept)
    if shelved:
        ledger.move(_item_of(line), Kind.RELEASE, by=by, line=line, allocated=-shelved)


@transaction.atomic
def stop_waiting(line: OrderLine, *, by: User | None = None) -> int:
    """Cancel what a line waits for, where its orderer does not want to; returns how many."""
    copies = 0 if line.waits_for_reprint else line.backordered
    if copies:
        give_back(line, copies, cancel=True, by=by)
    return copies


@transaction.atomic
def put_back(line: OrderLine, copies: int, *, by: User, reason: str) -> None:
    """Copies promised to a line are free again, and the line waits for them."""
    _move_line(line, allocated=-copies, backordered=copies)
    ledger.move(_item_of(line), Kind.RELEASE, by=by, line=line, reason=reason, allocated=-copies)


@transaction.atomic
def agree_again(packed: ConsignmentLine, copies: int) -> None:
    """Agree copies a second time for those that left and did not arrive; they wait."""
    packed.replaced += copies
    packed.save(update_fields=["replaced"])
    _move_line(packed.line, replaced=copies, approved=copies, backordered=copies)


@transaction.atomic
def issue(packed: ConsignmentLine, *, by: User) -> None:
    """The copies of a consignment's line leave the shelf for good. They were promised before."""
    line, copies = packed.line, packed.quantity
    _move_line(line, allocated=-copies, issued=copies)
    ledger.move(
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
            _("The shelf was counted since. If the copies are here, mark them as returned.")
        )
    _move_line(line, allocated=copies, issued=-copies)
    about = {"by": by, "line": line, "consignment": packed.consignment}
    ledger.move(item, Kind.ISSUE, on_hand=copies, allocated=copies, **about)


@transaction.atomic
def take_back(packed: ConsignmentLine, *, by: User, reason: str = "", unusable: int = 0) -> None:
    """The copies of a consignment's line came back, `unusable` of them not fit to be sent."""
    line, copies = packed.line, packed.quantity
    if not 0 <= unusable <= copies:
        raise OrderError(_("No more copies can be unusable than came back."))
    _move_line(line, returned=copies)
    about = {"by": by, "line": line, "consignment": packed.consignment, "reason": reason}
    ledger.move(_item_of(line), Kind.RETURN, on_hand=copies, **about)
    if unusable:
        ledger.move(_item_of(line), Kind.DAMAGE, unusable=unusable, **about)


def spoilt(consignment: Consignment) -> dict[int, int]:
    """Copies of a consignment that came back unusable, by order line."""
    damage = StockEntry.objects.filter(kind=Kind.DAMAGE, consignment=consignment).order_by()
    return dict(damage.values_list("line").annotate(spoilt=Sum("unusable_change")))


def _item_of(line: OrderLine) -> StockItem:
    return StockItem.objects.get(edition=line.edition_id, location=line.location_id)


def _move_line(line: OrderLine, **changes: int) -> None:
    """Add to a line's quantities; its CHECK constraints refuse what does not add up."""
    sums = {column: F(column) + change for column, change in changes.items() if change}
    if sums:
        OrderLine.objects.filter(pk=line.pk).update(**sums)
        line.refresh_from_db(fields=list(sums))
