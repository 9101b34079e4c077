"""Whether orders, consignments, stock and ledger agree: the invariants no constraint can say.

Each check yields sentences about what does not agree, none when all is well. The numbers are
those of the invariants in the README.
"""

from collections.abc import Iterator

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from orders.consignees import NOT_SERVED
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
from orders.querysets import LIVE

MOST_TOLD = 200  # breaches kept with the outcome of a check
BALANCES = ("on_hand", "allocated", "unusable")


def breaches() -> Iterator[str]:
    """Every disagreement found, in plain words for staff and logs."""
    for check in CHECKS:
        yield from check()


def outcome_of(found: list[str]) -> dict:
    """What a check found, as a job keeps it: the number of breaches, and the first of them."""
    return {"count": len(found), "breaches": found[:MOST_TOLD]}


def balances_are_covered():
    """1. What is promised or unusable is on hand."""
    for item in StockItem.objects.filter(on_hand__lt=F("allocated") + F("unusable")):
        yield f"{item}: more promised and unusable than on hand"


def balances_equal_entries():
    """2. Balances are the sum of their entries."""
    agrees = Q(**{f"sum_{name}": F(name) for name in BALANCES})
    items = StockItem.objects.annotate(**{f"sum_{b}": _entries(b) for b in BALANCES})
    for item in items.exclude(agrees):
        for name in BALANCES:
            if getattr(item, name) != getattr(item, f"sum_{name}"):
                yield f"{item}: {name} differs from its entries"


def promises_equal_lines():
    """3. What a stock item promises is what the lines of its edition and location hold."""
    grouped = OrderLine.objects.filter(allocated__gt=0).order_by().values("edition", "location")
    held = {
        (row["edition"], row["location"]): row["copies"]
        for row in grouped.annotate(copies=Sum("allocated"))
    }
    for item in StockItem.objects.all():
        copies = held.get((item.edition_id, item.location_id), 0)
        if item.allocated != copies:
            yield f"{item}: promises {item.allocated}, lines hold {copies}"


def lines_add_up():
    """4. The copies approved in a line are accounted for."""
    accounted = F("allocated") + F("backordered") + F("issued") + F("cancelled")
    wrong = Q(returned__gt=F("issued")) | ~Q(approved=accounted)
    for line in OrderLine.objects.filter(wrong):
        yield f"line {line.pk} of order {line.order}: its copies do not add up"


def consignments_hold_allocated_copies():
    """5. Live consignments hold no more of a line than is promised to it."""
    packed = ConsignmentLine.objects.filter(line=OuterRef("pk"), consignment__status__in=LIVE)
    lines = OrderLine.objects.annotate(packed=_total(packed, "line", "quantity"))
    for line in lines.filter(packed__gt=F("allocated")):
        yield f"line {line.pk} of order {line.order}: more packed than promised"


def consignments_are_issued_once():
    """6. Each line of a consignment that left was issued once, and of no other."""
    gone = ("sent", "delivered", "returned", "lost", "handed_over")
    entries = StockEntry.objects.filter(
        kind="issue", consignment=OuterRef("consignment"), line=OuterRef("line")
    )
    issued = Coalesce(-_sum(entries, "line", "on_hand_change"), 0)
    due = Case(When(consignment__status__in=gone, then=F("quantity")), default=0)
    rows = ConsignmentLine.objects.select_related("consignment").annotate(out=issued, due=due)
    for row in rows.exclude(out=F("due")):
        yield f"consignment {row.consignment}: {row.out} copies issued, {row.due} due"


def issues_come_from_promises():
    """7. Nothing leaves without a promise; a walk-up takes no promised copy."""
    for entry in StockEntry.objects.filter(kind="issue").exclude(
        on_hand_change=F("allocated_change")
    ):
        yield f"movement {entry.pk}: issued what was not promised"
    for entry in StockEntry.objects.filter(kind="walk_up").exclude(allocated_change=0):
        yield f"movement {entry.pk}: a walk-up took promised copies"


def ended_orders_hold_nothing():
    """8. Orders that are over, or not confirmed yet, hold no copies."""
    held = OrderLine.objects.filter(Q(allocated__gt=0) | Q(backordered__gt=0))
    for line in held.exclude(order__status=Order.Status.OPEN):
        yield f"order {line.order} is {line.order.status} and holds copies"
    decided = Q(requested=F("approved") + F("refused") - F("replaced"))
    for line in OrderLine.objects.filter(~decided, order__status=Order.Status.CLOSED):
        yield f"order {line.order} is closed and leaves copies to decide"


