"""Consignments: packing, dispatch, hand-over, return. Every change of their status happens here.

Each verb is one transaction, locks stock, then the order, then the consignment, and is safe to
repeat: a second press of a button finds the work done and changes nothing.
"""

from orders.fulfilment.dispatch import arrive, deliver, let_leave, send, track
from orders.fulfilment.packing import next_position, pack, pack_all, recipient_of, unpack
from orders.fulfilment.pick_up import hand_over, miss, offer, refuse_if_closed
from orders.fulfilment.returns import lose, take_back
from orders.fulfilment.steps import (
    locked,
    packed_lines,
    refuse_if_forgotten,
    refuse_unless,
    step,
)
from orders.fulfilment.undoing import undo_hand_over, undo_send

__all__ = [
    "arrive",
    "deliver",
    "hand_over",
    "let_leave",
    "locked",
    "lose",
    "miss",
    "next_position",
    "offer",
    "pack",
    "pack_all",
    "packed_lines",
    "recipient_of",
    "refuse_if_closed",
    "refuse_if_forgotten",
    "refuse_unless",
    "send",
    "step",
    "take_back",
    "track",
    "undo_hand_over",
    "undo_send",
    "unpack",
]
