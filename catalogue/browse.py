"""Ways through the catalogue: series, topics and meetings, and what is in each.

What is where is known from the holdings, without asking the database.
"""

from itertools import groupby
from typing import NamedTuple

from django.db.models import F

from catalogue import fragments, languages
from catalogue.holdings import Holdings
from catalogue.models import Meeting, Publication, Series, Topic
from catalogue.symbols import natural


class Group(NamedTuple):
    """Some cards under a heading: a year, or a kind in the language it is found in."""

    heading: str
    language: str
    cards: list[fragments.Fragment]


# Series, topics and meetings with something in them; each gets its `number` of publications.


def series(held: Holdings) -> list[Series]:
    """By name."""
    return sorted(_tallied(held, "series", Series.objects, "slug"), key=_name)


def topics(held: Holdings) -> list[Topic]:
    """In the order of the articles of the Convention, then by name."""
    rows = _tallied(held, "topic", Topic.objects, "slug")
    return sorted(rows, key=lambda row: (row.article or 99, _name(row)))


def meetings(held: Holdings) -> list[Meeting]:
    """The newest first."""
    rows = Meeting.objects.order_by(F("starts_on").desc(nulls_last=True), "code")
    return _tallied(held, "meeting", rows, "code")


def _tallied(held, facet, rows, column) -> list:
    counts = held.counts(facet, held.everything)
    found = list(rows.filter(**{f"{column}__in": counts}))
    for row in found:
        row.number = counts[getattr(row, column)]
    return found


def _name(term) -> str:
    return languages.fold(languages.translated(term, "name")[0])


# What is in one: keys of publications, in the order of its page ------------------


def newest_first(held: Holdings, facet: str, value: str) -> list[int]:
    return held.listed(held.sets[facet].get(value, 0), "newest")


def by_kind(held: Holdings, facet: str, value: str) -> list[int]:
    """By kind, of a kind by symbol as people count: WP.9 before WP.10."""
    keys = newest_first(held, facet, value)
    symbols = Publication.objects.filter(pk__in=keys).values_list("pk", "symbol_key")
    symbol = {key: (not text, natural(text)) for key, text in symbols}
    kind = {key: languages.fold(_heading(held, "kind", key)[0]) for key in keys}
    return sorted((key for key in keys if key in symbol), key=lambda key: (kind[key], symbol[key]))


def groups(held: Holdings, cards: list[fragments.Fragment], facet: str) -> list[Group]:
    """Cards that follow one another under what they share: a "year", a "kind" or nothing."""
    together = groupby(cards, key=lambda card: _heading(held, facet, card.key))
    return [Group(*heading, list(members)) for heading, members in together]


def _heading(held, facet, key) -> tuple[str, str]:
    place = held.place.get(key, 0)
    shared = (value for value, bits in held.sets.get(facet, {}).items() if bits >> place & 1)
    value = next(shared, "")
    return _words(held, value) if facet == "kind" else (value, languages.current())


def _words(held, kind: str) -> tuple[str, str]:
    """The name of a kind in the reader's language, or where it is found."""
    names = held.terms["kind"][kind].names
    found = [(names[code], code) for code in languages.preference() if names.get(code)]
    return found[0] if found else (kind, languages.current())
