"""Orders say what was agreed, consignments where the paper is, the ledger how many copies exist."""

from orders.models.consignment import Consignment, ConsignmentLine
from orders.models.message import OutgoingMessage
from orders.models.order import Order, OrderEvent, OrderLine, PickUpPoint
from orders.models.stock import StockEntry, StockItem, StockLocation

__all__ = [
    "Consignment",
    "ConsignmentLine",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OutgoingMessage",
    "PickUpPoint",
    "StockEntry",
    "StockItem",
    "StockLocation",
]
