"""What an editor does with a publication: add its files, let it out, take it back."""

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import formats, intake, languages, upkeep
from catalogue.models import Edition, EditionFile, Publication


class LanguageDoubtError(ValidationError):
    """The text of a PDF is in another language than its edition; a person may know better."""


@dataclass(frozen=True)
class Draft:
    """A PDF that was found sound and is not kept yet: the open file, and what is in it."""

    file: File
    found: intake.Inspection


def add_file(
    edition: Edition,
    upload: File,
    *,
    by,
    purpose: str = EditionFile.Purpose.READING,
    accept_language_mismatch: bool = False,
) -> EditionFile:
    """Keep an upload as the newest PDF of an edition; ValidationError says why it is refused."""
    draft = examine(upload)
    require_new(draft, edition, purpose)
    if not accept_language_mismatch:
        require_language(draft, edition.tags)
    return keep(draft, edition, by=by, purpose=purpose)


def examine(upload: File) -> Draft:
    """Look into an upload, asking the database nothing, so that threads may do it.

    Raises `intake.IntakeError`.
    """
    with _on_disk(upload) as path:
        return Draft(upload, intake.inspect(path))


@contextmanager
def _on_disk(upload: File):
    """The path of an upload; a temporary one if it has none yet."""
    if hasattr(upload, "temporary_file_path"):
        yield Path(upload.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def require_new(draft: Draft, edition: Edition | None, purpose: str) -> None:
    """Refuse bytes that another edition has, or this one already for the purpose."""
    elsewhere = ~Q(edition=edition) if edition else Q()
    kept = EditionFile.objects.without_text().filter(sha256=draft.found.sha256)
    if known := kept.filter(elsewhere | Q(purpose=purpose)).first():
        raise ValidationError(
            _("This very file is already kept: %(edition)s, version %(version)s."),
            code="known",
            params={"edition": known.edition, "version": known.version},
        )


def require_language(draft: Draft, tags: list[str]) -> None:
    """Refuse a PDF whose text looks like another language than its edition is said to be in."""
    guess = draft.found.guessed_language
    if guess and tags and not languages.is_one_of(guess, tags):
        raise LanguageDoubtError(
            _(
                "The text of this PDF looks like %(guess)s, but the edition is in %(declared)s. "
                "If that is right, say so below and choose the file again."
            ),
            code="language",
            params={
                "guess": languages.name(guess, languages.current()),
                "declared": formats.joined(
                    [languages.name(tag, languages.current()) for tag in tags]
                ),
            },
        )


@transaction.atomic
def keep(
    draft: Draft, edition: Edition, *, by, purpose: str = EditionFile.Purpose.READING
) -> EditionFile:
    """Keep an examined PDF as the newest of its edition, in the store first, then in the database.

    A file whose row is rolled back stays behind, harmless, until `sweep_files` takes it.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    newest = edition.files.filter(purpose=purpose).aggregate(version=Max("version", default=0))
    kept = EditionFile(edition=edition, purpose=purpose, version=newest["version"] + 1)
    _describe(kept, draft)
    _record(kept, by)
    _measure(edition, draft.found, by)
    upkeep.refresh([edition.publication_id])
    return kept


def _describe(kept: EditionFile, draft: Draft) -> None:
    """Fill in what the intake found; the files themselves are stored when the row is saved."""
    found = draft.found
    kept.sha256, kept.bytes, kept.pages = found.sha256, found.bytes, found.pages
    kept.is_tagged, kept.text = found.is_tagged, found.text
    kept.declared_title = found.title[:300]
    kept.declared_language = found.language[:35]
    kept.guessed_language = found.guessed_language
    draft.file.seek(0)
    kept.file = File(draft.file, name=f"{found.sha256}.pdf")
    kept.cover = ContentFile(found.cover, name=f"{found.sha256}.webp")


def _measure(edition: Edition, found: intake.Inspection, by) -> None:
    """Take from the PDF what nobody has typed: pages and trim."""
    edition.pages = edition.pages or found.pages
    if not edition.trim_width_mm or not edition.trim_height_mm:
        edition.trim_width_mm = round(found.width_mm)
        edition.trim_height_mm = round(found.height_mm)
    _record(edition, by)


@transaction.atomic
def publish(thing: Publication | Edition, *, by, at=None) -> None:
    """Let readers see a publication or an edition: from `at`, now unless said.

    With a publication go those of its editions that were never out and have something to
    give. What was out before keeps its first date; what was withdrawn is out again.
    """
    _let_out(thing, by=by, at=at)
    if isinstance(thing, Publication):
        for edition in thing.editions.ready():
            _let_out(edition, by=by, at=at)
    upkeep.refresh([publication_id(thing)])


def _let_out(thing, *, by, at) -> None:
    thing.published_at = thing.published_at or at or timezone.now()
    thing.withdrawn_at = None
    if isinstance(thing, Edition) and thing.stage == Edition.Stage.TRANSLATION:
        thing.stage = Edition.Stage.FINAL
    _record(thing, by)


@transaction.atomic
def withdraw(thing: Publication | Edition, *, by) -> None:
    """Take a publication or an edition back. Its address stays and says so.

    What was never out stays as it is.
    """
    if thing.published_at and not thing.withdrawn_at:
        thing.withdrawn_at = timezone.now()
        _record(thing, by)
        upkeep.refresh([publication_id(thing)])


def publication_id(thing) -> int:
    return thing.pk if isinstance(thing, Publication) else thing.publication_id


def _record(thing, by) -> None:
    """Save, and say in the history who did."""
    thing._history_user = by
    thing.save()
