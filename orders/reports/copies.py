"""Tables of the copies that left: by language, State, meeting and whatever else they went by."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import formats, languages
from catalogue.models import Edition, EditionLanguage, Meeting, State
from orders.models import Order
from orders.models.order import DeliveryMethod
from orders.reports import departures, names
from orders.reports.choices import Choice
from orders.reports.departures import Copies
from orders.reports.tables import Row, Series, Table


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
    return {pk: names.titled(edition.publication) for pk, edition in editions.items()}


def by_month(choice: Choice) -> Table:
    copies = departures.by_month(choice)
    downloads = {} if choice.is_about_people else departures.downloads_by_month(choice)
    months = list(enumerate(choice.period.months))
    named = [(names.month(month), "", copies.get(number, Copies())) for number, month in months]
    table = _copies_table(choice, _("Copies by month"), _("Month"), named, is_dated=True)
    return _with_downloads(table, [downloads.get(number, 0) for number, _month in months], choice)


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
    kinds = {value: _capitalised(label) for value, label in Order.OrdererKind.choices}
    return _of_choices(choice, copies, kinds, _("Copies by kind of orderer"), _("Ordered for"))


def by_delivery(choice: Choice) -> Table:
    copies = departures.by_delivery(choice)
    ways = {value: _capitalised(label) for value, label in DeliveryMethod.choices}
    return _of_choices(choice, copies, ways, _("Copies by way of delivery"), _("Delivery"))


def _of_choices(choice: Choice, copies: dict, choices: dict, title: str, first: str) -> Table:
    """In the order of the choices; copies without an order last."""
    named = [(name, "", copies[value]) for value, name in choices.items() if value in copies]
    if None in copies:
        named.append((_("Handed out without an order"), "", copies[None]))
    return _copies_table(choice, title, first, named)


def _capitalised(text) -> str:
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


def _copies_table(
    choice: Choice, title, first, named: Iterable[tuple[str, str, Copies]], **more
) -> Table:
    """`named` are (name, its language or nothing, copies)."""
    rows = [Row(name, _figures(copies), language) for name, language, copies in named]
    total = sum((Copies(*row.figures[:3]) for row in rows), Copies())  # type: ignore[arg-type]
    notes = _copies_notes(choice) + more.pop("notes", [])
    return Table(title, _copies_heads(first), rows, _figures(total), _drawn(), notes=notes, **more)


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
    return replace(table, notes=[*table.notes, note])
