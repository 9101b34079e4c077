"""How many copies there are, where, and how they are held until a transaction ends."""

from collections.abc import Iterable

from catalogue.models import Edition
from orders.models import StockEntry, StockItem, StockLocation


def main_location() -> StockLocation:
    """The location that orders are served from; made at the first use."""
    location, _made = StockLocation.objects.get_or_create(
        is_main=True,
        defaults={
            "slug": "office",
            "name_en": "Office",
            "name_fr": "Bureau",
            "name_es": "Oficina",
        },
    )
    return location


def available(edition_ids: Iterable[int]) -> dict[int, int]:
    """Copies that can be promised now, by edition; 0 where nothing was ever received."""
    items = StockItem.objects.main().of(edition_ids).with_available()
    return dict.fromkeys(edition_ids, 0) | dict(items.values_list("edition_id", "free"))


def state() -> str:
    """Another text after every movement of paper.

    The last few movements rather than the last one: of two transactions at a time, the one
    with the lower number may end after the other.
    """
    last = StockEntry.objects.order_by("-pk").values_list("pk", flat=True)[:40]
    return ",".join(map(str, last))


def balance(edition: Edition, location: StockLocation | None = None) -> StockItem:
    """The balances of an edition at a location (the main one), made at zero if need be."""
    item, _made = StockItem.objects.get_or_create(
        edition=edition, location=location or main_location()
    )
    return item


def lock(edition_ids: Iterable[int], location: StockLocation | None = None) -> list[StockItem]:
    """Hold the stock of these editions until the transaction ends.

    Items that are missing are made first, so that a receipt and an order that meet on a new
    title wait for each other.
    """
    location = location or main_location()
    wanted = set(edition_ids)
    items = StockItem.objects.filter(location=location).of(wanted)
    missing = wanted - set(items.values_list("edition_id", flat=True))
    new = [StockItem(edition_id=edition, location=location) for edition in sorted(missing)]
    StockItem.objects.bulk_create(new, ignore_conflicts=True)
    return list(items.select_for_update(no_key=True).order_by("pk"))


def hold(editions: Iterable[Edition], *places: StockLocation) -> list[StockItem]:
    """Hold the stock of editions at several locations until the transaction ends.

    Made if need be, and held in primary-key order. Who moves several editions in one transaction
    holds all of them first. Returned by edition, then by place, as given.
    """
    both = [(edition.pk, place.pk) for edition in editions for place in places]
    new = [StockItem(edition_id=edition, location_id=place) for edition, place in sorted(both)]
    StockItem.objects.bulk_create(new, ignore_conflicts=True)
    items = StockItem.objects.filter(location__in=places).of({edition for edition, _place in both})
    held = items.select_for_update(no_key=True).order_by("pk")
    found = {(item.edition_id, item.location_id): item for item in held}
    return [found[pair] for pair in both]
