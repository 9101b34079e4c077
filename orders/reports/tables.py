"""Reports as tables: heads, rows of figures, totals, and what has to be said about them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue import formats, languages
from catalogue.models import Edition, EditionLanguage, Meeting, Publication, State
from orders.models import Order
from orders.models.order import DeliveryMethod
from orders.reports import demand, departures, names, speed
from orders.reports.choices import Choice
from orders.reports.demand import Demand
from orders.reports.departures import Copies

Figure = float | None


@dataclass(frozen=True)
class Row:
    """A name, in a language of its own where that is not the reader's, and its figures."""

    name: str
    figures: tuple[Figure, ...]
    language: str = ""

    @property
    def direction(self) -> str:
        return languages.direction(self.language) if self.language else ""


class Series(NamedTuple):
    """A part of each bar: what it is called, and its length by the row's figures."""

    name: str
    length: Callable[[Any], float]  # of the figures, none of which is missing in what is drawn


@dataclass(frozen=True)
class Table:
    title: str
    heads: tuple[str, ...]  # of the names, then of each figure
    rows: list[Row]
    totals: tuple[Figure, ...]
    drawn: tuple["Series", ...]  # what the chart stacks
    is_dated: bool = False  # its rows follow one another in time
    notes: list[str] = field(default_factory=list)

    def cut(self, most: int) -> "Table":
        """No more rows than so many; the others are summed in the last one."""
        if len(self.rows) <= most or self.is_dated:
            return self
        kept, others = self.rows[: most - 1], self.rows[most - 1 :]
        sums = tuple(map(_sum, zip(*(row.figures for row in others), strict=True)))
        name = ngettext("%(n)s other", "%(n)s others", len(others)) % {
            "n": formats.number(len(others))
        }
        return replace(self, rows=[*kept, Row(name, sums)])

    @property
    def labelled(self) -> list[dict]:
        """The rows for a page: each figure as readers write it, with its head."""
        return [
            {
                "name": row.name,
                "language": row.language,
                "direction": row.direction,
                "cells": self._cells(row.figures),
            }
            for row in self.rows
        ]

    @property
    def total_cells(self) -> list[tuple[str, str]]:
        return self._cells(self.totals)

    def _cells(self, figures: tuple[Figure, ...]) -> list[tuple[str, str]]:
        shown = ["–" if figure is None else formats.number(figure) for figure in figures]
        return list(zip(self.heads[1:], shown, strict=True))

    @property
    def is_empty(self) -> bool:
        return not any(any(row.figures) for row in self.rows)


def _sum(figures: Iterable[Figure]) -> Figure:
    return sum(figure or 0 for figure in figures)


@dataclass(frozen=True)
class Report:
    """A page: its name in the address, what it is called, what makes it."""

    slug: str
    name: Promise | str
    make: Callable[[Choice], Table]


# Copies that left ---------------------------------------------------------------


def _copies_heads(first: str, *more: str) -> tuple[str, ...]:
    return (
        first,
        _("Dispatched or handed over"),
        _("Returned"),
        _("Without an order"),
        _("Distributed"),
        *more,
    )


def _figures(copies: Copies) -> tuple[int, ...]:
    return copies.issued, copies.returned, copies.walk_ups, copies.left


def _drawn() -> tuple[Series, ...]:
    """A bar is what left for good: the copies of orders, then those without an order."""
    return (
        Series(_("For orders, less what came back"), lambda row: max(row[0] - row[1], 0)),
        Series(_("Without an order"), lambda row: row[2]),
    )


def _copies_notes(choice: Choice) -> list[str]:
    notes = [
        _("A copy counts on the day it left; one that came back is taken off on the day it came."),
    ]
    if lost := departures.lost(choice):
        sentence = ngettext(
            "%(n)s of the copies that left is known to be lost. It counts as distributed, and so "
            "does the one sent in its place.",
            "%(n)s of the copies that left are known to be lost. They count as distributed, and "
            "so do those sent in their place.",
            lost,
        )
        notes.append(sentence % {"n": formats.number(lost)})
    return notes


def _copies_table(
    choice: Choice, title, first, named: Iterable[tuple[str, str, Copies]], **more
) -> Table:
    """`named` are (name, its language or nothing, copies)."""
    rows = [Row(name, _figures(copies), language) for name, language, copies in named]
    total = sum((Copies(*row.figures[:3]) for row in rows), Copies())  # type: ignore[arg-type]
    notes = _copies_notes(choice) + more.pop("notes", [])
    return Table(title, _copies_heads(first), rows, _figures(total), _drawn(), notes=notes, **more)


