"""The printed catalogue of one language: what is in it, and its PDF.

It is set in parts and bound (`catalogue.binding`), so that a catalogue of thousands takes no
more memory than one of fifty, and so that the page numbers of contents and indexes are known
when these are set.
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import segno
from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from catalogue import binding, cards, languages, typesetting
from catalogue.jobs import JobError
from catalogue.models import Edition, Publication

STYLES = ["catalogue/pdf/printed.css"]
A_PART = 32  # entries set at once
LETTERS = 320  # of a summary
A_LINE, LINES = 5, 3  # of pictures on the front
COVER_WIDTH = 360  # pixels: 30 mm at 300 dots per inch


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
    """An entry where it is set, with the section that it opens or goes on."""

    entry: Entry
    section: Section
    is_first: bool


# What is in it ----------------------------------------------------------------


def publications(choice: Choice):
    """What the public may see and get of the choice, the newest first."""
    rows = Publication.objects.published().narrowed(**choice.filters)
    rows = PAPERS[choice.paper][1](rows).newest_first()
    rows = rows.with_editions().prefetch_related("topics")
    return [row for row in rows if any(edition.is_held for edition in row.editions.all())]


def sections(rows: Sequence[Publication], by: str) -> list[Section]:
    """By kind in the order of the kinds, or by the first of the topics in that of the articles."""
    ranked = sorted(rows, key=lambda row: _rank(_term(row, by)))
    groups = groupby(ranked, key=lambda row: _term(row, by))
    return [_section(term, [_entry(row) for row in members]) for term, members in groups]


def _term(publication: Publication, by: str):
    if by == "kind":
        return publication.kind
    return min(publication.topics.all(), key=_rank, default=None)


def _rank(term) -> tuple:
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
        summary=_short(summary),
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


def _short(text: str) -> str:
    """Whole sentences while there is room, else whole words."""
    text = " ".join(text.split())
    if len(text) <= LETTERS:
        return text
    end = max(text.rfind(stop, 0, LETTERS) for stop in (". ", "? ", "! "))
    if end > LETTERS // 3:
        return text[: end + 1]
    return text[:LETTERS].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


# Its PDF ----------------------------------------------------------------------


def make(folder: Path, name: str, choice: Choice, progress: Callable[[int, int], None]) -> dict:
    """Write the catalogue of the current language into a folder; its facts for readers.

    JobError where no publication fits the choice.
    """
    press = Press(folder, choice, progress)
    if not press.rows:
        raise JobError(_("No publication fits this choice, so there is nothing to print."))
    return press.make(name)


class Press:
    """Sets one catalogue: the entries, what refers to their pages, and the front last."""

    def __init__(self, folder: Path, choice: Choice, progress):
        self.folder, self.choice, self.progress = folder, choice, progress
        self.sections = sections(publications(choice), choice.sections)
        self.rows = [
            Row(entry, section, place == 0)
            for section in self.sections
            for place, entry in enumerate(section.entries)
        ]
        self.parts: list[Path] = []
        self.pages = 0
        self.places: dict[str, binding.Place] = {}

    def make(self, name: str) -> dict:
        self.tell(0)
        self.front()  # to learn how many pages it takes
        self.body()
        self.indexes()
        self.parts[0].write_bytes(self.draft("front", 1, **self.front_words()).pdf())
        pages = binding.bind(
            self.parts, self.folder / name, places=self.places, outline=self.outline()
        )
        for part in self.parts:
            part.unlink()
        self.tell(len(self.rows) + 1)
        return {"file": name, "pages": pages, "publications": len(self.rows)}

    def tell(self, done: int) -> None:
        self.progress(done, len(self.rows) + 1)

    # Parts

    def front(self) -> None:
        self.add(self.draft("front", 1, **self.front_words()))

    def body(self) -> None:
        done = 0
        while done < len(self.rows):
            done += self.some(self.rows[done:])
            self.tell(done)

    def some(self, rows: list[Row]) -> int:
        """Set a part of the rows that are left; how many of them it took.

        Its last page is not full yet: what is on it begins the next part.
        """
        batch = A_PART
        while True:
            draft = self.draft("entries", self.pages + 1, rows=rows[:batch])
            if batch >= len(rows):
                self.add(draft)
                return len(rows)
            *full, _last = draft.anchors
            ended = {name for page in full for name in page}
            whole = [row for row in rows[:batch] if f"{row.entry.key}-end" in ended]
            if whole:
                self.add(draft, len(full))
                return len(whole)
            batch *= 2

    def indexes(self) -> None:
        self.add(self.draft("indexes", self.pages + 1, indexes=self.index_words()))

    def draft(self, template: str, number: int, **context) -> typesetting.Draft:
        html = render_to_string(
            f"catalogue/printed/{template}.html",
            {"number": number, "choice": self.choice, **self.words, **context},
        )
        return typesetting.draft(html, stylesheets=STYLES, pictures=picture)

    def add(self, draft: typesetting.Draft, pages: int | None = None) -> None:
        """Write a part, and note where its places came to be."""
        part = self.folder / f"part-{len(self.parts)}.pdf"
        part.write_bytes(draft.pdf(pages))
        self.parts.append(part)
        anchors = draft.anchors[:pages]
        for page, found in enumerate(anchors, start=self.pages):
            for name, (left, top) in found.items():
                self.places.setdefault(name, binding.Place(page, left, top))  # where it begins
        self.pages += len(anchors)

    # Words

    @cached_property
    def words(self) -> dict:
        """What every part says."""
        language = languages.current()
        return {
            "language": language,
            "direction": languages.direction(language),
            "title": _("Catalogue of publications"),
            "treaty_name": languages.words(settings.TREATY_NAME),
            "unit_name": languages.words(settings.UNIT_NAME),
            "unit_address": settings.UNIT_ADDRESS,
            "unit_email": settings.UNIT_EMAIL,
            "site_address": settings.SITE_URL.split("://")[-1] + "/",
            "site_url": settings.SITE_URL + "/",
            "today": timezone.localdate(),
            "is_demo": settings.DEMO,
        }

    def front_words(self) -> dict:
        pictured = [row.entry.cover for row in self.by_date() if row.entry.cover]
        full = pictured[: len(pictured) // A_LINE * A_LINE]
        return {
            "count": len(self.rows),
            "pictures": full[: A_LINE * LINES] if self.choice.covers else [],
            "chapters": [
                (section.key, section.name, section.language, self.page(section.key))
                for section in self.sections
            ],
            "index_chapters": [
                (key, name, languages.current(), self.page(key)) for key, name in self.index_names()
            ],
        }

    def by_date(self) -> list[Row]:
        dated = [row for row in self.rows if row.entry.publication.issued_on]
        return sorted(dated, key=lambda row: row.entry.publication.issued_on, reverse=True)

    def index_names(self) -> list[tuple[str, str]]:
        names = [
            ("i-title", _("Index by title")),
            ("i-symbol", _("Index by symbol")),
            ("i-topic", _("Index by topic")),
        ]
        return [(key, name) for key, name in names if key != "i-symbol" or self.with_symbol()]

    def page(self, key: str) -> int:
        """The page number of a place; a number as wide while it is not known."""
        return self.places[key].page + 1 if key in self.places else 100

    def index_words(self) -> list[dict]:
        rows = {"i-title": self.titles, "i-symbol": self.by_symbol, "i-topic": self.by_topic}
        return [
            {"key": key, "name": name, "groups": rows[key]()} for key, name in self.index_names()
        ]

    def titles(self) -> list[tuple]:
        """Groups without a heading, one for each first letter."""
        lines = sorted(
            (self.line(row, row.entry.title, row.entry.title_language) for row in self.rows),
            key=lambda line: languages.fold(line["text"]),
        )
        groups = groupby(lines, key=lambda line: _initial(line["text"]))
        return [("", "", list(members)) for _letter, members in groups]

    def with_symbol(self) -> list[Row]:
        return [row for row in self.rows if row.entry.publication.symbol]

    def by_symbol(self) -> list[tuple]:
        rows = sorted(self.with_symbol(), key=lambda row: _natural(row.entry.publication.symbol))
        return [("", "", [self.line(row, row.entry.publication.symbol, "") for row in rows])]

    def by_topic(self) -> list[tuple]:
        """(topic, its language, lines) in the order of the articles."""
        topics = {t: [] for row in self.rows for t in row.entry.publication.topics.all()}
        for row in self.rows:
            for topic in row.entry.publication.topics.all():
                topics[topic].append(self.line(row, row.entry.title, row.entry.title_language))
        return [
            (*languages.translated(topic, "name"), topics[topic])
            for topic in sorted(topics, key=_rank)
        ]

    def line(self, row: Row, text: str, language: str) -> dict:
        key = row.entry.key
        return {"key": key, "text": text, "language": language, "page": self.page(key)}

    def outline(self) -> list[binding.Heading]:
        places = self.places
        front = [
            binding.Heading(_("How to get a publication"), places["how"]),
            binding.Heading(_("Contents"), places["contents"]),
        ]
        body = [
            binding.Heading(
                section.name,
                places[section.key],
                [binding.Heading(e.title, places[e.key]) for e in section.entries],
            )
            for section in self.sections
        ]
        return front + body + [binding.Heading(n, places[key]) for key, n in self.index_names()]


def _natural(symbol: str) -> list[tuple]:
    """WP.8 before WP.10."""
    parts = re.findall(r"(\d+)|([a-z]+)", languages.fold(symbol))
    return [(bool(word), int(number or 0), word) for number, word in parts]


def _initial(text: str) -> str:
    return next((letter for letter in languages.fold(text) if letter.isalnum()), "")


# Pictures ---------------------------------------------------------------------


def picture(name: str) -> bytes:
    """What a page shows under `picture:cover/<fingerprint>`, `picture:code/<short name>`, `link/…`."""
    kind, _slash, what = name.partition("/")
    if kind == "link":
        return code(what)
    if kind == "code":
        return code(address(what) if what else settings.SITE_URL + "/")
    return print_cover(what)


@lru_cache(200)
def code(address: str) -> bytes:
    """A QR code as PNG, a pixel for a module: drawn ten times as fast as one of vectors."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="png", scale=1, border=0)
    return drawn.getvalue()


def print_cover(sha256: str) -> bytes:
    """The cover of a file at the size of the page, as JPEG; made once."""
    kept = settings.DATA_DIR / "print-covers" / f"{sha256}.jpg"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        new = kept.with_suffix(".new")
        new.write_bytes(_for_print(default_storage.open(f"covers/{sha256[:2]}/{sha256}.webp")))
        new.replace(kept)
    return kept.read_bytes()


def _for_print(file) -> bytes:
    from PIL import Image

    picture = io.BytesIO()
    with file, Image.open(file) as opened:
        small = opened.convert("RGB")
        small.thumbnail((COVER_WIDTH, COVER_WIDTH * 2))
        small.save(picture, "JPEG", quality=82)
    return picture.getvalue()
