"""The catalogue as a table that can be imported again; the empty table with its instructions."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from catalogue import languages
from catalogue.importing.columns import edition_columns, publication_columns
from catalogue.importing.planning import BATCH, fetched
from catalogue.importing.reading import NO_TEXT
from catalogue.models import Edition, EditionLanguage

WAKES = ("=", "+", "-", "@", "\t", "\r")  # how a formula begins in one program or another


def names(blocks: Iterable[str]) -> list[str]:
    """The heads of the columns, for some blocks of editions."""
    return [column.name for column in publication_columns()] + [
        f"{column.name}_{block}" for block in blocks for column in edition_columns()
    ]


def blocks_of(pks: list[int]) -> list[str]:
    """Which blocks the editions of some publications need, the interface's languages first."""
    tags: dict[int, list[str]] = defaultdict(list)
    owner: dict[int, int] = {}
    wanted = set(pks)
    rows = EditionLanguage.objects.values_list("edition__publication", "edition", "language")
    for publication, edition, tag in rows.iterator():
        if publication in wanted:
            tags[edition].append(tag)
            owner[edition] = publication
    found: set[str] = set()
    counted: dict[tuple[int, str], int] = defaultdict(int)
    for edition in sorted(tags):
        tag = min(tags[edition], key=languages.rank)
        counted[owner[edition], tag] += 1
        number = counted[owner[edition], tag]
        found.add(tag if number == 1 else f"{tag}#{number}")
    return sorted(found | set(languages.interface_languages()), key=_block_rank)


def _block_rank(block: str):
    tag, _mark, number = block.partition("#")
    return (*languages.rank(tag), number)


def table(pks: list[int]) -> Iterator[list[str]]:
    """The head, then a row for each publication, in the order of the keys."""
    blocks = blocks_of(pks)
    own, of_editions = publication_columns(), edition_columns()
    yield names(blocks)
    for start in range(0, len(pks), BATCH):
        found = {row.pk: row for row in fetched(pks[start : start + BATCH]).values()}
        for pk in pks[start : start + BATCH]:
            if row := found.get(pk):
                yield _row(row, blocks, own, of_editions)


def _row(publication: Any, blocks, own, of_editions) -> list[str]:
    cells = [column.text_of(publication) for column in own]
    for block in blocks:
        edition: Edition | None = publication.wanted_blocks.get(block)
        cells += [column.text_of(edition) if edition else "" for column in of_editions]
    return [disarmed(NO_TEXT.sub("", cell)) for cell in cells]


def disarmed(text: str) -> str:
    """Text that no spreadsheet takes for a formula; reading takes the mark away again."""
    return f"'{text}" if text.startswith(WAKES) else text


# Files ------------------------------------------------------------------------


def as_csv(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """UTF-8 with its mark, without which Excel takes it for something else."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line).writerow(row)
        yield line.getvalue().encode()


def as_workbook(rows: Iterable[list[str]], path: Path, told=lambda _count: None) -> None:
    """Every cell is text: nothing is computed, no symbol becomes a date."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Publications")[:31])
    sheet.freeze_panes = "C2"
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, text, is_head=number == 0) for text in row])
        told(number)
    book.save(path)


def template(path: Path) -> None:
    """The empty table, and a sheet that says what goes into each column."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Publications")[:31])
    sheet.freeze_panes = "C2"
    heads = names(languages.interface_languages())
    for index in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = 18
    sheet.append([_cell(sheet, name, is_head=True) for name in heads])
    _instructions(book.create_sheet(_("Instructions")[:31]))
    book.save(path)


def _instructions(sheet) -> None:
    for letter, width in zip("ABC", (24, 90, 28), strict=True):
        sheet.column_dimensions[letter].width = width
    for sentence in general():
        sheet.append([_cell(sheet, sentence)])
    sheet.append([])
    heads = (_("Column"), _("What goes into it"), _("Example"))
    sheet.append([_cell(sheet, head, is_head=True) for head in heads])
    for name, about, example in described():
        sheet.append([_cell(sheet, text, wraps=True) for text in (name, about, example)])


def general() -> list[str]:
    """What holds for every column."""
    return [
        _("One row for each publication. The names of the columns stay as they are."),
        _("Columns may be left out and put into another order."),
        _("An empty cell leaves things as they are; a dash (-) empties them."),
        _("Nothing is written before you have seen a preview and agreed to it."),
        _(
            "Columns of editions end with their language: isbn_fr, pages_ar. "
            "A second edition in a language: isbn_fr#2."
        ),
    ]


def described() -> Iterator[tuple[str, str, str]]:
    """(name, meaning, example) of every column; those of editions once, for French."""
    for column in publication_columns():
        yield column.name, str(column.about), column.example
    for column in edition_columns():
        yield f"{column.name}_fr", str(column.about), column.example


def _cell(sheet, text: str, *, is_head=False, wraps=False):
    cell = WriteOnlyCell(sheet, value=text or None)
    if text:
        cell.data_type = "s"
        cell.number_format = "@"
    if is_head:
        cell.font = Font(bold=True)
    if wraps:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
