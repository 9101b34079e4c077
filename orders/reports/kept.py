"""Sums that are kept for a minute, so that a page and its files are counted once.

A movement of paper makes them anew at once; a State that was corrected shows within the minute.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache

from orders.reports.choices import Choice

Sums = TypeVar("Sums")
SECONDS = 60


def kept(question: str, choice: Choice, count: Callable[[], Sums]) -> Sums:
    """What `count` returns, or what it returned for the same question a moment ago."""
    key = f"report:{sha256(f'{question} {choice.key}'.encode()).hexdigest()}"
    if (sums := cache.get(key)) is None:
        sums = count()
        cache.set(key, sums, SECONDS)
    return sums
