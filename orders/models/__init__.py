"""Orders say what was agreed, consignments where the paper is, the ledger how many copies exist."""

from orders.models.consignment import Consignment, ConsignmentLine
from orders.models.message import OutgoingMessage
from orders.models.order import (
    Consignee,
    Note,
    Order,
    OrderEvent,
    OrderLine,
    PickUpPoint,
    Share,
)
from orders.models.privacy import AddressStanding, Look
from orders.models.stock import StockEntry, StockItem, StockLocation

__all__ = [
    "AddressStanding",
    "Consignee",
    "Consignment",
    "ConsignmentLine",
    "Look",
    "Note",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OutgoingMessage",
    "PickUpPoint",
    "Share",
    "StockEntry",
    "StockItem",
    "StockLocation",
]
