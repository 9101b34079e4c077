"""What every page knows of the site it belongs to."""

from django.conf import settings

from catalogue import languages


def site(request):
    return {
        "site_name": languages.words(settings.SITE_NAME),
        "treaty_name": languages.words(settings.TREATY_NAME),
        "unit_name": languages.words(settings.UNIT_NAME),
        "unit_address": languages.words(settings.UNIT_ADDRESS),
        "unit_email": settings.UNIT_EMAIL,
        "site_url": settings.SITE_URL,
        "interface_languages": languages.interface_languages(),
        "order_kept_days": settings.ORDER_KEPT_DAYS,
        "is_demo": settings.DEMO,
        "page_language": languages.current(),
        "page_direction": languages.direction(languages.current()),
    }
