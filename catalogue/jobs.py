"""Long work that colleagues ask for: done in a process of its own, watched on a page.

    @runs("printed-catalogue", name=_("printed catalogue"))
    def make(job, progress, *, language):
        ...
        return {"file": "catalogue.pdf"}

    job = start("printed-catalogue", by=user, language="fr")

What the function returns is kept as the job's outcome; the file named there lies in
`job.folder`. Each app registers its kinds in a module `work`. How far the work has come is
told through a small file beside it: the database may be inside the work's own transaction.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic, time
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalogue import languages
from catalogue.models import Job

log = logging.getLogger(__name__)
AT_ONCE = 2  # processes; the others wait
SILENCE = 120  # seconds without a word after which a process is taken for dead
KEPT = timedelta(days=30)


class JobError(Exception):
    """The work cannot be done: a sentence for the colleague who asked for it."""


class Kind(NamedTuple):
    """A sort of work; who holds the permission may watch it and take what came of it.

    What came of it is forgotten, files and all, when it was `kept` for so long. `counted` says what
    its progress counts: "Consignments".
    """

    name: str
    run: Callable
    permission: str = "catalogue.view_job"
    done_url: Callable[[Job], str] | None = None
    kept: timedelta = KEPT
    counted: str = ""


kinds: dict[str, Kind] = {}


def runs(
    kind: str,
    *,
    name,
    permission=Kind._field_defaults["permission"],
    done_url=None,
    kept=KEPT,
    counted="",
):
    """Register what does a kind of work: `run(job, progress, **arguments)`.

    `done_url(job)` is the page on which to go on after success, where there is one.
    """

    def register(function):
        kinds[kind] = Kind(name, function, permission, done_url, kept, counted)
        return function

    return register


@transaction.atomic
def start(kind: str, *, by=None, **arguments) -> Job:
    """Have work done, in the language of now; `arguments` as JSON knows them.

    The same work, asked for twice while it has not finished, is done once.
    """
    if kind not in kinds:
        raise ValueError(f"no such work: {kind}")
    if by:  # two presses at the same moment come one after the other
        get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)
    language, arguments = languages.current(), json.loads(json.dumps(arguments))
    asked = {"kind": kind, "arguments": arguments, "language": language, "by": by}
    for known in Job.objects.filter(kind=kind, by=by, finished_at=None):
        if known.arguments == arguments and known.language == language:
            return known
    job = Job.objects.create(**asked)
    transaction.on_commit(lambda: _launch(job))
    return job


def _launch(job: Job) -> None:
    """By `settings.JOBS`: a process of its own, a worker that looks for itself, or at once."""
    if settings.JOBS == "inline":
        run(job)
    elif settings.JOBS == "process":
        _begin_process()


def _begin_process() -> None:
    subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_jobs"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"SITE_URL": settings.SITE_URL},
    )


def tend() -> bool:
    """Call lost what is lost, and begin a process for what waits although there is room for it.

    For a clock in a process that must not do long work itself; whether it began one.
    """
    bury()
    forget_old()
    counts = Job.objects.filter(finished_at=None).values_list("status", flat=True)
    running = sum(status == Job.Status.RUNNING for status in counts)
    is_needed = settings.JOBS == "process" and running < AT_ONCE and running < len(counts)
    if is_needed:
        _begin_process()
    return is_needed


def again(job: Job, *, by) -> Job:
    """Have the same work done once more, in its own language."""
    bury()
    with translation.override(job.language):
        return start(job.kind, by=by, **job.arguments)


# Watching it ----------------------------------------------------------------


def seen_by(user) -> list[str]:
    """The kinds of work that a colleague may watch."""
    return [kind for kind, known in kinds.items() if user.has_perm(known.permission)]


def name_of(job: Job) -> str:
    known = kinds.get(job.kind)
    return str(known.name) if known else job.kind


def counted_in(job: Job) -> str:
    """What its progress counts, where its kind says so."""
    known = kinds.get(job.kind)
    return str(known.counted) if known else ""


def file_of(job: Job) -> Path | None:
    """The file that came of it: the one named in the outcome, in the job's own folder."""
    name = job.outcome.get("file") or ""
    path = job.folder / Path(name).name
    is_ours = name == path.name and path.is_file() and not path.is_symlink()
    return path if is_ours else None


