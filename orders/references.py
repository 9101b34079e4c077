"""Short codes by which any colleague knows a booklet on the shelf: "DAP-2015 · FR · 10".

A publication is known by the initials of its title and its year; by its symbol where the title is
too long or too short for initials that say something. Of two with the same initials and year the
elder keeps them; the other one takes its symbol, or a letter: "DAP-2015b".
"""

import re
import threading
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import NamedTuple

from django.conf import settings

from catalogue import languages
from catalogue.models import Edition, Publication

SMALL_WORDS = {
    *("a", "an", "and", "as", "at", "by", "for", "from", "in", "its", "of", "on", "or", "the"),
    *("to", "with", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"),
    *("pour", "sur", "al", "con", "del", "e", "el", "las", "los", "para", "por", "y"),
}
LASTS = 600  # seconds
FEWEST, MOST = 2, 5  # initials that a colleague reads as a name


class Named(NamedTuple):
    """What a publication is called by."""

    pk: int
    slug: str
    symbol: str
    title: str
    year: int | None


def short_code(edition: Edition, copies: int | None = None) -> str:
    """ "DAP-2015 · FR": the publication, the languages, and the copies if they are given."""
    parts = [publication_code(edition.publication), "/".join(edition.tags).upper()]
    return " · ".join(parts if copies is None else [*parts, str(copies)])


def publication_code(publication: Publication) -> str:
    """ "DAP-2015"."""
    return book.code_of(_named(publication))


def publications_coded(beginning: str) -> list[int]:
    """Keys of the publications whose code begins so, in whatever letters: "dap", "DAP-2015"."""
    return book.keys_of(beginning)


def codes_of(publications: Iterable[Named]) -> dict[int, str]:
    """The code of each of all publications, by primary key; no two alike."""
    codes: dict[int, str] = {}
    taken: set[str] = set()
    for publication in sorted(publications, key=lambda named: named.pk):
        code = next(code for code in _choices(publication) if code not in taken)
        codes[publication.pk] = code
        taken.add(code)
    return codes


def _choices(publication: Named) -> Iterator[str]:
    """What a publication may be called, the best first."""
    wanted = _wanted(publication)
    yield from wanted
    yield from (f"{wanted[0]}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")
    yield f"{wanted[0]}.{publication.pk}"


def _wanted(publication: Named) -> list[str]:
    initials, symbol = _initials(_main(publication.title)), publication.symbol
    is_name = FEWEST <= len(initials) <= MOST
    letters = "".join(initials[:MOST]) if len(initials) > 1 else _beginning(publication)
    plain = f"{letters}-{publication.year}" if publication.year else letters
    ranked = [plain, symbol] if is_name else [symbol, plain]
    return [code for code in ranked if code]


def _initials(title: str) -> list[str]:
    """The first letters of the words that count; small numbers stay whole: A, 7, R, F."""
    words = [word for word in _words(title) if word not in SMALL_WORDS]
    return [
        word if word.isdigit() else word[0].upper()
        for word in words
        if not word.isdigit() or len(word) <= 3
    ]


def _main(title: str) -> str:
    """Without what stands in brackets, and without the subtitle where the rest is a name."""
    title = re.sub(r"\(.*?\)", " ", title)
    main = re.split(r"[:—–]", title)[0]
    return main if len(_initials(main)) >= FEWEST else title


def _beginning(publication: Named) -> str:
    """Letters for a title of one word, or in a script of its own."""
    words = _words(publication.title) or _words(publication.slug)
    return words[0][:4].upper()


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+|[0-9]+", languages.fold(text))


def _named(publication: Publication) -> Named:
    title = languages.translated(publication, "title", settings.LANGUAGE_CODE)[0]
    issued = publication.issued_on
    year = issued.year if issued else None
    return Named(publication.pk, publication.slug, publication.symbol, title, year)


class Book:
    """The codes of all publications, written anew when one is met that it does not know so.

    Looking something up asks the database nothing. What became of the others is heard of within
    ten minutes: codes of a process may be that old.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.known: dict[int, Named] = {}
        self.codes: dict[int, str] = {}
        self.written_at = float("-inf")

    def code_of(self, publication: Named) -> str:
        with self.lock:
            is_old = monotonic() - self.written_at > LASTS
            if is_old or self.known.get(publication.pk) != publication:
                self._write()
            return self.codes.get(publication.pk) or _wanted(publication)[0]

    def keys_of(self, beginning: str) -> list[int]:
        with self.lock:
            if monotonic() - self.written_at > LASTS:
                self._write()
            begun = beginning.casefold()
            return [pk for pk, code in self.codes.items() if code.casefold().startswith(begun)]

    def _write(self) -> None:
        """From every publication there is, drafts and withdrawn ones too."""
        columns = [f"title_{code}" for code in languages.interface_languages()]
        rows = Publication.objects.only("slug", "symbol", "issued_on", *columns).order_by()
        self.known = {row.pk: _named(row) for row in rows.iterator()}
        self.codes, self.written_at = codes_of(self.known.values()), monotonic()


book = Book()
