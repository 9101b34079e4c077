"""The smallest valid things for tests; say only what a test is about."""

import itertools
from collections import namedtuple

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from catalogue.models import Edition, EditionFile, EditionLanguage, Kind, Publication, State
from orders import changes, fulfilment, lifecycle, stock
from orders.models import Consignment, Order, PickUpPoint

numbers = itertools.count(1)


def make_kind(slug="guide", **names):
    names = names or {"name_en": "guide", "name_fr": "guide", "name_es": "guía"}
    return Kind.objects.get_or_create(slug=slug, defaults=names)[0]


def make_publication(slug=None, *, published=True, **columns):
    """A published guide with an English title, unless told otherwise."""
    slug = slug or f"publication-{next(numbers)}"
    if not any(name.startswith("title_") for name in columns):
        columns["title_en"] = slug.replace("-", " ").capitalize()
    columns.setdefault("published_at", timezone.now() if published else None)
    columns.setdefault("kind", None)
    columns["kind"] = columns["kind"] or make_kind()
    return Publication.objects.create(slug=slug, **columns)


def make_edition(publication=None, language="en", *, on_hand=None, published=True, **columns):
    """A published edition; with `on_hand` copies it exists on paper and they lie in stock."""
    columns.setdefault("is_printed", on_hand is not None)
    columns.setdefault("published_at", timezone.now() if published else None)
    edition = Edition.objects.create(publication=publication or make_publication(), **columns)
    for tag in language.split():
        EditionLanguage.objects.create(edition=edition, language=tag)
    if on_hand:
        stock.receive(edition, on_hand, by=clerk())
    return edition


def make_file(edition, content=b"%PDF-1.7 specimen\n%%EOF\n", **columns):
    """A reading file with any bytes; intake has tests of its own."""
    from hashlib import sha256

    from django.core.files.base import ContentFile

    columns = {"bytes": len(content), "pages": 1, "sha256": sha256(content).hexdigest()} | columns
    columns.setdefault("version", edition.files.count() + 1)
    return EditionFile.objects.create(
        edition=edition, file=ContentFile(content, "specimen.pdf"), **columns
    )


def make_state(iso2="CH", name="Switzerland", **columns):
    columns = {"iso3": f"{iso2}X", "status": "state_party", "name_en": name} | columns
    return State.objects.get_or_create(iso2=iso2, defaults=columns)[0]


def make_point(name="Office", **columns):
    return PickUpPoint.objects.create(name_en=name, place_en="Room 1", **columns)


def clerk(username="clerk", **columns):
    """A member of staff who may do everything."""
    columns = {"is_staff": True, "is_superuser": True, "email": f"{username}@example.org"} | columns
    return get_user_model().objects.get_or_create(username=username, defaults=columns)[0]


def make_details(**columns):
    """What an orderer fills in."""
    return {
        "name": "Specimen Delegate",
        "post": "Counsellor",
        "organisation": "Permanent Mission (specimen)",
        "orderer_kind": Order.OrdererKind.OTHER,
        "state": None,
        "email": f"delegate{next(numbers)}@example.org",
        "phone": "",
        "delivery": "post",
        "pick_up_point": None,
        "address": "Example Street 1\n1202 Geneva",
        "country": "CH",
        "purpose": "",
        "needed_by": None,
        "note_verbale": "",
    } | columns


def place_order(*wanted, language="en", key=None, consignees=None, waits=None, by=None, **details):
    """An order to be confirmed, of (edition, copies) pairs; a point makes it a pick-up."""
    if details.get("pick_up_point"):
        details = {"delivery": "pick_up", "address": "", "country": ""} | details
    return lifecycle.place(
        details=make_details(**details),
        quantities={edition.pk: copies for edition, copies in wanted},
        consignees=consignees,
        waits=waits,
        by=by,
        language=language,
        key=key or f"key-{next(numbers)}",
    )


def make_order(*wanted, status=Order.Status.OPEN, language="en", **details):
    """An order in a status, brought there by the verbs."""
    order = place_order(*wanted, language=language, **details)
    if status not in (Order.Status.UNVERIFIED, Order.Status.EXPIRED):
        order = lifecycle.confirm(order)
    if status == Order.Status.EXPIRED:
        Order.objects.filter(pk=order.pk).update(placed_at="2020-01-01T00:00Z")
        lifecycle.expire_unverified()
    elif status == Order.Status.CANCELLED:
        lifecycle.cancel(order)
    elif status == Order.Status.DECLINED:
        lifecycle.decline(order, by=clerk(), reason="specimen")
    elif status == Order.Status.CLOSED:
        fulfilment.send(fulfilment.pack(order, by=clerk()), by=clerk())
    order.refresh_from_db()
    return order


def make_consignment(order, status=Consignment.Status.PACKED, **what):
    """The order's copies packed, and brought to a status by the verbs."""
    verbs = {
        "sent": [fulfilment.send],
        "delivered": [fulfilment.send, fulfilment.deliver],
        "returned": [fulfilment.send, fulfilment.take_back],
        "lost": [fulfilment.send, fulfilment.lose],
        "at_desk": [fulfilment.offer],
        "handed_over": [fulfilment.offer, fulfilment.hand_over],
        "missed": [fulfilment.offer, fulfilment.miss],
        "void": [fulfilment.unpack],
    }
    consignment = fulfilment.pack(order, by=clerk(), **what)
    for verb in verbs.get(status, ()):
        consignment = verb(consignment, by=clerk())
    return consignment


# After much has happened -------------------------------------------------------------


def line_of(order):
    """The only line of an order, as it is now."""
    return order.lines.get()


def set_wanted(order, edition, copies, *, by=None):
    """The order with so many copies of an edition wanted, by the orderer or by staff."""
    version = Order.objects.get(pk=order.pk).version
    given = {"quantities": {edition.pk: copies}, "details": None, "version": version}
    return changes.change(order, by=by, **given)


def part_for(edition, copies, **columns):
    """A further consignee at an address, or at a point, of some copies of an edition."""
    goes = {"delivery": "post", "address": "Example Street 2", "country": "CH"}
    if columns.get("pick_up_point"):
        goes = {"delivery": "pick_up"}
    return {"recipient": "Specimen"} | goes | columns | {"quantities": {edition.pk: copies}}


def parcel_for(consignee, status=Consignment.Status.PACKED):
    """What is due to a consignee packed, and brought to a status by the verbs."""
    return make_consignment(consignee.order, status, consignee=consignee)


# Figures, read quickly ---------------------------------------------------------------


def line_figures():
    """All lines of orders with their order's status, in one plain query."""
    columns = "l.id, order_id, edition_id, location_id, requested, approved, refused, allocated"
    columns += ", backordered, issued, cancelled, returned, replaced, status, hold, accepted_at"
    return _rows(columns, "orders_orderline l JOIN orders_order o ON o.id = order_id", "l.id")


def stock_figures():
    """All balances, in one plain query."""
    columns = "edition_id, location_id, on_hand, allocated, unusable"
    return _rows(columns, "orders_stockitem", "id")


def consignment_figures():
    """All consignments with their status, in one plain query."""
    return _rows("id, order_id, status, delivery", "orders_consignment", "id")


def _rows(columns, tables, order):
    row = namedtuple("row", columns.replace("l.id", "id"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {tables} ORDER BY {order}")
        return [row(*values) for values in cursor.fetchall()]
