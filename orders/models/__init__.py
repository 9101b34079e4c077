"""Orders say what was agreed, consignments where the paper is, the ledger how many copies exist."""

from orders.models.consignee import Consignee, Share
from orders.models.consignment import Consignment, ConsignmentLine
from orders.models.event import Note, OrderEvent
from orders.models.message import OutgoingMessage
from orders.models.order import Order, OrderLine
from orders.models.pick_up import PickUpPoint
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
