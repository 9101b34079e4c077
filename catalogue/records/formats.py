"""The formats in which a description can be fetched, and how each is called."""

from collections.abc import Callable
from typing import NamedTuple

from catalogue.records import bibtex, csl, marcxml, ris
from catalogue.records.facts import Description


class Format(NamedTuple):
    name: str  # as programs for citations call it
    media_type: str
    write: Callable[[Description], str]


# By the extension of the record's address.
FORMATS = {
    "bib": Format("bibtex", "application/x-bibtex", bibtex.write),
    "ris": Format("ris", "application/x-research-info-systems", ris.write),
    "json": Format("csl", "application/vnd.citationstyles.csl+json", csl.write),
    "xml": Format("marcxml", "application/marcxml+xml", marcxml.write),
}
