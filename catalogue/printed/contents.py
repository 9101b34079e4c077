"""What a printed catalogue holds: which publications, what is said of each, in which sections."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from catalogue import cards, languages, typesetting
from catalogue.models import Edition, Publication

LETTERS = 320  # of a summary

# Which publications, by their paper; orders adds those of which copies are left.
PAPERS: dict[str, tuple] = {
    "": (_lazy("whether on paper or not"), lambda rows: rows),
    "printed": (_lazy("only what exists on paper"), lambda rows: rows.on_paper()),
}


class Choice(NamedTuple):
    """What a colleague asks for; `filters` are those of the list: {"kind": ["guide"]}."""

    filters: dict = {}
    paper: str = ""
    sections: str = "kind"  # or "topic"
    covers: bool = True
    trim: str = "a4"


class Entry(NamedTuple):
    """A publication as the catalogue shows it."""

    publication: Publication
    title: str
    title_language: str
    others: list[tuple[str, str]]
    summary: str
    summary_language: str
    readable: list[str]
    printed: list[str]
    edition: Edition
    cover: str  # the fingerprint of the file it shows
    address: str

    @property
    def key(self) -> str:
        return f"p-{self.publication.slug}"

    @property
    def pages(self) -> int | None:
        file = self.edition.reading_file
        return self.edition.pages or (file.pages if file else None)

    @property
    def short_address(self) -> str:
        return self.address.split("://")[-1]


class Section(NamedTuple):
    key: str
    name: str
    language: str
    article: int | None
    entries: list[Entry]


class Row(NamedTuple):
    """An entry where it is set, with the section that it opens, goes on or ends."""

    entry: Entry
    section: Section
    is_first: bool
    is_last: bool


def publications(choice: Choice):
    """What the public may see and get of the choice, the newest first."""
    rows = Publication.objects.published().narrowed(**choice.filters)
    rows = PAPERS[choice.paper][1](rows).newest_first()
    rows = rows.with_editions().prefetch_related("topics")
    return [row for row in rows if any(edition.is_held for edition in row.editions.all())]


def sections(rows: Sequence[Publication], by: str) -> list[Section]:
    """By kind in the order of the kinds, or by the first of the topics in that of the articles."""
    ranked = sorted(rows, key=lambda row: rank(_term(row, by)))
    groups = groupby(ranked, key=lambda row: _term(row, by))
    return [_section(term, [_entry(row) for row in members]) for term, members in groups]


def _term(publication: Publication, by: str):
    if by == "kind":
        return publication.kind
    return min(publication.topics.all(), key=rank, default=None)


def rank(term) -> tuple:
    """The terms as colleagues entered them; topics by their article; what has none at the end."""
    if term is None:
        return (2, 0, 0)
    article = getattr(term, "article", None)
    return (0, article, term.pk) if article else (1, 0, term.pk)


def _section(term, entries: list[Entry]) -> Section:
    if term is None:
        return Section("s-other", _("Other publications"), languages.current(), None, entries)
    name, language = languages.translated(term, "name")
    return Section(
        f"s-{term.slug}", capfirst(name), language, getattr(term, "article", None), entries
    )


def _entry(publication: Publication) -> Entry:
    title, title_language = languages.translated(publication, "title")
    summary, summary_language = languages.translated(publication, "summary")
    editions = [edition for edition in cards.editions(publication) if edition.is_held]
    cover = cards.cover(editions)
    return Entry(
        publication=publication,
        title=title,
        title_language=title_language,
        others=[
            (code, text)
            for code, text in cards.other_titles(publication, title_language)
            if not typesetting.unprintable(text)
        ],
        summary=short(summary),
        summary_language=summary_language,
        readable=_names(edition for edition in editions if edition.reading_file),
        printed=_names(edition for edition in editions if edition.is_printed),
        edition=editions[0],
        cover=cover.sha256 if cover else "",
        address=address(publication.slug),
    )


def _names(editions: Iterator[Edition]) -> list[str]:
    """The names of the editions' languages, each once."""
    tags = {tag for edition in editions for tag in edition.tags}
    return [languages.name(tag, languages.current()) for tag in sorted(tags, key=languages.rank)]


def address(slug: str) -> str:
    return settings.SITE_URL + reverse("permanent", args=[slug])


def short(text: str) -> str:
    """Whole sentences while there is room, else whole words."""
    text = " ".join(text.split())
    if len(text) <= LETTERS:
        return text
    end = max(text.rfind(stop, 0, LETTERS) for stop in (". ", "? ", "! "))
    if end > LETTERS // 3:
        return text[: end + 1]
    return text[:LETTERS].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
