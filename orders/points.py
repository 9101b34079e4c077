"""Pick-up points themselves: made, described, closed, taken away."""

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from orders import events, outbox, room, stock
from orders.errors import OrderError, StaleError
from orders.models import Order, OrderEvent, PickUpPoint, StockLocation

WORDS = ("name", "place", "hours")


@transaction.atomic
def add(columns: dict) -> tuple[PickUpPoint, bool]:
    """A new point, and whether it is new.

    The same typed and sent twice makes one: the other could not be told from it.
    """
    office = StockLocation.objects.select_for_update(no_key=True)
    office.get(pk=stock.main_location().pk)  # one after the other
    same = PickUpPoint.objects.filter(**columns).first()
    return (same, False) if same else (PickUpPoint.objects.create(**columns), True)


@transaction.atomic
def describe(point: PickUpPoint, columns: dict, *, version: int, by, tells=False) -> int:
    """Write what is said of a point, typed on a page that showed this version of it.

    With `tells`, whoever is to come there gets a mail where that matters to them. Returns how
    many mails are owed. Safe to repeat. Raises `StaleError` where a colleague has changed it since.
    """
    point = PickUpPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    changed = [name for name, value in columns.items() if getattr(point, name) != value]
    if not changed:
        return 0
    if point.version != version:
        raise StaleError(
            _(
                "A colleague has changed this point since you opened this page. What it says now "
                "stands beside what you typed: look at both, then save."
            )
        )
    before = _read(point)
    for name in changed:
        setattr(point, name, columns[name])
    point.version += 1
    point.save()
    readers = {code for code, said in _read(point).items() if said != before[code]}
    return _tell(point, readers, by=by) if tells else 0


def _read(point: PickUpPoint) -> dict[str, list]:
    """What who comes to a point reads of it, by language: also what only another one has."""
    days = [point.opens_on, point.closes_on]
    return {
        code: [*(languages.translated(point, word, code)[0] for word in WORDS), *days]
        for code in languages.interface_languages()
    }


def _tell(point: PickUpPoint, readers: set[str], *, by) -> int:
    """Owe a mail to those readers who are to come to a point; returns how many."""
    mails = 0
    for order in Order.objects.coming_to(point).filter(language__in=readers).order_by("pk"):
        event = events.record(order, OrderEvent.What.POINT, by=by, reason=point.name)
        mails += outbox.queue(order, "point", event=event) is not None
    return mails


def close(point: PickUpPoint) -> int:
    """It takes no more orders; returns the copies that are still expected there.

    What was ordered until now is still packed and handed over while its dates allow it.
    """
    PickUpPoint.objects.filter(pk=point.pk).update(is_closed=True)
    return room.expected_at(point)


def reopen(point: PickUpPoint) -> None:
    """It takes orders again, as far as its dates allow it."""
    PickUpPoint.objects.filter(pk=point.pk).update(is_closed=False)


def remove(point: PickUpPoint) -> None:
    """Take away a point that nothing was ever ordered for; another one is closed.

    Orders, bags and reports go on telling where copies were handed over.
    """
    try:
        point.delete()
    except ProtectedError:
        raise OrderError(
            _("Orders name this point, and reports tell of it: it can be closed, not removed.")
        ) from None
