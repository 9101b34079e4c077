"""The life of an order: every change of its status happens here, and leaves an event.

Each verb is one transaction, locks the stock it may touch and then the order, and is safe to
repeat. A refusal is an `OrderError` with a sentence for the person who asked.
"""

from orders.lifecycle.ending import cancel, decline, disown
from orders.lifecycle.expiry import expire_unverified, is_late, let_expire
from orders.lifecycle.holding import hold, release
from orders.lifecycle.opening import (
    accept,
    confirm,
    is_like_another,
    leave_out,
    place,
)
from orders.lifecycle.steps import (
    can_change,
    close_when_done,
    lines_of,
    locked,
    open_again,
    refuse_if_stale,
    step,
)

__all__ = [
    "accept",
    "can_change",
    "cancel",
    "close_when_done",
    "confirm",
    "decline",
    "disown",
    "expire_unverified",
    "hold",
    "is_late",
    "is_like_another",
    "leave_out",
    "let_expire",
    "lines_of",
    "locked",
    "open_again",
    "place",
    "refuse_if_stale",
    "release",
    "step",
]
