"""How search does against reading every text with LIKE, in a database made for it.

    python -m benchmarks.search --publications 2000
    python -m tests.postgres -- python -m benchmarks.search

Every publication has an English, a French and a Spanish edition. Words are invented, with the
frequencies of a natural text (a few make up most of it). Times are medians and 99th
percentiles, in milliseconds, of the keys of a page of 24 and of a count; the ratio says how many
times as fast as LIKE the page is.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta

LANGUAGES = ("en", "fr", "es")
ENDINGS = {
    "en": ("", "s", "ing", "ed"),
    "fr": ("", "s", "ée", "tion"),
    "es": ("", "s", "ción", "o"),
}
SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "il")]
ROUNDS = 30


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--publications", type=int, default=2000)
    parser.add_argument("--words", type=int, default=1500, help="of each edition's text")
    options = parser.parse_args()
    with scratch_database():
        measure(options.publications, options.words)


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


def measure(publications, words):
    from django.db import connection

    from catalogue.models import Publication

    size = fill(publications, words)
    print(f"{connection.vendor}: {publications} publications, {size / 1e6:.0f} MB of text")
    seconds = build()
    print(f"index built in {seconds:.1f} s, {1000 * seconds / publications:.1f} ms a publication")
    print(f"index: {index_bytes() / size:.2f} x the text\n")
    print(f"{'':24}{'hits':>7}{'median':>9}{'p99':>8}{'count':>8}{'LIKE':>9}{'ratio':>8}")
    for name, text, prefix in QUESTIONS:
        hits = Publication.objects.published().search(text, prefix=prefix)
        median, worst = timed(lambda hits=hits: page(hits))
        count, _worst = timed(hits.count)
        like, _worst = timed(lambda text=text: page(by_like(text)), rounds=3)
        print(
            f"{name:24}{hits.count():7}{median:9.2f}{worst:8.2f}{count:8.2f}{like:9.1f}"
            f"{like / median:8.0f}"
        )


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
QUESTIONS = [
    ("the commonest word", ENGLISH[0], False),
    ("a common word", ENGLISH[40], False),
    ("a rare word", ENGLISH[8000], False),
    ("two common words", f"{ENGLISH[20]} {ENGLISH[41]}", False),
    ("five common words", " ".join(ENGLISH[5:30:5]), False),
    ("a symbol", "ccm msp 2012 wp17", False),
    ("the start of a word", ENGLISH[40][:3], True),
    ("no such word", "zzyzx", False),
]


def fill(publications, words):
    """Store the catalogue; the bytes of all texts."""
    from django.utils import timezone

    from catalogue.models import Edition, EditionFile, EditionLanguage, Kind, Publication

    now, first_day = timezone.now(), date(2010, 1, 1)
    kind = Kind.objects.create(slug="paper", name_en="working paper")
    works = Publication.objects.bulk_create(
        Publication(
            slug=f"paper-{n}",
            symbol=f"CCM/MSP/{2010 + n % 15}/WP.{n}",
            kind=kind,
            issued_on=first_day + timedelta(days=n),
            published_at=now,
            **{f"title_{code}": VOCABULARIES[code].text(6) for code in LANGUAGES},
            **{f"summary_{code}": VOCABULARIES[code].text(40) for code in LANGUAGES},
        )
        for n in range(publications)
    )
    tags = [(work, code) for work in works for code in LANGUAGES]
    editions = Edition.objects.bulk_create(
        Edition(publication=work, published_at=now) for work, _code in tags
    )
    EditionLanguage.objects.bulk_create(
        EditionLanguage(edition=edition, language=code)
        for edition, (_work, code) in zip(editions, tags, strict=True)
    )
    files = EditionFile.objects.bulk_create(
        (
            EditionFile(
                edition=edition,
                bytes=1,
                pages=1,
                sha256=f"{edition.pk:064}",
                text=VOCABULARIES[code].text(words),
            )
            for edition, (_work, code) in zip(editions, tags, strict=True)
        ),
        batch_size=200,
    )
    return sum(len(file.text.encode()) for file in files)


def build():
    from catalogue import search
    from catalogue.models import Publication
    from catalogue.progress import shown
    from catalogue.search import entries

    batches = list(entries.batches(Publication.objects.values_list("pk", flat=True)))
    start = time.perf_counter()
    for batch in shown(batches, len(batches)):
        search.index(batch)
    settle()
    return time.perf_counter() - start


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


def by_like(text):
    """The same question without an index: every word somewhere in the titles or the texts."""
    from django.db.models import Exists, OuterRef, Q

    from catalogue.models import EditionFile, Publication

    publications = Publication.objects.published().newest_first()
    for word in text.split():
        inside = EditionFile.objects.filter(
            edition__publication=OuterRef("pk"), text__icontains=word
        )
        publications = publications.filter(
            Q(title_en__icontains=word) | Q(symbol_key__contains=word) | Exists(inside)
        )
    return publications


def page(publications):
    return list(publications.values_list("pk", flat=True)[:24])


def timed(question, rounds=ROUNDS):
    """The median and the 99th percentile in milliseconds."""
    taken = []
    for _n in range(rounds + 1):
        start = time.perf_counter()
        question()
        taken.append(1000 * (time.perf_counter() - start))
    taken = sorted(taken[1:])  # the first one warms up
    return statistics.median(taken), taken[min(len(taken) - 1, round(0.99 * len(taken)))]


if __name__ == "__main__":
    main()
