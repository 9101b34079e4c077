"""What colleagues do at the shelf: six movements of paper, and how each is asked and told."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.formats import number
from orders import stock

LOCATION = gettext_lazy("Location")


@dataclass(frozen=True)
class Movement:
    """A button at the shelf: the verb of `orders.stock`, its words, and what it needs."""

    name: str
    verb: Callable
    title: Promise
    label: Promise
    tell: Callable[[int, int], list[str]]  # copies typed, what the verb returned → sentences
    needs_reason: bool = False
    least: int = 1
    place_label: Promise = LOCATION

    @property
    def url_name(self) -> str:
        return f"desk:{self.name}"

    def made(self, edition, copies, **entry) -> tuple[int, list[str]]:
        """Move the copies; what the verb returned, and in words what that did."""
        done = self.verb(edition, copies, **entry)
        return done, self.tell(copies, done)


def tell_receive(copies, served):
    return [
        ngettext("%(n)s copy received.", "%(n)s copies received.", copies) % {"n": number(copies)},
        *tell_served(served),
    ]


def tell_served(served):
    if not served:
        return []
    sentence = ngettext(
        "%(n)s copy is promised to an order that waited.",
        "%(n)s copies are promised to orders that waited.",
        served,
    )
    return [sentence % {"n": number(served)}]


def tell_count(_copies, difference):
    if difference == 0:
        return [_("The count agrees with the ledger.")]
    found = (
        ngettext(
            "%(n)s copy more than the ledger said; it is corrected.",
            "%(n)s copies more than the ledger said; it is corrected.",
            difference,
        )
        if difference > 0
        else ngettext(
            "%(n)s copy fewer than the ledger said; it is corrected.",
            "%(n)s copies fewer than the ledger said; it is corrected.",
            -difference,
        )
    )
    return [found % {"n": number(abs(difference))}]


def tell_damage(copies, _served):
    sentence = ngettext(
        "%(n)s copy is set aside as unusable.", "%(n)s copies are set aside as unusable.", copies
    )
    return [sentence % {"n": number(copies)}]


def tell_write_off(copies, _served):
    sentence = ngettext("%(n)s copy is written off.", "%(n)s copies are written off.", copies)
    return [sentence % {"n": number(copies)}]


def tell_walk_up(copies, _served):
    sentence = ngettext(
        "%(n)s copy handed out without an order.",
        "%(n)s copies handed out without an order.",
        copies,
    )
    return [sentence % {"n": number(copies)}]


def tell_transfer(copies, served):
    sentence = ngettext(
        "%(n)s copy is moved to the other location.",
        "%(n)s copies are moved to the other location.",
        copies,
    )
    return [sentence % {"n": number(copies)}, *tell_served(served)]


def transfer(edition, copies, *, location, destination, **entry):
    """Copies go from the location of the form to another."""
    return stock.transfer(edition, copies, origin=location, destination=destination, **entry)


copies = gettext_lazy("Copies")
MOVEMENTS = {
    movement.name: movement
    for movement in (
        Movement(
            "receive", stock.receive, gettext_lazy("Receive a print run"), copies, tell_receive
        ),
        Movement(
            "walk_up",
            stock.walk_up,
            gettext_lazy("Hand out without an order"),
            copies,
            tell_walk_up,
        ),
        Movement(
            "transfer",
            transfer,
            gettext_lazy("Move to another location"),
            copies,
            tell_transfer,
            place_label=gettext_lazy("Out of"),
        ),
        Movement(
            "count",
            stock.count,
            gettext_lazy("Count the shelf"),
            gettext_lazy("Copies counted on the shelf"),
            tell_count,
            least=0,
        ),
        Movement(
            "damage",
            stock.damage,
            gettext_lazy("Set aside as unusable"),
            copies,
            tell_damage,
            needs_reason=True,
        ),
        Movement(
            "write_off",
            stock.write_off,
            gettext_lazy("Write off unusable copies"),
            copies,
            tell_write_off,
            needs_reason=True,
        ),
    )
}
