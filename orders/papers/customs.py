"""Weight and customs of consignments abroad: a sheet to copy from, and a table of the same.

No form is imitated: the post has its own. Up to `settings.CUSTOMS_FROM_G` printed paper travels
as documents; above it is a parcel of goods, declared electronically with what stands here.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from catalogue import formats, languages, typesetting
from catalogue.importing.sheets import disarmed
from orders import addresses
from orders.models import Consignment, OrderLine
from orders.papers import parts
from orders.papers.parts import States

HS_CODE = "4901.99"  # printed books, brochures and similar matter
STYLES = ["orders/pdf/list.css", "orders/pdf/pages.css"]
COLUMNS = (
    *("consignment", "recipient", "recipient_country", "recipient_telephone", "recipient_email"),
    *("sender", "sender_country", "sender_telephone", "sender_email"),
    *("description", "language", "quantity", "net_weight_g", "value", "currency"),
    *("hs_code", "origin", "parcel_weight_g", "declaration"),
)


@dataclass(frozen=True)
class Good:
    """Copies of one edition as the customs see them."""

    code: str
    title: str
    title_language: str
    languages: str
    copies: int
    weight: int | None  # of all of them in grams; None where unknown
    value: Decimal


@dataclass(frozen=True)
class Declaration:
    """What is declared of a consignment abroad, in the language of now."""

    consignment: Consignment
    goods: list[Good]
    recipient: list[str]

    @property
    def copies(self) -> int:
        return sum(good.copies for good in self.goods)

    @property
    def value(self) -> Decimal:
        return sum((good.value for good in self.goods), Decimal(0))

    @property
    def net_weight(self) -> int | None:
        """Grams of all copies; None where the weight of one is unknown."""
        weights = [good.weight for good in self.goods]
        return None if None in weights else sum(weight or 0 for weight in weights)

    @property
    def gross_weight(self) -> int | None:
        """Grams of the parcel, as the scales or the copies say; None where unknown."""
        return self.consignment.weight_g or self.net_weight

    @property
    def kind(self) -> str:
        """ "goods" above the threshold, "documents" up to it, "unknown" where nobody knows."""
        if self.gross_weight is None:
            return "unknown"
        return "goods" if self.gross_weight > settings.CUSTOMS_FROM_G else "documents"

    @property
    def lacks(self) -> list[str]:
        """What a declaration of goods needs and is not known."""
        known = {
            _("the recipient’s telephone number"): self.consignment.phone,
            _("the recipient’s e-mail address"): self.consignment.order.email,
            _("our telephone number"): settings.UNIT_PHONE,
            _("the weight of every title"): self.net_weight,
        }
        return [name for name, value in known.items() if not value]


def customs_sheets(consignments: Iterable[Consignment], language: str) -> bytes:
    """A sheet for each consignment that goes abroad, in a colleague's language."""
    with parts.of_language(language):
        context = {
            **parts.spoken(),
            "title": _("Customs and weight"),
            "sheets": [_sheet(found) for found in declarations(consignments)],
            "currency": settings.CUSTOMS_CURRENCY,
            "hs_code": HS_CODE,
            "origin": settings.UNIT_COUNTRY,
            "unit_phone": settings.UNIT_PHONE,
            "threshold": settings.CUSTOMS_FROM_G,
        }
        html = render_to_string("orders/pdf/customs.html", context)
        return typesetting.typeset(html, stylesheets=STYLES)


def _sheet(found: Declaration) -> dict:
    """What a sheet says beside the facts, in words."""
    rows = [(good, _in_currency(good.value)) for good in found.goods]
    lacks = formats.joined(found.lacks) if found.kind != "documents" else ""
    return {"facts": found, "rows": rows, "value": _in_currency(found.value), "lacks": lacks}


def _in_currency(value: Decimal) -> str:
    return formats.money(value, settings.CUSTOMS_CURRENCY)


def declarations(consignments: Iterable[Consignment]) -> list[Declaration]:
    """Of the consignments, those that leave the country, each with what is declared."""
    found = [row for row in consignments if parts.is_abroad(row)]
    states = parts.opened(found)
    return [_declaration(consignment, states) for consignment in found]


def _declaration(consignment: Consignment, states: States) -> Declaration:
    goods = [_good(line, copies) for line, copies in parts.packed(consignment)]
    return Declaration(consignment, goods, addresses.label_lines(consignment, states))


def _good(line: OrderLine, copies: int) -> Good:
    edition = line.edition
    row = parts.row_of(edition, copies)
    weight = copies * edition.weight_g if edition.weight_g else None
    value = copies * settings.CUSTOMS_VALUE
    return Good(row.code, row.title, row.title_language, row.languages, copies, weight, value)


def customs_csv(consignments: Iterable[Consignment], language: str) -> str:
    """A line for each edition in each consignment abroad; weights in grams, empty if unknown."""
    with parts.of_language(language):
        written = io.StringIO()
        table = csv.writer(written)
        table.writerow(COLUMNS)
        for found in declarations(consignments):
            for good in found.goods:
                table.writerow([disarmed(str(cell)) for cell in _cells(found, good)])
        return written.getvalue()


def _cells(found: Declaration, good: Good) -> list:
    """In the order of `COLUMNS`."""
    parcel, us = found.consignment, languages.words(settings.UNIT_NAME)
    address = ", ".join([us, *languages.words(settings.UNIT_ADDRESS)])
    return [
        *(parcel, ", ".join(found.recipient), parcel.country, parcel.phone, parcel.order.email),
        *(address, settings.UNIT_COUNTRY, settings.UNIT_PHONE, settings.UNIT_EMAIL),
        *(_("Printed matter: %(title)s") % {"title": good.title}, good.languages, good.copies),
        *("" if good.weight is None else good.weight, good.value, settings.CUSTOMS_CURRENCY),
        *(HS_CODE, settings.UNIT_COUNTRY, found.gross_weight or "", found.kind),
    ]
