"""Plans into the database, a batch at a time, so that readers and orders never wait long."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from catalogue import upkeep
from catalogue.importing.cells import NOW
from catalogue.importing.known import RELATIONS, Known
from catalogue.importing.planning import CHANGED, NEW, Plan
from catalogue.models import Edition, EditionLanguage, Publication

BATCH = 20  # rows of a transaction: a second or two, while an order may wait for its turn
WORDS = ("kind", "series", "issuing_body", "meeting")
Through = Publication.topics.through


def write(plans: list[Plan], known: Known, *, by, reason: str) -> None:
    """Write a batch of plans; links to what does not exist yet are left to `link`."""
    new = [plan for plan in plans if plan.status == NEW]
    changed = [plan for plan in plans if plan.status == CHANGED]
    with transaction.atomic():
        for plan in [*new, *changed]:
            _save_words(plan.publication)
            _set_links(plan.publication, known)
            _let_out_now(plan)
        _create_publications(new, by, reason)
        _link_within(new, known, by, reason)
        _change_publications(changed, by, reason)
        _write_topics([*new, *changed])
        _write_editions([*new, *changed], by, reason)
        upkeep.refresh([plan.publication.pk for plan in [*new, *changed]])


def _link_within(plans, known, by, reason) -> None:
    """Links to others of the same batch, which have their keys now."""
    wanting = [plan for plan in plans if wants_links(plan)]
    for plan in plans:
        known.slugs[plan.publication.slug] = plan.publication.pk
    for plan in wanting:
        _set_links(plan.publication, known)
        if not wants_links(plan):
            _record(plan.publication, by, reason)


def link(plans: list[Plan], known: Known, *, by, reason: str) -> None:
    """Write what publications replace and correct, once all of them exist."""
    with transaction.atomic():
        for plan in plans:
            publication: Any = Publication.objects.get(pk=plan.publication.pk)
            publication.links = plan.publication.links
            _set_links(publication, known)
            _record(publication, by, reason)
        upkeep.refresh([plan.publication.pk for plan in plans])


def wants_links(plan: Plan) -> bool:
    """Whether it names a publication that did not exist when it was written."""
    return any(
        plan.publication.links.get(name) and not getattr(plan.publication, f"{name}_id")
        for name in RELATIONS
    )


def _set_links(publication, known) -> None:
    for name in RELATIONS:
        setattr(publication, f"{name}_id", known.slugs.get(publication.links[name]))


def _save_words(publication) -> None:
    """Words that are new come into being with the first publication that uses them."""
    for name in WORDS:
        if (entry := getattr(publication, name, None)) is not None:
            if entry.pk is None:
                entry.save()
            setattr(publication, name, entry)
    for topic in publication.wanted_topics:
        if topic.pk is None:
            topic.save()


def _let_out_now(plan) -> None:
    """ "yes" means the moment of writing."""
    now = timezone.now()
    for row in [plan.publication, *plan.new_editions, *plan.changed_editions]:
        row.published_at = now if row.published_at == NOW else row.published_at
        row.withdrawn_at = now if row.withdrawn_at == NOW else row.withdrawn_at


def _create_publications(plans, by, reason) -> None:
    rows = [plan.publication for plan in plans]
    _create(rows, Publication, by, reason)


def _change_publications(plans, by, reason) -> None:
    for plan in plans:
        if plan.touches_publication:
            _record(plan.publication, by, reason)


def _write_topics(plans) -> None:
    rows = [plan.publication for plan in plans if plan.touches_publication]
    Through.objects.filter(publication__in=rows).delete()
    Through.objects.bulk_create(
        Through(publication=row, topic=topic) for row in rows for topic in row.wanted_topics
    )


def _write_editions(plans, by, reason) -> None:
    new = []
    for plan in plans:
        for edition in plan.new_editions:
            edition.publication = plan.publication
            new.append(edition)
        for edition in plan.changed_editions:
            _record(edition, by, reason)
    _create(new, Edition, by, reason)
    _write_languages(new, [row for plan in plans for row in plan.changed_editions])


def _write_languages(new, changed) -> None:
    moved = [row for row in changed if row.wanted_tags != row.tags]
    EditionLanguage.objects.filter(edition__in=moved).delete()
    EditionLanguage.objects.bulk_create(
        EditionLanguage(edition=row, language=tag)
        for row in [*new, *moved]
        for tag in row.wanted_tags
    )


def _create(rows, model, by, reason) -> None:
    if rows:
        bulk_create_with_history(rows, model, default_user=by, default_change_reason=reason)


def _record(row, by, reason) -> None:
    row._history_user, row._change_reason = by, reason
    row.save()
