"""From which day to which: the periods that reports are asked for, and their months."""

import datetime
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import formats
from catalogue.models import Meeting

MOST_MONTHS = 120  # steps of a period that is told month by month; a longer one begins later
PRESETS = {
    "this-year": gettext_lazy("this year"),
    "last-year": gettext_lazy("last year"),
    "last-quarter": gettext_lazy("last quarter"),
    "since-meeting": gettext_lazy("since the last Meeting of States Parties"),
    "everything": gettext_lazy("everything so far"),
}
USUAL = "this-year"
FORMAL = re.compile(r"msp|(^|[0-9-])rc([0-9-]|$)", re.IGNORECASE)  # codes such as 11MSP, 2RC


@dataclass(frozen=True)
class Period:
    """Whole days by the office's clock, both included."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def of(cls, first: str, last: str) -> "Period":
        """From days as a job keeps them: "2026-01-01"."""
        return cls(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))

    @property
    def name(self) -> str:
        first, last = formats.date(self.first), formats.date(self.last)
        return _("%(first)s to %(last)s") % {"first": first, "last": last}

    @property
    def instants(self) -> tuple[datetime.datetime, datetime.datetime]:
        """From the first instant to the one after the last."""
        return midnight(self.first), midnight(self.last + datetime.timedelta(1))

    def holds(self, column: str) -> Q:
        """The rows whose moment lies in it."""
        start, end = self.instants
        return Q(**{f"{column}__gte": start, f"{column}__lt": end})

    def holds_day(self, column: str) -> Q:
        return Q(**{f"{column}__gte": self.first, f"{column}__lte": self.last})

    @cached_property
    def months(self) -> list[datetime.date]:
        """The first days of its months until today's, the oldest left out where too many."""
        found, month = [], self.first.replace(day=1)
        last = max(self.first, min(self.last, timezone.localdate()))
        while month <= last:
            found.append(month)
            month = next_month(month)
        return found[-MOST_MONTHS:]

    def month_with(self, day: datetime.date) -> int:
        """The number of the month in `months` that has the day; the first has all before it."""
        return max(bisect_right(self.months, day) - 1, 0)

    def month_of(self, column: str) -> Case | Value:
        """The same for the moments of a column, by the office's clock.

        Compared with the beginnings of the months, by halves, which every database does quickly.
        """
        begins = [midnight(month) for month in self.months]
        return _halved(column, begins, 0, len(begins))


def _halved(column: str, begins: list, low: int, high: int) -> Case | Value:
    """Which of `begins[low:high]` is the last one not after the column."""
    if high - low <= 1:
        return Value(low, output_field=IntegerField())
    middle = (low + high) // 2
    return Case(
        When(**{f"{column}__gte": begins[middle]}, then=_halved(column, begins, middle, high)),
        default=_halved(column, begins, low, middle),
        output_field=IntegerField(),
    )


def midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def next_month(month: datetime.date) -> datetime.date:
    return (month + datetime.timedelta(31)).replace(day=1)


def preset(name: str, begin: datetime.date | None = None) -> Period:
    """A period by its short name; `begin` is where everything so far begins."""
    today = timezone.localdate()
    if name == "last-year":
        return year(today.year - 1)
    if name == "last-quarter":
        return quarter_before(today)
    if name == "since-meeting" and (meeting := last_meeting()) and meeting.ends_on:
        return Period(meeting.ends_on + datetime.timedelta(1), today)
    if name == "everything":
        return Period(min(begin or today, today), today)
    return Period(datetime.date(today.year, 1, 1), today)


def year(number: int) -> Period:
    return Period(datetime.date(number, 1, 1), datetime.date(number, 12, 31))


def quarter_before(day: datetime.date) -> Period:
    """The last whole quarter before a day."""
    this = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    last = this - datetime.timedelta(1)
    return Period(last.replace(month=last.month - 2, day=1), last)


def last_meeting() -> Meeting | None:
    """The last Meeting of States Parties or Review Conference that is over, by its code."""
    return last_formal(Meeting.objects.order_by("-ends_on"))


def last_formal(meetings: Iterable[Meeting]) -> Meeting | None:
    today = timezone.localdate()
    over = [one for one in meetings if one.ends_on and one.ends_on < today]
    formal = [one for one in over if FORMAL.search(one.code)]
    return max(formal, key=lambda one: one.ends_on or today, default=None)
