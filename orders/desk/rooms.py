"""The rooms of the desk, and which of them is the first for a colleague."""

QUEUE = "desk:queue"
ROOMS = [
    ("orders.view_order", QUEUE),
    ("orders.view_stockitem", "desk:stock"),  # and the reports with it
    ("catalogue.view_publication", "editing:parity"),
]


def first_for(user) -> str:
    """The name of the first room that a colleague may enter; the queue refuses all others."""
    may_enter = (room for permission, room in ROOMS if user.has_perm(permission))
    return next(may_enter, QUEUE) if user.is_staff else QUEUE
