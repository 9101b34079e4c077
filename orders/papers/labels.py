"""Address labels of parcels and labels of bags: one by itself, or on sheets.

A long address is set in smaller type. One that fits in no size goes on on a second label rather
than lose a word.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import languages, typesetting
from catalogue.typesetting import Draft
from orders import addresses
from orders.models import Consignment
from orders.models.order import DeliveryMethod
from orders.papers import parts
from orders.papers.parts import Line, States
from orders.references import short_code

MILLIMETRE = 72 / 25.4  # points
TYPE = (14.0, 12.0, 10.5, 9.0, 8.0, 7.2, 6.5, 5.8, 5.3, 5.0)  # points, as in labels.css
READABLE = 6  # the size of an address that needs two labels
TIGHT = 7  # from this size on lines stand closer
FAR = float("inf")  # off the paper
LEADING, TIGHT_LEADING = 1.28, 1.12
BREADTH = 0.56  # of a letter, in its size: for a first guess only
MOST_CODES = 6  # on the label of a bag; of more the titles are counted


@dataclass(frozen=True)
class Format:
    """How labels lie on a sheet; measures in millimetres. labels.css places them."""

    name: str
    labels: int  # on a sheet
    width: float  # of the text
    room: float  # from the top of a label to where its text must end
    text: float  # from the top of a label to where its address begins
    rows: tuple[float, ...]  # the top of each row of labels
    columns: int

    def top(self, place: int) -> float:
        """The top of the label at a place from 0: row by row, from left to right."""
        return self.rows[place // self.columns]


SINGLE = Format("single", 1, 94, 54.5, 13, (0,), 1)
FORMATS = {
    "a4-8": Format("a4-8", 8, 94, 54.5, 13, (0.5, 74.5, 148.5, 222.5), 2),
    "a4-14": Format("a4-14", 14, 74.5, 36, 7, tuple(15.15 + 38.1 * row for row in range(7)), 2),
}


@dataclass
class Label:
    """What a label says, and how its address is set: in which size, on how many labels."""

    facts: dict
    size: int = 1
    pieces: int = 1
    cells: range = field(default_factory=lambda: range(0))

    @property
    def lines(self) -> list[Line]:
        return self.facts["address"]

    def guess(self, sheet: Format) -> None:
        """The largest size in which the address may have room."""
        room = (sheet.room - sheet.text) * MILLIMETRE
        for size, points in enumerate(TYPE, start=1):
            breadth = sheet.width * MILLIMETRE / (points * BREADTH)
            rows = sum(max(1, ceil(len(line.text) * 0.8 / breadth)) for line in self.lines)
            self.size = size
            if rows * points * (LEADING if size < TIGHT else TIGHT_LEADING) <= room:
                break

    def is_doubtful(self, sheet: Format) -> bool:
        """Whether it may not fit, even in the smallest type: to be tried."""
        self.guess(sheet)
        return self.size == len(TYPE)

    def tighten(self) -> bool:
        """Set it closer; False where nothing is left to be done."""
        if self.pieces == 1 and self.size < len(TYPE):
            self.size += 1
        elif self.pieces < len(self.lines):
            self.size, self.pieces = READABLE, self.pieces + 1
        else:
            return False
        return True

    def end(self, ends: dict[int, float]) -> float:
        """How far down its text goes, on the label where it goes the farthest."""
        return max(ends.get(cell, FAR) for cell in self.cells)

    def faces(self) -> Iterator[dict]:
        """What stands on each of its labels."""
        runs = self._runs()
        for piece, lines in enumerate(runs):
            place = {"is_more": piece > 0, "is_last": piece == len(runs) - 1}
            yield {**self.facts, **place, "address": lines, "size": self.size}

    def _runs(self) -> list[list[Line]]:
        """The lines on as many labels, about as much on each."""
        runs: list[list[Line]] = [[] for _piece in range(self.pieces)]
        lengths = list(accumulate(len(line.text) + 20 for line in self.lines))
        for line, length in zip(self.lines, lengths, strict=True):
            runs[min(self.pieces - 1, (length - 1) * self.pieces // lengths[-1])].append(line)
        return [run for run in runs if run] or [[]]


# Papers -----------------------------------------------------------------------


def address_label(consignment: Consignment) -> bytes:
    """The label of a parcel, 105 × 74 mm; for a pick-up, of a bag. In the recipient's language."""
    states = parts.opened([consignment])
    with parts.slip_language(consignment):
        title = _("Label %(number)s") % {"number": consignment}
        return draft([consignment], SINGLE, 1, title, states).pdf()


def address_labels(
    consignments: Iterable[Consignment], sheet: str = "a4-8", start: int = 1
) -> bytes:
    """Labels on A4 sheets, "a4-8" or "a4-14", from the `start`th place of the first sheet on."""
    consignments = list(consignments)
    states = parts.opened(consignments)
    return draft(consignments, FORMATS[sheet], start, _("Address labels"), states).pdf()


def bag_labels(consignments: Iterable[Consignment], sheet: str = "a4-8", start: int = 1) -> bytes:
    """Labels of bags for pick-up: the name large, State, place, box and what is in the bag."""
    consignments = list(consignments)
    states = parts.opened(consignments)
    return draft(consignments, FORMATS[sheet], start, _("Bag labels"), states).pdf()


