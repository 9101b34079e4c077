"""Many PDFs at once: each told by its name and looked into, then those agreed to are kept."""

import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue import formats, jobs, languages, publishing, upkeep
from catalogue.importing import work
from catalogue.importing.matching import Match, Names
from catalogue.models import Edition, EditionFile, EditionLanguage, Job

MAY_ADD = "catalogue.change_edition"
FIT, DOUBT, REFUSED = "fit", "doubt", "refused"


def keep_uploads(uploads) -> list[list[str]]:
    """Keep what was sent in until it is looked at: [name of our file, name it came with]."""
    folder = work.uploads() / "pdfs"
    folder.mkdir(parents=True, exist_ok=True)
    kept = []
    for upload in uploads:
        name = f"{secrets.token_hex(12)}.pdf"
        with (folder / name).open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        kept.append([name, Path(upload.name).name[:200]])
    return kept


def path_of(file: str) -> Path:
    return work.uploads() / "pdfs" / Path(file).name


# Looking ----------------------------------------------------------------------


@jobs.runs(
    "pdfs-check",
    name=gettext_lazy("check of PDFs"),
    permission=MAY_ADD,
    done_url=lambda job: reverse("editing:pdfs-preview", args=[job.pk]),
)
def check(_job, progress, *, files):
    """Tell the edition by the name, and look into each file; nothing is kept."""
    work.forget_old()
    names, rows = Names(), []
    for done, (file, name) in enumerate(files, start=1):
        rows.append(looked_into(file, name, names.match(name), rows))
        progress(done, len(files))
    return {"rows": rows}


def looked_into(file: str, name: str, match: Match, before) -> dict[str, Any]:
    """What would become of one file."""
    row: dict[str, Any] = {
        "file": file,
        "name": name,
        "verdict": REFUSED,
        "sentence": "",
        "facts": "",
    }
    row |= {"edition": match.edition and match.edition.pk, "tag": match.tag}
    row |= {"publication": match.publication and match.publication.pk}
    row |= _titled(match.edition or match.publication, match.publication)
    try:
        _require_match(match, before)
        with _examined(file) as draft:
            row["facts"] = _facts(draft.found)
        publishing.require_new(draft, match.edition, EditionFile.Purpose.READING)
        publishing.require_language(draft, match.edition.tags if match.edition else [match.tag])
    except publishing.LanguageDoubtError:
        guess = languages.name(draft.found.guessed_language, languages.current())
        sentence = _("Its text looks like %(language)s.") % {"language": guess}
        return row | {"verdict": DOUBT, "sentence": sentence}
    except ValidationError as refusal:
        return row | {"sentence": " ".join(refusal.messages)}
    return row | {"verdict": FIT}


def _titled(thing, publication) -> dict[str, str]:
    """What a file is called on the page, and in which language."""
    language = languages.translated(publication, "title")[1] if publication else ""
    return {"title": str(thing or ""), "title_language": language}


def _require_match(match: Match, before) -> None:
    if match.publication is None:
        raise ValidationError(_("No publication is known by this name."))
    if match.edition is None and not match.tag:
        raise ValidationError(_("The name does not say the language: add -en, -fr or -es."))
    same = [row for row in before if row["publication"] == match.publication.pk]
    alike = [row for row in same if (row["edition"], row["tag"]) == _key(match)]
    if any(row["verdict"] != REFUSED for row in alike):
        raise ValidationError(_("Another file here is for the same edition."))


def _key(match: Match):
    return match.edition and match.edition.pk, match.tag


@contextmanager
def _examined(name: str):
    """A file that was looked into, open for as long as it is needed."""
    with path_of(name).open("rb") as file:
        yield publishing.examine(File(file, name=name))


def _facts(found) -> str:
    tagged = _("tagged") if found.is_tagged else _("not tagged")
    text = "" if found.has_text else _("no text")
    pages = ngettext("%(pages)s page", "%(pages)s pages", found.pages)
    count = pages % {"pages": formats.number(found.pages)}
    parts = [count, formats.size(found.bytes), tagged, text, found.title]
    return " · ".join(part for part in parts if part)


# Keeping ------------------------------------------------------------------------


@jobs.runs(
    "pdfs",
    name=gettext_lazy("intake of PDFs"),
    permission=MAY_ADD,
    done_url=lambda job: reverse("editing:pdfs-result", args=[job.pk]),
)
def run(job, progress, *, check, chosen):
    """Keep the chosen ones, each in a transaction of its own."""
    looked = Job.objects.get(pk=check, kind="pdfs-check", status=Job.Status.DONE)
    rows = [row for row in looked.outcome["rows"] if row["file"] in chosen]
    told = []
    for done, row in enumerate(rows, start=1):
        told.append(row | _kept(row, by=job.by))
        progress(done, len(rows))
    return {"rows": told}


def _kept(row, *, by) -> dict[str, Any]:
    if row["verdict"] == REFUSED:
        return {"result": REFUSED}
    try:
        with _examined(row["file"]) as draft, transaction.atomic():
            kept = publishing.keep(draft, _edition(row, by), by=by)
    except (ValidationError, FileNotFoundError, Edition.DoesNotExist) as refusal:
        return {"result": REFUSED, "sentence": " ".join(getattr(refusal, "messages", []))}
    titled = _titled(kept.edition, kept.edition.publication)
    return {"result": "kept", "edition": kept.edition_id, **titled}


def _edition(row, by) -> Edition:
    """The edition that was found; a new one, unpublished, where there was none."""
    if row["edition"]:
        return Edition.objects.get(pk=row["edition"])
    edition: Any = Edition(publication_id=row["publication"])
    edition._history_user = by
    edition.save()
    EditionLanguage.objects.create(edition=edition, language=row["tag"])
    upkeep.refresh([row["publication"]])
    return edition
