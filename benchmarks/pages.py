"""What the pages of the catalogue cost, made anew, from kept fragments, and from the page cache.

    python benchmarks/pages.py
    python benchmarks/pages.py --publications 5000 --languages 3 --characters 20000

Without arguments it runs twice: 5,000 publications in three languages with the text of their
PDFs, and 100,000 publications in one. It works in a database of its own that is gone afterwards.
Times are medians of processor milliseconds; for each page a number of addresses is asked for in
turn. "changed": the first page after a change of the catalogue; "anew": addresses never asked
for before; "kept": cards and searches at hand, put together by Django; "bytes": from the cache
in front of Django; "×" is how many times as fast as anew that is. Queries are those of "anew".
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import islice, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
LANGUAGES = ("en", "fr", "es")
TEXTS = 150  # different texts; each publication has one of them
ADDRESSES = 10
SIZES = [(5000, 3, 4000), (100_000, 1, 0)]
ENDS = {"en": ("tion", "ing", "ment"), "fr": ("tion", "ée", "eur"), "es": ("ción", "dad", "ado")}
SOUNDS = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "mo"]


def main():
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--publications", type=int)
    parser.add_argument("--languages", type=int, default=3)
    parser.add_argument("--characters", type=int, default=4000, help="of each PDF's text")
    options = parser.parse_args()
    sizes = SIZES
    if options.publications:
        sizes = [(options.publications, options.languages, options.characters)]
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            run(folder, *size) if size is sizes[-1] else aside(folder, *size)


def aside(folder, *size):
    """In a child process: Django is set up for one database only."""
    if not (pid := os.fork()):
        run(folder, *size)
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(pid, 0)


def run(folder, *size):
    os.environ |= {
        "DATA_DIR": folder,
        "DATABASE_URL": "",
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
    }
    import django

    django.setup()
    from django.core.management import call_command

    (Path(folder) / "static").mkdir()
    call_command("migrate", verbosity=0)
    measure(*size)


def measure(publications, languages, characters):
    started = time.perf_counter()
    fill(publications, LANGUAGES[:languages], characters)
    print(
        f"\n{publications:,} publications × {languages} editions, {characters:,} characters each"
        f" (stored in {time.perf_counter() - started:.0f} s)\n"
    )
    site = Site()
    print(f"{'':<24}{'changed':>9}{'anew':>8}{'kept':>8}{'bytes':>8}{'×':>7}{'queries':>9}")
    for name, addresses in pages(publications).items():
        site.report(name, addresses)


# --- Pages -----------------------------------------------------------------------------------


def pages(publications):
    """By name the addresses that are asked for in turn, all of them different."""
    facets = product(range(8), range(2009, 2025), ("", "&paper=1"))
    words = sorted({word for text in titles() for word in text["en"].lower().split()})
    return {
        "list": [f"/en/?page={n}" for n in range(1, ADDRESSES + 1)],
        "list in title order": [f"/en/?sort=title&page={n}" for n in range(1, ADDRESSES + 1)],
        "list, facets chosen": [
            f"/en/?kind=kind-{kind}&year={year}&year={year + 1}{paper}"
            for kind, year, paper in islice(facets, 0, 8 * ADDRESSES, 8)
        ],
        "search": [f"/en/?q={word}" for word in words[:: len(words) // ADDRESSES]][:ADDRESSES],
        "search, two words": [
            "/en/?q=" + "+".join(text["en"].split()[:2]).lower() for text in titles()[:ADDRESSES]
        ],
        "nothing found": [f"/en/?q=zzyzx{n}&language=en" for n in range(ADDRESSES)],
        "publication": [
            f"/en/publications/p-{n}/" for n in range(0, publications, publications // ADDRESSES)
        ][:ADDRESSES],
    }


class Site:
    """The site as a server runs it, and the same without the page cache."""

    def __init__(self):
        from config import page_cache, wsgi

        self.django = wsgi.django_application
        self.cached = page_cache.PageCache(self.django, most_bytes=64 * 1024**2)

    def report(self, name, addresses):
        changed = self.after_a_change(addresses[0])
        forget()
        ask(self.django, "/fr/")  # the holdings are read
        anew = [timed(self.django, address) for address in addresses]
        kept = [timed(self.django, address) for address in addresses]
        for address in addresses:
            ask(self.cached, address)
        held = [timed(self.cached, address) for address in addresses]
        forget()
        ask(self.django, "/fr/")
        queries = statistics.median(asked(self.django, address) for address in addresses)
        middle = statistics.median
        print(
            f"{name:<24}{changed:9.1f}{middle(anew):8.1f}{middle(kept):8.1f}{middle(held):8.2f}"
            f"{middle(anew) / middle(held):7.0f}{queries:9.0f}"
        )

    def after_a_change(self, address):
        from catalogue import version

        times = []
        for _round in range(3):
            version.bump()
            times.append(timed(self.django, address))
        return statistics.median(times)


def ask(application, address):
    from django.test import RequestFactory

    path, _question, query = address.partition("?")
    environ = RequestFactory().get(path, query_params=None).environ
    environ |= {"QUERY_STRING": query, "HTTP_HOST": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "gzip"}
    environ = {name: value for name, value in environ.items() if value != ""}
    said = []
    response = application(environ | {"QUERY_STRING": query}, lambda *words: said.append(words))
    body = b"".join(response)
    getattr(response, "close", lambda: None)()
    assert said[0][0].startswith("200"), (address, said[0][0])
    return body


def timed(application, address):
    """Processor milliseconds."""
    start = time.process_time()
    ask(application, address)
    return 1000 * (time.process_time() - start)


def asked(application, address):
    """How many queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        ask(application, address)
    return sum("PRAGMA" not in query["sql"] for query in queries.captured_queries)


