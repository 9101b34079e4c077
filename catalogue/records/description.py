"""All facts of one edition in one language, for every format that machines read.

A booklet in three languages has three descriptions. Texts hold nothing that XML forbids.
"""

import re
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from catalogue import cards, languages
from catalogue.models import Edition, EditionFile, Publication
from catalogue.negotiation import page_address
from catalogue.records.facts import Description, Gathering, Pdf, Related, Term, Text

FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


# Descriptions of fetched objects --------------------------------------------


def descriptions(publication: Publication, language: str | None = None) -> list[Description]:
    """One for each language in which the fetched editions exist, the interface's first."""
    rows = _oldest_last(publication)
    return [describe(edition, tag, language) for tag, edition in in_each_language(rows)]


def in_each_language(rows: list[Edition]) -> list[tuple[str, Edition]]:
    """(tag, the edition to describe in it), the interface's languages first."""
    tags = sorted({tag for edition in rows for tag in edition.tags}, key=languages.rank)
    found = [(tag, edition_for(tag, rows)) for tag in tags]
    return [(tag, edition) for tag, edition in found if edition]


def edition_for(tag: str, rows: list[Edition]) -> Edition | None:
    """The edition to describe in a language: the one that is read, else one known or on paper."""
    spoken = [edition for edition in rows if tag in edition.tags]
    printed = [edition for edition in spoken if edition.is_held] or spoken
    return cards.edition_in(tag, rows) or next(iter(printed), None)


def describe(edition: Edition, tag: str, language: str | None = None) -> Description:
    """The facts of an edition, fetched by `with_records()`, in one of its languages.

    Terms and sentences are in `language`, else in the interface language nearest to the tag.
    """
    with override(language or languages.interface_for(tag)):
        return Description(
            tag=tag,
            words_language=languages.current(),
            **_titles(edition, tag),
            **_work(edition.publication),
            **_edition(edition),
            **_addresses(edition, tag),
            **_relations(edition.publication, tag),
        )


def _titles(edition, tag) -> dict:
    title = _title(edition, tag)
    others = cards.other_titles(edition.publication, title.language)
    return {
        "title": title,
        "other_titles": tuple(Text(one_line(text), code) for code, text in others),
        "summary": _translated(edition.publication, "summary", tag),
    }


def _work(publication) -> dict:
    body, series = publication.issuing_body, publication.series
    return {
        "slug": publication.slug,
        "symbol": one_line(publication.symbol),
        "original_language": publication.original_language,
        "kind": _term(publication.kind),
        "topics": tuple(_term(t) for t in sorted(publication.topics.all(), key=lambda t: t.slug)),
        "series": _term(series) if series else None,
        "number": one_line(publication.number),
        "issuing_body": _term(body) if body else None,
        "publisher": languages.words(settings.UNIT_NAME),
        "meeting": _gathering(publication.meeting) if publication.meeting else None,
        "issued_on": publication.issued_on,
        "precision": publication.issued_precision,
        "licence": settings.LICENCE_URL,
    }


def _edition(edition) -> dict:
    publication, file = edition.publication, edition.reading_file
    return {
        "tags": tuple(edition.tags),
        "job_number": one_line(edition.job_number),
        "isbn": edition.isbn,
        "format": edition.format,
        "format_name": edition.get_format_display(),
        "stage": edition.stage,
        "stage_name": edition.get_stage_display(),
        "pages": edition.pages or (file.pages if file else None),
        "is_printed": edition.is_printed,
        "published_at": max(edition.published_at, publication.published_at),
        "changed_at": max(edition.changed_at, publication.changed_at),
        "withdrawn_at": edition.withdrawn_at or publication.withdrawn_at,
    }


def _addresses(edition, tag) -> dict:
    publication, file = edition.publication, edition.reading_file
    pictured = file if file and file.cover else cards.cover(list(publication.editions.all()))
    return {
        "landing": _landing(publication, tag),
        "permanent": settings.SITE_URL + reverse("permanent", args=[publication.slug]),
        "pdf": _pdf(edition, file, tag) if file else None,
        "cover": settings.SITE_URL + pictured.cover.url if pictured else "",
    }