def _with_downloads(table: Table, downloads: Sequence[int], choice: Choice) -> Table:
    """The same with a column of downloads, unless it is asked who or where."""
    if choice.is_about_people:
        return _noted(table, _("Nobody knows who downloads a PDF: downloads are left out here."))
    rows = [
        Row(row.name, (*row.figures, number), row.language)
        for row, number in zip(table.rows, downloads, strict=True)
    ]
    heads, totals = (*table.heads, _("PDF downloads")), (*table.totals, sum(downloads))
    kept = replace(table, heads=heads, rows=rows, totals=totals)
    return _noted(kept, _("Robots are not counted among downloads."))


def _noted(table: Table, note: str) -> Table:
    table.notes.append(note)
    return table


def by_language(choice: Choice) -> Table:
    return _by_what_editions_are(
        choice, _("Copies by language of the edition"), _("Language"), _languages_of
    )


def by_publication(choice: Choice) -> Table:
    return _by_what_editions_are(
        choice, _("Copies by publication"), _("Publication"), _publications_of
    )


def _by_what_editions_are(choice: Choice, title: str, first: str, names_of) -> Table:
    copies = departures.by_edition(choice)
    downloads = {} if choice.is_about_people else departures.downloads_by_edition(choice)
    sums: dict[tuple, list] = {}
    for edition, name in names_of(copies.keys() | downloads.keys()).items():
        row = sums.setdefault(name, [Copies(), 0])
        row[0] += copies.get(edition, Copies())
        row[1] += downloads.get(edition, 0)
    ordered = sorted(sums.items(), key=lambda row: (-row[1][0].left, -row[1][1], row[0][0]))
    named = [(name, language, row[0]) for (_key, name, language), row in ordered]
    table = _copies_table(choice, title, first, named)
    return _with_downloads(table, [row[1] for _name, row in ordered], choice)


def _editions(keys: Iterable) -> Iterable[Edition]:
    rows = Edition.objects.select_related("publication").prefetch_related("languages")
    return rows.in_bulk(list(keys)).values()


def _languages_of(keys: Iterable) -> dict[int, tuple]:
    """By edition, where its languages stand among the others, and what they are called."""
    tags: dict[int, list[str]] = {edition: [] for edition in keys}
    rows = EditionLanguage.objects.filter(edition__in=tags).values_list("edition", "language")
    for edition, tag in rows:
        tags[edition].append(tag)
    return {edition: _named(sorted(found, key=languages.rank)) for edition, found in tags.items()}


def _named(tags: list[str]) -> tuple:
    return (tuple(map(languages.rank, tags)), names.of_languages(tags), "")


def _publications_of(keys: Iterable) -> dict[int, tuple]:
    """By edition, its publication's sort key in the language of the page, title and language."""
    editions = Edition.objects.select_related("publication").in_bulk(list(keys))
    return {pk: _titled(edition.publication) for pk, edition in editions.items()}


def _titled(publication: Publication) -> tuple:
    title, language = languages.translated(publication, "title")
    other = language if language != languages.current() else ""
    return ((getattr(publication, names.key("title")), publication.pk), title, other)


def by_month(choice: Choice) -> Table:
    copies = departures.by_month(choice)
    downloads = {} if choice.is_about_people else departures.downloads_by_month(choice)
    months = list(enumerate(choice.period.months))
    named = [(month_name(month), "", copies.get(number, Copies())) for number, month in months]
    table = _copies_table(choice, _("Copies by month"), _("Month"), named, is_dated=True)
    return _with_downloads(table, [downloads.get(number, 0) for number, _month in months], choice)


def month_name(month) -> str:
    return formats.date(month, "month")


def by_state(choice: Choice) -> Table:
    """The States by their names; who ordered for no State is in the last row."""
    return _state_table(choice, _("Copies by State"))


def by_state_party(choice: Choice) -> Table:
    """The same for States Parties, everybody else in one row."""
    return _state_table(choice, _("Copies by State Party"), State.Status.STATE_PARTY)


