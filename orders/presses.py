"""Buttons that are pressed twice: the second press finds its work done, and is told so.

A verb that cannot know its own work refuses the second press, as the order has changed since the
page was drawn. So the last press that was taken is kept at the order.
"""

import json

from django.db import transaction
from django.utils.crypto import salted_hmac

from orders.models import Order


def press_of(by, path: str, fields: dict[str, list[str]]) -> str:
    """Who sent what to which address: by it a press is known again. The key of a user or None."""
    typed = {name: texts for name, texts in fields.items() if name != "csrfmiddlewaretoken"}
    return json.dumps([by, path, typed], sort_keys=True)


def _sealed(press: str, order: Order) -> str:
    """A press as it is kept, with the version that it made of the order; nobody can read it."""
    return salted_hmac(__name__, f"{order.version} {press}", algorithm="sha256").hexdigest()


@transaction.atomic
def take(order: Order, press: str, verb, *args, **kwargs):
    """Run a verb about an order, and keep the press that asked for it."""
    done = verb(*args, **kwargs)
    now = Order.objects.only("version").get(pk=order.pk)
    Order.objects.filter(pk=order.pk).update(last_press=_sealed(press, now))
    return done


def was_taken(order: Order, press: str) -> bool:
    """Whether this press made the order what it is, and nothing has happened to it since."""
    now = Order.objects.only("version", "last_press").get(pk=order.pk)
    return now.last_press == _sealed(press, now)
