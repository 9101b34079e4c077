"""The cards of the list as finished HTML, kept for as long as the catalogue stays as it is.

What changes more often, the number of paper copies, and what a question brings, the place
where its words were found, is left open: a card is in pieces, and the page puts them together.
"""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from django.core.cache import caches
from django.template.loader import render_to_string

from catalogue import cards as carding
from catalogue import languages, search
from catalogue.models import Publication
from catalogue.search import Snippet

SLOT = "<!-- slot -->"
EAGER = 3  # covers that a reader sees without scrolling
KEPT = 24 * 3600  # seconds


class Printed(NamedTuple):
    """An edition on paper: what it takes to say how many copies there are."""

    pk: int
    reprint_on: date | None
    is_printed: bool = True


class Piece(NamedTuple):
    """Some HTML, and the edition whose paper is spoken of after it."""

    html: str
    printed: Printed | None


class Fragment(NamedTuple):
    """A card: its head, what it is about, and its editions."""

    key: int
    head: str
    gist: str
    pieces: list[Piece]


class Sheet(NamedTuple):
    """The cards of one page of the list, and by key where the words of a question are."""

    cards: list[Fragment]
    snippets: dict[int, Snippet | None]

    @property
    def printed(self) -> list[Printed]:
        """The editions on paper."""
        return [piece.printed for card in self.cards for piece in card.pieces if piece.printed]


def sheet(keys: Iterable[int], token: str, question: str = "") -> Sheet:
    """What a page of the list shows of these publications at one version of the catalogue."""
    keys = list(keys)
    if not question:
        return Sheet(cards(keys, token), {})
    name = _named(token, "snippets", question, *keys)
    snippets = caches["fragments"].get(name)
    if snippets is not None:
        return Sheet(cards(keys, token), snippets)
    rows = list(_fetched(keys))
    caches["fragments"].set(name, found := search.snippets(rows, question), KEPT)
    return Sheet(cards(keys, token, rows), found)


def cards(keys: list[int], token: str, rows: Iterable[Publication] = ()) -> list[Fragment]:
    """The cards of these publications, made where missing, from rows if they were fetched."""
    names = {key: _name(key, place, token) for place, key in enumerate(keys)}
    kept = caches["fragments"].get_many(names.values())
    missing = [key for key, name in names.items() if name not in kept]
    for publication in (row for row in rows or _fetched(missing) if row.pk in missing):
        name = names[publication.pk]
        kept[name] = _made(publication, is_lazy="-lazy-" in name)
        caches["fragments"].set(name, kept[name], KEPT)
    return [kept[name] for name in names.values() if name in kept]


def meant(question: str, token: str) -> str:
    """What was meant, where what was typed finds nothing; "" if nobody knows."""
    name = _named(token, "meant", question)
    find = caches["fragments"].get_or_set
    return find(name, lambda: search.did_you_mean(question) or "", KEPT) or ""


def _named(token: str, what: str, *asked) -> str:
    """A name of bounded length, whatever was typed."""
    digest = sha256(repr(asked).encode()).hexdigest()
    return f"{what}-{token}-{languages.current()}-{digest}"


def _name(key: int, place: int, token: str) -> str:
    return f"card-{token}-{languages.current()}-{'eager' if place < EAGER else 'lazy'}-{key}"


def _fetched(keys: list[int]):
    rows = Publication.objects.published().filter(pk__in=keys).with_editions()
    return rows if keys else []


def _made(publication: Publication, *, is_lazy: bool) -> Fragment:
    card = carding.card(publication)
    html = render_to_string(
        "catalogue/_publication.html",
        {
            "card": card,
            "publication": publication,
            "is_lazy": is_lazy,
            "page_language": languages.current(),
            "slot": SLOT,
        },
    )
    head, gist, *rest = html.split(SLOT)
    on_paper = [
        Printed(offer.edition.pk, offer.edition.reprint_on)
        for offer in card.offers
        if offer.edition.is_printed
    ]
    return Fragment(
        publication.pk,
        head,
        gist,
        [Piece(text, edition) for text, edition in zip(rest, [*on_paper, None], strict=True)],
    )
