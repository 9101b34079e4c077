"""The version of the catalogue: what was worked out for one is good until there is another.

`bump` is called in the transaction of every change that a reader can see. What is published
by the clock counts too, without a word from anybody.
"""

from threading import Lock
from time import monotonic

from django.db.models import F, QuerySet, Subquery
from django.utils import timezone

from catalogue.models import CatalogueVersion, Edition, Publication

FRESH = 1.0  # seconds for which an answer is believed


class Known:
    """What this process last heard of the version, and when."""

    def __init__(self):
        self.lock, self.token, self.asked_at = Lock(), "", float("-inf")

    def current(self) -> str:
        with self.lock:
            if monotonic() - self.asked_at >= FRESH:
                self.token, self.asked_at = _token(), monotonic()
            return self.token

    def forget(self) -> None:
        with self.lock:
            self.asked_at = float("-inf")


known = Known()
current, forget = known.current, known.forget


def bump() -> None:
    """Say that readers see something new, once the transaction is through."""
    if not CatalogueVersion.objects.filter(pk=1).update(number=F("number") + 1):
        CatalogueVersion.objects.create(pk=1, number=1)
    forget()


def _token() -> str:
    """The number, and the last of what the clock has let out: "17.1795600000.1795600000"."""
    latest = [_latest(Publication), _latest(Edition)]
    row = CatalogueVersion.objects.filter(pk=1).values_list(
        "number", *(Subquery(rows) for rows in latest)
    )
    number, *instants = row.first() or (0, *(rows.first() for rows in latest))
    return ".".join([str(number), *(f"{at.timestamp():.6f}" if at else "" for at in instants)])


def _latest(model) -> QuerySet:
    out = model.objects.filter(published_at__lte=timezone.now()).order_by("-published_at")
    return out.values_list("published_at", flat=True)[:1]
