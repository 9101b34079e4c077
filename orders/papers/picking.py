"""Pick lists: what to take from which shelf, for whom, in the order in which one walks along.

For colleagues, in their language. A list is made of `Taking`s: copies of an edition for one
destination, from consignments that are packed on paper or from orders that are to be packed.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import languages, typesetting
from catalogue.models import Edition
from orders import consignees
from orders.models import Consignment, Order, PickUpPoint
from orders.papers import parts
from orders.querysets import shelves_of, to_take_for
from orders.references import short_code

STYLES = ["orders/pdf/list.css", "orders/pdf/pages.css"]


class Taking(NamedTuple):
    """Copies of an edition at a location, for one destination."""

    edition: Edition
    location: int  # its primary key
    reference: str  # "K7HM-2PQR/1", or the order's number
    copies: int


class Pick(NamedTuple):
    """One edition on a pick list: where it lies, how many, and for whom."""

    shelf: str
    code: str
    title: str
    title_language: str
    languages: str
    copies: int
    shares: list[tuple[str, int]]  # reference, copies


def pick_list(
    *, consignments: Iterable[Consignment] = (), orders: Iterable[Order] = (), language: str
) -> bytes:
    """What to take for consignments, and for what of orders is in none yet."""
    with parts.of_language(language):
        taken = [*of_consignments(list(consignments)), *of_orders(list(orders))]
        return list_of(taken, _("Pick list"))


def store_pick_list(point: PickUpPoint, language: str) -> bytes:
    """What to take from the store for a pick-up point: packed for it, or to be packed."""
    with parts.of_language(language):
        waiting = point.consignment_set.filter(status__in=["preparing", "packed"]).with_lines()
        taken = [*of_consignments(list(waiting)), *due_at(point)]
        return list_of(taken, _("Pick list for the store"), str(point))


def list_of(taken: Iterable[Taking], title: str, place: str = "") -> bytes:
    """The list in the language of now."""
    picks = picks_of(list(taken))
    context = {
        **parts.spoken(),
        "title": title,
        "place": place,
        "on": timezone.localdate(),
        "picks": picks,
        "titles": len(picks),
        "copies": sum(pick.copies for pick in picks),
    }
    html = render_to_string("orders/pdf/pick_list.html", context)
    return typesetting.typeset(html, stylesheets=STYLES)


def picks_of(taken: list[Taking]) -> list[Pick]:
    """One row for each edition and shelf, sorted by shelf, title and language."""
    shelves = shelves_of({taking.edition.pk for taking in taken})
    groups: dict[tuple[int, int], list[Taking]] = {}
    for taking in taken:
        groups.setdefault((taking.edition.pk, taking.location), []).append(taking)
    picks = [_pick(rows, shelves.get(key, "")) for key, rows in groups.items()]
    return sorted(
        picks, key=lambda pick: (*_walk(pick.shelf), languages.fold(pick.title), pick.code)
    )


def _pick(rows: list[Taking], shelf: str) -> Pick:
    edition, copies = rows[0].edition, sum(taking.copies for taking in rows)
    title, title_language = languages.translated(edition.publication, "title")
    shares = sorted((taking.reference, taking.copies) for taking in rows)
    code, spoken = short_code(edition, copies), parts.languages_of(edition)
    return Pick(shelf, code, title, title_language, spoken, copies, shares)


def _walk(shelf: str) -> tuple:
    """Sorts shelves as they stand: A-3 before A-10, what has no shelf last."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", languages.fold(shelf))
    return (not shelf, [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in pieces])


# What is taken ----------------------------------------------------------------


def of_consignments(consignments: list[Consignment]) -> Iterator[Taking]:
    parts.opened(consignments)
    for consignment in consignments:
        for line, copies in parts.packed(consignment):
            yield Taking(line.edition, line.location_id, str(consignment), copies)


def of_orders(orders: list[Order]) -> Iterator[Taking]:
    """What lies on the shelf for orders and in no consignment yet."""
    for line in to_take_for(orders):
        yield Taking(line.edition, line.location_id, line.order.number, line.unpacked)


def due_at(point: PickUpPoint) -> Iterator[Taking]:
    """What is to be packed for a pick-up point, of orders and for further consignees."""
    for order, parts_of_it in consignees.due_at(point).items():
        for copies in parts_of_it.values():
            for line, count in copies.items():
                yield Taking(line.edition, line.location_id, order.number, count)
