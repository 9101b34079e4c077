"""Publications that hold the words somebody typed, the most relevant first."""

from typing import NamedTuple

from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Expression,
    F,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Concat
from django.db.models.lookups import Contains

from catalogue.search import analysis
from catalogue.search.analysis import ABOUT, LENGTH, TITLE, Query


class Syntax(NamedTuple):
    """How a full-text engine writes a word, the beginning of a word, AND, OR, AND NOT."""

    word: str
    beginning: str
    both: str
    either: str
    without: str


FTS5 = Syntax('"{}"', '"{}" *', " AND ", " OR ", " NOT ")
TSQUERY = Syntax("'{}'", "'{}':*", " & ", " | ", " & !")  # words are letters and digits: no quotes


class Matches(Expression):
    """The keys of the publications that hold a query's words, for `pk__in=Matches(query)`.

    `where` is the mark of the part that must hold them all; everywhere, if left out. With
    `most` there is a title of at most so many words. Not those that `besides` matches.
    """

    output_field = BigIntegerField()
    FROM = {  # one column named `key`, for each database
        "sqlite": "SELECT rowid AS key FROM catalogue_searchindex(%s)",
        "postgresql": "SELECT catalogue_search_matches(%s) AS key",
    }

    def __init__(
        self, query: Query, where: str = "", most: int = 0, besides: "Matches | None" = None
    ):
        super().__init__()
        self.query, self.where, self.most, self.besides = query, where, most, besides

    def as_sqlite(self, compiler, connection):
        return f"({self.FROM['sqlite']})", [self.written(FTS5)]

    def as_postgresql(self, compiler, connection):
        return f"({self.FROM['postgresql']})", [self.written(TSQUERY)]

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
        found = syntax.both.join(f"({syntax.either.join(group)})" for group in groups)
        if self.besides is None:
            return found
        return f"({found}){syntax.without}({self.besides.written(syntax)})"


class BySymbol:
    """The keys of the publications of a symbol, or whose symbol holds it, to be listed."""

    def __init__(self, query: Query, *, whole: bool = False):
        self.query, self.whole = query, whole

    def as_sqlite(self, compiler, connection):
        return self._written(Matches(self.query, ABOUT).as_sqlite(compiler, connection))

    def as_postgresql(self, compiler, connection):
        return self._written(Matches(self.query, ABOUT).as_postgresql(compiler, connection))

    def _written(self, holding: tuple[str, list[str]]) -> tuple[str, list[str]]:
        rows, key = "SELECT id AS key FROM catalogue_publication", self.query.symbol
        if self.whole:
            return f"({rows} WHERE symbol_key = %s AND symbol_key <> '')", [key]
        if " " not in key:
            return f"({rows} WHERE id IS NULL)", []
        sql, values = holding
        part = f"% {key}%" if self.query.prefix else f"% {key} %"  # of letters and digits alone
        return (
            f"({rows} WHERE id IN {sql} AND ' ' || symbol_key || ' ' LIKE %s)",
            [*values, part],
        )


def find(publications: QuerySet, text: str, *, prefix: bool = False) -> QuerySet:
    """Narrow a queryset to the publications that hold every word, and put them in order."""
    query = analysis.read(text, prefix=prefix)
    if not query.words:
        return publications.none()
    return publications.filter(pk__in=Matches(query)).order_by(
        relevance(query).desc(), F("issued_on").desc(nulls_last=True), "-pk"
    )


def tiers(text: str) -> list[list[int]]:
    """The keys of all that hold the words, the best first, in lists of equals; in one query.

    Whether they are public is not asked. The order within a list is no order: what is as good
    comes newest first, as in `find`, which takes several times as long to say it of thousands.
    """
    query = analysis.read(text)
    if not query.words:
        return []
    places = [(TITLE, n * len(query.words)) for n in (1, 2, 4)] + [(TITLE, 0), (ABOUT, 0), ("", 0)]
    better = [None, *(Matches(query, *place) for place in places)]
    parts = [
        Matches(query, *place, besides) for place, besides in zip(places, better, strict=False)
    ]
    return _listed([*_by_symbol(query), *parts])


def named(text: str, most: int) -> list[list[int]]:
    """Three such lists: of the symbol typed, with it in their symbol, with the words in a title.

    The last word may be unfinished. Of each list only the last keys.
    """
    query = analysis.read(text, prefix=True)
    return _listed([*_by_symbol(query), Matches(query, TITLE)], most) if query.words else []


def _by_symbol(query: Query) -> list[BySymbol]:
    return [BySymbol(query, whole=True), BySymbol(query)]


def _listed(parts: list, most: int = 0) -> list[list[int]]:
    """What each part finds and none before it."""
    last = f" ORDER BY key DESC LIMIT {most}" if most else ""
    compiled = [getattr(part, f"as_{connection.vendor}")(None, connection) for part in parts]
    lists: list[list[int]] = [[] for _part in parts]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT {at}, key FROM (SELECT key FROM {sql} AS all{at}{last}) AS part{at}"  # noqa: S608
                for at, (sql, _values) in enumerate(compiled)
            ),
            [value for _sql, values in compiled for value in values],
        )
        for at, key in cursor.fetchall():
            lists[at].append(key)
    return _without_repeats(lists)


def _without_repeats(lists: list[list[int]]) -> list[list[int]]:
    seen: set[int] = set()
    found = []
    for keys in lists:
        found.append([key for key in keys if key not in seen])
        seen.update(keys)
    return found


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
