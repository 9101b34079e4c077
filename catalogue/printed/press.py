"""Sets a printed catalogue in parts and binds them.

So a catalogue of thousands takes no more memory than one of fifty, and the page numbers of
contents and indexes are known when these are set.
"""

import gc
import re
from collections.abc import Callable
from datetime import date
from functools import cached_property
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import binding, languages, typesetting
from catalogue.jobs import JobError
from catalogue.printed import pictures
from catalogue.printed.contents import Choice, Row, publications, rank, sections

STYLES = ["catalogue/pdf/printed.css"]
A_PART = 32  # entries set at once
MANY = 200  # entries, from which on each index is set by itself
A_LINE, LINES = 5, 3  # of pictures on the front


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
            Row(entry, section, place == 0, place == len(section.entries) - 1)
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
        """One after the other on the same pages; in a long catalogue each for itself."""
        words = self.index_words()
        for indexes in [[index] for index in words] if len(self.rows) > MANY else [words]:
            self.add(self.draft("indexes", self.pages + 1, indexes=indexes))

    def draft(self, template: str, number: int, **context) -> typesetting.Draft:
        html = render_to_string(
            f"catalogue/printed/{template}.html",
            {"number": number, "choice": self.choice, **self.words, **context},
        )
        return typesetting.draft(html, stylesheets=STYLES, pictures=pictures.opened)

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
        if len(self.parts) % 8 == 0:
            gc.collect()  # pages that were laid out hold each other

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
            "unit_address": languages.words(settings.UNIT_ADDRESS),
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
        return sorted(dated, key=lambda row: row.entry.publication.issued_on or date.min)[::-1]

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
            for topic in sorted(topics, key=rank)
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
