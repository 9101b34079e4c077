"""Puts the specimen catalogue into the database and the file store.

What is there already stays as it is, so that an interrupted loading is taken up again and a
second one does nothing.
"""

import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime, time
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from catalogue import languages, publishing, upkeep
from catalogue.models import (
    Edition,
    EditionFile,
    EditionLanguage,
    IssuingBody,
    Kind,
    Meeting,
    Publication,
    Series,
    State,
    Topic,
)
from catalogue.specimens import editions, meetings, publications, states, vocabulary

TERMS = {"kinds": Kind, "topics": Topic, "series": Series, "issuing_bodies": IssuingBody}
EDITION_COLUMNS = (
    "title",
    "format",
    "stage",
    "isbn",
    "job_number",
    "pages",
    "trim_width_mm",
    "trim_height_mm",
    "weight_g",
    "is_printed",
)
PROCESSORS = 2  # the machines of a demonstration have at least as many


@transaction.atomic
def load_words() -> None:
    """The vocabulary, the meetings and the States."""
    for name, model in TERMS.items():
        for term in vocabulary()[name]:
            values = {key: value for key, value in term.items() if key == "article"}
            _once(model, slug=term["slug"], **values, **_translations("name", term["name"]))
    for row in meetings():
        _once(Meeting, **_columns(Meeting, row))
    for row in states():
        _once(State, **_columns(State, row))


def _once(model, **values) -> None:
    """Create a row unless there is one of this slug or code: the first value."""
    key = next(iter(values))
    model.objects.get_or_create(**{key: values.pop(key)}, defaults=values)


@transaction.atomic
def load_publications() -> int:
    """The publications that are missing, with their editions; how many they were."""
    known = set(Publication.objects.values_list("slug", flat=True))
    missing = [entry for entry in publications() if entry["slug"] not in known]
    for entry in missing:
        _create(entry)
    _join()
    upkeep.refresh(Publication.objects.values_list("pk", flat=True))
    return len(missing)


def missing_files() -> list[tuple[dict, str]]:
    """The PDFs that the demonstration offers and does not have yet: (publication, language)."""
    kept = set(
        EditionFile.objects.values_list(
            "edition__publication__slug", "edition__languages__language"
        )
    )
    return [job for job in editions.offered() if (job[0]["slug"], job[1]) not in kept]


def load_files(jobs: list[tuple[dict, str]]) -> Iterator[EditionFile]:
    """Typeset PDFs, examine them and keep them, yielding each; about 0.4 s a piece.

    Child processes typeset and examine, so that two processors are busy; rows are written here.
    """
    drafts: deque[tuple[Path, Future]] = deque()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(PROCESSORS) as threads:
        for path in editions.typeset_all(Path(folder), jobs, processes=PROCESSORS):
            drafts.append((path, threads.submit(_examined, path)))
            if len(drafts) > PROCESSORS:
                yield _kept(*drafts.popleft())
        yield from (_kept(*draft) for draft in drafts)


def _examined(path: Path) -> publishing.Draft:
    return publishing.examine(File(path.open("rb"), name=path.name))


def _kept(path: Path, draft: Future) -> EditionFile:
    """Keep the PDF `{slug}-{language}.pdf`."""
    slug, language = path.stem.rsplit("-", 1)
    edition = Edition.objects.get(publication__slug=slug, languages__language=language)
    found = draft.result()
    with found.file:
        return publishing.keep(found, edition, by=None)


def _create(entry: dict) -> None:
    """A publication with its editions, published on the days the specimens say."""
    publication = Publication.objects.create(
        **{key: entry[key] for key in ("slug", "symbol", "number", "issued_precision")},
        **_translations("title", entry["title"]),
        **_translations("summary", entry["summary"]),
        kind=Kind.objects.get(slug=entry["kind"]),
        series=Series.objects.filter(slug=entry["series"]).first(),
        issuing_body=IssuingBody.objects.filter(slug=entry["issuing_body"]).first(),
        meeting=Meeting.objects.filter(code=entry["meeting"]).first(),
        issued_on=parse_date(entry["issued_on"] or ""),
        original_language=entry["original_language"],
        published_at=_morning(entry["published_at"]),
    )
    publication.topics.set(Topic.objects.filter(slug__in=entry["topics"]))
    for edition in entry["editions"]:
        _create_edition(publication, edition)


def _create_edition(publication: Publication, entry: dict) -> None:
    values = {key: entry[key] for key in EDITION_COLUMNS}
    edition = Edition.objects.create(
        publication=publication, **values, published_at=_morning(entry["published_at"])
    )
    for language in entry["languages"]:
        EditionLanguage.objects.create(edition=edition, language=language)


def _join() -> None:
    """Say which publication replaces which: an entry may name a later one."""
    for entry in publications():
        if entry["replaces"]:
            replaced = Publication.objects.get(slug=entry["replaces"])
            Publication.objects.filter(slug=entry["slug"], replaces=None).update(replaces=replaced)


def _translations(field: str, texts: dict[str, str]) -> dict[str, str]:
    """The columns of a translated field in the languages of the interface."""
    return {
        f"{field}_{language}": texts[language]
        for language in languages.interface_languages()
        if language in texts
    }


def _columns(model, row: dict[str, str]) -> dict:
    """What the model has columns for in a row of a CSV file."""
    names = {field.name for field in model._meta.fields}
    return {
        key: parse_date(text) if key.endswith("_on") else text
        for key, text in row.items()
        if key in names
    }


def _morning(day: str) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time(9)))
