"""The quarterly list by mail: how it reads, to how many it goes, and the button that sends it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from catalogue import formats, languages, news, notices, subscriptions
from catalogue.models import Notice, Subscription
from catalogue.staff import staff_only


@require_safe
@staff_only("catalogue.view_publication")
def show(request, quarter=None):
    """One of the last four quarters; without one, the last of them."""
    shown = quarter or news.Quarter.now().last
    if not shown.is_recent:
        raise Http404
    context = {
        "quarter": shown,
        "quarters": [one for one in news.quarters() if one.is_recent],
        "numbers": news.numbers(shown),
        "subscribers": Subscription.objects.confirmed().count(),
        "due": subscriptions.due(shown).count(),
        "owed": Notice.objects.filter(template="news", quarter=shown.starts_on).count(),
        "drafts": [_draft(shown, code) for code in languages.interface_languages()],
    }
    return render(request, "catalogue/desk/news.html", context)


def _draft(quarter, language):
    """The mail as a reader of the language gets it: without the link that ends the list."""
    mail = notices.draft(quarter, language)
    return {"language": language, "subject": mail.subject, "text": mail.body}


@require_POST
@staff_only("catalogue.change_publication")
def send(request, quarter):
    number = subscriptions.announce(quarter)
    if number:
        said = ngettext(
            "The list of %(quarter)s goes to %(number)s subscriber.",
            "The list of %(quarter)s goes to %(number)s subscribers.",
            number,
        )
        name = formats.months(quarter.starts_on, quarter.ends_on)
        messages.success(request, said % {"quarter": name, "number": formats.number(number)})
    else:
        messages.info(request, _("Nobody was written to: there is nothing to send, or it is sent."))
    return redirect("editing:news-of", quarter)
