"""Whether files, rows, search index and harvest records agree.

Each check yields sentences about what does not agree, none when all is well, and draws how far
it has come. One more check is one more function in `CHECKS`.
"""

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Length, Replace
from django.utils import timezone

from catalogue import harvest, identifiers, languages
from catalogue.models import CatalogueVersion, Edition, EditionFile, EditionLanguage, Publication
from catalogue.progress import shown
from catalogue.search import entries

FOLDERS = ("editions", "covers")
GRACE = datetime.timedelta(days=1)  # an upload of this minute has no record yet
LATE = datetime.timedelta(minutes=15)  # the clock comes every minute
BATCH = 200  # rows looked at together


# Files ----------------------------------------------------------------------


def files_are_there():
    """Every file is there and has the size that its row says."""
    for file in _through(EditionFile.objects.without_text().order_by("pk")):
        try:
            size = file.file.size
        except FileNotFoundError:
            yield f"file {file.pk} ({file.file.name}): is missing"
        else:
            if size != file.bytes:
                yield f"file {file.pk} ({file.file.name}): {size} bytes, not {file.bytes}"


def files_are_unchanged():
    """Every file has the bytes of which its row has the fingerprint; each is read in full."""
    for file in _through(EditionFile.objects.without_text().order_by("pk")):
        with suppress(FileNotFoundError):
            if _fingerprint(file.file) != file.sha256:
                yield f"file {file.pk} ({file.file.name}): its bytes have changed"


def _fingerprint(field) -> str:
    with field.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def covers_are_there():
    """Every cover that is named exists."""
    for name in _through(EditionFile.objects.exclude(cover="").values_list("cover", flat=True)):
        if not default_storage.exists(name):
            yield f"cover {name}: is missing"


def files_have_rows():
    """Nothing lies in the store that no row names."""
    for name in unnamed_files():
        yield f"{name}: no row names it; sweep_files removes it"


def unnamed_files() -> Iterator[str]:
    """The names of stored files that no record names and that are older than a day."""
    named = {*EditionFile.objects.values_list("file", flat=True)}
    named.update(EditionFile.objects.values_list("cover", flat=True))
    yield from (name for name in _stored() if name not in named and _is_old(name))


def _stored() -> Iterator[str]:
    """The names of all files kept for editions: two levels deep, by their fingerprints."""
    for folder in filter(default_storage.exists, FOLDERS):
        for part in default_storage.listdir(folder)[0]:
            for name in default_storage.listdir(f"{folder}/{part}")[1]:
                yield f"{folder}/{part}/{name}"


def _is_old(name: str) -> bool:
    return default_storage.get_modified_time(name) < timezone.now() - GRACE


# Rows -----------------------------------------------------------------------


def texts_have_all_pages():
    """The text of a PDF has as many pages as its row says."""
    breaks = Length("text") - Length(Replace("text", Value("\f"), Value("")))
    files = EditionFile.objects.exclude(text="").annotate(breaks=breaks)
    for pk, pages, found in _through(files.order_by("pk").values_list("pk", "pages", "breaks")):
        if found + 1 != pages:
            yield f"file {pk}: its text has {found + 1} pages, its row says {pages}"


def keys_are_current():
    """The columns computed from others, by which lists are sorted and symbols found."""
    for publication in _through(Publication.objects.order_by("pk")):
        stale = publication.symbol_key != identifiers.symbol_key(publication.symbol)[:80]
        for code in languages.interface_languages():
            key = languages.fold(getattr(publication, f"title_{code}") or "")[:300]
            stale = stale or getattr(publication, f"title_key_{code}") != key
        if stale:
            yield f"{publication.slug}: its sort keys are out of date; save it again"


def what_is_public_is_named():
    """What is out has a title, and its editions a language."""
    for publication in _through(Publication.objects.announced().order_by("pk")):
        if not languages.translated(publication, "title")[0]:
            yield f"{publication.slug}: is public without a title"
    spoken = EditionLanguage.objects.filter(edition=OuterRef("pk"))
    for pk in Edition.objects.announced().exclude(Exists(spoken)).values_list("pk", flat=True):
        yield f"edition {pk}: is public without a language"


def clock_has_come():
    """What was scheduled is caught up with."""
    now = timezone.now()
    row = CatalogueVersion.objects.filter(pk=1).first()
    if row and row.caught_up_at < now - LATE:
        for publication in Publication.objects.come_due(row.caught_up_at, now - LATE):
            yield f"{publication.slug}: has come due, and keep_up has not run since"


# What is made from the rows ---------------------------------------------------


def index_is_current():
    """Search finds what is there, and nothing else."""
    slugs = dict(Publication.objects.order_by("pk").values_list("pk", "slug"))
    for batch in _batches(slugs, entries.BATCH):
        for pk in entries.outdated(batch):
            yield f"{slugs[pk]}: the search index is out of date; rebuild_search_index mends it"
    if not entries.is_sound():
        yield "the search index is damaged; rebuild_search_index --all mends it"


def records_are_current():
    """Harvesters were told what is true now."""
    for batch in _batches(Publication.objects.order_by("pk").values_list("pk", flat=True), BATCH):
        for identifier in harvest.outdated(batch):
            yield f"record {identifier} says something else than the catalogue; run update_records"


CHECKS = [
    files_are_there,
    files_are_unchanged,
    covers_are_there,
    files_have_rows,
    texts_have_all_pages,
    keys_are_current,
    what_is_public_is_named,
    clock_has_come,
    index_is_current,
    records_are_current,
]
SLOW = {files_are_unchanged}


def _through(rows) -> Iterator:
    """All rows of a queryset, not all of them at once."""
    return shown(rows.iterator(chunk_size=BATCH), rows.count())


def _batches(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(keys := list(keys))
    batches = iter(lambda: list(islice(rest, size)), [])
    return shown(batches, -(-len(keys) // size))
