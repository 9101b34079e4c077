"""Lists for a pick-up point: the boxes for the van, and the bags by State for the desk there."""

from collections.abc import Iterable
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import languages, typesetting
from orders.models import Consignment, PickUpPoint
from orders.papers import parts
from orders.references import short_code

STYLES = ["orders/pdf/list.css", "orders/pdf/pages.css"]


class Bag(NamedTuple):
    """A consignment on a list."""

    number: str
    recipient: str
    state: str
    box: int | None
    codes: list[str]
    copies: int
    weight: int | None  # grams; None where unknown


class Group(NamedTuple):
    """The bags of one box, or of one State."""

    name: str
    bags: list[Bag]

    @property
    def copies(self) -> int:
        return sum(bag.copies for bag in self.bags)

    @property
    def weight(self) -> int:
        """Grams of the bags whose weight is known."""
        return sum(bag.weight or 0 for bag in self.bags)

    @property
    def unweighed(self) -> int:
        """Bags whose weight is not known."""
        return sum(bag.weight is None for bag in self.bags)


def box_list(point: PickUpPoint, language: str) -> bytes:
    """What lies in which box for the van, with the weight of each box."""
    with parts.of_language(language):
        bags = sorted(_bags(point), key=lambda bag: (bag.box is None, bag.box or 0, bag.number))
        return _list("orders/pdf/box_list.html", _("Box list"), point, _by(bags, _box_name))


def desk_list(point: PickUpPoint, language: str) -> bytes:
    """The bags by State, to be ticked off at the desk when they are handed over."""
    with parts.of_language(language):
        bags = sorted(_bags(point), key=_by_state)
        return _list("orders/pdf/desk_list.html", _("Desk list"), point, _by(bags, _state_name))


def _list(template: str, title: str, point: PickUpPoint, groups: list[Group]) -> bytes:
    context = {
        **parts.spoken(),
        "title": title,
        "place": languages.translated(point, "name")[0],
        "on": timezone.localdate(),
        "groups": groups,
        "bags": sum(len(group.bags) for group in groups),
        "copies": sum(group.copies for group in groups),
    }
    return typesetting.typeset(render_to_string(template, context), stylesheets=STYLES)


def _by(bags: Iterable[Bag], name) -> list[Group]:
    """The bags in groups, in the order in which they come."""
    groups: dict[str, list[Bag]] = {}
    for bag in bags:
        groups.setdefault(name(bag), []).append(bag)
    return [Group(*group) for group in groups.items()]


def _box_name(bag: Bag) -> str:
    return _("Box %(number)s") % {"number": bag.box} if bag.box else _("In no box yet")


def _state_name(bag: Bag) -> str:
    return bag.state or _("Organizations and others")


def _by_state(bag: Bag) -> tuple:
    return (not bag.state, *map(languages.fold, (bag.state, bag.recipient)), bag.number)


def _bags(point: PickUpPoint) -> list[Bag]:
    """The bags that are on their way to the point, or wait there."""
    consignments = list(point.consignment_set.live())
    parts.opened(consignments)
    return [_bag(consignment) for consignment in consignments]


def _bag(consignment: Consignment) -> Bag:
    packed, state = list(parts.packed(consignment)), consignment.order.state
    return Bag(
        number=str(consignment),
        recipient=", ".join(consignment.recipient.splitlines()),
        state=languages.translated(state, "name")[0] if state else "",
        box=consignment.box,
        codes=[short_code(line.edition, copies) for line, copies in packed],
        copies=sum(copies for _line, copies in packed),
        weight=consignment.weight_g,
    )