def _relations(publication, tag) -> dict:
    replaces, corrects = publication.replaces, publication.corrects
    return {
        "translations": tuple(_translations(publication, besides=tag)),
        "replaces": _related(replaces, tag) if is_public(replaces) else None,
        "replaced_by": _newer(publication, "replaced_by", tag),
        "corrects": _related(corrects, tag) if is_public(corrects) else None,
        "corrected_by": _newer(publication, "corrigenda", tag),
    }


# One fact each --------------------------------------------------------------


def plain(text: str) -> str:
    """Without the characters that XML forbids."""
    return FORBIDDEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def _title(edition, tag) -> Text:
    """As printed on the edition; in another of its languages the publication's, if it has one."""
    own = getattr(edition.publication, f"title_{tag}", "")
    if edition.title and (tag == edition.language or not own):
        return Text(one_line(edition.title), edition.language)
    return _translated(edition.publication, "title", tag)


def _translated(instance, field, tag=None) -> Text:
    text, language = languages.translated(instance, field, tag)
    return Text(plain(text).strip() if field == "summary" else one_line(text), language)


def _term(row) -> Term:
    return Term(row.slug, *_translated(row, "name"), getattr(row, "article", None))


def _gathering(row) -> Gathering:
    name, place = _translated(row, "name").text, _translated(row, "place").text
    return Gathering(row.code, name, place, row.country, row.starts_on, row.ends_on)


def _landing(publication, tag) -> str:
    language = languages.interface_for(tag)
    return page_address("catalogue:publication", publication.slug, language=language)


def _pdf(edition: Edition, file: EditionFile, tag: str) -> Pdf:
    return Pdf(
        address=pdf_address(edition, tag),
        version_address=_file_address(edition, tag, version=file.sha256[:12]),
        bytes=file.bytes,
        sha256=file.sha256,
        pages=file.pages,
        added_at=file.added_at,
        is_tagged=file.is_tagged,
        note=one_line(file.note),
    )


def pdf_address(edition: Edition, tag: str) -> str:
    """Where its PDF is read in a language: for a second edition in it, a version's address."""
    if cards.edition_in(tag, _oldest_last(edition.publication)) in (edition, None):
        return _file_address(edition, tag)
    return _file_address(edition, tag, version=edition.reading_file.sha256[:12])


def _file_address(edition, tag, version="") -> str:
    slug, name = edition.publication.slug, "catalogue:file-version" if version else "catalogue:file"
    arguments = [slug, slug, tag, version] if version else [slug, slug, tag]
    return page_address(name, *arguments, language=languages.interface_for(tag))


def _translations(publication, besides) -> Iterator[Related]:
    """The same publication in its other languages."""
    rows = [edition for edition in _oldest_last(publication) if not edition.withdrawn_at]
    for tag, edition in in_each_language(rows):
        if tag != besides:
            yield Related(
                f"{publication.slug}/{tag}",
                _title(edition, tag),
                tag,
                one_line(publication.symbol),
                _landing(publication, tag),
                pdf_address(edition, tag) if edition.reading_file else "",
            )


def _newer(publication, name, tag) -> tuple[Related, ...]:
    """Those that replace or correct it, where they were fetched."""
    return later(getattr(publication, "_prefetched_objects_cache", {}).get(name, ()), tag)


def later(publications, tag: str) -> tuple[Related, ...]:
    return tuple(_related(row, tag) for row in publications if is_public(row))


def _related(publication, tag) -> Related:
    title, symbol = _translated(publication, "title", tag), one_line(publication.symbol)
    return Related(publication.slug, title, "", symbol, _landing(publication, tag), "")


def is_public(publication: Publication | None) -> bool:
    """Whether readers may see it now."""
    if publication is None or publication.withdrawn_at or not publication.published_at:
        return False
    return publication.published_at <= timezone.now()


def _oldest_last(publication) -> list[Edition]:
    rows = [edition for edition in publication.editions.all() if edition.published_at]
    return sorted(rows, key=lambda e: (e.published_at, e.pk), reverse=True)
