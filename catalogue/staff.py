"""Who may come to the pages of the staff, and what each may do there."""

from functools import wraps

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

SAFE_METHODS = ("GET", "HEAD")


def staff_only(permission):
    """Keep a page for colleagues with the permission and a second factor.

    Who has not signed in is asked to; who may not gets 403. Nothing staff see is cached.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            response = turned_away(request, permission) or view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


def turned_away(request, permission):
    """Where to send a visitor who may not see the page now; None for whoever may."""
    if not request.user.is_authenticated:
        return redirect_to_login(return_path(request))
    if not request.user.is_staff or not request.user.has_perm(permission):
        raise PermissionDenied
    if not has_second_factor(request):
        return to_second_factor(request)
    return None


def return_path(request):
    """Where to go after signing in: the page asked for, or the first one when it was a button."""
    if request.method in SAFE_METHODS:
        return request.get_full_path()
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def has_second_factor(request):
    """Signed in with a second factor, or has just set one up; true where none is demanded."""
    if not settings.STAFF_SECOND_FACTOR:
        return True
    steps = get_authentication_records(request, request.user)
    return any(step["method"] == "mfa" for step in steps) or is_mfa_enabled(request.user)


def to_second_factor(request):
    """To the page where a colleague sets one up, with the reason."""
    messages.info(request, _("Set up a second factor first: it protects the names we are given."))
    return redirect("mfa_index")
