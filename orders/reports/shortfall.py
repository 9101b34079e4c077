"""Tables of what was asked for and is lacking: copies, and languages."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalogue import languages
from catalogue.models import Edition, Publication
from orders.reports import demand, names
from orders.reports.choices import Choice
from orders.reports.demand import Demand
from orders.reports.tables import Row, Series, Table


def unmet(choice: Choice) -> Table:
    found = demand.by_edition(choice)
    rows = [
        (names.titled(edition.publication), names.of_languages(edition.tags), found[edition.pk])
        for edition in _editions(found)
    ]
    rows.sort(key=lambda row: (-row[2].waiting, row[0][0], row[1]))
    shown = [
        Row(
            _("%(title)s – %(language)s") % {"title": title[1], "language": tag},
            _lacking(row),
            title[2],
        )
        for title, tag, row in rows
    ]
    total = sum((row for *_rest, row in rows), Demand())
    heads = (
        _("Edition"),
        _("Waiting now"),
        _("Left out"),
        _("Given up while waiting"),
        _("Not granted"),
        _("Never confirmed"),
    )
    return Table(
        _("Waiting and unmet demand"),
        heads,
        shown,
        _lacking(total),
        _lacking_drawn(),
        notes=_lacking_notes(),
    )


def _editions(keys: Iterable) -> Iterable[Edition]:
    rows = Edition.objects.select_related("publication").prefetch_related("languages")
    return rows.in_bulk(list(keys)).values()


def _lacking(row: Demand) -> tuple[int, ...]:
    return row.waiting, row.left_out, row.given_up, row.refused, row.unconfirmed


def _lacking_drawn() -> tuple[Series, ...]:
    return (
        Series(_("Waiting now"), lambda row: row[0]),
        Series(_("Left out or given up"), lambda row: row[1] + row[2]),
        Series(_("Not granted"), lambda row: row[3]),
    )


def _lacking_notes() -> list[str]:
    return [
        _("Waiting now: copies that are to follow when reprinted, whenever they were ordered."),
        _("The other columns count orders placed in the period."),
        _("Left out: nothing was on the shelf, and the orderer did not want to wait."),
        _("Given up while waiting: cancelled or declined before copies were on the shelf for it."),
        _("Not granted: asked for beyond the limit and refused."),
        _("Never confirmed: the orderer did not confirm by mail, and the order expired."),
    ]


def requests(choice: Choice) -> Table:
    """Languages that readers asked to be told of."""
    found = list(demand.wishes(choice))
    works = Publication.objects.in_bulk([publication for publication, *_rest in found])
    rows = [(names.titled(works[work]), tag, asked, met) for work, tag, asked, met in found]
    rows.sort(key=lambda row: (-row[2], row[0][0], languages.rank(row[1])))
    shown = [
        Row(
            _("%(title)s – %(language)s")
            % {"title": title[1], "language": names.of_languages([tag])},
            (asked, met, asked - met),
            title[2],
        )
        for title, tag, asked, met in rows
    ]
    totals = tuple(sum(row.figures[i] or 0 for row in shown) for i in range(3))
    heads = (_("Publication and language"), _("Readers who asked"), _("Told"), _("Still waiting"))
    drawn = (
        Series(_("Told"), lambda row: row[1]),
        Series(_("Still waiting"), lambda row: row[2]),
    )
    notes = [_("Confirmed requests of readers; the meeting and the group chosen do not apply.")]
    return Table(_("Languages asked for"), heads, shown, totals, drawn, notes=notes)
