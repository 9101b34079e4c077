"""The private side of the stock: a change of balances and the entry that records it.

Nothing else writes a `StockEntry`.
"""

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from orders.errors import OrderError
from orders.models import StockEntry, StockItem

Kind = StockEntry.Kind


def promise(item: StockItem, wanted: int) -> int:
    """Raise `allocated` by as much as is free, at most `wanted`; the row count decides."""
    items = StockItem.objects.filter(pk=item.pk).with_available()
    while wanted > 0:
        if items.filter(free__gte=wanted).update(allocated=F("allocated") + wanted):
            return wanted
        wanted = min(wanted - 1, items.get().free)
    return 0


def move(item: StockItem, kind: str, *, on_hand=0, allocated=0, unusable=0, **entry) -> None:
    """Change balances and record it, or refuse: a copy that is not there cannot be moved."""
    rows = StockItem.objects.filter(
        pk=item.pk,
        on_hand__gte=F("allocated") + F("unusable") + allocated + unusable - on_hand,
        allocated__gte=-allocated,
        unusable__gte=-unusable,
    ).update(
        on_hand=F("on_hand") + on_hand,
        allocated=F("allocated") + allocated,
        unusable=F("unusable") + unusable,
    )
    if not rows:
        raise OrderError(_too_few(item, kind))
    enter(item, kind, on_hand=on_hand, allocated=allocated, unusable=unusable, **entry)


def enter(item, kind, *, by, on_hand=0, allocated=0, unusable=0, **entry) -> None:
    """Record a change of balances that was made."""
    StockEntry.objects.create(
        stock_item=item,
        kind=kind,
        by=by,
        on_hand_change=on_hand,
        allocated_change=allocated,
        unusable_change=unusable,
        **entry,
    )


def _too_few(item: StockItem, kind: str):
    item.refresh_from_db()
    if kind == Kind.WRITE_OFF:
        return ngettext_lazy(
            "%(n)s copy is set aside as unusable.", "%(n)s copies are set aside as unusable.", "n"
        ) % {"n": item.unusable}
    if kind == Kind.COUNT:
        return ngettext_lazy(
            "%(n)s copy is promised or unusable: no fewer can lie on the shelf. First change the "
            "orders that hold them.",
            "%(n)s copies are promised or unusable: no fewer can lie on the shelf. First change "
            "the orders that hold them.",
            "n",
        ) % {"n": item.allocated + item.unusable}
    return ngettext_lazy(
        "Only %(free)s copy of %(edition)s is neither promised nor unusable.",
        "Only %(free)s copies of %(edition)s are neither promised nor unusable.",
        "free",
    ) % {"free": item.available, "edition": item.edition}


def columns_of(changes: dict[str, int]) -> dict[str, int]:
    """The columns of an entry that records these changes of balances."""
    return {f"{balance}_change": change for balance, change in changes.items()}


def is_repeated(key: str | None, **same) -> bool:
    """Whether a button was pressed before, for the `same`; refused where it was for another."""
    if key is not None and StockEntry.objects.filter(key=key, **same).exists():
        return True
    refuse_if_repeated(key)
    return False


def refuse_if_repeated(key: str | None) -> None:
    """Somebody who came back to an old page and typed another number would else lose it."""
    if key is not None and StockEntry.objects.filter(key=key).exists():
        raise OrderError(
            _(
                "This form was sent before, with another number: nothing more was done. Send it "
                "again if this one is right as well."
            )
        )
