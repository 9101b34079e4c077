"""Dates, numbers and languages in the page's language; loaded in every template."""

import re

from django import template
from django.templatetags import i18n

from catalogue import formats, languages

register = template.Library()

register.filter("date_to", formats.date)  # {{ issued_on|date_to:precision }}
register.filter("short_date", lambda value: formats.short_date(value))
register.filter("moment", lambda value: formats.moment(value))
register.filter("quarter", lambda value: formats.months(value.starts_on, value.ends_on))
register.filter("number", lambda value: formats.number(value))
register.filter("size", lambda value: formats.size(value))
register.filter("weight", lambda value: formats.weight(value))
register.filter("joined", lambda words: formats.joined(words))
register.filter("autonym", languages.autonym)
register.filter("direction", languages.direction)


@register.filter
def language_name(tag):
    """The name of an edition's language, in the page's language."""
    return languages.name(tag, languages.current())


# {% load i18n %} brings a filter of this name: English only, and an error for Lao.
i18n.register.filters["language_name"] = language_name


@register.filter
def translated(instance, field):
    """{% with title=publication|translated:"title" %} gives text and lang, wherever it is found."""
    text, language = languages.translated(instance, field)
    return {
        "text": text,
        "language": language,
        "is_fallback": language != languages.current(),
        "direction": languages.direction(language),
    }


@register.filter
def in_interface_language(path, language):
    """The same page in another interface language: "/en/order/" in French is "/fr/order/"."""
    prefix = re.split("[/?]", path)[1]
    if prefix not in languages.interface_languages():
        return f"/{language}/"
    return f"/{language}{path.removeprefix(f'/{prefix}')}"