def _state_table(choice: Choice, title: str, status: str = "") -> Table:
    copies = departures.by_state(choice)
    known = State.objects.filter(pk__in=[key for key in copies if key])
    if status:
        known = known.filter(status=status)
    states = list(known.order_by(names.key("name"), "pk"))
    named = [(*_in_page_language(state, "name"), copies[state.pk]) for state in states]
    others = set(copies) - {state.pk for state in states}
    if others:
        rest = sum((copies[key] for key in others), Copies())
        last = _("Other States, organizations and persons") if status else _("No State named")
        named.append((last, "", rest))
    return _copies_table(choice, title, _("State"), named, notes=[_states_note()])


def _states_note() -> str:
    return _("Copies without an order count for a State where the State was noted.")


def _in_page_language(instance, column: str) -> tuple[str, str]:
    """A name, and its language where it is not the page's."""
    text, language = languages.translated(instance, column)
    return text, "" if language == languages.current() else language


def by_group(choice: Choice) -> Table:
    copies = departures.by_state(choice)
    groups: dict = dict(
        State.objects.filter(pk__in=[key for key in copies if key]).values_list("pk", "un_group")
    )
    sums: dict[str, Copies] = {}
    for state, number in copies.items():
        name = names.group(groups.get(state, "")) if state else _("No State named")
        sums[name] = sums.get(name, Copies()) + number
    named = sorted(((name, "", number) for name, number in sums.items()), key=_by_size)
    return _copies_table(
        choice, _("Copies by regional group"), _("Regional group"), named, notes=[_states_note()]
    )


def _by_size(row):
    return -row[2].left, languages.fold(row[0])


def by_orderer(choice: Choice) -> Table:
    copies = departures.by_orderer(choice)
    kinds = {value: capitalised(label) for value, label in Order.OrdererKind.choices}
    return _of_choices(choice, copies, kinds, _("Copies by kind of orderer"), _("Ordered for"))


def by_delivery(choice: Choice) -> Table:
    copies = departures.by_delivery(choice)
    ways = {value: capitalised(label) for value, label in DeliveryMethod.choices}
    return _of_choices(choice, copies, ways, _("Copies by way of delivery"), _("Delivery"))


def _of_choices(choice: Choice, copies: dict, choices: dict, title: str, first: str) -> Table:
    """In the order of the choices; copies without an order last."""
    named = [(name, "", copies[value]) for value, name in choices.items() if value in copies]
    if None in copies:
        named.append((_("Handed out without an order"), "", copies[None]))
    return _copies_table(choice, title, first, named)


def capitalised(text) -> str:
    text = str(text)
    return text[:1].upper() + text[1:]


def by_meeting(choice: Choice) -> Table:
    """The latest meeting first; then what was not handed over at one."""
    copies = departures.by_meeting(choice)
    meetings = Meeting.objects.filter(pk__in=[key for key in copies if key])
    named = [(*_in_page_language(meeting, "name"), copies[meeting.pk]) for meeting in meetings]
    if None in copies:
        named.append((_("Not at a meeting"), "", copies[None]))
    notes = [_("Copies without an order count for the meeting that had the location they lay at.")]
    return _copies_table(choice, _("Copies by meeting"), _("Meeting"), named, notes=notes)


# Unmet demand -------------------------------------------------------------------


def unmet(choice: Choice) -> Table:
    found = demand.by_edition(choice)
    rows = [
        (_titled(edition.publication), names.of_languages(edition.tags), found[edition.pk])
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
    rows = [(_titled(works[work]), tag, asked, met) for work, tag, asked, met in found]
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


# Time ---------------------------------------------------------------------------


def time_to_dispatch(choice: Choice) -> Table:
    found = speed.by_month(choice)
    rows = [
        Row(month_name(month), _times(found.get(number, speed.Month())))
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


REPORTS = {
    report.slug: report
    for report in (
        Report("language", gettext_lazy("By language"), by_language),
        Report("publication", gettext_lazy("By publication"), by_publication),
        Report("state", gettext_lazy("By State"), by_state),
        Report("group", gettext_lazy("By regional group"), by_group),
        Report("orderer", gettext_lazy("By kind of orderer"), by_orderer),
        Report("meeting", gettext_lazy("By meeting"), by_meeting),
        Report("delivery", gettext_lazy("By way of delivery"), by_delivery),
        Report("month", gettext_lazy("By month"), by_month),
        Report("unmet", gettext_lazy("Unmet demand"), unmet),
        Report("requests", gettext_lazy("Languages asked for"), requests),
        Report("time", gettext_lazy("Time to dispatch"), time_to_dispatch),
    )
}
USUAL = "language"
