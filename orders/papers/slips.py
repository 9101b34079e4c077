"""Packing slips: the A4 sheet that lies in the parcel, in the consignment's slip language.

Many are laid out as one document, which is much quicker than one after the other. One that needs
more than a page is laid out again by itself, so that it counts its own pages.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import languages, typesetting
from catalogue.typesetting import Draft
from orders import consignees
from orders.models import Consignment, OrderLine
from orders.papers import parts
from orders.papers.parts import States

STYLES = ["orders/pdf/slip.css"]
ALONE = [*STYLES, "orders/pdf/pages.css"]  # counts its pages

Slip = tuple[Consignment, str]  # and its HTML


def packing_slip(consignment: Consignment) -> bytes:
    """The slip of one consignment."""
    return packing_slips([consignment])


def packing_slips(consignments: Iterable[Consignment]) -> bytes:
    """The slips of one consignment or more in one document, each in its own language."""
    consignments = list(consignments)
    states = parts.opened(consignments)
    return typeset([(row, drawn(row, states)) for row in consignments])


def typeset(slips: Sequence[Slip]) -> bytes:
    """The PDF of slips that are written already."""
    drafts = [_draft(slips, STYLES if len(slips) > 1 else ALONE)]
    pages: list[tuple[int, int]] = []
    tags: list[str] = []
    for place, (first, end) in enumerate(pairwise([*_beginnings(drafts[0]), len(drafts[0])])):
        run = [(0, page) for page in range(first, end)]
        if len(run) > 1 and len(slips) > 1:
            drafts.append(_draft([slips[place]], ALONE))
            run = [(len(drafts) - 1, page) for page in range(len(drafts[-1]))]
        pages += run
        tags += [languages.interface_for(slips[place][0].slip_language)] * len(run)
    return typesetting.together(drafts, pages, tags)


def _draft(slips: Sequence[Slip], styles: list[str]) -> Draft:
    """Slips on their pages; the document speaks the language of the first."""
    with parts.slip_language(slips[0][0]):
        written = [html for _consignment, html in slips]
        context = {**parts.spoken(), "title": _title(slips), "slips": written}
        html = render_to_string("orders/pdf/slips.html", context)
        return typesetting.draft(html, stylesheets=styles, pictures=parts.opened_code)


def _title(slips: Sequence[Slip]) -> str:
    if len(slips) == 1:
        return _("Packing slip %(number)s") % {"number": slips[0][0]}
    count = len(slips)
    return ngettext("%(count)s packing slip", "%(count)s packing slips", count) % {"count": count}


def _beginnings(draft: Draft) -> list[int]:
    """The page on which each slip begins."""
    first: dict[str, int] = {}
    for page, anchors in enumerate(draft.anchors):
        for name in anchors:
            first.setdefault(name, page)
    return list(first.values())


def drawn(consignment: Consignment, states: States) -> str:
    """The HTML of one slip, of a consignment that is `opened`."""
    with parts.slip_language(consignment):
        rows = [parts.row_of(line.edition, n) for line, n in parts.packed(consignment)]
        awaited = [parts.row_of(line.edition, n) for line, n in _awaited(consignment)]
        packed_at = consignment.packed_at
        return render_to_string(
            "orders/pdf/slip.html",
            {
                **parts.common(consignment, states),
                "packed_on": packed_at and timezone.localdate(packed_at),
                "part": _part(consignment),
                "rows": rows,
                "titles": len(rows),
                "copies": sum(row.copies for row in rows),
                "awaited": awaited,
                "awaited_copies": sum(row.copies for row in awaited),
                "code": parts.code(parts.desk_url(consignment.order)),
            },
        )


def _part(consignment: Consignment) -> str:
    """Whose part of the order it is, where the order goes to several."""
    others = consignment.order.consignees.all()
    numbers = {"number": consignment.order, "count": len(others)}
    for consignee in others:
        if consignee.pk == consignment.consignee_id:
            words = _("Part of order %(number)s, consignee %(position)s of %(count)s")
            return words % {**numbers, "position": consignee.position}
    return _("Part of order %(number)s; the rest goes to others") % numbers if others else ""


def _awaited(consignment: Consignment) -> Iterator[tuple[OrderLine, int]]:
    """What the recipient still has to come, this consignment aside.

    Copies count as the order's until they leave, so the slip reads the same before and after.
    """
    here = {} if consignment.left_at else parts.quantities_of(consignment)
    for line, owed in _owed(consignment).items():
        copies = min(line.pending - here.get(line.pk, 0), owed)
        if copies > 0:
            yield line, copies


def _owed(consignment: Consignment) -> consignees.Copies:
    """Copies by line that the recipient has not got, this consignment and earlier ones aside."""
    order, others = consignment.order, consignment.order.consignees.all()
    if not others:
        return {line: line.pending for line in order.lines.all()}
    place = next((other for other in others if other.pk == consignment.consignee_id), None)
    parcels = order.consignments.all()
    so_far = [parcel for parcel in parcels if parcel.position <= consignment.position]
    return consignees.owed(place, order.lines.all(), others, so_far)
