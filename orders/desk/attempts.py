"""Pressing a button at the desk: the verb is tried, and the page says how it went."""

import logging

from django.contrib import messages
from django.utils.translation import gettext as _

from orders import events, presses
from orders.errors import OrderError

log = logging.getLogger(__name__)


def attempt(request, verb, *args, said, order=None, **kwargs):
    """Run a verb for whoever is signed in; tell what was done, or the verb's refusal.

    `said` is a sentence, or makes one of what the verb returned; where a verb about an `order`
    finds its work done, that is told instead.
    """
    before = state_of(order)
    try:
        done = verb(*args, by=request.user, **kwargs)
    except OrderError as refusal:
        log.warning("Refused: %s (%s)", request.path, type(refusal).__name__)
        messages.error(request, str(refusal))
        return None
    tell(request, said, done, is_new=order is None or state_of(order) != before)
    return done


def state_of(order) -> tuple | None:
    """What is another after everything that is done with an order; nothing without an order."""
    return order and (events.last_of(order), order.notes.count())


def tell(request, said, done, *, is_new):
    if is_new:
        messages.success(request, said(done) if callable(said) else said)
    else:
        messages.info(request, _("This was done already; nothing has changed."))


def press_of(request) -> str:
    """By what this press of a button is known again, if it comes twice."""
    return presses.press_of(request.user.pk, request.path, dict(request.POST.lists()))


def attempt_form(request, form, verb, *args, said, order=None, **kwargs) -> bool:
    """Run a verb for what was typed; where it refuses, the form keeps that and says why."""
    before = state_of(order)
    try:
        done = verb(*args, by=request.user, **kwargs)
    except OrderError as refusal:
        form.add_error(None, str(refusal))
        return False
    tell(request, said, done, is_new=order is None or state_of(order) != before)
    return True
