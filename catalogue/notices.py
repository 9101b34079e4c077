"""Mails to readers of the catalogue: owed once, written when they are sent, then nobody's.

The address of a reader is in one place at a time: with the wish or the subscription, and on
the mail until it is sent.
"""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import translation
from django_tasks import task

from catalogue import cards, languages, links, mailing, news
from catalogue.models import Edition, Notice

MOST = 100


def owe(template: str, key: str, **columns) -> Notice | None:
    """Owe a reader a mail, once for a key; None where it is owed already."""
    notice, is_new = Notice.objects.get_or_create(
        key=f"{template}:{key}", defaults={"template": template, **columns}
    )
    if not is_new:
        return None
    if template in Notice.CONFIRMATIONS:
        mailing.hold_back_if_too_much(notice)
    transaction.on_commit(deliver_soon)
    return notice


def send_again(notice: Notice) -> bool:
    """Owe a mail that was given up once more; False for one whose address is gone."""
    if not notice.to:
        return False
    mailing.owe_again(notice)
    transaction.on_commit(deliver_soon)
    return True


def drop(notice: Notice) -> bool:
    """Give up a mail that was not sent, and its address; False where it has left."""
    dropped, _rows = Notice.objects.filter(pk=notice.pk, sent_at=None).delete()
    return bool(dropped)


# Sending ----------------------------------------------------------------------


def deliver_soon() -> None:
    mailing.soon(deliver_notices)


@task()
def deliver_notices() -> None:
    deliver()


def deliver(most: int = MOST) -> int:
    """Send the mails to readers that are due, oldest first; how many were sent."""
    rows = Notice.objects.select_related("request", "subscription", "publication")
    return mailing.deliver(rows, render, most)


def render(notice: Notice) -> EmailMultiAlternatives:
    """The mail in its reader's language."""
    write = WRITERS[notice.template]
    with translation.override(notice.language):
        context, headers = write(notice)
    return mailing.compose(notice, "catalogue/mail", context, headers)


# What each says ---------------------------------------------------------------


def _wish_confirm(notice):
    link = links.address("wish-answer", notice.request, notice.language)
    return _about_wish(notice) | {
        "link": link,
        "hours": settings.READER_CONFIRMATION_HOURS,
    }, {}


def _wish_met(notice):
    publication, tag = notice.request.publication, notice.request.language
    link = links.page("publication", publication.slug, language=notice.language)
    found = _editions(publication, tag)
    read = next((edition for edition in found if edition.reading_file), None)
    printed = next((edition for edition in found if edition.is_printed), None)
    return _about_wish(notice) | {
        "link": link,
        "pdf": settings.SITE_URL + cards.file_address(read) if read else "",
        "pdf_file": read.reading_file if read else None,
        "order_link": f"{link}#edition-{printed.pk}" if printed else "",
    }, {}


def _about_wish(notice):
    publication, tag = notice.request.publication, notice.request.language
    title, title_language = languages.translated(publication, "title")
    return {
        "publication": publication,
        "title": title,
        "title_language": title_language,
        "wanted": tag,
        "wanted_name": languages.name(tag, notice.language),
    }


def _editions(publication, tag):
    """Those a reader of the language may have now, the newest first."""
    rows = Edition.objects.published().held().filter(publication=publication)
    return list(rows.filter(languages__language=tag).with_files().order_by("-published_at"))


def _subscribe_confirm(notice):
    link = links.address("subscription", notice.subscription, notice.language)
    return {"link": link, "hours": settings.READER_CONFIRMATION_HOURS}, {}


def _news(notice):
    """RFC 8058: a mail program may unsubscribe by one POST to the address in the header."""
    end = links.address("unsubscribe", notice.subscription, notice.language)
    headers = {
        "List-Unsubscribe": f"<{end}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    quarter = news.Quarter.of(notice.quarter)
    return _list_of(quarter, notice.language) | {"unsubscribe": end}, headers


def _list_of(quarter, language):
    return {
        "link": links.page("new-in", quarter, language=language),
        "quarter": quarter,
        "lists": news.lists(quarter, language, most=news.MOST_IN_MAIL),
    }


def draft(quarter: news.Quarter, language: str) -> EmailMultiAlternatives:
    """The quarterly list as it would be sent, to nobody."""
    with translation.override(language):
        context = _list_of(quarter, language) | {"unsubscribe": "…"}
    return mailing.compose(
        Notice(template="news", language=language), "catalogue/mail", context, {}
    )


WRITERS = {
    "wish-confirm": _wish_confirm,
    "wish-met": _wish_met,
    "subscribe-confirm": _subscribe_confirm,
    "news": _news,
}
