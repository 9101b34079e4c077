"""Which columns a table has, and which editions they are about."""

import re

from catalogue import languages
from catalogue.importing.columns import Column, edition_columns, publication_columns
from catalogue.models import Edition

BLOCK = re.compile(r"(?P<tag>[A-Za-z]{2,3}(-[A-Za-z]{4})?(-[A-Za-z]{2}|-[0-9]{3})?)(#[2-9])?")


class Layout:
    """Which columns a table has: {name: (column, block)}, the block "" for the publication's."""

    def __init__(self, names: list[str]):
        own = {column.name: column for column in publication_columns()}
        of_editions = {column.name: column for column in edition_columns()}
        self.columns: dict[str, tuple[Column, str]] = {}
        self.unknown: list[str] = []
        for name in names:
            base, _mark, ending = name.rpartition("_")
            if name in own:
                self.columns[name] = own[name], ""
            elif base in of_editions and (block := block_of(ending)):
                self.columns[name] = of_editions[base], block
            else:
                self.unknown.append(name)


def block_of(ending: str) -> str:
    """The block that the end of a column's name means: "pt-br#2" is "pt-BR#2"; "" if none."""
    if not BLOCK.fullmatch(ending):
        return ""
    tag, mark, number = ending.partition("#")
    first, *others = tag.split("-")
    others = [part.title() if len(part) == 4 else part.upper() for part in others]
    tag = "-".join([first.lower(), *others])
    return f"{tag}{mark}{number}" if languages.TAG.fullmatch(tag) else ""


def blocks(editions) -> dict[str, Edition]:
    """Editions by the language that names them; a second one of a language is "fr#2"."""
    found: dict[str, Edition] = {}
    for edition in sorted(editions, key=lambda row: row.pk):
        tag = edition.language or "und"
        number = 1 + sum(name.split("#")[0] == tag for name in found)
        found[tag if number == 1 else f"{tag}#{number}"] = edition
    return found
