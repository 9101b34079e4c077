"""A table into lines of text: XLSX or CSV, in whatever encoding, never computing anything.

The file is a stranger: an XLSX is a ZIP of XML, bounded here before anything opens it.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

MEGABYTE = 1024**2
MOST_BYTES = 20 * MEGABYTE
MOST_UNPACKED = 150 * MEGABYTE
MOST_PARTS = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 400
MOST_GAP = 100_000  # empty lines are passed over; not for ever
LONGEST_CELL = 32_767  # characters, as in Excel
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
DISARMED = re.compile(r"'(?=[=+\-@\t\r])")  # how our own export keeps formulas from waking
UTF16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class TableError(Exception):
    """The file as a whole cannot be read: a sentence for who gave it."""


class Line(NamedTuple):
    """One row: its number in the file, its cells as text, and what is wrong with some of them."""

    number: int
    cells: dict[str, str]
    problems: dict[str, str]


class Table(NamedTuple):
    """The names of the columns, the lines, and remarks on the file."""

    columns: list[str]
    lines: list[Line]
    remarks: list[str]


class Formula(str):
    """What a cell says that wants to be computed."""


def read(path: Path) -> Table:
    """Read the table in a file; TableError says why it cannot be."""
    if path.stat().st_size > MOST_BYTES:
        raise TableError(
            _("The file is larger than %(megabytes)s MB, which is the limit.")
            % {"megabytes": MOST_BYTES // MEGABYTE}
        )
    with path.open("rb") as file:
        beginning = file.read(4)
    if beginning.startswith(b"PK"):
        return _read_workbook(path)
    if beginning.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(_("This is an old Excel file (.xls). Save it as .xlsx or as CSV."))
    return _read_text(path.read_bytes())


def _table(rows: Iterable[tuple[int, list[str]]], remarks: list[str], merged=()) -> Table:
    """The first row that says anything names the columns."""
    rows = iter(rows)
    head = next(((number, cells) for number, cells in rows if _says_something(cells)), None)
    if head is None:
        raise TableError(_("The table is empty."))
    names = [cell.strip().lower() for cell in head[1]]
    _require_distinct(names)
    lines = list(_lines(rows, names, merged))
    if not lines:
        raise TableError(_("There is a row with the names of the columns, and none after it."))
    nameless = _nameless(lines)
    if nameless:
        remarks.append(
            ngettext(
                "Column %(columns)s has no name and was left out.",
                "Columns %(columns)s have no name and were left out.",
                len(nameless),
            )
            % {"columns": ", ".join(nameless)}
        )
    return Table([name for name in names if name], lines, remarks)


def _says_something(cells) -> bool:
    return any(cell and not cell.isspace() for cell in cells)


def _require_distinct(names):
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise TableError(
            _("Two columns have the same name: %(names)s.") % {"names": ", ".join(twice)}
        )


def _nameless(lines) -> list[str]:
    found = {name for line in lines for name in line.problems if name.startswith("\0")}
    for line in lines:
        for name in found & line.problems.keys():
            del line.problems[name]
    return sorted(name[1:] for name in found)


def _lines(rows, names, merged) -> Iterator[Line]:
    count = 0
    for number, cells in rows:
        if not _says_something(cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise TableError(
                _("The table has more than %(rows)s rows. Split it.") % {"rows": MOST_ROWS}
            )
        yield _line(number, cells, names, merged)


def _line(number, cells, names, merged) -> Line:
    kept, problems = {}, {}
    for index, cell in enumerate(cells):
        name = names[index] if index < len(names) else ""
        if not name:
            if cell:
                problems["\0" + get_column_letter(index + 1)] = ""
            continue
        if problem := _problem(cell, number, index + 1, merged):
            problems[name] = problem
        elif text := tidy(cell):
            kept[name] = text
    return Line(number, kept, problems)


def _problem(cell, row, column, merged) -> str:
    if isinstance(cell, Formula):
        return _("This cell computes its value. Paste the value in its place.")
    if len(cell) > LONGEST_CELL:
        return _("This cell holds more than %(count)s characters.") % {"count": LONGEST_CELL}
    if any(left <= column <= right and top <= row <= low for left, top, right, low in merged):
        return _("This cell is merged with others. Unmerge them and give each its value.")
    return ""


def tidy(text: str) -> str:
    """As it is kept: composed letters, no control characters, no space around it."""
    text = unicodedata.normalize("NFC", NO_TEXT.sub("", text))
    text = DISARMED.sub("", text, count=1) if text.startswith("'") else text
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


# CSV ------------------------------------------------------------------------


def _read_text(content: bytes) -> Table:
    text, remarks = _decoded(content)
    if "\0" in text:
        raise TableError(_("This file is neither a spreadsheet (XLSX) nor a table in text (CSV)."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        return _table(_rows_of(reader), remarks)
    except csv.Error as error:
        raise TableError(
            _("The table cannot be read from line %(number)s on.") % {"number": reader.line_num}
        ) from error


def _rows_of(reader):
    number = 1
    for cells in reader:
        yield number, cells[:MOST_COLUMNS]
        number = reader.line_num + 1


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """UTF-8 with or without its mark, UTF-16; what is neither is taken for Windows-1252."""
    for mark, encoding in UTF16:
        if content.startswith(mark):
            return content[2:].decode(encoding, "replace"), []
    if content[:200].count(b"\0") > len(content[:200]) // 4:
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        return content.decode(encoding, "replace"), []
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        remark = _(
            "The file is not in UTF-8 and was read as Windows-1252. "
            "Look at the accents; if they are wrong, save it as “CSV UTF-8”."
        )
        return content.decode("cp1252", "replace"), [remark]


def _separator(text: str) -> str:
    """The one that occurs most in the first line that says anything."""
    head = next((line for line in text.splitlines() if line.strip(' ,;\t"')), text)
    return max(",;\t", key=head.count)


# XLSX -----------------------------------------------------------------------


def _read_workbook(path: Path) -> Table:
    _require_harmless(path)
    try:
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            merged, hidden = _peculiarities(path, sheet._worksheet_path)
            return _table(_rows_of_sheet(sheet), _remarks(book, hidden), merged)
    except TableError:
        raise
    except Exception as error:  # openpyxl says it in twenty ways
        raise TableError(_("The spreadsheet is damaged. Save it again, or as CSV.")) from error


def _rows_of_sheet(sheet):
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_GAP:
            raise TableError(_("The spreadsheet has too many rows. Delete those without content."))
        yield number, [_text_of(cell) for cell in row]


def _text_of(cell) -> str:
    """What a cell shows: dates by how much of them is shown, numbers without ".0"."""
    value = cell.value
    if value is None or isinstance(value, str):
        text = value or ""
        return Formula(text) if cell.data_type == "f" else text
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return _date_text(value, cell.number_format or "")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float | time):
        return str(value)
    return Formula(str(value))  # an array formula, or whatever comes next


def _date_text(value, shown_as: str) -> str:
    """ "2015", "2015-09" or "2015-09-11", as the cell's format shows it; with its time if any."""
    shown_as = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.', "", shown_as.lower())
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if "d" in shown_as or "y" not in shown_as:
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m}" if "m" in shown_as else f"{value:%Y}"


