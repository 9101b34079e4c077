"""The receipt of an order, for the person who placed it: what was agreed, and what became of it.

Takes an order, returns the bytes of a PDF/UA-1 document in the page's language.
"""

from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from catalogue import languages, typesetting
from orders import addresses, progress
from orders.models import Order
from orders.references import short_code

STYLES = ["orders/pdf/slip.css", "orders/pdf/receipt.css", "orders/pdf/pages.css"]


def receipt_of(order: Order) -> bytes:
    """One A4 sheet or more; the address itself is not on it."""
    return typesetting.typeset(_html(order), stylesheets=STYLES)


def _html(order: Order) -> str:
    parts, language = progress.copies(order), languages.current()
    others = progress.consignees(order, language)
    return render_to_string(
        "orders/pdf/receipt.html",
        {
            "language": language,
            "direction": languages.direction(language),
            "order": order,
            "stage": progress.stage(order, parts),
            "earlier": partial(progress.earlier, order),  # asked for only where it is told
            "rows": [(short_code(part.line.edition), part) for part in parts],
            "consignees": others,
            "own_part": progress.own_part(parts, others),
            "consignments": progress.parcels(order),
            "destination": addresses.masked(order, language) if order.address else [],
            "names": [text for text in (order.name, order.post, order.organisation) if text],
            "unit_name": languages.words(settings.UNIT_NAME),
            "unit_address": languages.words(settings.UNIT_ADDRESS),
            "unit_email": settings.UNIT_EMAIL,
            "treaty_name": languages.words(settings.TREATY_NAME),
            "today": timezone.localdate(),
        },
    )
