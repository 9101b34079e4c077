"""What a page shows of a publication whose editions, languages and files were fetched."""

from operator import attrgetter
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from catalogue import languages
from catalogue.models import Edition, EditionFile, Publication


class Version(NamedTuple):
    """A PDF of an edition, and where exactly these bytes are found for ever."""

    file: EditionFile
    address: str
    is_newest: bool


class Offer(NamedTuple):
    """An edition that can be read or ordered, and where its PDF is."""

    edition: Edition
    tags: list[str]
    file: EditionFile | None
    address: str

    @property
    def language(self) -> str:
        return self.tags[0] if self.tags else ""

    @property
    def language_names(self) -> list[str]:
        return [languages.name(tag, languages.current()) for tag in self.tags]

    @property
    def versions(self) -> list[Version]:
        """All its PDFs for readers, the newest first."""
        files = [file for file in self.edition.files.all() if file.is_for_reading]
        files.sort(key=lambda file: file.version, reverse=True)
        return [Version(file, version_address(file), file == self.file) for file in files]


class Card(NamedTuple):
    """A publication, worked out once for the list or for its page."""

    publication: Publication
    offers: list[Offer]
    cover: EditionFile | None
    languages_not_held: list[str]

    @property
    def missing_here(self) -> str:
        """The reader's language, where there is no edition in it; "" otherwise."""
        own = languages.current()
        return "" if any(own in offer.tags for offer in self.offers) else own


def card(publication: Publication) -> Card:
    rows = editions(publication)
    held = [edition for edition in rows if edition.is_held]
    return Card(
        publication,
        [offer(edition, rows) for edition in without_superseded(held)],
        cover(held),
        _languages_of(set(rows) - set(held), besides=held),
    )


def offer(edition: Edition, siblings: list[Edition]) -> Offer:
    file = edition.reading_file
    return Offer(edition, edition.tags, file, file_address(edition, siblings) if file else "")


def _languages_of(rows, besides) -> list[str]:
    """The names of the languages of some editions, but not of others."""
    tags = {tag for edition in rows for tag in edition.tags}
    tags -= {tag for edition in besides for tag in edition.tags}
    return [languages.name(tag, languages.current()) for tag in sorted(tags, key=languages.rank)]


# Which edition --------------------------------------------------------------


def editions(publication: Publication) -> list[Edition]:
    """Its editions: the page's language first, then the interface's; of a language the newest."""
    own = languages.current()

    def rank(edition):
        tags = edition.tags or [""]
        return own not in tags, languages.rank(tags[0])

    rows = publication.editions.all()
    newest_first = sorted(rows, key=attrgetter("published_at"), reverse=True)
    return sorted(newest_first, key=rank)


def without_superseded(rows: list[Edition]) -> list[Edition]:
    """Without editions that another one of these took the place of."""
    superseded = {edition.supersedes_id for edition in rows}
    return [edition for edition in rows if edition.pk not in superseded]


def edition_in(tag: str, rows: list[Edition]) -> Edition | None:
    """The edition that a reader of a language wants: in no other language, the newest.

    One that was withdrawn or superseded only if there is no other.
    """
    readable = [e for e in rows if tag in e.tags and e.reading_file]
    current = {e.pk for e in without_superseded(readable)}
    return min(
        readable,
        key=lambda e: (bool(e.withdrawn_at), e.pk not in current, len(e.tags)),
        default=None,
    )


def cover(rows: list[Edition]) -> EditionFile | None:
    """The file whose first page stands for all, in the reader's language if possible."""
    wanted = {tag: rank for rank, tag in enumerate(languages.preference())}
    pictured = [e for e in rows if e.reading_file and e.reading_file.cover]
    best = min(pictured, key=lambda e: wanted.get(e.language, len(wanted)), default=None)
    return best.reading_file if best else None


def other_titles(publication: Publication, shown: str) -> list[tuple[str, str]]:
    """(language, title) in the languages other than the one shown, also those of editions."""
    codes = languages.interface_languages()
    titles = {code: getattr(publication, f"title_{code}") for code in codes}
    for edition in editions(publication):
        if len(edition.tags) == 1 and edition.title:
            titles[edition.language] = titles.get(edition.language) or edition.title
    return [(code, text) for code, text in titles.items() if text and code != shown]


# Files and their addresses --------------------------------------------------


def file_in(publication: Publication, tag: str, version: str = "") -> EditionFile | None:
    """The PDF in a language: the newest, or the one whose fingerprint begins so."""
    rows = editions(publication)
    if not version:
        edition = edition_in(tag, rows)
        return edition.reading_file if edition else None
    files = [f for e in rows if tag in e.tags for f in e.files.all() if f.is_for_reading]
    return next((file for file in files if file.sha256.startswith(version)), None)


def interface_of(edition: Edition) -> str:
    """The interface language under which an edition's file lies."""
    return languages.interface_for(edition.language)


def file_address(edition: Edition, siblings: list[Edition] | None = None) -> str:
    """Where an edition's PDF is read: a lasting address, the same for every version of it.

    A second edition in the same language (a document beside a booklet) is named by its version.
    """
    slug, tag = edition.publication.slug, edition.language
    with override(interface_of(edition)):
        if edition_in(tag, siblings or editions(edition.publication)) == edition:
            return reverse("catalogue:file", args=[slug, slug, tag])
        return version_address(edition.reading_file)


def version_address(file: EditionFile) -> str:
    """Where exactly this PDF is read, whatever comes after it."""
    slug, tag = file.edition.publication.slug, file.edition.language
    with override(interface_of(file.edition)):
        return reverse("catalogue:file-version", args=[slug, slug, tag, file.sha256[:12]])


def whole_address(edition: Edition) -> str:
    return settings.SITE_URL + file_address(edition)
