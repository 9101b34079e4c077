"""The paper that goes with the copies: packing slips and labels, in the recipient's language.

Takes consignments, returns the bytes of PDF/UA-1 documents. The same consignment gives the same
bytes, whoever asks, in whatever language, at whatever time.
"""

import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from catalogue import formats, languages, typesetting
from catalogue.models import Edition
from orders import addresses
from orders.models import Consignment, OrderLine
from orders.querysets import load_what_papers_say
from orders.references import short_code

SLIP_STYLES = ["orders/pdf/slip.css"]
LABEL_STYLES = ["orders/pdf/label.css"]
LABEL_SIZES = range(1, 9)  # of the type, the largest first; see label.css
READABLE = 6  # the size of an address that needs two labels


@dataclass(frozen=True)
class Line:
    """A line of an address as typed, and the direction its script is read in."""

    text: str

    @property
    def direction(self) -> str:
        """ "rtl" where the first letter belongs to a script such as Arabic, else "ltr"."""
        kinds = (unicodedata.bidirectional(character) for character in self.text)
        first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
        return "ltr" if first == "L" else "rtl"


@dataclass(frozen=True)
class Row:
    """Copies of an edition: its title in the language of the slip, and as it is printed."""

    code: str
    title: str
    title_language: str
    printed: str
    printed_language: str
    languages: str
    copies: int


# Packing slips ----------------------------------------------------------------


def packing_slip(consignment: Consignment) -> bytes:
    """The A4 sheet that lies in the parcel, in the consignment's slip language."""
    return packing_slips([consignment])


def packing_slips(consignments: Iterable[Consignment]) -> bytes:
    """The slips of one consignment or more in one document, each in its own language."""
    consignments = list(consignments)
    load_what_papers_say(consignments)
    slips = [_slip(consignment) for consignment in consignments]
    return typesetting.typeset_together(slips, stylesheets=SLIP_STYLES)


def _slip(consignment: Consignment) -> str:
    """The HTML of one slip."""
    with _slip_language(consignment):
        rows, awaited = list(_packed(consignment)), list(_awaited(consignment))
        return render_to_string(
            "orders/pdf/slip.html",
            {
                **_common(consignment),
                "packed_on": consignment.packed_at and timezone.localdate(consignment.packed_at),
                "rows": rows,
                "titles": len(rows),
                "copies": sum(row.copies for row in rows),
                "awaited": awaited,
                "awaited_copies": sum(row.copies for row in awaited),
                "code": _code(_desk_url(consignment.order)),
            },
        )


def _packed(consignment: Consignment) -> Iterator[Row]:
    """What lies in the consignment, in the order of the order."""
    packed = _quantities(consignment)
    for line in consignment.order.lines.all():
        if line.pk in packed:
            yield _row(line, packed[line.pk])


def _awaited(consignment: Consignment) -> Iterator[Row]:
    """What the order still has to come, this consignment aside.

    Copies count as the order's until they leave, so the slip reads the same before and after.
    """
    here = {} if consignment.left_at else _quantities(consignment)
    for line in consignment.order.lines.all():
        if (copies := line.pending - here.get(line.pk, 0)) > 0:
            yield _row(line, copies)


def _quantities(consignment: Consignment) -> dict[int, int]:
    return {packed.line_id: packed.quantity for packed in consignment.lines.all()}


def _row(line: OrderLine, copies: int) -> Row:
    edition, reader = line.edition, languages.current()
    title, title_language = languages.translated(edition.publication, "title")
    return Row(
        code=short_code(edition),
        title=title,
        title_language=title_language,
        printed=_printed(edition),
        printed_language=edition.language,
        languages=formats.joined([languages.name(tag, reader) for tag in edition.tags]),
        copies=copies,
    )


def _printed(edition: Edition) -> str:
    """The title on the cover; empty where only a title in another language is known."""
    described, language = languages.translated(edition.publication, "title", edition.language)
    return edition.title or (described if language == edition.language else "")


def _desk_url(order) -> str:
    """Where the desk opens the order; the prefix is the default language's."""
    with translation.override(settings.LANGUAGE_CODE):
        return settings.SITE_URL + order.get_desk_url()


# Labels -----------------------------------------------------------------------


def address_label(consignment: Consignment) -> bytes:
    """The label of a parcel, 105 × 74 mm; for a pick-up, of a bag.

    A long address is set in smaller type. One that fits in no size goes on on a second label
    rather than lose a word.
    """
    for size in LABEL_SIZES:
        label = _label(consignment, size)
        if _pages(label) == 1:
            return label
    return _label(consignment, READABLE)


def _label(consignment: Consignment, size: int) -> bytes:
    with _slip_language(consignment):
        html = render_to_string(
            "orders/pdf/label.html",
            {
                **_common(consignment),
                "size": size,
                "sender": [*settings.UNIT_ADDRESS, *_country_of_sender(consignment)],
                "is_abroad": _is_abroad(consignment),
                "code": _code(consignment.order.number),
            },
        )
    return typesetting.typeset(html, stylesheets=LABEL_STYLES)


def _is_abroad(consignment: Consignment) -> bool:
    return consignment.country not in ("", settings.UNIT_COUNTRY)


def _country_of_sender(consignment: Consignment) -> list[str]:
    """Our own country, so that a parcel finds back from another one."""
    if not _is_abroad(consignment):
        return []
    return [addresses.country_name(settings.UNIT_COUNTRY, addresses.label_language(consignment))]


def _pages(content: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as document:
        return len(document.pages)


# Both -------------------------------------------------------------------------


def _slip_language(consignment: Consignment):
    return translation.override(languages.interface_for(consignment.slip_language))


def _common(consignment: Consignment) -> dict:
    """What both papers say: who sends, to whom, which order."""
    return {
        "language": languages.current(),
        "direction": languages.direction(languages.current()),
        "consignment": consignment,
        "order": consignment.order,
        "point": consignment.pick_up_point,
        "address": [Line(text) for text in addresses.label_lines(consignment)],
        "unit_name": languages.words(settings.UNIT_NAME),
        "unit_address": settings.UNIT_ADDRESS,
        "unit_email": settings.UNIT_EMAIL,
        "treaty_name": languages.words(settings.TREATY_NAME),
    }


def _code(text: str) -> str:
    """A QR code of a text, as the address of a drawing."""
    return segno.make(text, error="m", micro=False).svg_data_uri(border=0, omitsize=True)
