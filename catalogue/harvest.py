"""What harvesters were told of each edition in each language, kept right (OAI-PMH).

A record's datestamp moves when, and only when, its description, its sets or its status
change, so that whoever asks for what is new since a day gets all of it and nothing else.
What is taken back stays, as deleted.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from hashlib import blake2b
from itertools import islice
from operator import attrgetter

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from simple_history.utils import get_history_model_for_model

from catalogue.models import Edition, Publication, Record
from catalogue.records.description import describe

BATCH = 200  # publications whose descriptions are held in memory at once
EDITION_OF_FORMATS = "1"  # to be raised when a format says more, or says it differently
# What no format shows: that a row was saved says nothing of it.
UNSEEN = {"changed_at", "withdrawn_at"}


@transaction.atomic
def update(pks: Iterable[int]) -> int:
    """Bring the records of publications, and of those that name them, up to date; how many."""
    return sum(_write(list(_changes(batch))) for batch in batches(_with_neighbours(set(pks))))


def outdated(pks: Iterable[int]) -> list[str]:
    """The identifiers of records that say something else than the catalogue."""
    return [record.identifier for batch in batches(pks) for record in _changes(batch)]


def batches(pks: Iterable[int]) -> Iterator[list[int]]:
    """Keys in portions of which the descriptions fit into memory."""
    rest = iter(sorted(pks))
    while batch := list(islice(rest, BATCH)):
        yield batch


def last_change() -> datetime | None:
    """When anything that machines are told of changed last, to the second."""
    return Record.objects.aggregate(at=Max("datestamp"))["at"]


def now() -> datetime:
    """The present second."""
    return timezone.now().replace(microsecond=0)


def _with_neighbours(pks: set[int]) -> set[int]:
    """Also those that replace or correct them; those replaced or corrected by them, ever."""
    found = set(pks)
    for batch in batches(pks):
        named_by = Q(replaces__in=batch) | Q(corrects__in=batch)
        found.update(Publication.objects.filter(named_by).values_list("pk", flat=True))
        now_and_once = Q(id__in=batch) & (Q(replaces__isnull=False) | Q(corrects__isnull=False))
        for model in (Publication, get_history_model_for_model(Publication)):
            links = QuerySet(model).filter(now_and_once).values_list("replaces", "corrects")
            found |= {pk for row in links.order_by().distinct() for pk in row if pk}
    return found


# What has changed -----------------------------------------------------------


def _changes(batch: list[int]) -> Iterator[Record]:
    """Records, new ones too, as they ought to be and are not."""
    known = {(r.edition_id, r.language): r for r in _records(batch)}
    taken = {record.identifier for record in known.values()}
    for publication in Publication.objects.published().filter(pk__in=batch).with_records():
        for edition in sorted(publication.editions.all(), key=attrgetter("published_at", "pk")):
            for tag in edition.tags:
                record = known.pop((edition.pk, tag), None) or _new(edition, tag, taken)
                if _tell(record, publication.kind.slug, _digest(edition, tag)):
                    yield record
    for record in known.values():
        if not record.is_deleted:
            record.is_deleted = True
            yield record


def _records(batch):
    return Record.objects.filter(edition__publication__in=batch)


def _new(edition: Edition, tag: str, taken: set[str]) -> Record:
    """A record for good: "dubrovnik-action-plan/fr"; a second edition in French is "…/fr.2"."""
    name = free = f"{edition.publication.slug}/{tag}"
    number = 1
    while free in taken:
        number += 1
        free = f"{name}.{number}"
    taken.add(free)
    return Record(identifier=free, edition=edition, language=tag)


def _tell(record: Record, kind: str, digest: str) -> bool:
    """Write into a record what is true now; whether that was anything new."""
    before = record.kind, record.digest, record.is_deleted
    record.kind, record.digest, record.is_deleted = kind, digest, False
    return before != (kind, digest, False)


def _digest(edition: Edition, tag: str) -> str:
    """Of everything that any format shows."""
    facts = describe(edition, tag)
    shown = [(name, getattr(facts, name)) for name in facts.__slots__ if name not in UNSEEN]
    return blake2b(repr((EDITION_OF_FORMATS, shown)).encode(), digest_size=16).hexdigest()


# Writing --------------------------------------------------------------------


def _write(records: list[Record]) -> int:
    at = now()
    for record in records:
        record.datestamp = at
    Record.objects.bulk_create([record for record in records if not record.pk])
    Record.objects.bulk_create(
        [record for record in records if record.pk],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["kind", "datestamp", "is_deleted", "digest"],
    )
    identifiers = [record.identifier for record in records]
    transaction.on_commit(partial(_stamp_again, identifiers, at), robust=True)
    return len(records)


def _stamp_again(identifiers: list[str], at: datetime) -> None:
    """Where the transaction took its time, somebody may have harvested past these records."""
    if (late := now()) > at:
        stamped = Record.objects.filter(datestamp=at)
        for batch in range(0, len(identifiers), BATCH):
            chosen = identifiers[batch : batch + BATCH]
            stamped.filter(identifier__in=chosen).update(datestamp=late)
