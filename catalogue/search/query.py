"""Publications that hold the words somebody typed, the most relevant first."""

from typing import NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Expression,
    F,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Concat
from django.db.models.lookups import Contains

from catalogue.search import analysis
from catalogue.search.analysis import ABOUT, LENGTH, TITLE, Query


class Syntax(NamedTuple):
    """How a full-text engine writes a word, the beginning of a word, AND and OR."""

    word: str
    beginning: str
    both: str
    either: str


FTS5 = Syntax('"{}"', '"{}" *', " AND ", " OR ")
TSQUERY = Syntax("'{}'", "'{}':*", " & ", " | ")  # words are letters and digits: no quotes


class Matches(Expression):
    """The keys of the publications that hold a query's words, for `pk__in=Matches(query)`.

    `where` is the mark of the part that must hold them all; everywhere, if left out. With
    `most` there is a title of at most so many words.
    """

    output_field = BigIntegerField()

    def __init__(self, query: Query, where: str = "", most: int = 0):
        super().__init__()
        self.query, self.where, self.most = query, where, most

    def as_sqlite(self, compiler, connection):
        return "(SELECT rowid FROM catalogue_searchindex(%s))", [self.written(FTS5)]

    def as_postgresql(self, compiler, connection):
        return "(SELECT catalogue_search_matches(%s))", [self.written(TSQUERY)]

    def written(self, syntax: Syntax) -> str:
        """The query in the engine's own language."""
        groups = [
            [syntax.word.format(self.where + form) for form in forms] for forms in self.query.words
        ]
        if self.query.prefix:
            groups[-1].append(syntax.beginning.format(self.where + self.query.words[-1][0]))
        groups += [[syntax.word.format(self.where + pair)] for pair in self.query.pairs]
        if self.most:
            groups.append([syntax.word.format(f"{LENGTH}{n}") for n in range(1, self.most + 1)])
        return syntax.both.join(f"({syntax.either.join(group)})" for group in groups)


def find(publications: QuerySet, text: str, *, prefix: bool = False) -> QuerySet:
    """Narrow a queryset to the publications that hold every word, and put them in order."""
    query = analysis.read(text, prefix=prefix)
    if not query.words:
        return publications.none()
    return publications.filter(pk__in=Matches(query)).order_by(
        relevance(query).desc(), F("issued_on").desc(nulls_last=True), "-pk"
    )


def named(publications: QuerySet, text: str) -> QuerySet:
    """Those whose symbol or title holds the words, of which the last may be unfinished."""
    query = analysis.read(text, prefix=True)
    if not query.words:
        return publications.none()
    is_in_symbol = Q(pk__in=Matches(query, ABOUT), symbol_key__contains=query.symbol)
    is_in_title = Q(pk__in=Matches(query, TITLE))
    return publications.filter(
        is_in_symbol | is_in_title if query.symbol else is_in_title
    ).order_by(relevance(query).desc(), F("issued_on").desc(nulls_last=True), "-pk")


def is_found(publications: QuerySet, query: Query) -> bool:
    """Whether a title or description holds the words."""
    return publications.filter(pk__in=Matches(query, ABOUT)).exists()


def found_in(publications: QuerySet, query: Query, *, most: int) -> int:
    """How many hold the words; counted up to `most`."""
    if not query.words:
        return 0
    return publications.filter(pk__in=Matches(query)).order_by()[:most].count()


def relevance(query: Query) -> Case:
    """Where the words are: the symbol, a title, the description, or only the text.

    Of titles, those come first of which the words are all, then half, then a quarter.
    """
    count = len(query.words)
    return Case(
        *by_symbol(query.symbol, prefix=query.prefix),
        When(pk__in=Matches(query, TITLE, most=count), then=Value(5)),
        When(pk__in=Matches(query, TITLE, most=2 * count), then=Value(4)),
        When(pk__in=Matches(query, TITLE, most=4 * count), then=Value(3)),
        When(pk__in=Matches(query, TITLE), then=Value(2)),
        When(pk__in=Matches(query, ABOUT), then=Value(1)),
        default=Value(0),
    )


def by_symbol(key: str, *, prefix: bool) -> list[When]:
    """The document of that symbol, then those whose symbol holds it: "wp.3" is in three parts."""
    if not key:
        return []
    whole = [When(symbol_key=key, then=Value(7))]
    if " " not in key:
        return whole
    symbol = Concat(Value(" "), "symbol_key", Value(" "), output_field=CharField())
    part = f" {key}" if prefix else f" {key} "
    return [*whole, When(Contains(symbol, Value(part)), then=Value(6))]
