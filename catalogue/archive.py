"""ZIP archives of everything from a meeting, a series or a search, in one language or in all."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from catalogue import cards, languages, zipping
from catalogue.models import EditionFile, EditionLanguage
from catalogue.negotiation import page_address

PIECE = 64 * 1024
NAMING = ("meeting", "series", "topic", "kind", "year", "body", "language")
COLUMNS = (
    "file",
    "title",
    "title_language",
    "symbol",
    "languages",
    "bytes",
    "pages",
    "sha256",
    "address",
    "publication",
    "state",
)


class Size(NamedTuple):
    """How much there is in a language; in "" for all languages together."""

    language: str
    files: int
    bytes: int

    @property
    def is_allowed(self) -> bool:
        return self.files <= settings.ARCHIVE_MAX_FILES and self.bytes <= settings.ARCHIVE_MAX_BYTES


class Item(NamedTuple):
    """A PDF in an archive. One that is lost on the disk is only told of."""

    kept: EditionFile
    name: str
    is_there: bool


def is_bounded(keys: list[int]) -> bool:
    """Whether so many publications may be asked for at once."""
    return len(keys) <= settings.ARCHIVE_MAX_FILES


def sizes(keys: list[int]) -> list[Size]:
    """What archives of these publications would hold, by language; of several, all at the end."""
    files = EditionFile.objects.offered(keys)
    weights, spoken = {}, defaultdict(list)
    for key, weight, tag in files.values_list("pk", "bytes", "edition__languages__language"):
        weights[key] = weight
        spoken[tag or ""].append(weight)
    found = [Size(tag, len(rows), sum(rows)) for tag, rows in spoken.items()]
    found.sort(key=lambda size: languages.rank(size.language))
    whole = Size("", len(weights), sum(weights.values()))
    return [*found, whole] if len(found) > 1 else found


def items(keys: list[int], tags: list[str]) -> list[Item]:
    """The files of an archive, in the languages named or in all, in the order of their names."""
    files = EditionFile.objects.offered(keys)
    if tags:
        spoken = EditionLanguage.objects.filter(language__in=tags)
        files = files.filter(edition__in=spoken.values("edition"))
    files = files.without_text().select_related(
        "edition__publication", "edition__publication__kind"
    )
    names: dict[str, EditionFile] = {}
    for kept in files.prefetch_related("edition__languages").order_by("-pk"):
        names[_name(kept, tags, names)] = kept
    return [Item(kept, name, _is_there(kept)) for name, kept in sorted(names.items())]


def total(items: list[Item]) -> Size:
    return Size("", len(items), sum(item.kept.bytes for item in items))


def folder(filters: dict) -> str:
    """What an archive is called: "publications-2MSP-fr"; all of it is plain ASCII."""
    values = [value for name in NAMING for value in filters.get(name, [])]
    return "-".join(["publications", *values])[:100]


def _name(kept: EditionFile, tags, taken) -> str:
    """As the file is called at its address: letters that every system can write."""
    tag = next((tag for tag in kept.edition.tags if tag in tags), kept.edition.language)
    name = f"{kept.edition.publication.slug}-{tag}.pdf"
    return name if name not in taken else name.replace(".pdf", f"-{kept.sha256[:12]}.pdf")


def _is_there(kept: EditionFile) -> bool:
    try:
        return default_storage.size(str(kept.file.name)) == kept.bytes
    except OSError:
        return False


# The archive ----------------------------------------------------------------


def entries(items: list[Item], folder: str, note) -> list[zipping.Entry]:
    """The manifest, then the files; `note(file)` is called as each of them begins."""
    now = timezone.now()
    lists = [("manifest.csv", _csv(items)), ("manifest.json", _json(items))]
    return [
        *(zipping.Entry(f"{folder}/{name}", len(text), now, _once(text)) for name, text in lists),
        *(_entry(item, folder, note) for item in items if item.is_there),
    ]


def _once(content: bytes):
    return lambda: iter([content])


def _entry(item: Item, folder: str, note) -> zipping.Entry:
    kept = item.kept
    name, begin = f"{folder}/{item.name}", partial(note, kept)
    return zipping.Entry(name, kept.bytes, kept.added_at, partial(_pieces, kept), begin)


def _pieces(kept: EditionFile) -> Iterator[bytes]:
    with default_storage.open(str(kept.file.name)) as file:
        while piece := file.read(PIECE):
            yield piece


# The manifest ---------------------------------------------------------------


def _facts(item: Item) -> dict:
    kept, edition = item.kept, item.kept.edition
    title, language = languages.translated(edition.publication, "title", edition.language)
    return {
        "file": item.name,
        "title": edition.title or title,
        "title_language": edition.language if edition.title else language,
        "symbol": edition.publication.symbol,
        "languages": " ".join(edition.tags),
        "bytes": kept.bytes,
        "pages": kept.pages,
        "sha256": kept.sha256,
        "address": settings.SITE_URL + cards.version_address(kept),
        "publication": page_address(
            "catalogue:publication",
            edition.publication.slug,
            language=languages.interface_for(edition.language),
        ),
        "state": "whole" if item.is_there else "missing on the server, not in this archive",
    }


def _csv(items: list[Item]) -> bytes:
    """For spreadsheets: with the mark by which they know UTF-8, and no formulas."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    table.writerows({name: _cell(value) for name, value in _facts(item).items()} for item in items)
    return text.getvalue().encode("utf-8-sig")


def _cell(value):
    return f"'{value}" if str(value).startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _json(items: list[Item]) -> bytes:
    facts = [_facts(item) for item in items]
    return json.dumps({"files": facts}, ensure_ascii=False, indent=1).encode()
