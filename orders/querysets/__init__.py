"""Which rows: questions about orders, consignments, stock and pick-up points."""

from orders.querysets.consignment import (
    LEFT,
    LIVE,
    ConsignmentQuerySet,
    load_what_papers_say,
    to_take_for,
)
from orders.querysets.order import OrderQuerySet, with_orders
from orders.querysets.pick_up import PickUpPointQuerySet
from orders.querysets.stock import (
    StockItemQuerySet,
    low,
    on_the_shelf,
    shelves_of,
    to_reprint,
    waited_for,
    with_stock,
)

__all__ = [
    "LEFT",
    "LIVE",
    "ConsignmentQuerySet",
    "OrderQuerySet",
    "PickUpPointQuerySet",
    "StockItemQuerySet",
    "load_what_papers_say",
    "low",
    "on_the_shelf",
    "shelves_of",
    "to_reprint",
    "to_take_for",
    "waited_for",
    "with_orders",
    "with_stock",
]
