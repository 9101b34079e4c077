"""Counting downloads without knowing anybody.

A download is a line in the day's log, appended in one write, so that a killed process loses
nothing. `fold` writes what a day's log says into the tally, as often as one likes: the log is
the truth for its day, and the tally is set to it, never added to.
"""

import hashlib
import os
import secrets
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from threading import Lock
from time import monotonic

from django.conf import settings
from django.utils import timezone

from catalogue.models import Download, EditionFile

ROBOTS = ("bot", "crawl", "spider", "slurp", "archiver", "facebookexternalhit", "preview")
ONCE_IN = 30  # seconds in which the same reader of the same file is counted once
KEPT = timedelta(days=2)  # a log is deleted when nobody can write to it any more


# Noting ---------------------------------------------------------------------


class Recent:
    """Who read what in the last half minute: fingerprints under a key that nobody knows."""

    def __init__(self):
        self.key, self.seen, self.lock = secrets.token_bytes(32), {}, Lock()

    def is_new(self, *words: str) -> bool:
        """Whether these words were not said within the last `ONCE_IN` seconds."""
        said = "\0".join(words).encode(errors="replace")
        mark, now = hashlib.blake2b(said, key=self.key, digest_size=16).digest(), monotonic()
        with self.lock:
            self._forget(now)
            return self.seen.setdefault(mark, now) == now

    def _forget(self, now: float) -> None:
        """Drop what is too old; the oldest comes first."""
        while self.seen and now - next(iter(self.seen.values())) >= ONCE_IN:
            del self.seen[next(iter(self.seen))]


recent = Recent()


def note(request, kept: EditionFile) -> None:
    """Count that a reader gets a file, unless it is a robot, a guess or the same one again."""
    if _is_person(request) and recent.is_new(str(kept.pk), *_reader(request)):
        _append(_log(timezone.localdate()), f"{kept.pk}\n")


def _is_person(request) -> bool:
    agent = request.headers.get("User-Agent", "").lower()
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" not in purpose and not any(word in agent for word in ROBOTS)


def _reader(request) -> tuple[str, str, str]:
    """What tells readers apart for half a minute; kept by nobody."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:  # behind our own proxy, which adds the last address
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    return (
        address,
        request.headers.get("User-Agent", ""),
        request.headers.get("Accept-Language", ""),
    )


def _log(day: date) -> Path:
    return settings.DATA_DIR / "downloads" / f"{day:%Y-%m-%d}.log"


def _append(log: Path, line: str) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


# Folding --------------------------------------------------------------------


def fold() -> int:
    """Bring the tallies up to the logs, and delete logs that are complete. Returns the downloads.

    Killed at any point it loses nothing and counts nothing twice: the next call does it again.
    """
    return sum(_fold(log) for log in sorted(_log(timezone.localdate()).parent.glob("*.log")))


def _fold(log: Path) -> int:
    try:
        day, lines = date.fromisoformat(log.stem), log.read_bytes().splitlines()
    except (ValueError, FileNotFoundError):  # no log of ours; another process was faster
        return 0
    counts = Counter(int(line) for line in lines if line.isdigit() and len(line) < 19)
    known = EditionFile.objects.filter(pk__in=counts).values_list("pk", flat=True)
    Download.objects.bulk_create(
        [Download(file_id=pk, day=day, count=counts[pk]) for pk in known],
        update_conflicts=True,
        unique_fields=["file", "day"],
        update_fields=["count"],
    )
    if day < timezone.localdate() - KEPT:
        log.unlink(missing_ok=True)
    return sum(counts[pk] for pk in known)
