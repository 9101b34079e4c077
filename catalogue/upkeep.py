"""What follows from a change in the catalogue, whoever made it and however.

A publication is found under its words of now, harvesters hear of it, pages that were kept
are made anew. Every verb, form and import calls `refresh` in the transaction of its change;
what the clock lets out is caught up with by `manage.py keep_up`.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from catalogue import harvest, search, version, wishes
from catalogue.models import CatalogueVersion, Publication

OVERLAP = timedelta(minutes=2)  # looked at twice: a clock may have been put back a little


@transaction.atomic
def refresh(publications: Iterable[Publication | int]) -> None:
    """Bring everything that is made from publications, or from their keys, up to date."""
    pks = {one.pk if isinstance(one, Publication) else one for one in publications}
    search.index(pks)
    version.bump()
    harvest.update(pks)
    wishes.announce(pks)


@transaction.atomic
def catch_up() -> int:
    """Refresh what was scheduled and has come due since the last time; how many publications."""
    now = timezone.now()
    row, _created = CatalogueVersion.objects.get_or_create(pk=1)
    due = set(
        Publication.objects.come_due(row.caught_up_at - OVERLAP, now).values_list("pk", flat=True)
    )
    if due:
        refresh(due)
    CatalogueVersion.objects.filter(pk=1).update(caught_up_at=now)
    return len(due)
