"""The paper that goes with the copies, and the lists by which they are packed and handed over.

Functions take rows and return the bytes of PDF/UA-1 documents. What a recipient reads is in the
recipient's language: the same consignment gives the same slip and the same label, byte by byte,
whoever asks, in whatever language, at whatever time. What a colleague reads is in the language
that is given; lists say the day on which they were made.
"""

from orders.papers.customs import customs_csv, customs_sheets
from orders.papers.labels import address_label, address_labels, bag_labels
from orders.papers.meetings import box_list, desk_list
from orders.papers.picking import pick_list, store_pick_list
from orders.papers.slips import packing_slip, packing_slips

__all__ = [
    "address_label",
    "address_labels",
    "bag_labels",
    "box_list",
    "customs_csv",
    "customs_sheets",
    "desk_list",
    "packing_slip",
    "packing_slips",
    "pick_list",
    "store_pick_list",
]
