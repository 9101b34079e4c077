"""The index kept right: one entry for each publication, written where its texts changed."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from django.db import DatabaseError, connection, transaction

from catalogue.models import Publication, SearchEntry
from catalogue.search import analysis, sources, spelling
from catalogue.search.analysis import ABOUT, LENGTH, TITLE

BATCH = 50  # publications whose texts are held in memory at once
MOST_BYTES = 900_000  # of words; PostgreSQL's vector ends at a mebibyte


@transaction.atomic
def index(publications: Iterable[Publication | int]) -> int:
    """Bring the entries of publications, or of their keys, up to date; how many were not."""
    return sum(_write(outdated(batch)) for batch in batches(_keys(publications)))


def remove(publications: Iterable[Publication | int]) -> None:
    """Let publications be found no more. Deleting one does this by itself."""
    SearchEntry.objects.filter(pk__in=_keys(publications)).delete()


def outdated(pks: Collection[int]) -> dict[int, sources.Source]:
    """Those publications whose entry is missing or was made from other texts, with the texts."""
    known = dict(SearchEntry.objects.filter(pk__in=pks).values_list("pk", "digest"))
    found = sources.read(pks)
    return {pk: source for pk, source in found.items() if source.digest != known.get(pk)}


def batches(pks: Iterable[int]) -> Iterator[list[int]]:
    """Keys in portions of which the texts fit into memory."""
    rest = iter(pks)
    while batch := list(islice(rest, BATCH)):
        yield batch


def distrust() -> None:
    """Call every entry out of date, and have the engine read them again; none is lost meanwhile."""
    with transaction.atomic():
        SearchEntry.objects.update(digest="")
        spelling.forget()
        if connection.vendor == "sqlite":
            _command_fts5("rebuild")


def is_sound() -> bool:
    """Whether the engine's index agrees with the entries; PostgreSQL answers for its own."""
    if connection.vendor != "sqlite":
        return True
    try:
        with transaction.atomic():
            _command_fts5("integrity-check")
    except DatabaseError:
        return False
    return True


def _command_fts5(command: str) -> None:
    """Give FTS5 an order; rank 1 has it compare its index with the entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_searchindex (catalogue_searchindex, rank) VALUES (%s, 1)",
            [command],
        )


def _keys(publications: Iterable[Publication | int]) -> list[int]:
    """Each key once, in one order for everybody, so that nobody waits for each other."""
    return sorted({one.pk if isinstance(one, Publication) else one for one in publications})


def _write(found: dict[int, sources.Source]) -> int:
    entries = [_entry(pk, source) for pk, source in sorted(found.items())]
    SearchEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["publication"],
        update_fields=["digest", "words"],
    )
    spelling.learn(found.values())
    return len(entries)


def _entry(pk: int, source: sources.Source) -> SearchEntry:
    titles, beside_titles = _words(source.titles)
    about, beside = _words(source.about)
    body, pairs = _words(source.body)
    titles |= beside_titles
    about = titles | about | beside
    lengths = [analysis.length(title.text) for title in source.titles]
    marked = [TITLE + word for word in titles] + [ABOUT + word for word in about]
    words = [f"{LENGTH}{min(lengths, default=0)}", *marked, *(about | body), *pairs]
    return SearchEntry(publication_id=pk, digest=source.digest, words=_fitted(" ".join(words)))


def _words(texts: Iterable[sources.Text]) -> tuple[dict[str, None], dict[str, None]]:
    """The words of some texts and the marks of neighbours in them."""
    words: dict[str, None] = {}
    pairs: dict[str, None] = {}
    for text, tags in texts:
        more_words, more_pairs = analysis.index_words(text, tags)
        words.update(more_words)
        pairs.update(more_pairs)
    return words, pairs


def _fitted(words: str) -> str:
    """As many of the words, titles first, as every database takes."""
    content = words.encode()
    if len(content) <= MOST_BYTES:
        return words
    return content[:MOST_BYTES].rpartition(b" ")[0].decode()
