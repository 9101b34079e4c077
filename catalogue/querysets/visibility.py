"""What the public may see: of publications and of editions alike."""

from django.db.models import Q
from django.utils import timezone


def visible(prefix: str = "") -> Q:
    """Published, and not withdrawn, at this moment."""
    return Q(**{f"{prefix}published_at__lte": timezone.now(), f"{prefix}withdrawn_at": None})
