"""What a page shows of a publication whose editions, languages and files were fetched."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from catalogue import languages


def editions(publication) -> list:
    """Its editions: the page's language first, then the interface's; of a language the newest."""
    newest_first = sorted(publication.editions.all(), key=lambda e: e.published_at, reverse=True)
    return sorted(
        newest_first,
        key=lambda e: (languages.current() not in e.tags, *languages.rank(e.language)),
    )


def held_editions(publication) -> list:
    """Those with something to read or to order."""
    return [edition for edition in editions(publication) if edition.is_held]


def languages_not_held(publication) -> list[str]:
    """The names of languages in which it is known to exist, and nothing of it is here."""
    held = {tag for edition in held_editions(publication) for tag in edition.tags}
    tags = {tag for edition in editions(publication) for tag in edition.tags} - held
    return [languages.name(tag, languages.current()) for tag in sorted(tags, key=languages.rank)]


def edition_in(publication, tag: str):
    """The edition that a reader of a language wants: in no other language, the newest; or None.

    One that was withdrawn only if there is no other.
    """
    readable = [e for e in editions(publication) if tag in e.tags and e.reading_file]
    return min(readable, key=lambda e: (bool(e.withdrawn_at), len(e.tags)), default=None)


def file_in(publication, tag: str, version: str = ""):
    """The PDF in a language: the newest, or the one whose fingerprint begins so; or None."""
    if not version:
        edition = edition_in(publication, tag)
        return edition and edition.reading_file
    files = [f for e in editions(publication) if tag in e.tags for f in e.files.all()]
    return next((f for f in files if f.is_for_reading and f.sha256.startswith(version)), None)


def cover(publication):
    """The file whose first page stands for it, in the reader's language if possible; or None."""
    wanted = {tag: rank for rank, tag in enumerate(languages.preference())}
    pictured = [e for e in editions(publication) if e.reading_file and e.reading_file.cover]
    best = min(pictured, key=lambda e: wanted.get(e.language, len(wanted)), default=None)
    return best and best.reading_file


def other_titles(publication, shown: str) -> list[tuple[str, str]]:
    """(language, title) in the languages other than the one shown, also those of editions."""
    titles = {
        code: getattr(publication, f"title_{code}") for code in languages.interface_languages()
    }
    for edition in editions(publication):
        if len(edition.tags) == 1 and edition.title:
            titles[edition.language] = titles.get(edition.language) or edition.title
    return [(code, text) for code, text in titles.items() if text and code != shown]


def interface_of(edition) -> str:
    """The interface language under which an edition's file lies."""
    return languages.interface_for(edition.language)


def file_address(edition) -> str:
    """Where an edition's PDF is read: a lasting address, the same for every version of it.

    A second edition in the same language (a document beside a booklet) is named by its version.
    """
    slug, tag = edition.publication.slug, edition.language
    with override(interface_of(edition)):
        if edition_in(edition.publication, tag) == edition:
            return reverse("catalogue:file", args=[slug, slug, tag])
        version = edition.reading_file.sha256[:12]
        return reverse("catalogue:file-version", args=[slug, slug, tag, version])


def whole_address(edition) -> str:
    return settings.SITE_URL + file_address(edition)
