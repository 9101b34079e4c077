"""Pressing a button at the desk: the verb is tried, and the page says how it went."""

import logging

from django.contrib import messages

from orders import presses
from orders.errors import OrderError

log = logging.getLogger(__name__)


def attempt(request, verb, *args, said, **kwargs):
    """Run a verb for whoever is signed in; tell what was done, or the verb's refusal.

    `said` is a sentence, or makes one of what the verb returned.
    """
    try:
        done = verb(*args, by=request.user, **kwargs)
    except OrderError as refusal:
        log.warning("Refused: %s (%s)", request.path, type(refusal).__name__)
        messages.error(request, str(refusal))
        return None
    messages.success(request, said(done) if callable(said) else said)
    return done


def press_of(request) -> str:
    """By what this press of a button is known again, if it comes twice."""
    return presses.press_of(request.user.pk, request.path, dict(request.POST.lists()))


def attempt_form(request, form, verb, *args, said, **kwargs) -> bool:
    """Run a verb for what was typed; where it refuses, the form keeps that and says why."""
    try:
        done = verb(*args, by=request.user, **kwargs)
    except OrderError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, said(done) if callable(said) else said)
    return True