def copies_are_conserved():
    """9. What the lines say left and came back is what the ledger says, line by line."""
    for column, kind in (("issued", "issue"), ("returned", "return")):
        entries = StockEntry.objects.filter(kind=kind, line=OuterRef("pk"))
        moved = Coalesce(_sum(entries, "line", "on_hand_change"), 0)
        sign = -1 if kind == "issue" else 1
        lines = OrderLine.objects.select_related("order").annotate(moved=moved * sign)
        for line in lines.exclude(moved=F(column)):
            yield f"line {line.pk} of order {line.order}: {column} differs from the ledger"


def editions_are_conserved():
    """9. Per edition, at all locations: on hand is what was received, less what orders took and
    did not send back, less what was handed out and written off, more or less what was counted."""
    entries = StockEntry.objects.filter(kind__in=["receipt", "walk_up", "write_off", "count"])
    by_hand = _by_edition(entries, "stock_item__edition", Sum("on_hand_change"))
    sent = _by_edition(OrderLine.objects, "edition", Sum(F("issued") - F("returned")))
    for edition, there in _by_edition(StockItem.objects, "edition", Sum("on_hand")).items():
        due = by_hand.get(edition, 0) - sent.get(edition, 0)
        if there != due:
            yield f"edition {edition}: {there} copies on hand, {due} received and not gone"


def nobody_waits_for_free_copies():
    """13. What could be promised is promised to whoever waits and is not on hold."""
    waiting = OrderLine.objects.filter(backordered__gt=0, order__status=Order.Status.OPEN)
    places = set(waiting.filter(order__hold="").values_list("edition", "location"))
    for item in StockItem.objects.with_available().filter(free__gt=0) if places else ():
        if (item.edition_id, item.location_id) in places:
            yield f"{item}: {item.free} copies are free while an order waits for them"


def pick_ups_are_missed_at_the_desk():
    """10. Only what lay at a pick-up point was handed over or missed there."""
    lay = OrderEvent.objects.filter(consignment=OuterRef("pk"), what="at_desk")
    ended = Consignment.objects.filter(status__in=["handed_over", "missed"])
    for consignment in ended.filter(~Exists(lay)):
        yield f"consignment {consignment}: {consignment.status} without lying at a point"


def transitions_left_events():
    """12. The last change of status in an order's events is the status it has."""
    last = OrderEvent.objects.filter(order=OuterRef("pk")).order_by("-pk")
    said = Coalesce(Subquery(last.values("to_status")[:1]), Value("nothing"))
    for order in Order.objects.annotate(last=said).exclude(last=F("status")):
        yield f"order {order}: is {order.status}, its events say {order.last}"


def messages_are_about_their_orders():
    """12. A message tells of an event of its own order."""
    for message in OutgoingMessage.objects.exclude(event__order=F("order")).exclude(event=None):
        yield f"message {message.pk}: tells of an event of another order"


def shares_fit_their_lines():
    """15. The consignees of an order get no more of a line than is wanted and not gone to it."""
    own = ConsignmentLine.objects.filter(line=OuterRef("pk"), consignment__consignee=None)
    own = own.exclude(consignment__status__in=NOT_SERVED)
    shared = Share.objects.filter(line=OuterRef("pk"))
    given = _total(shared, "line", "quantity") + _total(own, "line", "quantity")
    wanted = F("requested") + F("replaced") - F("refused") - F("cancelled")
    live = OrderLine.objects.filter(order__status__in=[Order.Status.UNVERIFIED, Order.Status.OPEN])
    live = live.filter(shares__isnull=False).distinct()
    for line in live.annotate(given=given).filter(given__gt=wanted):
        yield f"line {line.pk} of order {line.order}: consignees get more than is wanted"


def transfers_balance():
    """16. What a transfer took from one location it brought to another."""
    moved = StockEntry.objects.filter(kind="transfer").order_by()
    sums = moved.values("stock_item__edition").annotate(total=Sum("on_hand_change"))
    for row in sums.exclude(total=0):
        yield f"edition {row['stock_item__edition']}: transfers lost or made copies"


CHECKS = (
    balances_are_covered,
    balances_equal_entries,
    promises_equal_lines,
    lines_add_up,
    consignments_hold_allocated_copies,
    consignments_are_issued_once,
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