def too_long(consignments: Iterable[Consignment], sheet: str) -> list[Consignment]:
    """Those whose address does not fit one label in type that can still be read."""
    consignments = list(consignments)
    states = parts.opened(consignments)
    labels = [Label(_facts(consignment, states)) for consignment in consignments]
    doubtful = [label for label in labels if label.is_doubtful(FORMATS[sheet])]
    if doubtful:
        _fitted(doubtful, FORMATS[sheet], 0, "")
    return [label.facts["consignment"] for label in doubtful if label.pieces > 1]


# Setting them -----------------------------------------------------------------


def unprintable(consignments: Iterable[Consignment]) -> tuple[list[Consignment], str]:
    """Those with letters in the address that no font has, and these letters."""
    letters = {row: typesetting.unprintable(row.recipient + row.address) for row in consignments}
    found = [row for row, missing in letters.items() if missing]
    return found, "".join(dict.fromkeys("".join(letters.values())))


def draft(
    consignments: Sequence[Consignment], sheet: Format, start: int, title: str, states: States
) -> Draft:
    """The labels of consignments that are `parts.opened`, laid out so that all of them fit."""
    labels = [Label(_facts(consignment, states)) for consignment in consignments]
    for label in labels:
        label.guess(sheet)
    return _fitted(labels, sheet, start - 1, title)


def _fitted(labels: list[Label], sheet: Format, blank: int, title: str) -> Draft:
    """Set closer and closer until every label stays within its place."""
    while True:
        laid_out = _laid_out(labels, sheet, blank, title)
        ends = _ends(laid_out, sheet)
        over = [label for label in labels if label.end(ends) > sheet.room]
        if not [label for label in over if label.tighten()]:
            return laid_out


def _laid_out(labels: list[Label], sheet: Format, blank: int, title: str) -> Draft:
    faces: list[dict] = []
    for label in labels:
        added = list(label.faces())
        label.cells = range(blank + len(faces), blank + len(faces) + len(added))
        faces += added
    cells = [
        {**face, "at": (blank + n) % sheet.labels + 1, "cell": blank + n}
        for n, face in enumerate(faces)
    ]
    context = {**parts.spoken(), "title": title, "sheet": sheet, "sheets": _sheets(cells, sheet)}
    html = render_to_string("orders/pdf/labels.html", context)
    styles = ["orders/pdf/labels.css", f"orders/pdf/{sheet.name}.css"]
    return typesetting.draft(html, stylesheets=styles, pictures=parts.opened_code)


def _sheets(cells: list[dict], sheet: Format) -> list[list[dict]]:
    """The labels of each sheet of paper."""
    sheets: dict[int, list[dict]] = {}
    for cell in cells:
        sheets.setdefault(cell["cell"] // sheet.labels, []).append(cell)
    return list(sheets.values()) or [[]]


def _ends(laid_out: Draft, sheet: Format) -> dict[int, float]:
    """How far down each label its text goes, in millimetres from the label's top."""
    ends = {}
    for anchors in laid_out.anchors:
        for name, (_left, top) in anchors.items():
            if name.startswith("end-"):
                cell = int(name.removeprefix("end-"))
                ends[cell] = top / MILLIMETRE - sheet.top(cell % sheet.labels)
    return ends


# What they say ----------------------------------------------------------------


def _facts(consignment: Consignment, states: States) -> dict:
    """What the label of a consignment says, in the recipient's language."""
    with parts.slip_language(consignment):
        is_bag = consignment.pick_up_point is not None
        return {
            **parts.common(consignment, states),
            "code": parts.code(consignment.order.number),
            "number_alt": _("QR code of the number %(number)s")
            % {"number": consignment.order.number},
            "sender": [
                *languages.words(settings.UNIT_ADDRESS),
                *_country_of_sender(consignment, states),
            ],
            "is_abroad": parts.is_abroad(consignment),
            "phone": _phone(consignment),
            "bag": _bag(consignment) if is_bag else None,
        }


def _phone(consignment: Consignment) -> str:
    """For couriers, who ring before they come."""
    if consignment.delivery != DeliveryMethod.COURIER or not consignment.phone:
        return ""
    return _("Tel. %(number)s") % {"number": consignment.phone}


def _country_of_sender(consignment: Consignment, states: States) -> list[str]:
    """Our own country, so that a parcel finds back from another one."""
    if not parts.is_abroad(consignment):
        return []
    language = addresses.label_language(consignment)
    return [addresses.country_name(settings.UNIT_COUNTRY, language, states)]


def _bag(consignment: Consignment) -> dict:
    """What a bag's label says beside the name: the State, the place, the box, the copies."""
    point, state = consignment.pick_up_point, consignment.order.state
    packed = list(parts.packed(consignment))
    return {
        "state": languages.translated(state, "name")[0] if state else "",
        "point": languages.translated(point, "name"),
        "place": languages.translated(point, "place"),
        "box_words": _("Box %(number)s") % {"number": consignment.box} if consignment.box else "",
        "codes": [short_code(line.edition, n) for line, n in packed[:MOST_CODES]],
        "more": _more(len(packed) - MOST_CODES),
    }


def _more(titles: int) -> str:
    if titles <= 0:
        return ""
    words = ngettext("and %(count)s more title", "and %(count)s more titles", titles)
    return words % {"count": titles}
