"""The printed catalogue that readers are offered, one in each language: a file and its facts.

Both lie in the media folder: "printed/fr.json" says which file is the one of today.
"""

import json
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from catalogue import languages, version

FOLDER = "printed"


class Offered(NamedTuple):
    """A catalogue for readers; named as `transfer` knows a kept file."""

    language: str
    name: str
    sha256: str
    bytes: int
    pages: int
    publications: int
    made_at: str

    @property
    def added_at(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def made_on(self) -> date:
        return timezone.localdate(self.added_at)

    @property
    def file(self):
        return default_storage.open(self.name)


@transaction.atomic
def offer(path: Path, facts: dict) -> Offered:
    """Give readers of the current language this catalogue, in place of the one before."""
    digest, before = sha256(path.read_bytes()).hexdigest(), find(languages.current())
    with path.open("rb") as file:
        name = default_storage.save(f"{FOLDER}/{digest}.pdf", File(file))
    new = Offered(
        language=languages.current(),
        name=name,
        sha256=digest,
        bytes=path.stat().st_size,
        pages=facts["pages"],
        publications=facts["publications"],
        made_at=timezone.now().isoformat(),
    )
    _write(_manifest(new.language), json.dumps(new._asdict()).encode())
    if before and before.name != name:
        default_storage.delete(before.name)
    version.bump()
    return new


@transaction.atomic
def withdraw(language: str) -> None:
    """Take it back; safe to repeat."""
    if known := find(language):
        default_storage.delete(_manifest(language))
        default_storage.delete(known.name)
        version.bump()


def in_language(language: str) -> Offered | None:
    """What readers of a language are offered; looked up once for each version of the catalogue."""
    return _known(language, version.current())


def find(language: str) -> Offered | None:
    """What is offered now, read anew."""
    try:
        with default_storage.open(_manifest(language)) as file:
            return Offered(**json.load(file))
    except (FileNotFoundError, ValueError, TypeError):
        return None


@lru_cache(20)
def _known(language: str, _version: str) -> Offered | None:
    return find(language)


def _manifest(language: str) -> str:
    return f"{FOLDER}/{language}.json"


def _write(name: str, content: bytes) -> None:
    """Under a name that is taken: our storage puts the new file in place of the old one."""
    default_storage.save(name, ContentFile(content))
