"""Copies of paper: every change of a quantity happens here, and writes its line in the ledger.

Copies are counted in single copies. Each function runs in the caller's transaction or its own,
moves a balance by one conditional update whose row count decides, and records one `StockEntry`.
Whoever touches stock and orders locks the stock first (`lock`), in primary-key order.

`ledger` is private to this package: the others change balances through it alone.
"""

from orders.stock.balances import available, balance, hold, lock, main_location, state
from orders.stock.lines import (
    agree_again,
    allocate,
    give_back,
    issue,
    put_back,
    spoilt,
    stop_waiting,
    take_back,
    undo_issue,
)
from orders.stock.serving import pass_over, serve
from orders.stock.shelf import (
    MOST_AT_ONCE,
    bring_back,
    count,
    damage,
    describe,
    receive,
    removable,
    remove,
    transfer,
    undo_walk_up,
    walk_up,
    walk_ups,
    walk_ups_today,
    write_off,
)

__all__ = [
    "MOST_AT_ONCE",
    "agree_again",
    "allocate",
    "available",
    "balance",
    "bring_back",
    "count",
    "damage",
    "describe",
    "give_back",
    "hold",
    "issue",
    "lock",
    "main_location",
    "pass_over",
    "put_back",
    "receive",
    "removable",
    "remove",
    "serve",
    "spoilt",
    "state",
    "stop_waiting",
    "take_back",
    "transfer",
    "undo_issue",
    "undo_walk_up",
    "walk_up",
    "walk_ups",
    "walk_ups_today",
    "write_off",
]
