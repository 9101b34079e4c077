"""The printed catalogue in templates."""

from django import template

from catalogue import languages, offered

register = template.Library()


@register.simple_tag
def printed_catalogue():
    """{% printed_catalogue as printed %}: what readers of the page's language are offered."""
    return offered.in_language(languages.current())
