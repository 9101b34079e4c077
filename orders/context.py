"""What every page knows of the reader's basket: a number, read from the cookie alone."""

from django.conf import settings

from orders import basket as baskets


def basket(request):
    cookie = request.COOKIES.get(settings.BASKET_COOKIE_NAME, "")
    return {"basket_copies": sum(baskets.loads(cookie).values()) if cookie else 0}
