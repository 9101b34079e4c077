"""The facets of the list: what may be chosen, how many publications each choice would show.

The numbers of a facet are those under all the other filters: of its values any may be added.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.holdings import FACETS, Holdings, Term

TITLES = {
    "language": _("Language"),
    "paper": _("Paper"),
    "kind": _("Kind"),
    "topic": _("Topic"),
    "meeting": _("Meeting"),
    "year": _("Year"),
    "body": _("Issued by"),
    "series": _("Series"),
}
SHOWN = 7  # values of a facet that are seen before the rest is unfolded


class Option(NamedTuple):
    """A value of a facet: its words and their language, and where choosing it leads."""

    value: str
    text: str
    language: str
    number: int
    is_chosen: bool
    query: str


class Facet(NamedTuple):
    name: str
    title: str
    options: list[Option]

    @property
    def first(self):
        """What is seen at once: all, or some of many."""
        return self.options if len(self.options) <= SHOWN + 2 else self.options[:SHOWN]

    @property
    def rest(self):
        return self.options[len(self.first) :]

    @property
    def is_open(self):
        return any(option.is_chosen for option in self.rest)

    @property
    def chosen(self):
        return [option for option in self.options if option.is_chosen]

    @property
    def others(self):
        return [option for option in self.options if not option.is_chosen]


class Loosened(NamedTuple):
    """What the list would show without one of its filters."""

    title: str
    text: str
    number: int
    query: str


class Column(NamedTuple):
    """The facets of a list, and as the page shows them."""

    facets: list[Facet]
    html: str


def column(held: Holdings, chosen: dict[str, int], asked: dict) -> Column:
    """Kept with the holdings: at a hundred choices its HTML is the dearest part of a page."""

    def make():
        found = facets(held, chosen, asked)
        html = render_to_string("catalogue/_facets.html", {"facets": found}) if found else ""
        return Column(found, html)

    return held.columns.get((languages.current(), query(asked)), make)


def facets(held: Holdings, chosen: dict[str, int], asked: dict) -> list[Facet]:
    """The facets that have a value, in the order of the page; `asked` is what its address says."""
    found = [Facet(name, str(TITLES[name]), _options(name, held, chosen, asked)) for name in FACETS]
    return [facet for facet in found if facet.options]


def loosened(held: Holdings, chosen: dict[str, int], asked: dict) -> list[Loosened]:
    """Each way of taking one filter off that shows something, the one that shows most first."""
    ways = [
        Loosened(
            str(TITLES.get(name, "")),
            asked[name] if name == "q" else _joined(name, held, asked),
            held.under(chosen, besides=name).bit_count(),
            query(asked, **{name: None}),
        )
        for name in chosen
    ]
    return sorted((way for way in ways if way.number), key=lambda way: -way.number)


def query(asked: dict, **changes) -> str:
    """How the address ends: "?kind=report&year=2018"; a change to None leaves a word out."""
    words = {name: value for name, value in (asked | changes).items() if value}
    return f"?{urlencode(words, doseq=True)}"


# One facet ------------------------------------------------------------------


def _options(name: str, held: Holdings, chosen: dict[str, int], asked: dict) -> list[Option]:
    numbers = held.counts(name, held.under(chosen, besides=name))
    numbers |= {value: 0 for value in asked.get(name, ()) if value not in numbers}
    options = [_option(name, value, held, number, asked) for value, number in numbers.items()]
    if name in ORDERS:
        return sorted(options, key=lambda option: ORDERS[name](held, option.value))
    return sorted(
        options, key=lambda option: (-option.number, languages.fold(option.text), option.value)
    )


def _option(name: str, value: str, held: Holdings, number: int, asked: dict) -> Option:
    others = [one for one in asked.get(name, ()) if one != value]
    is_chosen = value in asked.get(name, ())
    text, language = _words(name, value, held)
    target = query(asked, **{name: others if is_chosen else [*others, value]})
    return Option(value, text, language, number, is_chosen, target)


def _last_first(held: Holdings, meeting: str):
    """By the day it began; what has no day comes last."""
    term = held.terms["meeting"].get(meeting)
    day = term.starts_on if term else None
    return (not day, -int((day or "0").replace("-", "")), meeting)


ORDERS = {
    "language": lambda _held, tag: languages.rank(tag),
    "meeting": _last_first,
    "year": lambda _held, year: -int(year),
}


def _words(name: str, value: str, held: Holdings) -> tuple[str, str]:
    """What a value is called, and the language of the words."""
    if name == "language":
        text = languages.name(value, languages.current())
        return text[:1].upper() + text[1:], languages.current()
    if name == "paper":
        return gettext("Exists on paper"), languages.current()
    return _name(held.terms[name].get(value), value)


def _name(term: Term | None, otherwise: str) -> tuple[str, str]:
    codes = (code for code in languages.preference() if term and term.names[code])
    code = next(codes, None)
    return (term.names[code], code) if term and code else (otherwise, languages.current())


def _joined(name: str, held: Holdings, asked: dict) -> str:
    return " · ".join(_words(name, value, held)[0] for value in asked[name])
