"""How long readers wait for what they search, in a catalogue made for it.

    nice -n 15 python -m benchmarks.search
    nice -n 15 python -m benchmarks.search --publications 100000 --pages 1 --words 150
    nice -n 15 python -m tests.postgres -- python -m benchmarks.search

Every publication has an English, a French and a Spanish edition of so many pages and words.
Words are invented, with the frequencies of a natural text (a few make up most of it); pages are
drawn from a stock, so that the analysis, which is timed on a sample, is done once a page; and
of more than 2,000 publications the others are their copies, with other symbols.

Times are medians and 99th percentiles in milliseconds; on SQLite of the processor, so that what
else the machine does is left out, on PostgreSQL by the clock. "list" is the keys of all that is
found in their order, as the list keeps them; "page" the first 24 as a queryset; "whole" a page
of the list with editions and snippets; "count" and "facet" what else may be asked of a queryset.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import chain, islice

LANGUAGES = ("en", "fr", "es")
ENDINGS = {
    "en": ("", "s", "ing", "ed"),
    "fr": ("", "s", "ée", "tion"),
    "es": ("", "s", "ción", "o"),
}
SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "il")]
MOST_SECONDS = 5  # for one question
ORIGINALS = 2000  # publications that are made; the others are copies of them
STOCK = 1500  # pages, titles and summaries of a language
PORTION = 500  # publications stored at once
SAMPLE = 20  # publications indexed as any change would, to see what it takes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--publications", type=int, default=5000)
    parser.add_argument("--pages", type=int, default=20, help="of each edition")
    parser.add_argument("--words", type=int, default=400, help="of each page")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with scratch_database():
        fill(options.publications, options.pages, options.words)
        measure(options.rounds)


@contextmanager
def scratch_database():
    """A database that is empty now and gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django

        django.setup()
        from django.db import connection

        name = connection.creation.create_test_db(verbosity=0, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


# --- The catalogue ---------------------------------------------------------------------------


class Vocabulary:
    """Invented words of a language, the n-th one n times as rare as the first."""

    def __init__(self, language, stems=2500):
        self.rng = random.Random(language)
        made = ("".join(self.rng.choices(SYLLABLES, k=3)) for _n in range(stems))
        self.words = [stem + ending for stem in made for ending in ENDINGS[language]]
        self.frequencies = [1 / rank for rank in range(1, len(self.words) + 1)]

    def text(self, words):
        return " ".join(self.rng.choices(self.words, self.frequencies, k=words))


VOCABULARIES = {language: Vocabulary(language) for language in LANGUAGES}
ENGLISH = VOCABULARIES["en"].words


class Stock:
    """Texts of a language with their words, as `catalogue.search` keeps them."""

    def __init__(self, language, words):
        from catalogue.search import analysis

        self.texts = [VOCABULARIES[language].text(words) for _n in range(STOCK)]
        read = (analysis.index_words(text, [language]) for text in self.texts)
        self.words = [list(chain(words, pairs)) for words, pairs in read]

    def take(self, numbers):
        return [self.texts[n] for n in numbers], set(chain(*(self.words[n] for n in numbers)))


def fill(publications, pages, words):
    """Store the catalogue and its index, as `search.index` would; nothing else is like that."""
    from django.db import connection

    from catalogue.models import Kind
    from catalogue.progress import shown
    from catalogue.search import sources, spelling

    stocks = {
        part: {language: Stock(language, length) for language in LANGUAGES}
        for part, length in {"title": 6, "summary": 40, "page": words}.items()
    }
    kind = Kind.objects.create(slug="paper", name_en="working paper")
    titles = chain(
        *(stocks[part][code].texts for part in ("title", "summary") for code in LANGUAGES)
    )
    spelling.learn([sources.Source([sources.Text(text) for text in titles], [], [])])
    rng = random.Random(publications)
    rows = iter(range(min(publications, ORIGINALS)))
    portions = list(iter(lambda: list(islice(rows, PORTION)), []))
    size = sum(store(some, pages, kind, stocks, rng) for some in shown(portions, len(portions)))
    copies = range(1, -(-publications // ORIGINALS))
    for number in shown(copies, len(copies)):
        copy(number, publications - number * ORIGINALS)
    size *= publications / min(publications, ORIGINALS)
    print(f"{connection.vendor}: {publications} publications, {size / 1e6:.0f} MB of text")
    settle()
    print(f"the index takes {index_bytes() / size:.2f} x the text")


def store(numbers, pages, kind, stocks, rng):
    """Some publications, all that belongs to them; the characters of their texts."""
    from django.utils import timezone

    from catalogue.models import Edition, EditionFile, EditionLanguage, Publication, SearchEntry

    now, first_day = timezone.now(), date(2000, 1, 1)
    made = [Made(n, pages, stocks, rng) for n in numbers]
    works = Publication.objects.bulk_create(
        Publication(
            slug=f"paper-{one.number}",
            symbol=one.symbol,
            kind=kind,
            issued_on=first_day + timedelta(days=one.number % 9000),
            published_at=now,
            **one.columns,
        )
        for one in made
    )
    owned = [(work, one, code) for work, one in zip(works, made, strict=True) for code in LANGUAGES]
    editions = Edition.objects.bulk_create(
        Edition(publication=work, published_at=now) for work, _one, _code in owned
    )
    EditionLanguage.objects.bulk_create(
        EditionLanguage(edition=edition, language=code)
        for edition, (_work, _one, code) in zip(editions, owned, strict=True)
    )
    EditionFile.objects.bulk_create(
        EditionFile(
            edition=edition, bytes=1, pages=pages, sha256=f"{edition.pk:064}", text=one.texts[code]
        )
        for edition, (_work, one, code) in zip(editions, owned, strict=True)
    )
    SearchEntry.objects.bulk_create(
        SearchEntry(publication=work, digest="-", words=one.words)
        for work, one in zip(works, made, strict=True)
    )
    return sum(len(text) for one in made for text in one.texts.values())


def copy(number, most):
    """The originals once more inside the database, at most so many, with other keys."""
    from django.db import connection, transaction

    from catalogue.models import Edition, EditionFile, EditionLanguage, Publication, SearchEntry

    span = Publication.objects.filter(slug__endswith=f"-{ORIGINALS - 1}").get().pk
    own = f"/{number}' || id"
    changed = {
        Publication: {"slug": f"slug || '-{number}'", "symbol": f"symbol || '{own}"},
        Edition: {"publication_id": span},
        EditionLanguage: {"edition_id": 3 * span},
        EditionFile: {"edition_id": 3 * span},
        SearchEntry: {},
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for model, others in changed.items():
            keys = 1 if model in (Publication, SearchEntry) else 3
            others |= {model._meta.pk.column: keys * span}
            columns = [field.column for field in model._meta.concrete_fields]
            values = [
                f"{column} + {number * value}" if isinstance(value, int) else value
                for column, value in ((column, others.get(column, column)) for column in columns)
            ]
            key, table = model._meta.pk.column, model._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
                f"FROM {table} WHERE {key} <= {keys * min(span, most)}"
            )


class Made:
    """The texts of one publication and the words of its entry."""

    def __init__(self, number, pages, stocks, rng):
        from catalogue.search import analysis
        from catalogue.search.analysis import ABOUT, LENGTH, TITLE

        self.number, self.symbol = number, f"CCM/MSP/{2000 + number % 25}/WP.{number}"
        self.columns, self.texts = {}, {}
        titles, body = set(), set()
        about, pairs = map(set, analysis.index_words(self.symbol))
        for code in LANGUAGES:
            for part, found in {"title": titles, "summary": about}.items():
                (text,), words = stocks[part][code].take([rng.randrange(STOCK)])
                self.columns[f"{part}_{code}"] = text
                found |= words
            numbers = rng.choices(range(STOCK), k=pages)
            texts, words = stocks["page"][code].take(numbers)
            self.texts[code] = "\f".join(texts)
            body |= words
        about |= titles | pairs
        marked = [TITLE + word for word in titles] + [ABOUT + word for word in about]
        self.words = " ".join([f"{LENGTH}6", *marked, *(about | body)])


def settle():
    """Let the database look at what it was given, as it does by itself in time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def index_bytes():
    """What the entries and the engine's index take on disk."""
    from django.db import connection

    query = {
        "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'catalogue_search%'",
        "postgresql": "SELECT pg_total_relation_size('catalogue_searchentry')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        return cursor.execute(query).fetchone()[0]


# --- The questions ---------------------------------------------------------------------------


def measure(rounds):
    measure_indexing()
    names = ("hits", "list", "p99", "page", "count", "facet", "whole", "p99")
    print(f"\n{'':22}" + "".join(f"{name:>8}" for name in names))
    place = places()
    for name, text in questions().items():
        found = rows(text).count()
        listing, worst = timed(lambda text=text: listed(text, place), rounds)
        first, _worst = timed(lambda text=text: keys(text), rounds)
        count, _worst = timed(lambda text=text: rows(text).order_by().count(), rounds)
        facet, _worst = timed(lambda text=text: facets(text), rounds)
        whole, worst_whole = timed(lambda text=text: page(text, place), rounds)
        figures = (listing, worst, first, count, facet, whole, worst_whole)
        print(f"{name:22}{found:8}" + "".join(f"{figure:8.1f}" for figure in figures))
    measure_typing(rounds)


def measure_indexing():
    from catalogue import search
    from catalogue.models import Publication

    sample = list(Publication.objects.order_by("pk").values_list("pk", flat=True)[:SAMPLE])
    start = time.perf_counter()
    search.index(sample)
    print(f"a publication is indexed in {1000 * (time.perf_counter() - start) / SAMPLE:.0f} ms")


def measure_typing(rounds):
    from catalogue import search

    for text in (ENGLISH[40][:3], ENGLISH[0][:2], "ccm/msp/20", "ccm/msp/2012/wp.12"):
        median, worst = timed(lambda text=text: search.suggestions(text), rounds)
        print(f"suggestions for {text:20}{median:9.1f}{worst:8.1f}")
    slip = ENGLISH[40][:4] + "x" + ENGLISH[40][4:]
    median, worst = timed(lambda: search.did_you_mean(slip), rounds)
    print(f"did you mean, {slip:22}{median:9.1f}{worst:8.1f}")


def questions():
    """Words from the commonest to the rarest, and what is typed of symbols."""
    from catalogue.models import EditionFile

    text = EditionFile.objects.values_list("text", flat=True).order_by("pk")[0]
    first, second = text.split()[20:22]
    return {
        "the commonest word": ENGLISH[0],
        "a common word": ENGLISH[40],
        "a rare word": ENGLISH[8000],
        "two common words": f"{ENGLISH[20]} {ENGLISH[41]}",
        "five common words": " ".join(ENGLISH[5:30:5]),
        "a common phrase": f'"{ENGLISH[0]} {ENGLISH[1]}"',
        "a phrase": f'"{first} {second}"',
        "a symbol": "ccm msp 2012 wp12",
        "part of a symbol": "ccm/msp/2012",
        "no such word": "zzyzx",
    }


def rows(text):
    from catalogue.models import Publication

    return Publication.objects.published().search(text)


def keys(text):
    return list(rows(text).values_list("pk", flat=True)[:24])


def facets(text):
    from django.db.models import Count

    return list(rows(text).order_by().values_list("issued_on__year").annotate(Count("pk")))


def places():
    from catalogue.models import Publication

    newest = Publication.objects.published().newest_first().values_list("pk", flat=True)
    return {key: place for place, key in enumerate(newest)}


def listed(text, place):
    """The places of all that is found, as `catalogue.holdings` has them."""
    from catalogue import search

    return [
        one
        for equals in search.tiers(text)
        for one in sorted(place[key] for key in equals if key in place)
    ]


def page(text, place):
    from catalogue import search
    from catalogue.models import Publication

    newest = list(place)
    keys = [newest[one] for one in listed(text, place)[:24]]
    return search.snippets(list(Publication.objects.filter(pk__in=keys).with_editions()), text)


def timed(question, rounds):
    """The median and the 99th percentile in milliseconds; at most some seconds are spent."""
    from django.db import connection

    clock = time.thread_time if connection.vendor == "sqlite" else time.perf_counter
    taken = []
    end = time.perf_counter() + MOST_SECONDS
    for _n in range(rounds + 1):
        start = clock()
        question()
        taken.append(1000 * (clock() - start))
        if time.perf_counter() > end:
            break
    taken = sorted(taken[1:] or taken)  # the first one warms up
    return statistics.median(taken), taken[min(len(taken) - 1, round(0.99 * len(taken)))]


if __name__ == "__main__":
    main()
