"""Ways through the catalogue: series, topics and meetings, and what is in each."""

from itertools import groupby
from typing import NamedTuple

from django.db.models import F

from catalogue import fragments, holdings, languages
from catalogue.models import Meeting, Publication, Series, Topic
from catalogue.symbols import natural


class Place(NamedTuple):
    """Where a publication stands in a list: its key, and the heading it comes under."""

    key: int
    heading: tuple[str, str]  # a year or a kind, and the language of the word


class Group(NamedTuple):
    """Some cards under a heading."""

    heading: str
    language: str
    cards: list[fragments.Fragment]


# Series, topics and meetings with something in them; each gets its `number` of publications.


def series() -> list[Series]:
    """By name."""
    return sorted(_tallied(Series, "series", "slug"), key=_name)


def topics() -> list[Topic]:
    """In the order of the articles of the Convention, then by name."""
    rows = _tallied(Topic, "topic", "slug")
    return sorted(rows, key=lambda row: (row.article or 99, _name(row)))


def meetings() -> list[Meeting]:
    """The newest first."""
    rows = Meeting.objects.order_by(F("starts_on").desc(nulls_last=True), "code")
    return _tallied(rows, "meeting", "code")


def _tallied(rows, facet: str, column: str) -> list:
    held = holdings.current()
    counts = held.counts(facet, held.everything)
    rows = getattr(rows, "objects", rows).filter(**{f"{column}__in": counts})
    found = list(rows)
    for row in found:
        row.number = counts[getattr(row, column)]
    return found


def _name(term) -> str:
    return languages.fold(languages.translated(term, "name")[0])


# What is in one, in the order of its page --------------------------------------


def in_series(term: Series) -> list[Place]:
    """As a timeline, the newest first; of a year by number."""
    facts = _published(series=term).values_list("pk", "issued_on", "number")
    rows = sorted(facts, key=lambda row: (str(row[1] or ""), natural(row[2]), row[0]))
    return [Place(key, _year(day)) for key, day, _number in reversed(rows)]


def about(term: Topic) -> list[Place]:
    rows = _published(topics=term).newest_first().values_list("pk", "issued_on")
    return [Place(key, _year(day)) for key, day in rows]


def of_meeting(term: Meeting) -> list[Place]:
    """By kind in the order of the vocabulary, then by symbol as people count, then by date."""
    columns = ("kind_id", "symbol_key", "issued_on", "pk", "kind__slug")
    rows = sorted(_published(meeting=term).values_list(*columns), key=_protocol)
    names = {slug: _kind(slug) for *_facts, slug in rows}
    return [Place(key, names[slug]) for *_facts, key, slug in rows]


def _protocol(row):
    kind, symbol, day, key, _slug = row
    return kind, not symbol, natural(symbol), str(day or ""), key


def _published(**columns):
    return Publication.objects.published().filter(**columns).order_by()


def _year(day) -> tuple[str, str]:
    return (str(day.year) if day else "", languages.current())


def _kind(slug: str) -> tuple[str, str]:
    """The name of a kind in the reader's language, or where it is found."""
    names = holdings.current().terms["kind"][slug].names
    found = [(names[code], code) for code in languages.preference() if names.get(code)]
    return found[0] if found else (slug, languages.current())


def groups(places: list[Place]) -> list[Group]:
    """The cards of these publications under their headings."""
    headings = {place.key: place.heading for place in places}
    cards = fragments.cards(headings, holdings.current().token)
    together = groupby(cards, key=lambda card: headings[card.key])
    return [Group(*heading, list(members)) for heading, members in together]
