"""Which stock, and which editions by what of them lies on the shelf."""

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from orders.querysets.search import shelved


class StockItemQuerySet(models.QuerySet):
    def of(self, editions):
        return self.filter(edition__in=editions)

    def main(self):
        """At the location from which orders are served."""
        return self.filter(location__is_main=True)

    def with_available(self):
        """Annotated with the copies that may still be promised: `free`."""
        return self.annotate(free=F("on_hand") - F("allocated") - F("unusable"))


def with_stock(editions, location=None):
    """Editions with their balances at a location (the main one) and the copies waited for there.

    Annotated: `on_hand`, `allocated`, `unusable`, `free`, `waiting`, `shelf`, and `low_at`: the
    available copies from which the edition is low.
    """
    from orders.models import OrderLine, StockItem

    items = StockItem.objects.filter(edition=OuterRef("pk"))
    item = items.filter(location=location) if location else items.main()
    lines = OrderLine.objects.filter(edition=OuterRef("pk"), order__status="open")
    # In the sum, not among the rows: there the database takes the location's index, 500 times
    # slower, for nearly all lines are of one location.
    there = Q(location=location) if location else None
    waiting = lines.filter(backordered__gt=0).order_by().values("edition")
    waiting = waiting.annotate(copies=Sum("backordered", filter=there))
    balances = {
        name: Coalesce(Subquery(item.values(name)[:1]), 0)
        for name in ("on_hand", "allocated", "unusable")
    }
    rows = editions.annotate(
        **balances,
        waiting=Coalesce(Subquery(waiting.values("copies")), 0),
        shelf=Coalesce(Subquery(item.values("shelf")[:1]), Value("")),
        low_at=Coalesce(Subquery(item.values("low_at")[:1]), settings.LOW_STOCK),
    )
    return rows.annotate(free=F("on_hand") - F("allocated") - F("unusable"))


def on_the_shelf(editions, text="", language=""):
    """Of editions with stock, those on paper that hold the words and codes; lowest first."""
    rows = editions.filter(Q(is_printed=True, withdrawn_at=None) | Q(on_hand__gt=0))
    if language:
        rows = rows.filter(languages__language=language)
    return shelved(rows, text).order_by("free", "-waiting", "publication__slug", "pk")


def low(editions):
    """Of editions with stock, those with no more available than their threshold."""
    return editions.filter(free__lte=F("low_at"))


def waited_for(editions):
    """Of editions with stock, those that somebody waits for."""
    return editions.filter(waiting__gt=0)


def to_reprint(editions):
    """Low or waited for; the most needed first."""
    rows = on_the_shelf(editions).filter(withdrawn_at=None, is_printed=True)
    rows = rows.filter(Q(free__lte=F("low_at")) | Q(waiting__gt=0))
    return rows.annotate(need=F("waiting") - F("free")).order_by("-need", "publication__slug", "pk")


def shelves_of(editions):
    """Where editions lie: {(edition, location): shelf}."""
    from orders.models import StockItem

    rows = StockItem.objects.of(editions).exclude(shelf="")
    return {
        (edition, place): shelf
        for edition, place, shelf in rows.values_list("edition", "location", "shelf")
    }
