"""The quarterly list of what is new, by mail: confirmed, sent once, ended by one click."""

from django.db import IntegrityError, transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from catalogue import news, notices
from catalogue.models import Notice, Subscription


@transaction.atomic
def ask(*, email: str, language: str) -> None:
    """Keep the address, and ask by mail whether it is right; once an hour at most.

    Says nothing of whether the address was known.
    """
    subscription = _kept(email, language)
    if subscription.confirmed_at is None:
        hours = (timezone.now() - subscription.created_at).total_seconds() // 3600
        notices.owe(
            "subscribe-confirm",
            f"{subscription.pk}:{hours:.0f}",
            to=subscription.email,
            language=language,
            subscription=subscription,
        )


def _kept(email: str, language: str) -> Subscription:
    if found := Subscription.objects.filter(email__iexact=email).first():
        return found
    try:
        with transaction.atomic():
            return Subscription.objects.create(email=email, language=language)
    except IntegrityError:  # asked twice at once
        return Subscription.objects.get(email=email)


def confirm(subscription: Subscription, *, language: str) -> None:
    """The reader followed the link; the list comes in the language of the page."""
    rows = Subscription.objects.alive().filter(pk=subscription.pk, confirmed_at=None)
    rows.update(confirmed_at=timezone.now(), language=language)


def end(subscription: Subscription) -> None:
    """Nothing of the reader stays, and mails that wait go with it."""
    Subscription.objects.filter(pk=subscription.pk).delete()


# Sending ----------------------------------------------------------------------


def due(quarter: news.Quarter) -> QuerySet:
    """Who is still to be sent the list of a quarter: of those there when it was first sent."""
    sent = Notice.objects.filter(template="news", quarter=quarter.starts_on)
    first = sent.aggregate(at=Min("created_at"))["at"] or timezone.now()
    rows = Subscription.objects.filter(confirmed_at__lte=first)
    return rows.exclude(pk__in=sent.values("subscription")).order_by("pk")


@transaction.atomic
def announce(quarter: news.Quarter) -> int:
    """Owe whoever is to have it the list of one of the last four quarters; how many are owed now.

    Repeated, or done by two at once, it owes nobody a second one.
    """
    if not quarter.is_recent or not news.numbers(quarter):
        return 0
    mails = [_mail(subscription, quarter) for subscription in due(quarter)]
    before = Notice.objects.count()
    Notice.objects.bulk_create(mails, batch_size=500, ignore_conflicts=True)
    transaction.on_commit(notices.deliver_soon)
    return Notice.objects.count() - before


def _mail(subscription: Subscription, quarter: news.Quarter) -> Notice:
    return Notice(
        template="news",
        key=f"news:{quarter}:{subscription.pk}",
        to=subscription.email,
        language=subscription.language,
        subscription=subscription,
        quarter=quarter.starts_on,
    )
