"""Titles on paper that colleagues pick for an order, by their short code or their words."""

import re
from typing import NamedTuple

from catalogue.models import Edition
from orders.querysets import on_the_shelf, with_stock
from orders.querysets.search import coded

FOUND = 20
MOST_TYPED = 100


def typed_copies(data) -> dict[int, str]:
    """What was typed as copies, by edition; empty fields are left out."""
    pairs = (
        (name.partition("-")[2], text) for name, text in data.items() if name.startswith("copies-")
    )
    typed = {int(pk): text for pk, text in pairs if re.fullmatch("[0-9]{1,9}", pk) and text.strip()}
    return dict(list(typed.items())[:MOST_TYPED])


class Chosen(NamedTuple):
    """A title, and the copies typed for it where that is a number."""

    edition: Edition
    copies: int


def chosen(typed: dict[int, str]) -> list[Chosen]:
    """The titles for which copies were typed."""
    editions = on_paper().filter(pk__in=typed)
    texts = {edition: typed[edition.pk].strip() for edition in editions}
    numbers = {e: int(text) if re.fullmatch("[0-9]{1,3}", text) else 0 for e, text in texts.items()}
    return [Chosen(edition, copies) for edition, copies in numbers.items()]


def on_paper():
    """Editions that can be had on paper, each with its stock."""
    editions = with_stock(Edition.objects.published().printed().select_related("publication"))
    return editions.prefetch_related("languages")


def found(words: str, besides) -> list[Edition]:
    """Editions that are called so by their short code, then those that hold the words."""
    if not words:
        return []
    rows = on_the_shelf(on_paper().exclude(pk__in=list(besides)), words)
    by_code = coded(words.split()[0])
    return [*rows.filter(by_code)[:FOUND], *rows.exclude(by_code)[:FOUND]][:FOUND]


def beside(order) -> list[Edition]:
    """Other languages of the titles of an open order whose lines were fetched."""
    if order.status != "open":
        return []
    editions = {line.edition for line in order.lines.all()}
    publications = {edition.publication_id for edition in editions}
    rows = on_paper().filter(publication__in=publications).exclude(pk__in=[e.pk for e in editions])
    return list(rows.order_by("publication__slug", "pk")[:FOUND])
