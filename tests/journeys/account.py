"""A separate account of what was done in a week, kept with plain numbers and no code of the site.

Quantities are single copies; an order is a `Request`, its lines are asked for by edition.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Request:
    """An order as its orderer and the unit agreed it."""

    language: str
    asked: dict
    granted: Counter = field(default_factory=Counter)
    promised: Counter = field(default_factory=Counter)
    waiting: Counter = field(default_factory=Counter)
    gone: Counter = field(default_factory=Counter)
    is_over: bool = False


@dataclass
class Account:
    """Paper and mail, as they ought to stand."""

    per_title: int
    per_order: int
    on_hand: Counter = field(default_factory=Counter)
    promised: Counter = field(default_factory=Counter)
    unusable: Counter = field(default_factory=Counter)
    mails: Counter = field(default_factory=Counter)  # by template and language
    queue: list = field(default_factory=list)  # requests in the order they were accepted

    def free(self, edition) -> int:
        return self.on_hand[edition] - self.promised[edition] - self.unusable[edition]

    def mail(self, template, request):
        self.mails[template, request.language] += 1

    def arrives(self, edition, copies):
        """A print run: whoever waits is served in turn, and told."""
        self.on_hand[edition] += copies
        for request in self.serve(edition):
            self.mail("back", request)

    def serve(self, edition):
        served = []
        for request in self.queue:
            copies = min(self.free(edition), request.waiting[edition])
            if copies and not request.is_over:
                self._promise(request, edition, copies)
                served.append(request)
        return served

    def _promise(self, request, edition, copies):
        request.waiting[edition] -= copies
        request.promised[edition] += copies
        self.promised[edition] += copies

    def accepted(self, request):
        """Confirmed: the limits are granted, what is there is promised, the rest waits."""
        self.queue.append(request)
        left = self.per_order
        for edition in sorted(request.asked):
            granted = min(request.asked[edition], self.per_title, left)
            left -= granted
            self.agreed(request, edition, granted)
        has_nothing = not +request.promised and +request.waiting
        self.mail("waiting" if has_nothing else "received", request)

    def agreed(self, request, edition, copies):
        request.granted[edition] += copies
        request.waiting[edition] += copies
        self._promise(request, edition, min(copies, max(0, self.free(edition))))

    def excess(self, request):
        return {e: n - request.granted[e] for e, n in request.asked.items()}

    def left(self, request, template=""):
        """Everything promised to it went out."""
        for edition, copies in list((+request.promised).items()):
            request.promised[edition] = 0
            request.gone[edition] += copies
            self.promised[edition] -= copies
            self.on_hand[edition] -= copies
        if template:
            self.mail(template, request)

    def came_back(self, edition, copies):
        """On the shelf again; whoever waits is served and told."""
        self.arrives(edition, copies)

    def balances(self) -> dict:
        return {e: (self.on_hand[e], self.promised[e], self.unusable[e]) for e in self.on_hand}
