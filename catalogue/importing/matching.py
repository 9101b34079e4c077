"""Which edition a PDF is, by the name of its file.

Names are short names ("vientiane-action-plan-fr.pdf"), symbols ("CCM_MSP_2018_9-F.pdf"), job
numbers of the United Nations ("GE.18-12345F.pdf", "1812345S.pdf") or ISBN, with a language
at the end in one notation or another, and with whatever people add ("final", "v2", "(1)").
"""

import re
import unicodedata
from typing import NamedTuple

from catalogue import languages
from catalogue.languages import CODES, fold
from catalogue.models import Edition, Publication

PARTS = re.compile(r"[^\W\d_]+|\d+")
NOISE = {"final", "web", "v", "version", "copy", "copie", "copia", "print", "lowres", "pdf", "rev"}
NAMES = {"english": "en", "anglais": "en", "ingles": "en", "french": "fr", "frances": "fr"}
NAMES |= {"spanish": "es", "espagnol": "es", "castellano": "es", "sp": "es", "arabic": "ar"}
SUFFIXES = {codes.job_suffix.lower(): tag for tag, codes in CODES.items() if codes.job_suffix}


class Match(NamedTuple):
    """What a name means: an edition, or a publication that has none in the language yet."""

    publication: Publication | None
    edition: Edition | None
    tag: str


class Names:
    """Every name that publications and editions go by, without signs between its parts."""

    def __init__(self):
        self.publications: dict[str, int] = {}
        self.editions: dict[str, list[int]] = {}
        for pk, slug, symbol in Publication.objects.values_list("pk", "slug", "symbol"):
            self.publications[joined(slug)] = pk
            if symbol:
                self.publications.setdefault(joined(symbol), pk)
        rows = Edition.objects.exclude(isbn="", job_number="")
        for pk, isbn, number in rows.values_list("pk", "isbn", "job_number"):
            for name in {joined(isbn), *_numbers(number)} - {""}:
                self.editions.setdefault(name, []).append(pk)

    def match(self, name: str) -> Match:
        """What the name of a file means; all empty where it says nothing."""
        for parts, tag in readings(name):
            key = "".join(parts)
            if pk := self.publications.get(key):
                return _in_language(pk, tag)
            if pks := self.editions.get(key):
                return _one_of(pks, tag)
        return Match(None, None, "")


def joined(text: str) -> str:
    return "".join(PARTS.findall(fold(text)))


def _numbers(job_number: str) -> set[str]:
    """A job number with and without the letters around it: "GE.18-12345(F)" is "1812345" too."""
    parts = PARTS.findall(fold(job_number))
    digits = [part for part in parts if part.isdigit()]
    return {"".join(parts), "".join(digits)} if parts else set()


def readings(name: str):
    """The ways to read a name: (parts, language), the most literal first."""
    stem = re.sub(r"(\.pdf)+$", "", unicodedata.normalize("NFC", name), flags=re.IGNORECASE)
    parts = PARTS.findall(fold(stem))
    yield parts, ""
    yield from _shorter(parts)
    while parts and (parts[-1] in NOISE or (parts[-1].isdigit() and int(parts[-1][:3]) < 10)):
        parts = parts[:-1]
        yield parts, ""
        yield from _shorter(parts)
    digits = [part for part in parts if part.isdigit()]
    if digits and len("".join(digits)) >= 7:  # a job number with letters round it
        yield digits, indicated(parts[-1])


def _shorter(parts):
    """Without the language at the end, which may be a word, a code or one letter."""
    if len(parts) > 1 and (tag := indicated(parts[-1])):
        yield parts[:-1], tag
    if len(parts) > 2 and (tag := indicated(parts[-2])) and len(parts[-1]) == 2:
        yield parts[:-2], tag  # "pt-BR"


def indicated(part: str) -> str:
    """The language that a part of a name stands for: "fr", "fra", "f" and "francais" are French."""
    if part in CODES:
        return part
    for tag, codes in CODES.items():
        if part in {codes.iso639_3, codes.iso639_2b, fold(codes.autonym), codes.bibtex}:
            return tag
    return NAMES.get(part) or SUFFIXES.get(part, "")


def _in_language(pk: int, tag: str) -> Match:
    publication = Publication.objects.prefetch_related("editions__languages").get(pk=pk)
    editions = [row for row in publication.editions.all() if not row.withdrawn_at]
    if not tag:
        return Match(publication, editions[0] if len(editions) == 1 else None, "")
    fit = [row for row in editions if languages.is_one_of(tag, row.tags)]
    best = max(fit, key=lambda row: (len(row.tags) == 1, row.pk), default=None)
    return Match(publication, best, tag)


def _one_of(pks, tag: str) -> Match:
    rows = list(Edition.objects.filter(pk__in=pks).prefetch_related("languages", "publication"))
    fit = [row for row in rows if languages.is_one_of(tag, row.tags)] if tag else rows
    if len(fit) == 1:
        return Match(fit[0].publication, fit[0], tag)
    publications = {row.publication for row in rows}
    if len(publications) == 1:
        return _in_language(publications.pop().pk, tag)
    return Match(None, None, tag)
