"""The long work of an import and an export: look, then write; each row accounted for."""

import csv
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import jobs
from catalogue.importing import reading, sheets, writing
from catalogue.importing.known import Known
from catalogue.importing.planning import CHANGED, NEW, REFUSED, STATUSES, Plan, Planner
from catalogue.importing.reading import Line
from catalogue.models import Job

MAY_IMPORT = "catalogue.add_publication"
KEPT = timedelta(days=30)
MOST_SHOWN = 200  # characters of a cell in the preview


def uploads() -> Path:
    """Where tables wait that were sent in."""
    return settings.DATA_DIR / "imports"


# Looking --------------------------------------------------------------------


@jobs.runs(
    "import-check",
    name=gettext_lazy("check of a table"),
    permission=MAY_IMPORT,
    done_url=lambda job: reverse("editing:import-preview", args=[job.pk]),
)
def check(job, progress, *, file, name, create):
    """Read a table and plan every row; nothing is written but what is shown before the import."""
    forget_old()
    try:
        table, planner = read(uploads() / Path(file).name, create)
    except reading.TableError as refusal:
        raise jobs.JobError(str(refusal)) from refusal
    planner.announce(table.lines)
    _write_lines(job.folder / "lines.jsonl", table.lines)
    counts: Counter = Counter()
    with (job.folder / "preview.jsonl").open("w") as preview:
        for done, plan in enumerate(planner.plans(table.lines), start=1):
            counts[plan.status] += 1
            preview.write(f"{plan.status}\t{json.dumps(described(plan))}\n")
            progress(done, len(table.lines))
    return {
        "name": name,
        "counts": {status: counts[status] for status in STATUSES},
        "columns": table.columns,
        "unknown_columns": planner.layout.unknown,
        "remarks": table.remarks,
        "unknown": {key: sorted(words)[:50] for key, words in planner.known.unknown.items()},
        "new_words": {
            key: sorted(map(str, found.values())) for key, found in planner.known.new.items()
        },
        "create": create,
    }


def read(path: Path, create=()) -> tuple[reading.Table, Planner]:
    """The table in a file, and what plans its rows."""
    table = reading.read(path)
    planner = Planner(table.columns, Known(create))
    _require_known_columns(planner)
    return table, planner


def _require_known_columns(planner) -> None:
    names = planner.layout.columns
    if not any(name in ("slug", "symbol") or name.startswith("title_") for name in names):
        raise jobs.JobError(
            _(
                "No column says what a row is about: there must be one named slug, symbol "
                "or title_en. Start from the template."
            )
        )


def described(plan: Plan) -> dict[str, Any]:
    """A plan as it is shown, and as it is compared later."""
    return {
        "row": plan.number,
        "slug": plan.publication.slug,
        "title": str(plan.publication),
        "changes": [[name, _short(old), _short(new)] for name, old, new in plan.changes],
        "errors": plan.errors,
        "digest": plan.digest,
    }


def _short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _write_lines(path: Path, lines: list[Line]) -> None:
    with path.open("w") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")


def _read_lines(path: Path) -> list[Line]:
    with path.open() as file:
        return [Line(*json.loads(line)) for line in file]


def preview(job: Job, status: str = "") -> Iterator[dict[str, Any]]:
    """The rows of a check or of an import, those of one status only if it is given."""
    path = job.folder / "preview.jsonl"
    if not path.exists():
        return
    with path.open() as file:
        for line in file:
            found, _tab, said = line.partition("\t")
            if not status or found == status:
                yield json.loads(said) | {"status": found}


# Writing --------------------------------------------------------------------


@jobs.runs(
    "import",
    name=gettext_lazy("import of a table"),
    permission=MAY_IMPORT,
    done_url=lambda job: reverse("editing:import-result", args=[job.pk]),
)
def run(job, progress, *, check):
    """Write what a check showed, row by row as it was shown; what has changed since stays out."""
    looked = Job.objects.get(pk=check, kind="import-check", status=Job.Status.DONE)
    shown = {row["row"]: row["digest"] for row in preview(looked)}
    lines = _read_lines(looked.folder / "lines.jsonl")
    known = Known(looked.outcome["create"])
    planner = Planner(looked.outcome["columns"], known)
    planner.announce(lines)
    reason = _("Import %(number)s: %(name)s") % {"number": job.pk, "name": looked.outcome["name"]}
    keeper = Keeper(job, known, reason, progress, len(lines))
    with keeper:
        for plan in planner.plans(lines):
            keeper.take(plan, is_as_shown=shown.get(plan.number) == plan.digest)
    return keeper.outcome() | {"name": looked.outcome["name"], "check": looked.pk}


