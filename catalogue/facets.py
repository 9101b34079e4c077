"""How many publications there are by language, kind, topic and year: one query for all.

The numbers of a facet are those under all the other filters, so that each of its values can
be exchanged for another one.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, ExtractYear
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.models import Edition, EditionLanguage, Kind, Publication, Topic

TITLES = {
    "language": _("Language"),
    "paper": _("Paper"),
    "kind": _("Kind"),
    "topic": _("Topic"),
    "year": _("Year"),
}
SHOWN = 8  # values of a facet that are seen before the rest is unfolded


class Tally(NamedTuple):
    """One row of the query: ("kind", "report", "fr:Rapport", 12)."""

    facet: str
    value: str
    words: str
    number: int


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
    def chosen(self):
        return next((option for option in self.options if option.is_chosen), None)

    @property
    def others(self):
        return [option for option in self.options if not option.is_chosen]


# Counting -------------------------------------------------------------------


def tally(filters: dict[str, str]) -> list[Tally]:
    """Count the values of every facet."""
    queries = [count(_without(facet, filters)) for facet, count in COUNTS.items()]
    rows = [Tally(*row) for row in queries[0].union(*queries[1:], all=True)]
    return [row for row in rows if row.number]


def total(tallies: list[Tally], filters: dict[str, str]) -> int:
    """The number of results, without asking again: every publication has one kind."""
    kind = filters.get("kind")
    kinds = [row for row in tallies if row.facet == "kind"]
    return sum(row.number for row in kinds if kind in (None, row.value))


def _without(facet: str, filters: dict[str, str]):
    others = {name: value for name, value in filters.items() if name != facet}
    return Publication.objects.published().narrowed(**others).order_by().values("pk")


def _count(rows, facet: str, value, words, publications: str):
    named = rows.annotate(facet=Value(facet), value=value, words=words)
    return named.values_list("facet", "value", "words").annotate(
        tally=Count(publications, distinct=True)
    )


# Plain querysets: modeltranslation's give the columns of values() in an order that differs
# from process to process, and the queries of a union must agree.


def _languages(found):
    rows = QuerySet(EditionLanguage).filter(
        edition__in=Edition.objects.visible().held(), edition__publication__in=found
    )
    return _count(rows, "language", _text("language"), Value(""), "edition__publication")


def _kinds(found):
    rows = QuerySet(Kind).filter(publications__in=found)
    return _count(rows, "kind", _text("slug"), _shown_name(), "publications")


def _topics(found):
    rows = QuerySet(Topic).filter(publications__in=found)
    return _count(rows, "topic", _text("slug"), _shown_name(), "publications")


def _years(found):
    rows = QuerySet(Publication).filter(pk__in=found, issued_on__isnull=False)
    return _count(rows, "year", _text(ExtractYear("issued_on")), Value(""), "pk")


def _paper(found):
    on_paper = Publication.objects.on_paper().values("pk")
    rows = QuerySet(Publication).filter(Q(pk__in=found) & Q(pk__in=on_paper))
    return _count(rows, "paper", Value("1"), Value(""), "pk")


COUNTS = {
    "language": _languages,
    "kind": _kinds,
    "topic": _topics,
    "year": _years,
    "paper": _paper,
}


def _shown_name():
    """In SQL: the name that the reader sees, after the language it is in: "fr:Rapport"."""
    return Case(
        *(
            When(**{f"name_{code}__gt": ""}, then=Concat(Value(f"{code}:"), _text(f"name_{code}")))
            for code in languages.preference()
        ),
        default=_text("slug"),
    )


def _text(column):
    """modeltranslation's columns are a type of their own, which Django will not mix."""
    return Cast(column, CharField())


# Showing --------------------------------------------------------------------


def facets(tallies: list[Tally], asked: dict[str, str]) -> list[Facet]:
    """The facets that have a value, in the order of the page; `asked` is what its address says."""
    found = [
        Facet(name, str(title), _options(name, tallies, asked)) for name, title in TITLES.items()
    ]
    return [facet for facet in found if facet.options]


def query(asked: dict[str, str], **changes: str | None) -> str:
    """How the address ends: "?kind=report&year=2018"; a change to None leaves a word out."""
    words = {name: value for name, value in (asked | changes).items() if value is not None}
    return f"?{urlencode(words)}"


def _options(name: str, tallies: list[Tally], asked: dict[str, str]) -> list[Option]:
    rows = [row for row in tallies if row.facet == name]
    chosen = asked.get(name)
    if chosen and chosen not in [row.value for row in rows]:
        rows.append(Tally(name, chosen, "", 0))
    return [_option(row, asked) for row in sorted(rows, key=ORDERS[name])]


ORDERS = {
    "language": lambda row: languages.rank(row.value),
    "kind": lambda row: (-row.number, languages.fold(row.words)),
    "topic": lambda row: (-row.number, languages.fold(row.words)),
    "year": lambda row: -int(row.value),
    "paper": lambda row: row.value,
}


def _option(row: Tally, asked: dict[str, str]) -> Option:
    is_chosen = asked.get(row.facet) == row.value
    target = query(asked, **{row.facet: None if is_chosen else row.value})
    language, text = _words(row)
    return Option(row.value, text, language, row.number, is_chosen, target)


def _words(row: Tally) -> tuple[str, str]:
    """What a value is called, after the language of the words."""
    if row.facet == "language":
        name = languages.name(row.value, languages.current())
        return languages.current(), name[:1].upper() + name[1:]
    if row.facet == "paper":
        return languages.current(), gettext("Exists on paper")
    language, _colon, text = row.words.partition(":")
    return language or languages.current(), text or row.value
