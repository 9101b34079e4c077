"""What every page knows of the site it belongs to."""

from django.conf import settings

from catalogue import languages


def in_language(words: dict) -> str:
    """The words of a setting in the page's language: {"en": "Publications", ...}."""
    return next(words[code] for code in languages.preference() if code in words)


def site(request):
    return {
        "site_name": in_language(settings.SITE_NAME),
        "treaty_name": in_language(settings.TREATY_NAME),
        "unit_name": in_language(settings.UNIT_NAME),
        "unit_address": settings.UNIT_ADDRESS,
        "unit_email": settings.UNIT_EMAIL,
        "site_url": settings.SITE_URL,
        "interface_languages": languages.interface_languages(),
        "is_demo": settings.DEMO,
        "page_language": languages.current(),
        "page_direction": languages.direction(languages.current()),
    }
