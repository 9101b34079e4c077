"""Pages that belong to no app: refusals, and where to report a hole."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalogue import languages


@require_safe
def security_txt(request):
    """Whom to tell of a hole, in the form of RFC 9116."""
    lines = [
        f"Contact: mailto:{settings.SECURITY_EMAIL}",
        f"Expires: {settings.SECURITY_TXT_EXPIRES:%Y-%m-%d}T00:00:00Z",
        f"Preferred-Languages: {', '.join(languages.interface_languages())}",
        f"Canonical: {settings.SITE_URL}{reverse('security-txt')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def csrf_failure(request, reason=""):
    """A form that was open too long, or came from elsewhere: say so, and offer a way back."""
    return render(request, "403_csrf.html", status=403)
