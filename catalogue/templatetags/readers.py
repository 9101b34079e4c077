"""Words about mails to readers, and about languages that are missing."""

from django import template
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.news import Quarter

register = template.Library()

NOTICES = {
    "wish-confirm": _("Shall we write when it exists?"),
    "wish-met": _("It exists now"),
    "subscribe-confirm": _("Shall we send the list?"),
    "news": _("Quarterly list"),
}


@register.filter
def notice_name(template_name):
    """What a mail to a reader says: {{ notice.template|notice_name }}."""
    return NOTICES.get(template_name, template_name)


@register.filter
def quarter_of(notice):
    """The quarter of a quarterly list."""
    return Quarter.of(notice.quarter)


@register.filter
def language_names(tags):
    """The names of languages in the page's language; join with |joined."""
    return [languages.name(tag, languages.current()) for tag in tags]
