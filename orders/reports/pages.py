"""The pages of the reports, each of which shows a table."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from orders.reports import copies, dispatch, shortfall
from orders.reports.choices import Choice
from orders.reports.tables import Table


@dataclass(frozen=True)
class Report:
    """A page: its name in the address, what it is called, what makes it."""

    slug: str
    name: Promise | str
    make: Callable[[Choice], Table]


REPORTS = {
    report.slug: report
    for report in (
        Report("language", gettext_lazy("By language"), copies.by_language),
        Report("publication", gettext_lazy("By publication"), copies.by_publication),
        Report("state", gettext_lazy("By State"), copies.by_state),
        Report("group", gettext_lazy("By regional group"), copies.by_group),
        Report("orderer", gettext_lazy("By kind of orderer"), copies.by_orderer),
        Report("meeting", gettext_lazy("By meeting"), copies.by_meeting),
        Report("delivery", gettext_lazy("By way of delivery"), copies.by_delivery),
        Report("month", gettext_lazy("By month"), copies.by_month),
        Report("unmet", gettext_lazy("Unmet demand"), shortfall.unmet),
        Report("requests", gettext_lazy("Languages asked for"), shortfall.requests),
        Report("time", gettext_lazy("Time to dispatch"), dispatch.time_to_dispatch),
    )
}
USUAL = "language"