def forget():
    from django.core.cache import caches

    from catalogue import holdings

    holdings.forget()
    caches["fragments"].clear()


# --- The catalogue ---------------------------------------------------------------------------


def text_of(rng, language, words):
    """Invented words, the first of a vocabulary more often than the last."""
    return " ".join(
        rng.choice(SOUNDS) + SOUNDS[min(int(rng.paretovariate(0.6)), 13)] + rng.choice(SOUNDS)
        + rng.choice(ENDS[language])
        for _n in range(words)
    )  # fmt: skip


def titles():
    rng = random.Random(1)
    return [
        {language: text_of(rng, language, 5).capitalize() for language in LANGUAGES}
        for _n in range(TEXTS)
    ]


def vocabularies():
    from catalogue.models import IssuingBody, Kind, Meeting, Series, Topic

    def terms(model, name, number, **columns):
        return model.objects.bulk_create(
            model(
                **{"code" if model is Meeting else "slug": f"{name}-{n}"},
                **{f"name_{code}": f"{name.capitalize()} {n} {code}" for code in LANGUAGES},
                **{key: make(n) for key, make in columns.items()},
            )
            for n in range(number)
        )

    return {
        "kind": terms(Kind, "kind", 8),
        "topics": terms(Topic, "topic", 12),
        "meeting": terms(Meeting, "meeting", 60, starts_on=lambda n: date(2010 + n // 4, 9, 1)),
        "issuing_body": terms(IssuingBody, "body", 15),
        "series": terms(Series, "series", 25),
    }


def fill(publications, languages, characters):
    from catalogue import version

    rng, terms, originals = random.Random(2), vocabularies(), made(languages, characters)
    for start in range(0, publications, 2000):
        store(range(start, min(start + 2000, publications)), languages, terms, originals, rng)
    version.bump()


def made(languages, characters):
    """(titles, texts, words of the index) of some publications."""
    from catalogue.search import entries, sources

    rng, found = random.Random(3), []
    for title in titles():
        texts = {code: text_of(rng, code, characters // 9) for code in languages}
        source = sources.Source(
            titles=[sources.Text(title[code], (code,)) for code in LANGUAGES],
            about=[],
            body=[sources.Text(texts[code], (code,)) for code in languages],
        )
        found.append((title, texts, entries._entry(0, source).words))
    return found


def store(numbers, languages, terms, originals, rng):
    from django.utils import timezone

    from catalogue.models import Edition, EditionFile, EditionLanguage, Publication, SearchEntry

    now, topics = timezone.now(), terms["topics"]
    chosen = [(n, *originals[n % TEXTS]) for n in numbers]
    works = Publication.objects.bulk_create(
        Publication(
            slug=f"p-{n}",
            symbol=f"CCM/MSP/{2008 + n % 17}/WP.{n}",
            issued_on=date(2008, 1, 1) + timedelta(days=n % 6000),
            published_at=now,
            **{f"title_{code}": f"{text} {n}" for code, text in title.items()},
            summary_en=" ".join(title.values()),
            **{name: rng.choice(rows) for name, rows in terms.items() if name != "topics"},
        )
        for n, title, _texts, _words in chosen
    )
    pairs = list(zip(works, chosen, strict=True))
    Publication.topics.through.objects.bulk_create(
        Publication.topics.through(publication=work, topic=topic)
        for work in works
        for topic in rng.sample(topics, 2)
    )
    owned = [(work, texts, code) for work, (_n, _t, texts, _w) in pairs for code in languages]
    editions = Edition.objects.bulk_create(
        Edition(publication=work, published_at=now, is_printed=n % 4 == 0)
        for n, (work, _texts, _code) in enumerate(owned)
    )
    EditionLanguage.objects.bulk_create(
        EditionLanguage(edition=edition, language=code)
        for edition, (_work, _texts, code) in zip(editions, owned, strict=True)
    )
    EditionFile.objects.bulk_create(
        EditionFile(
            edition=edition, bytes=10**6, pages=20, sha256=f"{edition.pk:064}", text=texts[code]
        )
        for edition, (_work, texts, code) in zip(editions, owned, strict=True)
    )
    SearchEntry.objects.bulk_create(
        SearchEntry(publication=work, digest="-", words=words)
        for work, (_n, _title, _texts, words) in pairs
    )


if __name__ == "__main__":
    main()