def _remarks(book, hidden: list[str]) -> list[str]:
    remarks = []
    if hidden:
        remarks.append(
            ngettext(
                "Column %(columns)s is hidden in the file; it was read like the others.",
                "Columns %(columns)s are hidden in the file; they were read like the others.",
                len(hidden),
            )
            % {"columns": ", ".join(hidden)}
        )
    if len(book.worksheets) > 1:
        name = book.worksheets[0].title
        remarks.append(_("Only the first sheet was read: “%(name)s”.") % {"name": name})
    return remarks


def _peculiarities(path: Path, part: str) -> tuple[list[tuple[int, ...]], list[str]]:
    """Merged ranges, as (first column, first row, last column, last row); hidden columns."""
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as sheet:
        head = tail = sheet.read(64 * 1024)
        while chunk := sheet.read(256 * 1024):
            tail = tail[-256 * 1024 :] + chunk
    found = re.findall(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"', tail)
    merged = [range_boundaries(reference.decode()) for reference in found]
    return merged, [get_column_letter(number) for number in _hidden(head)]


def _hidden(head: bytes) -> list[int]:
    numbers = []
    for column in re.findall(rb"<(?:\w+:)?col [^>]*hidden=\"(?:1|true)\"[^>]*>", head):
        first, last = (re.search(name + rb'="(\d{1,5})"', column) for name in (b"min", b"max"))
        if first and last:
            numbers += range(int(first[1]), min(int(last[1]), MOST_COLUMNS) + 1)
    return numbers


def _require_harmless(path: Path) -> None:
    """Refuse what would unpack to too much, and XML that defines entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise TableError(
                    _("The spreadsheet unpacks to too much. Save only the table, as CSV.")
                )
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _require_plain_xml(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise TableError(_("The spreadsheet is damaged. Save it again, or as CSV.")) from error


class BegunError(Exception):
    """The first element is there: nothing can be defined any more."""


def _require_plain_xml(archive, part) -> None:
    def begun(*_event):
        raise BegunError

    def refused(*_event):
        raise TableError(_("The spreadsheet defines entities, which no spreadsheet needs."))

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = refused, begun
    with archive.open(part) as file:
        try:
            while chunk := file.read(16 * 1024):
                parser.Parse(chunk)
        except BegunError:
            return
        except expat.ExpatError as error:
            raise TableError(_("The spreadsheet is damaged. Save it again, or as CSV.")) from error
