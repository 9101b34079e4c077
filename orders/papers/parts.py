"""What several papers say in the same way: lines of an address, copies of an edition, a code."""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

import segno
from django.conf import settings
from django.utils import translation

from catalogue import formats, languages, typesetting
from catalogue.models import Edition, State
from orders import addresses
from orders.models import Consignment, OrderLine
from orders.querysets import load_what_papers_say
from orders.references import short_code

QUICK_MASK = 0  # of a QR code: any mask can be read, and choosing the best costs most of the time


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
    """Copies of an edition: its title in the reader's language, and as it is printed."""

    code: str
    title: str
    title_language: str
    printed: str
    printed_language: str
    languages: str
    copies: int


States = dict[str, State]  # by the two letters of the country


def opened(consignments: Sequence[Consignment]) -> States:
    """Fetch what papers say of consignments, however many, and the States they go to."""
    load_what_papers_say(consignments)
    codes = {settings.UNIT_COUNTRY, *(consignment.country for consignment in consignments)}
    return {state.iso2: state for state in State.objects.filter(iso2__in=codes)}


def packed(consignment: Consignment) -> Iterator[tuple[OrderLine, int]]:
    """What lies in the consignment, in the order of the order."""
    quantities = quantities_of(consignment)
    for line in consignment.order.lines.all():
        if line.pk in quantities:
            yield line, quantities[line.pk]


def quantities_of(consignment: Consignment) -> dict[int, int]:
    """Copies by the line of the order."""
    return {packed.line_id: packed.quantity for packed in consignment.lines.all()}


def row_of(edition: Edition, copies: int) -> Row:
    """Copies of an edition in the words of the language of now."""
    title, title_language = languages.translated(edition.publication, "title")
    return Row(
        code=short_code(edition, copies),
        title=title,
        title_language=title_language,
        printed=_printed(edition),
        printed_language=edition.language,
        languages=languages_of(edition),
        copies=copies,
    )


def languages_of(edition: Edition) -> str:
    """ "French and Spanish", in the language of now."""
    reader = languages.current()
    return formats.joined([languages.name(tag, reader) for tag in edition.tags])


def _printed(edition: Edition) -> str:
    """The title on the cover; empty where only a title in another language is known."""
    described, language = languages.translated(edition.publication, "title", edition.language)
    return edition.title or (described if language == edition.language else "")


def slip_language(consignment: Consignment):
    """A context in which everything is said in the recipient's language."""
    return translation.override(languages.interface_for(consignment.slip_language))


def of_language(language: str):
    """A context in which everything is said in a colleague's language."""
    return translation.override(languages.interface_for(language))


def common(consignment: Consignment, states: States) -> dict:
    """What slips and labels say: who sends, to whom, which order."""
    lines = addresses.label_lines(consignment, states)
    return {
        **spoken(),
        "consignment": consignment,
        "order": consignment.order,
        "point": consignment.pick_up_point,
        "address": [Line(text) for text in lines],
    }


def spoken() -> dict:
    """The language of now, and who we are in it."""
    language = languages.current()
    return {
        "language": language,
        "direction": languages.direction(language),
        "unit_name": languages.words(settings.UNIT_NAME),
        "unit_address": languages.words(settings.UNIT_ADDRESS),
        "unit_email": settings.UNIT_EMAIL,
        "treaty_name": languages.words(settings.TREATY_NAME),
    }


def is_abroad(consignment: Consignment) -> bool:
    return consignment.country not in ("", settings.UNIT_COUNTRY)


def desk_url(order) -> str:
    """Where the desk opens the order; the prefix is the default language's."""
    with translation.override(settings.LANGUAGE_CODE):
        return settings.SITE_URL + order.get_desk_url()


def code(text: str) -> str:
    """The address under which `opened_code` draws a QR code of a text."""
    return typesetting.GIVEN + quote(text, safe="")


def opened_code(name: str) -> bytes:
    """A QR code, a pixel for each module: quicker to draw than lines, and as sharp in print."""
    drawn = segno.make(unquote(name), error="m", micro=False, boost_error=False, mask=QUICK_MASK)
    written = io.BytesIO()
    drawn.save(written, kind="png", border=0)
    return written.getvalue()
