"""Pages that belong to no app: refusals."""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    """A form that was open too long, or came from elsewhere: say so, and offer a way back."""
    return render(request, "403_csrf.html", status=403)