class Keeper:
    """Writes plans in batches, and keeps account of what became of each row."""

    def __init__(self, job, known, reason, progress, total):
        self.job, self.known, self.progress, self.total = job, known, progress, total
        self.told = {"by": job.by, "reason": reason[:100]}
        self.waiting: list[Plan] = []
        self.linked: list[Plan] = []
        self.counts: Counter = Counter()
        self.done = 0

    def __enter__(self):
        self.result = (self.job.folder / "result.csv").open("w", encoding="utf-8-sig", newline="")
        self.writer = csv.writer(self.result)
        self.writer.writerow(["row", "result", "slug", "column", "before", "after"])

    def __exit__(self, error, *_more):
        if error is None:
            self.write()
            for start in range(0, len(self.linked), writing.BATCH):
                writing.link(self.linked[start : start + writing.BATCH], self.known, **self.told)
        self.result.close()

    def take(self, plan: Plan, *, is_as_shown: bool) -> None:
        if plan.status in (NEW, CHANGED) and is_as_shown:
            self.waiting.append(plan)
        else:
            self._account(plan, plan.status if is_as_shown else "otherwise")
        if len(self.waiting) >= writing.BATCH:
            self.write()

    def write(self) -> None:
        try:
            writing.write(self.waiting, self.known, **self.told)
        except IntegrityError as conflict:
            raise jobs.JobError(_changed_meanwhile(self.waiting)) from conflict
        for plan in self.waiting:
            self._account(plan, plan.status)
        self.linked += [plan for plan in self.waiting if writing.wants_links(plan)]
        self.waiting = []
        self.result.flush()

    def _account(self, plan: Plan, result: str) -> None:
        """One line for every value that was written, so that it can be put back."""
        self.counts[result] += 1
        said = {REFUSED: [(name, sentence, "") for name, sentence in plan.errors]}
        changes = plan.changes if result in (NEW, CHANGED) else said.get(result, [])
        for name, before, after in changes or [("", "", "")]:
            cells = [name, before, after]
            row = [plan.number, result, plan.publication.slug, *map(sheets.disarmed, cells)]
            self.writer.writerow(row)
        self.done += 1
        self.progress(self.done, self.total)

    def outcome(self) -> dict[str, Any]:
        names = (*STATUSES, "otherwise")
        return {"file": "result.csv", "counts": {name: self.counts[name] for name in names}}


def _changed_meanwhile(plans) -> str:
    return _(
        "Somebody changed the catalogue while rows %(first)s to %(last)s were written. What was "
        "written before them stays. Check the table again: it goes on from there."
    ) % {"first": plans[0].number, "last": plans[-1].number}


# Exporting ------------------------------------------------------------------


@jobs.runs(
    "export",
    name=gettext_lazy("export of the catalogue"),
    permission="catalogue.view_publication",
)
def export(job, progress, *, pks):
    sheets.as_workbook(
        sheets.table(pks),
        job.folder / "publications.xlsx",
        lambda done: progress(done, len(pks)),
    )
    return {"file": "publications.xlsx"}


# Tidying --------------------------------------------------------------------


def keep_upload(upload) -> str:
    """Keep a table that was sent in until it is looked at; the name of the file."""
    uploads().mkdir(parents=True, exist_ok=True)
    name = f"{timezone.now():%Y%m%d-%H%M%S-%f}{_ending(upload.name)}"
    with (uploads() / name).open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return name


def _ending(name: str) -> str:
    return ".xlsx" if name.lower().endswith(".xlsx") else ".csv"


def forget_old() -> None:
    """Remove tables that were sent in long ago."""
    for path in uploads().rglob("*.*"):
        if time.time() - path.stat().st_mtime > KEPT.total_seconds():
            path.unlink(missing_ok=True)
