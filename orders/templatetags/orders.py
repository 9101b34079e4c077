"""What order pages and mails say of an edition."""

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from catalogue import languages

register = template.Library()


@register.filter
def language_names(tags):
    """The names of languages in the page's language: ["French", "Spanish"]; join with |joined."""
    return [languages.name(tag, languages.current()) for tag in tags]


@register.filter
def own_title(edition):
    """The title on an edition's cover, with the language it is really in."""
    text, language = edition.title, edition.language
    if not text:
        text, language = languages.translated(edition.publication, "title", edition.language)
    return {"text": text, "language": language, "direction": languages.direction(language)}


@register.filter
def local_date(moment):
    """The day of a moment by the office's clock, for |date_to."""
    return timezone.localtime(moment).date() if moment else None


@register.filter
def pdf_address(edition):
    """Where the newest PDF of an edition is read; empty where there is none."""
    if (file := edition.reading_file) is None:
        return ""
    slug, tag = edition.publication.slug, edition.language
    with override(languages.interface_for(tag)):
        return reverse("catalogue:file-version", args=[slug, slug, tag, file.sha256[:12]])
