"""The table of how long orders waited for their first parcel."""

from django.utils.translation import gettext as _

from orders.reports import names, speed
from orders.reports.choices import Choice
from orders.reports.tables import Figure, Row, Series, Table


def time_to_dispatch(choice: Choice) -> Table:
    found = speed.by_month(choice)
    rows = [
        Row(names.month(month), _times(found.get(number, speed.Month())))
        for number, month in enumerate(choice.period.months)
    ]
    total = sum(found.values(), speed.Month())
    heads = (
        _("Accepted in"),
        _("Orders"),
        _("First parcel left"),
        _("Of these, copies still to come"),
        _("Nothing left yet"),
        _("Ended without a parcel"),
        _("Median, days"),
        _("Nine in ten within, days"),
    )
    drawn = (
        Series(_("Median, days"), lambda row: row[5] or 0),
        Series(_("Nine in ten within, days"), lambda row: (row[6] or 0) - (row[5] or 0)),
    )
    return Table(
        _("Time from order to dispatch"),
        heads,
        rows,
        _times(total),
        drawn,
        is_dated=True,
        notes=_time_notes(),
    )


def _times(month: speed.Month) -> tuple[Figure, ...]:
    counts = (month.accepted, month.left, month.unfinished, month.open, month.ended)
    return (*counts, month.median, month.slow)


def _time_notes() -> list[str]:
    return [
        _("From the moment an order was accepted until its first parcel left or was handed over."),
        _("Orders of which nothing has left yet are in no median; they are counted beside it."),
        _("The last row is worked out over all orders of the period, not from the months."),
    ]
