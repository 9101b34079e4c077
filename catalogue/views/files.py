"""The PDFs of the editions."""

import logging

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from catalogue import cards, downloads, languages, transfer
from catalogue.models import Publication
from catalogue.views.publication import gone

log = logging.getLogger(__name__)


@require_safe
def file(request, slug, again, tag, version=""):
    rows = Publication.objects.announced().with_announced_editions()
    publication = get_object_or_404(rows, slug=slug if again == slug else "")
    kept = cards.file_in(publication, tag, version)
    if kept is None:
        raise Http404
    if languages.interface_for(tag) != languages.current():
        return redirect(_address(kept, version), permanent=True)
    if publication.withdrawn_at or kept.edition.withdrawn_at:
        return gone(request, publication, edition=kept.edition, instead=_instead(kept, tag))
    try:
        response = transfer.answer(request, kept, is_lasting=bool(version))
    except FileNotFoundError as lost:
        log.error("A kept PDF is missing: %s", kept.file.name)
        raise Http404 from lost
    if transfer.is_beginning(request, response):
        downloads.note(request, kept)
    return response


def _address(kept, version) -> str:
    return cards.version_address(kept) if version else cards.file_address(kept.edition)


def _instead(kept, tag):
    """What is read in the language of a withdrawn edition now, if anything is."""
    rows = cards.editions(kept.edition.publication)
    edition = cards.edition_in(tag, rows)
    return None if edition is None or edition.withdrawn_at else cards.offer(edition, rows)
