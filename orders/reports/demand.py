"""What was asked for and could not be given: copies waited for, left out, refused, given up."""

from collections import defaultdict
from dataclasses import dataclass, fields

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from catalogue.models import LanguageRequest
from orders.models import Order, OrderLine
from orders.reports.choices import Choice

Status = Order.Status


@dataclass
class Demand:
    """Copies of an edition."""

    waiting: int = 0
    refused: int = 0
    left_out: int = 0
    given_up: int = 0
    unconfirmed: int = 0

    def __add__(self, other: "Demand") -> "Demand":
        return Demand(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Demand)))


def by_edition(choice: Choice) -> dict[int, Demand]:
    """Waiting now; the rest in orders placed in the period."""
    found: dict[int, Demand] = defaultdict(Demand)
    for edition, copies in _waiting(choice):
        found[edition].waiting = copies
    for edition, refused, unconfirmed in _denied(choice):
        found[edition].refused, found[edition].unconfirmed = refused, unconfirmed
    for edition, given_up, left_out in _given_up(choice):
        found[edition].given_up, found[edition].left_out = given_up, left_out
    return {
        edition: demand
        for edition, demand in found.items()
        if demand != Demand() and choice.asks_of(edition)
    }


def _lines(choice: Choice):
    """Of all editions: those not asked about are dropped when counted, which is quicker."""
    lines = OrderLine.objects.all()
    if choice.group:
        lines = lines.filter(order__state__un_group=choice.group)
    if choice.meeting:
        lines = lines.filter(choice.lines_of_meeting())
    return lines


def _placed(choice: Choice):
    return _lines(choice).filter(choice.period.holds("order__placed_at"))


def _waiting(choice: Choice):
    """(edition, copies) that open orders wait for now."""
    lines = _lines(choice).filter(backordered__gt=0, order__status=Status.OPEN)
    return lines.order_by().values_list("edition").annotate(copies=Sum("backordered"))


def _denied(choice: Choice):
    """(edition, copies refused, copies in orders that expired)."""
    has_expired = Q(order__status=Status.EXPIRED)
    lines = _placed(choice).filter(Q(refused__gt=0) | has_expired).order_by().values_list("edition")
    return lines.annotate(
        refused_copies=Sum("refused"),
        unconfirmed=Coalesce(Sum("requested", filter=has_expired), 0),
    )


def _given_up(choice: Choice):
    """(edition, copies given up, copies left out): cancelled, and not on the shelf for it."""
    lines = _placed(choice).filter(given_up__gt=0).order_by().values_list("edition")
    waits = Q(waits_for_reprint=True)
    return lines.annotate(
        waited_for=Coalesce(Sum("given_up", filter=waits), 0),
        left_out=Coalesce(Sum("given_up", filter=~waits), 0),
    )


def wishes(choice: Choice):
    """Languages that readers asked for in the period: (publication, language, asked, met)."""
    rows = LanguageRequest.objects.filter(
        choice.period.holds("confirmed_at"), confirmed_at__isnull=False
    )
    if choice.publication:
        rows = rows.filter(publication=choice.publication)
    if choice.language:
        rows = rows.filter(language=choice.language)
    return (
        rows.order_by()
        .values_list("publication", "language")
        .annotate(asked=Count("pk"), met=Count("notified_at"))
    )