def next_page(job: Job) -> str:
    """Where to go on after success; empty where nothing is said of it."""
    known = kinds.get(job.kind)
    return known.done_url(job) if known and known.done_url else ""


def is_first(job: Job) -> bool:
    """Whether a process is free for it: less work is ahead than is done at once."""
    return Job.objects.filter(finished_at=None, pk__lt=job.pk).count() < AT_ONCE


def is_lost(job: Job) -> bool:
    """Whether it says that it runs, and its process has not been heard of for long."""
    return job.status == Job.Status.RUNNING and _is_silent(job)


# Doing it -------------------------------------------------------------------


def run_waiting() -> int:
    """Do what waits, oldest first, until nothing does; how many were done here."""
    bury()
    count = 0
    while Job.objects.filter(status=Job.Status.RUNNING).count() < AT_ONCE:
        job = Job.objects.filter(status=Job.Status.WAITING).order_by("pk").first()
        if job is None:
            break
        count += run(job)
    return count


def run(job: Job) -> bool:
    """Do one piece of work, unless somebody else is at it; False then. Never raises."""
    claimed = Job.objects.filter(pk=job.pk, status=Job.Status.WAITING).update(
        status=Job.Status.RUNNING, started_at=timezone.now()
    )
    if not claimed:
        return False
    job.refresh_from_db()
    job.folder.mkdir(parents=True, exist_ok=True)
    progress = Progress(job)
    progress.tell(0, 0)
    with _heartbeat(progress.file):
        _finish(job, *_done(job, progress))
    return True


@contextmanager
def _heartbeat(file: Path):
    """Show every few seconds that this process lives, however long one step takes."""
    over = Event()

    def beat():
        while not over.wait(SILENCE / 8):
            with suppress(FileNotFoundError):
                os.utime(file)

    Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _done(job: Job, progress) -> tuple[str, dict]:
    """How the work ended, and what came of it."""
    try:
        with translation.override(job.language):
            outcome = kinds[job.kind].run(job, progress, **job.arguments)
    except JobError as refusal:
        return Job.Status.FAILED, {"error": str(refusal)}
    except Exception:
        log.exception("Job %s (%s) failed", job.pk, job.kind)
        return Job.Status.FAILED, {}
    return Job.Status.DONE, outcome or {}


def _finish(job: Job, status: str, outcome: dict) -> None:
    Job.objects.filter(pk=job.pk).update(status=status, outcome=outcome, finished_at=timezone.now())
    job.refresh_from_db()


# How far it is --------------------------------------------------------------


class Progress:
    """Tells how far the work is, at most twice a second: `progress(done, total)`."""

    def __init__(self, job: Job):
        self.file, self.told_at = job.folder / "progress", float("-inf")

    def __call__(self, done: int, total: int) -> None:
        if monotonic() - self.told_at >= 0.5 or done >= total:
            self.tell(done, total)

    def tell(self, done: int, total: int) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(f"{done} {total}")
        new.replace(self.file)
        self.told_at = monotonic()


def progress_of(job: Job) -> tuple[int, int]:
    """(done, total) of a running job; (0, 0) while nobody knows."""
    try:
        done, total = (job.folder / "progress").read_text().split()
    except (FileNotFoundError, ValueError):
        return 0, 0
    return int(done), int(total)


def bury() -> int:
    """Call failed what says it runs and has not been heard of for long; how many there were."""
    dead = [job for job in Job.objects.filter(status=Job.Status.RUNNING) if is_lost(job)]
    for job in dead:
        _finish(job, Job.Status.FAILED, {"error": _("The work stopped in the middle. Try again.")})
    return len(dead)


def _is_silent(job: Job) -> bool:
    try:
        heard = (job.folder / "progress").stat().st_mtime
    except FileNotFoundError:
        heard = job.started_at.timestamp() if job.started_at else 0
    return time() - heard > SILENCE


def forget_old() -> int:
    """Remove what was finished long ago, by its kind, with its files; how many jobs."""
    now = timezone.now()
    short = {kind: known.kept for kind, known in kinds.items() if known.kept < KEPT}
    is_old = Q(finished_at__lt=now - KEPT)
    for kind, kept in short.items():
        is_old |= Q(kind=kind, finished_at__lt=now - kept)
    old = Job.objects.filter(is_old)
    for job in old:
        shutil.rmtree(job.folder, ignore_errors=True)
    return old.delete()[0]
