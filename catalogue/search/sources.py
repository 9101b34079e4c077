"""The texts by which readers find a publication: titles, description, what its PDFs say."""

import hashlib
from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch

from catalogue.languages import interface_languages
from catalogue.models import Edition, EditionFile, Publication
from catalogue.search import analysis


class Text(NamedTuple):
    text: str
    tags: tuple[str, ...] = ()  # its languages


class Source(NamedTuple):
    """All texts of one publication."""

    titles: list[Text]
    about: list[Text]
    body: list[Text]

    @property
    def digest(self) -> str:
        """A fingerprint of the texts and of the rules by which they are analysed."""
        content = repr((analysis.VERSION, *self)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, digest_size=16).hexdigest()


def read(pks: Collection[int]) -> dict[int, Source]:
    """The texts of publications, in five queries; keys that are no publication's are left out."""
    publications = (
        Publication.objects.filter(pk__in=pks)
        .select_related("kind", "series", "issuing_body", "meeting")
        .prefetch_related("topics", Prefetch("editions", _editions()))
    )
    return {publication.pk: source_of(publication) for publication in publications}


def _editions():
    """What readers see of the editions, with the text of the newest PDF of each."""
    newer = EditionFile.objects.reading().filter(
        edition=OuterRef("edition"), version__gt=OuterRef("version")
    )
    newest = EditionFile.objects.reading().filter(~Exists(newer))
    return (
        Edition.objects.visible()
        .order_by("pk")
        .prefetch_related("languages", Prefetch("files", newest))
    )


def source_of(publication: Publication) -> Source:
    editions = list(publication.editions.all())
    return Source(
        titles=[
            *translations(publication, "title"),
            *(Text(edition.title, tuple(edition.tags)) for edition in editions if edition.title),
        ],
        about=list(description(publication, editions)),
        body=[
            Text(edition.reading_file.text, tuple(edition.tags))
            for edition in editions
            if edition.reading_file
        ],
    )


def description(publication: Publication, editions: list[Edition]) -> Iterator[Text]:
    """Symbol, numbers, year, summary, and the names it is filed under."""
    yield Text(publication.symbol)
    yield Text(publication.number)
    if publication.issued_on:
        yield Text(str(publication.issued_on.year))
    for edition in editions:
        yield Text(f"{edition.isbn} {edition.job_number}")
    yield from translations(publication, "summary")
    topics = sorted(publication.topics.all(), key=lambda topic: topic.pk)
    for term in (publication.kind, publication.series, publication.issuing_body, *topics):
        if term:
            yield from translations(term, "name")
    if publication.meeting:
        yield Text(publication.meeting.code)
        yield from translations(publication.meeting, "name")
        yield from translations(publication.meeting, "place")


def translations(instance, field: str) -> Iterator[Text]:
    """A translated field in the languages in which it is filled in."""
    for code in interface_languages():
        if text := getattr(instance, f"{field}_{code}"):
            yield Text(text, (code,))
