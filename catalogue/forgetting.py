"""Forgetting readers: an address goes when its time is over, whether or not it was of use."""

import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from catalogue.models import LanguageRequest, Notice, Subscription


def erase_due() -> int:
    """Erase what nobody confirmed, what nobody met, what cannot be sent; how many addresses.

    Of wishes that were met the address went with the mail; the wish stays as a figure.
    """
    late = [LanguageRequest.objects.late(), Subscription.objects.late()]
    stale = LanguageRequest.objects.stale()
    limit = timezone.now() - datetime.timedelta(days=settings.NOTICE_KEPT_DAYS)
    unsent = Notice.objects.parked().filter(parked_at__lte=limit)
    erase_mail_files(before=limit)
    return sum(_delete(rows) for rows in [*late, stale, unsent])


def erase_mail_files(*, before: datetime.datetime) -> None:
    """Remove the mails that a demonstration writes into its folder instead of sending them."""
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        for path in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
            if path.stat().st_mtime <= before.timestamp():
                path.unlink(missing_ok=True)


def _delete(rows) -> int:
    number = rows.count()
    rows.delete()
    return number
