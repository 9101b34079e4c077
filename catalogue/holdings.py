"""Which publication has what: the whole catalogue as sets, kept until it changes.

A set of publications is an int: bit n stands for the n-th newest one. To narrow is then to
AND, to count is to count bits, and a facet costs microseconds whatever the number of
publications. What is kept in the process is good for one version of the catalogue.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from itertools import compress
from operator import and_, or_
from threading import Lock, RLock
from typing import NamedTuple

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from catalogue import languages, search, version
from catalogue.models import (
    Edition,
    EditionLanguage,
    IssuingBody,
    Kind,
    Meeting,
    Publication,
    Series,
    Topic,
)

FACETS = ("language", "paper", "kind", "topic", "meeting", "year", "body", "series")
VOCABULARIES = {
    "kind": Kind,
    "topic": Topic,
    "meeting": Meeting,
    "body": IssuingBody,
    "series": Series,
}
SETS = (*FACETS, "pdf")  # "pdf" is by language, as "language" is, without what is only on paper
SEARCHES_KEPT = 32
COLUMNS_KEPT = 100
BITS = bytes.maketrans(b"01", b"\x00\x01")


class Term(NamedTuple):
    """A kind, a topic, a meeting: its names by language, and the day a meeting began."""

    slug: str
    names: dict[str, str]
    starts_on: str | None


class Recent:
    """What was worked out last: at most so many things, by what they depend on."""

    def __init__(self, most: int):
        self.most, self.lock = most, Lock()
        self.kept: dict = {}

    def get(self, key, make: Callable):
        with self.lock:
            found = self.kept.pop(key, None)
        if found is None:
            found = make()
        with self.lock:
            self.kept[key] = found  # at the end
            if len(self.kept) > self.most:
                del self.kept[next(iter(self.kept))]
        return found


class Holdings:
    """The published catalogue at one version of it."""

    def __init__(self, token: str = ""):
        self.token = token
        self.terms: dict[str, dict[str, Term]] = {facet: {} for facet in FACETS}
        self.sets: dict[str, dict[str, int]] = {name: {} for name in SETS}
        self.keys: list[int] = []  # of publications, the newest first
        self.place: dict[int, int] = {}  # of a key among them
        self.orders: dict[str, list[int]] = {}
        self.searches = Recent(SEARCHES_KEPT)
        self.columns = Recent(COLUMNS_KEPT)  # of facets, as HTML

    def load(self) -> "Holdings":
        """Read it all: three queries, whatever the size."""
        terms = _terms()
        self.terms |= {
            facet: {term.slug: term for term in rows.values()} for facet, rows in terms.items()
        }
        rows = list(_publications())
        self.keys = [row[0] for row in rows]
        self.place = {key: place for place, key in enumerate(self.keys)}
        for facet, members in _members(rows, terms, self.place).items():
            self.sets[facet] = {value: self.set_of(places) for value, places in members.items()}
        return self

    # Sets -------------------------------------------------------------------

    @property
    def everything(self) -> int:
        return (1 << len(self.keys)) - 1

    def set_of(self, places: Iterable[int]) -> int:
        digits = bytearray(b"0") * (len(self.keys) or 1)
        for place in places:
            digits[~place] = 49  # the digit 1: the last one is bit 0
        return int(digits, 2)

    def chosen(self, filters: dict) -> dict[str, int]:
        """For each filter the publications that pass it: {"q": 0b1001, "kind": 0b1011}."""
        return {
            name: self.set_of(self.found(value))
            if name == "q"
            else reduce(or_, (self.sets[name].get(one, 0) for one in value))
            for name, value in filters.items()
        }

    def under(self, chosen: dict[str, int], *, besides: str = "") -> int:
        """The publications that pass every filter, or every one but one."""
        sets = (bits for name, bits in chosen.items() if name != besides)
        return reduce(and_, sets, self.everything)

    def counts(self, facet: str, within: int) -> dict[str, int]:
        """How many publications of a set have each value of a facet; none is left out."""
        numbers = ((value, (bits & within).bit_count()) for value, bits in self.sets[facet].items())
        return {value: number for value, number in numbers if number}

    # Orders -----------------------------------------------------------------

    def listed(self, within: int, order: str, question: str = "") -> list[int]:
        """The keys of a set's publications in the order asked for."""
        if order == "newest":
            return list(compress(self.keys, self.marks(within)))
        places = self.found(question) if order == "match" else self.in_order(order)
        marks = self.marks(within)
        return [self.keys[place] for place in places if marks[place]]

    def marks(self, within: int) -> bytes:
        """A set as bytes 0 or 1, in the order of the places."""
        digits = bin(within)[:1:-1].encode().translate(BITS)
        return digits.ljust(len(self.keys), b"\x00")

    def in_order(self, order: str) -> list[int]:
        name = f"{order}-{languages.current()}"
        if name not in self.orders:
            self.orders[name] = self.places(ORDERS[order](Publication.objects.published()))
        return self.orders[name]

    def found(self, question: str) -> list[int]:
        """The places of what a search finds, the most relevant first."""
        return self.searches.get(question, lambda: list(self._found(question)))

    def _found(self, question: str) -> Iterator[int]:
        """Of what is as good the newest first, as the places are."""
        for equals in search.tiers(question):
            yield from sorted(self.places(equals))

    def places(self, keys: Iterable[int]) -> list[int]:
        """Without those that came out a moment ago."""
        return [self.place[key] for key in keys if key in self.place]


