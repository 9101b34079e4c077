"""Whether orders, consignments, stock and ledger agree: the invariants no constraint can say.

Each check says its invariant in words, and yields breaches: none when all is well.
"""

from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from catalogue.models import Edition
from orders.breaches import Breach, breach
from orders.consignees import NOT_SERVED
from orders.events import ASIDE
from orders.models import (
    Consignment,
    ConsignmentLine,
    Order,
    OrderEvent,
    OrderLine,
    OutgoingMessage,
    Share,
    StockEntry,
    StockItem,
)
from orders.querysets import LEFT, LIVE

MOST_TOLD = 200  # breaches kept with the outcome of a check
BALANCES = ("on_hand", "allocated", "unusable")


def breaches() -> list[Breach]:
    """Every disagreement found; `str()` of one tells it in the language of who reads."""
    with one_moment():
        return [found for check in CHECKS for found in check()]


@contextmanager
def one_moment():
    """All that is read within is as it was at one moment, while others go on writing.

    Else an order that is confirmed between two checks would look like a breach. Within somebody
    else's transaction nothing can be promised.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # unlike ours, which would make who writes wait
            try:
                yield
            finally:
                cursor.execute("COMMIT")


def outcome_of(found: list[Breach]) -> dict:
    """What a check found, as a job keeps it: the number of breaches, and the first of them."""
    return {"count": len(found), "breaches": found[:MOST_TOLD]}


def balances_are_covered():
    """What is promised or unusable is on hand."""
    for item in _items().filter(on_hand__lt=F("allocated") + F("unusable")):
        yield breach("uncovered", stock=item)


def balances_equal_entries():
    """Balances are the sum of their entries."""
    agrees = Q(**{f"sum_{name}": F(name) for name in BALANCES})
    items = _items().annotate(**{f"sum_{b}": _entries(b) for b in BALANCES})
    for item in items.exclude(agrees):
        for name in BALANCES:
            there, due = getattr(item, name), getattr(item, f"sum_{name}")
            if there != due:
                yield breach(name, stock=item, there=there, due=due)


def promises_equal_lines():
    """What a stock item promises is what the lines of its edition and location hold."""
    grouped = OrderLine.objects.filter(allocated__gt=0).order_by().values("edition", "location")
    held = {
        (row["edition"], row["location"]): row["copies"]
        for row in grouped.annotate(copies=Sum("allocated"))
    }
    for item in _items():
        copies = held.get((item.edition_id, item.location_id), 0)
        if item.allocated != copies:
            yield breach("promises", stock=item, there=item.allocated, due=copies)


def lines_add_up():
    """The copies approved in a line are accounted for."""
    accounted = F("allocated") + F("backordered") + F("issued") + F("cancelled")
    wrong = Q(returned__gt=F("issued")) | ~Q(approved=accounted)
    for line in _lines().filter(wrong):
        yield _about("sum", line)


def consignments_hold_allocated_copies():
    """Live consignments hold no more of a line than is promised to it."""
    packed = ConsignmentLine.objects.filter(line=OuterRef("pk"), consignment__status__in=LIVE)
    lines = _lines().annotate(packed=_total(packed, "line", "quantity"))
    for line in lines.filter(packed__gt=F("allocated")):
        yield _about("packed", line)


def replacements_have_a_parcel():
    """What is agreed once more in a line was held by consignments of it that left."""
    again = ConsignmentLine.objects.filter(line=OuterRef("pk"), replaced__gt=0)
    for line in _lines().annotate(due=_total(again, "line", "replaced")).exclude(due=F("replaced")):
        yield _about("replaced", line, there=line.replaced, due=line.due)


def consignments_are_issued_once():
    """Each line of a consignment that left was issued once, and of no other."""
    entries = StockEntry.objects.filter(
        kind="issue", consignment=OuterRef("consignment"), line=OuterRef("line")
    )
    issued = Coalesce(-_sum(entries, "line", "on_hand_change"), 0)
    due = Case(When(consignment__status__in=LEFT, then=F("quantity")), default=0)
    rows = ConsignmentLine.objects.annotate(out=issued, due=due)
    rows = rows.select_related("consignment__order", "line__edition__publication")
    for row in rows.exclude(out=F("due")):
        parcel, edition = str(row.consignment), row.line.edition
        yield breach("parcel", parcel=parcel, edition=edition, there=row.out, due=row.due)


def issues_come_from_promises():
    """Nothing leaves without a promise; a walk-up takes no promised copy."""
    issued, taken = _entries_of("issue"), _entries_of("walk_up")
    for entry in issued.exclude(on_hand_change=F("allocated_change")):
        yield breach("unpromised", movement=str(entry.pk), stock=entry.stock_item)
    for entry in taken.exclude(allocated_change=0):
        yield breach("walk_up", movement=str(entry.pk), stock=entry.stock_item)


def ended_orders_hold_nothing():
    """Orders that are over, or not confirmed yet, hold no copies."""
    held = _lines().filter(Q(allocated__gt=0) | Q(backordered__gt=0))
    for line in held.exclude(order__status=Order.Status.OPEN):
        yield _about("holds", line, status=line.order.status)
    decided = Q(requested=F("approved") + F("refused") - F("replaced"))
    for line in _lines().filter(~decided, order__status=Order.Status.CLOSED):
        yield _about("undecided", line)


def copies_are_conserved():
    """What the lines say left and came back is what the ledger says, line by line."""
    for column, kind in (("issued", "issue"), ("returned", "return")):
        entries = StockEntry.objects.filter(kind=kind, line=OuterRef("pk"))
        moved = Coalesce(_sum(entries, "line", "on_hand_change"), 0)
        sign = -1 if kind == "issue" else 1
        lines = _lines().annotate(moved=moved * sign)
        for line in lines.exclude(moved=F(column)):
            yield _about(column, line, there=getattr(line, column), due=line.moved)


def editions_are_conserved():
    """Per edition, at all locations: on hand is what was received, less what orders took and
    did not send back, less what was handed out and written off, more or less what was counted."""
    entries = StockEntry.objects.filter(kind__in=["receipt", "walk_up", "write_off", "count"])
    by_hand = _by_edition(entries, "stock_item__edition", Sum("on_hand_change"))
    sent = _by_edition(OrderLine.objects, "edition", Sum(F("issued") - F("returned")))
    for edition, there in _by_edition(StockItem.objects, "edition", Sum("on_hand")).items():
        due = by_hand.get(edition, 0) - sent.get(edition, 0)
        if there != due:
            yield breach("edition", edition=_edition(edition), there=there, due=due)


def orders_know_their_first_parcel():
    """An order says when the first of its consignments left."""
    gone = Consignment.objects.filter(order=OuterRef("pk"), left_at__isnull=False)
    first = Subquery(gone.order_by("left_at").values("left_at")[:1])
    said, due = (Coalesce(when, "placed_at") for when in ("first_left_at", first))  # nothing left
    for order in Order.objects.annotate(said=said, due=due).exclude(said=F("due")):
        yield breach("first_parcel", order=order.number)


def nobody_waits_for_free_copies():
    """What could be promised is promised to whoever waits and is not on hold."""
    waiting = OrderLine.objects.filter(backordered__gt=0, order__status=Order.Status.OPEN)
    places = set(waiting.filter(order__hold="").values_list("edition", "location"))
    for item in _items().with_available().filter(free__gt=0) if places else ():
        if (item.edition_id, item.location_id) in places:
            yield breach("waiting", stock=item, there=item.free)


def pick_ups_are_missed_at_the_desk():
    """Only what lay at a pick-up point was handed over or missed there."""
    lay = OrderEvent.objects.filter(consignment=OuterRef("pk"), what="at_desk")
    ended = Consignment.objects.select_related("order").filter(status__in=["handed_over", "missed"])
    for consignment in ended.filter(~Exists(lay)):
        yield breach("pick_up", parcel=str(consignment))


def transitions_left_events():
    """The last change of status in an order's events is the status it has.

    What is written beside an order changes nothing, and may be written of what it was before.
    """
    last = OrderEvent.objects.filter(order=OuterRef("pk")).order_by("-pk")
    last = last.exclude(what__in={*ASIDE} - {OrderEvent.What.PLACED})
    said = Coalesce(Subquery(last.values("to_status")[:1]), Value(""))
    for order in Order.objects.annotate(last=said).exclude(last=F("status")):
        kind = "status" if order.last else "no_event"
        yield breach(kind, order=order.number, status=order.status, said=order.last)


def messages_are_about_their_orders():
    """A message tells of an event of its own order."""
    for message in OutgoingMessage.objects.exclude(event__order=F("order")).exclude(event=None):
        yield breach("message", message=str(message.pk))


def shares_fit_their_lines():
    """The consignees of an order get no more of a line than is wanted and not gone to it."""
    own = ConsignmentLine.objects.filter(line=OuterRef("pk"), consignment__consignee=None)
    own = own.exclude(consignment__status__in=NOT_SERVED)
    shared = Share.objects.filter(line=OuterRef("pk"))
    given = _total(shared, "line", "quantity") + _total(own, "line", "quantity")
    wanted = F("requested") + F("replaced") - F("refused") - F("cancelled")
    live = _lines().filter(order__status__in=[Order.Status.UNVERIFIED, Order.Status.OPEN])
    live = live.filter(shares__isnull=False).distinct()
    for line in live.annotate(given=given).filter(given__gt=wanted):
        yield _about("shares", line)


def transfers_balance():
    """What a transfer took from one location it brought to another."""
    moved = StockEntry.objects.filter(kind="transfer").order_by()
    sums = moved.values("stock_item__edition").annotate(total=Sum("on_hand_change"))
    for row in sums.exclude(total=0):
        yield breach("transfer", edition=_edition(row["stock_item__edition"]))


CHECKS = (
    balances_are_covered,
    balances_equal_entries,
    promises_equal_lines,
    lines_add_up,
    consignments_hold_allocated_copies,
    replacements_have_a_parcel,
    consignments_are_issued_once,
    orders_know_their_first_parcel,
    issues_come_from_promises,
    ended_orders_hold_nothing,
    copies_are_conserved,
    editions_are_conserved,
    nobody_waits_for_free_copies,
    pick_ups_are_missed_at_the_desk,
    transitions_left_events,
    messages_are_about_their_orders,
    shares_fit_their_lines,
    transfers_balance,
)


def _items():
    """Balances, with what they are called by."""
    items = StockItem.objects.select_related("edition__publication", "location")
    return items.prefetch_related("edition__languages")


def _lines():
    """Lines, with what they are called by."""
    lines = OrderLine.objects.select_related("order", "edition__publication")
    return lines.prefetch_related("edition__languages")


def _entries_of(kind: str):
    entries = StockEntry.objects.filter(kind=kind)
    return entries.select_related("stock_item__edition__publication", "stock_item__location")


def _about(kind: str, line: OrderLine, **facts) -> Breach:
    """A breach of one line: its order and its title are named."""
    return breach(kind, order=line.order.number, edition=line.edition, **facts)


def _edition(key: int) -> Edition:
    return Edition.objects.select_related("publication").get(pk=key)


def _by_edition(rows, edition: str, total) -> dict[int, int]:
    return dict(rows.order_by().values_list(edition).annotate(total=total))


def _entries(balance: str):
    entries = StockEntry.objects.filter(stock_item=OuterRef("pk"))
    return Coalesce(_sum(entries, "stock_item", f"{balance}_change"), 0)


def _total(rows, by: str, column: str):
    return Coalesce(_sum(rows, by, column), 0)


def _sum(rows, by: str, column: str):
    """The sum of a column over the rows that belong to the outer one; NULL for no rows."""
    grouped = rows.order_by().values(by).annotate(total=Sum(column))
    return Subquery(grouped.values("total"))
