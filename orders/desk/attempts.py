"""Pressing a button at the desk: the verb is tried, and the page says how it went."""

from django.contrib import messages

from orders.errors import OrderError


def attempt(request, verb, *args, said, **kwargs):
    """Run a verb for whoever is signed in; tell what was done, or the verb's refusal."""
    try:
        done = verb(*args, by=request.user, **kwargs)
    except OrderError as refusal:
        messages.error(request, str(refusal))
        return None
    messages.success(request, said)
    return done
