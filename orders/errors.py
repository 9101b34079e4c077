"""Refusals, each with a sentence for the person who asked."""


class OrderError(Exception):
    """What was asked cannot be done; `str()` says why, in the reader's language."""


class StaleError(OrderError):
    """The form was drawn from an older version of the order."""


class AlreadyPlaced(OrderError):
    """The same one-time key came with another content; `order` is the first one."""

    def __init__(self, sentence, order):
        super().__init__(sentence)
        self.order = order
