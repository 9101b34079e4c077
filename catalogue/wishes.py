"""“Tell me when it exists in my language”: asked, confirmed by mail, met once, forgotten."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue import languages, notices
from catalogue.models import LanguageRequest, Publication


def is_known(tag: str) -> bool:
    """Whether a language is one that we might publish in, and not any tag that fits the form."""
    if tag in languages.CODES or tag in languages.interface_languages():
        return True
    from catalogue.models import EditionLanguage

    return EditionLanguage.objects.filter(language=tag).exists()


@transaction.atomic
def ask(publication: Publication, tag: str, *, email: str, language: str) -> None:
    """Keep the wish, and ask by mail whether it is one; repeated it mails once an hour at most.

    Says nothing of whether the address was known.
    """
    wish = _kept(publication, tag, email, language)
    if wish.confirmed_at is None:
        hours = (timezone.now() - wish.created_at).total_seconds() // 3600
        notices.owe(
            "wish-confirm",
            f"{wish.pk}:{hours:.0f}",
            to=wish.email,
            language=language,
            request=wish,
        )


def _kept(publication, tag, email, language) -> LanguageRequest:
    rows = LanguageRequest.objects.filter(publication=publication, language=tag)
    if found := rows.filter(email__iexact=email).first():
        return found
    try:
        with transaction.atomic():
            return rows.create(
                publication=publication, language=tag, email=email, correspondence_language=language
            )
    except IntegrityError:  # asked twice at once
        return rows.get(email=email)


@transaction.atomic
def confirm(wish: LanguageRequest) -> None:
    """The reader followed the link; when the edition has come out meanwhile, it is met at once."""
    rows = LanguageRequest.objects.alive().filter(pk=wish.pk, confirmed_at=None)
    if rows.update(confirmed_at=timezone.now()):
        announce([wish.publication_id])


def cancel(wish: LanguageRequest) -> None:
    """The reader does not want to hear of it any more: nothing of the wish stays."""
    LanguageRequest.objects.unmet().filter(pk=wish.pk).delete()


@transaction.atomic
def announce(publications: Iterable[int]) -> int:
    """Write to those whose edition can be had now; how many. Nobody is written to twice."""
    met = LanguageRequest.objects.waiting().filter(publication__in=publications).met()
    return sum(_meet(wish) for wish in met.order_by("pk"))


def _meet(wish: LanguageRequest) -> bool:
    """Move the address from the wish to the mail; of two that try at once, one does."""
    rows = LanguageRequest.objects.waiting().filter(pk=wish.pk)
    if not rows.update(email="", notified_at=timezone.now()):
        return False
    notices.owe(
        "wish-met",
        str(wish.pk),
        to=wish.email,
        language=wish.correspondence_language,
        request=wish,
    )
    return True
