"""Tables as files for other programs: CSV and XLSX, in which no text becomes a formula."""

import io
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import formats
from orders.reports import names
from orders.reports.choices import Choice
from orders.reports.tables import Figure, Table


def lines(table: Table) -> Iterator[list[str | Figure]]:
    """The head, the rows, the totals."""
    yield list(table.heads)
    for row in table.rows:
        yield [row.name, *row.figures]
    yield [_("Total"), *table.totals]


def as_csv(table: Table) -> bytes:
    """Comma separated, UTF-8 with its mark, points in decimal figures."""
    from catalogue.importing import sheets

    rows = ([_plain(cell, sheets.disarmed) for cell in line] for line in lines(table))
    return b"".join(sheets.as_csv(rows))


def _plain(cell: str | Figure, disarmed) -> str:
    if cell is None:
        return ""
    return disarmed(cell) if isinstance(cell, str) else str(cell)


def as_workbook(table: Table, choice: Choice) -> bytes:
    """A sheet of real figures, and one that says what they are."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Report")[:31])
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 48
    total = len(table.rows) + 1
    for number, line in enumerate(lines(table)):
        sheet.append([_cell(sheet, cell, is_bold=number in (0, total)) for cell in line])
    _describe(book.create_sheet(_("About")[:31]), table, choice)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet, value: str | Figure, *, is_bold=False):
    """Text stays text, whatever it begins with; figures are figures."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    from catalogue.importing.reading import NO_TEXT
    from catalogue.importing.sheets import disarmed

    text = disarmed(NO_TEXT.sub("", value)) if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet, value=text)
    if isinstance(text, str):
        cell.data_type, cell.number_format = "s", "@"
    elif text is not None:
        cell.number_format = "#,##0.0" if isinstance(text, float) else "#,##0"
    cell.font = Font(bold=is_bold)
    return cell


def _describe(sheet, table: Table, choice: Choice) -> None:
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 90
    facts = [(_("Report"), table.title), *about(choice)]
    facts += [(_("Note"), note) for note in table.notes]
    for name, text in facts:
        sheet.append([_cell(sheet, name, is_bold=True), _cell(sheet, text)])


def about(choice: Choice) -> list[tuple[str, str]]:
    """What was asked for, and when it was counted."""
    chosen = [(_("Period"), choice.period.name)]
    if choice.language:
        chosen.append((_("Language"), names.of_languages([choice.language])))
    if choice.publication:
        chosen.append((_("Publication"), str(choice.publication)))
    if choice.meeting:
        chosen.append((_("Meeting"), str(choice.meeting)))
    if choice.group:
        chosen.append((_("Regional group"), names.group(choice.group)))
    return [*chosen, (_("As of"), formats.moment(timezone.now()))]
