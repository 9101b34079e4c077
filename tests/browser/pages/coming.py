"""Who comes: somebody with a basket, or a colleague."""

from django.conf import settings
from django.test import Client

from orders import basket as baskets
from tests.builders import clerk


def carries(visitor, copies):
    """Comes with a basket."""
    value = baskets.dumps({edition.pk: number for edition, number in copies.items()})
    has_cookie(visitor, settings.BASKET_COOKIE_NAME, value)


def signs_in(visitor, colleague=None):
    client = Client()
    client.force_login(colleague or clerk("anna", first_name="Anna", last_name="Specimen"))
    name = settings.SESSION_COOKIE_NAME
    has_cookie(visitor, name, client.cookies[name].value)


def has_cookie(visitor, name, value):
    cookie = {"name": name, "value": value, "url": settings.SITE_URL}
    visitor.page.context.add_cookies([cookie])
