"""What the page of a publication shows beside its card: its editions' fates, its lineage.

Everything is worked out from one publication fetched `with_page()` and from those `near()` it.
"""

from datetime import date
from typing import NamedTuple

from catalogue import cards, languages
from catalogue.models import Edition, Publication


class Past(NamedTuple):
    """An edition that is not offered any more: withdrawn, or superseded by a newer one."""

    edition: Edition
    tags: list[str]
    address: str  # of its PDF; "" where it was withdrawn
    successor: cards.Offer | None


class Missing(NamedTuple):
    """A language in which there is nothing to read yet."""

    tag: str
    is_coming: bool  # in translation
    expected_on: date | None


class Step(NamedTuple):
    """A publication in a chain of replaced and replacing ones."""

    publication: Publication
    is_here: bool


class Page(NamedTuple):
    """All that a page shows; what is missing in its own language comes before the editions."""

    card: cards.Card
    past: list[Past]
    missing_here: list[Missing]
    missing: list[Missing]
    steps: list[Step]
    successors: list[Publication]
    corrigenda: list[Publication]
    series: list[Publication]  # its neighbours there
    meeting: list[Publication]
    topics: list[Publication]


def page(publication: Publication, near: list[Publication]) -> Page:
    """Work out a page. What machines are told of the publication needs no query after it."""
    show_visible(publication)
    card = cards.card(publication)
    missing = _missing(publication, card)
    family, corrigenda = lineage(publication, near), _corrigenda(publication, near)
    others = [row for row in near if not row.withdrawn_at and row not in [*family, *corrigenda]]
    in_series = [row for row in others if row.series_id and row.series_id == publication.series_id]
    at_meeting = [
        row for row in others if row.meeting_id and row.meeting_id == publication.meeting_id
    ]
    return Page(
        card=card,
        past=_past(publication, card),
        missing_here=[gap for gap in missing if gap.tag == languages.current()],
        missing=[gap for gap in missing if gap.tag != languages.current()],
        steps=[Step(row, row == publication) for row in family] if len(family) > 1 else [],
        successors=_successors(publication, near),
        corrigenda=corrigenda,
        series=_by_date(in_series),
        meeting=[row for row in at_meeting if row not in in_series],
        topics=[row for row in others if row.pk != publication.corrects_id]
        if not (in_series or at_meeting)
        else [],
    )


def show_visible(publication) -> None:
    """Let the fetched publication show as its editions those that readers may see now."""
    rows = publication.known_editions
    visible = [row for row in rows if row.published_at and not row.withdrawn_at]
    publication._prefetched_objects_cache["editions"] = visible


# Editions -------------------------------------------------------------------


def _past(publication, card) -> list[Past]:
    offered = {offer.edition.pk for offer in card.offers}
    rows = [row for row in publication.known_editions if row.published_at and row.is_held]
    gone = [row for row in rows if row.pk not in offered]
    return [
        Past(row, row.tags, _old_address(row, card), _successor(row, publication, card.offers))
        for row in sorted(gone, key=lambda row: (languages.rank(row.language), -row.pk))
    ]


def _old_address(edition, card) -> str:
    if edition.withdrawn_at or not edition.reading_file:
        return ""
    return cards.file_address(edition, list(card.publication.editions.all()))


def _successor(edition, publication, offers) -> cards.Offer | None:
    """What took an edition's place: what supersedes it, or else is read in its language."""
    newer = {row.supersedes_id: row for row in publication.known_editions if row.supersedes_id}
    last = edition
    while last.pk in newer:
        last = newer.pop(last.pk)
    named = [offer for offer in offers if offer.edition == last]
    alike = [offer for offer in offers if set(offer.tags) & set(edition.tags)]
    return next(iter([*named, *alike]), None)


def _missing(publication, card) -> list[Missing]:
    """The languages of the pages, and those of translations under way, without an edition."""
    coming = {
        tag: row
        for row in publication.known_editions
        for tag in row.tags
        if row.stage == Edition.Stage.TRANSLATION
    }
    offered = {tag for offer in card.offers for tag in offer.tags}
    tags = {*languages.interface_languages(), *coming} - offered
    return [
        Missing(tag, tag in coming, coming[tag].expected_on if tag in coming else None)
        for tag in sorted(tags, key=languages.rank)
    ]


# Lineage --------------------------------------------------------------------


def lineage(publication: Publication, near: list[Publication]) -> list[Publication]:
    """The chain of replaced and replacing publications, the oldest first, this one in it."""
    family = [publication]
    for _generation in near:
        known = {row.pk for row in family}
        older = {row.replaces_id for row in family}
        family += [
            row
            for row in near
            if row.pk not in known and (row.pk in older or row.replaces_id in known)
        ]
    return _by_generation(family)


def _by_generation(family):
    """What was replaced before what replaced it, whether dated or not; then by date."""
    rows = {row.pk: row for row in family}
    generation = {}
    for row in family:
        line = [row.pk]
        while (older := rows[line[-1]].replaces_id) in rows and older not in line:
            line.append(older)
        generation[row.pk] = len(line)
    return sorted(_by_date(family), key=lambda row: generation[row.pk])


def _by_date(rows):
    return sorted(rows, key=lambda row: (row.issued_on or date.min, row.pk))


def _successors(publication, near) -> list[Publication]:
    found = [row for row in near if row.replaces_id == publication.pk and not row.withdrawn_at]
    publication._prefetched_objects_cache["replaced_by"] = found
    return found


def _corrigenda(publication, near) -> list[Publication]:
    rows = [row for row in near if row.corrects_id == publication.pk and not row.withdrawn_at]
    publication._prefetched_objects_cache["corrigenda"] = rows = _by_date(rows)
    return rows
