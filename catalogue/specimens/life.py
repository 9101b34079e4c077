"""What happens around the publications of the demonstration: readers wait, translations come.

Everything is dated from the day on which the demonstration is prepared. Done once: the first
waiting reader tells that it was.
"""

import zlib
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from catalogue import upkeep
from catalogue.models import (
    Download,
    Edition,
    EditionFile,
    EditionLanguage,
    LanguageRequest,
    Publication,
    Subscription,
)

# (publication, language): how many readers wait for it.
WAITING = {
    ("lausanne-action-plan", "fr"): 9,
    ("lausanne-action-plan", "es"): 7,
    ("lausanne-action-plan", "ar"): 5,
    ("victim-assistance-guidance", "fr"): 6,
    ("victim-assistance-guidance", "lo"): 2,
    ("cluster-munition-monitor-2021", "fr"): 3,
    ("extension-requests-methodology", "es"): 4,
    ("guide-to-cluster-munitions-3", "fr"): 1,
}
# (publication, language): days until the translation is ready.
IN_TRANSLATION = {
    ("lausanne-action-plan", "fr"): 20,
    ("victim-assistance-guidance", "fr"): 75,
    ("extension-requests-methodology", "es"): 45,
}
# (publication, language): how many days ago the edition came out; one is still to come.
OUT_SINCE = {
    ("lausanne-declaration", "fr"): 12,
    ("guide-to-cluster-munitions-2", "fr"): 70,
    ("convention-on-cluster-munitions", "ru"): 85,
    ("victim-assistance-guidance", "en"): 100,
    ("convention-text-dublin", "es"): -3,
}
WITHDRAWN = [("rules-of-procedure-2018", "ar")]
SUBSCRIBERS = {"en": 3, "fr": 2, "es": 2}
DAYS_COUNTED = 60
MOST_A_DAY = 12


def load() -> None:
    """Put it all into the database, unless it is there."""
    if not LanguageRequest.objects.exists():
        _load()


@transaction.atomic
def _load() -> None:
    for (slug, language), count in WAITING.items():
        _wait(Publication.objects.get(slug=slug), language, count)
    for (slug, language), days in IN_TRANSLATION.items():
        _translate(Publication.objects.get(slug=slug), language, days)
    for (slug, language), days in OUT_SINCE.items():
        _bring_out(_edition(slug, language), timezone.now() - timedelta(days=days))
    for slug, language in WITHDRAWN:
        _withdraw(_edition(slug, language))
    for language, count in SUBSCRIBERS.items():
        _subscribe(language, count)
    _count_downloads()
    changed = {slug for slug, _language in [*WITHDRAWN, *OUT_SINCE]}
    upkeep.refresh(Publication.objects.filter(slug__in=changed))


def _edition(slug: str, language: str) -> Edition:
    return Edition.objects.get(publication__slug=slug, languages__language=language)


def _wait(publication: Publication, language: str, count: int) -> None:
    LanguageRequest.objects.bulk_create(
        LanguageRequest(
            publication=publication,
            language=language,
            correspondence_language=language if language in ("fr", "es") else "en",
            email=f"{language}-reader{number}@example.org",
            confirmed_at=timezone.now(),
        )
        for number in range(1, count + 1)
    )


def _translate(publication: Publication, language: str, days: int) -> None:
    edition = Edition.objects.create(
        publication=publication,
        stage=Edition.Stage.TRANSLATION,
        expected_on=timezone.localdate() + timedelta(days=days),
    )
    EditionLanguage.objects.create(edition=edition, language=language)


def _bring_out(edition: Edition, at: datetime) -> None:
    edition.published_at = at
    edition.save()


def _withdraw(edition: Edition) -> None:
    edition.withdrawn_at = timezone.now() - timedelta(days=30)
    edition.save()


def _subscribe(language: str, count: int) -> None:
    for number in range(1, count + 1):
        Subscription.objects.create(
            email=f"{language}-subscriber{number}@example.org",
            language=language,
            confirmed_at=timezone.now(),
        )


def _count_downloads() -> None:
    """So many of each file a day as its fingerprint says: the same at every preparation."""
    today = timezone.localdate()
    days = [today - timedelta(days=back) for back in range(1, DAYS_COUNTED + 1)]
    Download.objects.bulk_create(
        Download(file=kept, day=day, count=count)
        for kept in EditionFile.objects.without_text().select_related("edition__publication")
        for day in days
        if (count := _downloads(kept, day))
    )


def _downloads(kept: EditionFile, day: date) -> int:
    seed = zlib.crc32(f"{kept.edition.publication.slug} {day}".encode())
    return max(0, seed % (2 * MOST_A_DAY) - MOST_A_DAY) // (1 + seed % 3)
