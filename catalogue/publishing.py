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

from catalogue import formats, intake, languages, states, upkeep
from catalogue.checklist import Point, points_of
from catalogue.models import Edition, EditionFile, EditionLanguage, Publication

LONGEST_REASON = 100  # characters, of the history's column


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
    note: str = "",
) -> EditionFile:
    """Keep an upload as the newest PDF of an edition; ValidationError says why it is refused."""
    draft = examine(upload)
    require_new(draft, edition, purpose)
    if not accept_language_mismatch:
        require_language(draft, edition.tags)
    return keep(draft, edition, by=by, purpose=purpose, note=note)


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
    draft: Draft,
    edition: Edition,
    *,
    by,
    purpose: str = EditionFile.Purpose.READING,
    note: str = "",
) -> EditionFile:
    """Keep an examined PDF as the newest of its edition, in the store first, then in the database.

    A file whose row is rolled back stays behind, harmless, until `sweep_files` takes it.
    ValidationError says that a colleague was quicker with the same file.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    require_new(draft, edition, purpose)
    newest = edition.files.filter(purpose=purpose).aggregate(version=Max("version", default=0))
    kept = EditionFile(edition=edition, purpose=purpose, version=newest["version"] + 1)
    kept.note = note
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


# Letting out, taking back -----------------------------------------------------


@transaction.atomic
def publish(thing: Publication | Edition, *, by, at=None, reason: str = "") -> None:
    """Let readers see a publication or an edition: from `at`, now unless said.

    With a publication go its editions that readers have not had and that have something to
    give; one that is scheduled for later stays so. What was out before keeps its first date;
    what was withdrawn is out again. An edition never comes out before its publication.
    """
    at = at or timezone.now()
    if isinstance(thing, Publication):
        _let_out_with_editions(thing, at, by, reason)
    else:
        _let_out(thing, max(at, thing.publication.published_at or at), by, reason)
    upkeep.refresh([publication_id(thing)])


def _let_out_with_editions(publication, at, by, reason) -> None:
    before, was_out = publication.published_at, states.is_out(publication)
    editions = list(publication.editions.select_for_update().ready())
    if not was_out:
        editions += [
            edition
            for edition in publication.editions.exclude(published_at=None)
            if edition.published_at == before or edition.published_at <= at
        ]
    _let_out(publication, at, by, reason)
    for edition in editions:
        _let_out(edition, at, by, reason, was_hidden=not was_out)


def _let_out(thing, at, by, reason, *, was_hidden=False) -> None:
    if was_hidden or not states.is_out(thing):
        thing.published_at = at
    thing.withdrawn_at = None if not was_hidden else thing.withdrawn_at
    if isinstance(thing, Edition) and thing.stage == Edition.Stage.TRANSLATION:
        thing.stage, thing.expected_on = Edition.Stage.FINAL, None
    _record(thing, by, reason)


@transaction.atomic
def unschedule(thing: Publication | Edition, *, by, reason: str = "") -> None:
    """Make a draft again of what was to come out; nothing happens to what is out.

    With a publication go the editions that were to come out at the same moment.
    """
    if not thing.published_at or states.is_out(thing):
        return
    rows: list[Publication | Edition] = [thing]
    if isinstance(thing, Publication):
        rows += thing.editions.filter(published_at=thing.published_at, withdrawn_at=None)
    for row in rows:
        row.published_at = None
        _record(row, by, reason)
    upkeep.refresh([publication_id(thing)])


@transaction.atomic
def withdraw(thing: Publication | Edition, *, by, reason: str = "") -> None:
    """Take a publication or an edition back. Its address stays and says so.

    What was only to come out is a draft again; a draft stays as it is. The reason is kept in
    the history.
    """
    if not states.is_out(thing):
        unschedule(thing, by=by, reason=reason)
    elif not thing.withdrawn_at:
        thing.withdrawn_at = timezone.now()
        _record(thing, by, reason)
        upkeep.refresh([publication_id(thing)])


@transaction.atomic
def start_translation(publication: Publication, tag: str, *, by, expected_on=None) -> Edition:
    """Note that an edition in a language is being made; the same one if there is already."""
    under_way = publication.editions.filter(languages__language=tag, published_at=None)
    if known := under_way.first():
        return known
    edition = Edition(
        publication=publication, stage=Edition.Stage.TRANSLATION, expected_on=expected_on
    )
    if others := publication.editions.order_by("pk").first():
        edition.format = others.format
    _record(edition, by)
    EditionLanguage.objects.create(edition=edition, language=tag)
    upkeep.refresh([publication.pk])
    return edition


def checklist(publication: Publication) -> list[Point]:
    """What was looked at before publishing, and what was found; see `catalogue.checklist`."""
    return points_of(publication)


def publication_id(thing) -> int:
    return thing.pk if isinstance(thing, Publication) else thing.publication_id


def _record(thing, by, reason: str = "") -> None:
    """Save, and say in the history who did, and why."""
    thing._history_user = by
    thing._change_reason = reason[:LONGEST_REASON] or None
    thing.save()