def _by_title(rows) -> Iterator[int]:
    return rows.by_title(languages.current()).values_list("pk", flat=True)


def _by_symbol(rows) -> list[int]:
    """WP.8 before WP.10, and what has no symbol at the end."""
    keys = rows.newest_first().values_list("symbol_key", "pk")
    return [key for _symbol, key in sorted(keys, key=lambda row: _natural(row[0]))]


def _natural(symbol_key: str) -> tuple:
    parts = re.findall(r"(\d+)|([a-z]+)", symbol_key)
    return (not parts, [(bool(word), int(number or 0), word) for number, word in parts])


ORDERS = {
    "oldest": lambda rows: rows.oldest_first().values_list("pk", flat=True),
    "title": _by_title,
    "symbol": _by_symbol,
}


# Reading --------------------------------------------------------------------


def _publications() -> Iterator[tuple]:
    rows = Publication.objects.published().newest_first()
    columns = ("pk", "issued_on", "kind", "meeting", "issuing_body", "series")
    return rows.values_list(*columns).iterator(chunk_size=5000)


def _members(rows, terms, place) -> dict[str, dict[str, list[int]]]:
    """The places of the publications that have each value of each facet."""
    members: dict[str, dict[str, list[int]]] = {name: {} for name in SETS}
    for n, (_key, issued_on, *keys) in enumerate(rows):
        if issued_on:
            members["year"].setdefault(str(issued_on.year), []).append(n)
        for facet, key in zip(("kind", "meeting", "body", "series"), keys, strict=True):
            if key:
                members[facet].setdefault(terms[facet][key].slug, []).append(n)
    for facet, value, key in _marks():
        if key in place:
            name = terms["topic"][int(value)].slug if facet == "topic" else value
            members[facet].setdefault(name, []).append(place[key])
    return members


def _marks() -> QuerySet:
    """("language", "fr", 7), ("paper", "1", 7), ("topic", "3", 7): what editions and topics say.

    Plain querysets: modeltranslation's give the columns of values() in an order that differs
    from process to process, and the queries of a union must agree.
    """
    spoken = QuerySet(EditionLanguage).filter(edition__in=Edition.objects.visible().held())
    readable = QuerySet(EditionLanguage).filter(edition__in=Edition.objects.visible().readable())
    printed = QuerySet(Edition).filter(pk__in=Edition.objects.visible().printed())
    about = QuerySet(Publication.topics.through)
    parts = [
        _mark(spoken, "language", _text("language"), "edition__publication_id"),
        _mark(readable, "pdf", _text("language"), "edition__publication_id"),
        _mark(printed, "paper", _text(Value("1")), "publication_id"),
        _mark(about, "topic", _text("topic_id"), "publication_id"),
    ]
    return parts[0].union(*parts[1:], all=True)


def _mark(rows, facet, value, publication):
    named = rows.order_by().annotate(facet=_text(Value(facet)), value=value, of=F(publication))
    return named.values_list("facet", "value", "of")


def _terms() -> dict[str, dict[int, Term]]:
    """Every vocabulary by key, in one query."""
    codes = languages.interface_languages()
    parts = [_vocabulary(facet, model, codes) for facet, model in VOCABULARIES.items()]
    terms: dict[str, dict[int, Term]] = {facet: {} for facet in VOCABULARIES}
    for facet, key, slug, starts_on, *names in parts[0].union(*parts[1:], all=True):
        terms[facet][int(key)] = Term(slug, dict(zip(codes, names, strict=True)), starts_on)
    return terms


def _vocabulary(facet, model, codes):
    is_meeting = model is Meeting
    columns = {
        "facet": _text(Value(facet)),
        "key": _text("pk"),
        "called": _text("code" if is_meeting else "slug"),
        "began": _text("starts_on") if is_meeting else _text(Value("")),
    } | {f"in_{code}": _text(f"name_{code}") for code in codes}
    return QuerySet(model).order_by().annotate(**columns).values_list(*columns)


def _text(column):
    """modeltranslation's columns are a type of their own, which Django will not mix."""
    return Cast(column, CharField())


# Keeping --------------------------------------------------------------------


class Kept:
    """The holdings of the version this process knows: one thread reads them, the others wait."""

    def __init__(self):
        self.lock, self.holdings = RLock(), Holdings()

    def current(self) -> Holdings:
        token = version.current()
        with self.lock:
            if self.holdings.token != token:
                self.holdings = Holdings(token).load()
            return self.holdings

    def forget(self) -> None:
        self.holdings = Holdings()


kept = Kept()
current, forget = kept.current, kept.forget
