"""Packing slips and labels of single consignments; `orders.papers` has all the paper."""

from orders.papers.labels import address_label
from orders.papers.parts import Line
from orders.papers.slips import packing_slip, packing_slips

__all__ = ["Line", "address_label", "packing_slip", "packing_slips"]
