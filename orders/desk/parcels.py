"""The consignments on the page of an order: their forms, and what can be packed now."""

from orders import consignees as destinations
from orders.desk import order_forms, parcels_forms
from orders.desk.forms import kept
from orders.models import Consignment
from orders.querysets import LIVE

PARCEL_FORMS = {
    "send": parcels_forms.SendForm,
    "track": parcels_forms.TrackingForm,
    "take_back": parcels_forms.TakeBackForm,
    "lose": parcels_forms.LoseForm,
    "replace": parcels_forms.ReplaceForm,
}
FORMS_OF_MISSED = {"forward": order_forms.ForwardForm}


def parcels(rows, refused):
    """The consignments that are here, those that nobody came for, and those that left, with
    their forms."""
    pairs = [(row, forms_of(row, refused)) for row in rows]
    return {
        "live": [(row, forms) for row, forms in pairs if row.status in LIVE],
        "undecided": [(row, forms) for row, forms in pairs if is_undecided(row)],
        "past": [
            (row, forms) for row, forms in pairs if row.status not in LIVE and not is_undecided(row)
        ],
    }


def is_undecided(parcel):
    """Whether nobody came for it, and nobody has said what becomes of it."""
    return parcel.status == Consignment.Status.MISSED and not parcel.settled_at


def ways_of(order, rows):
    """How many copies can be packed now, and for which points that have closed some are left."""
    due = destinations.due(order, order.lines.all(), rows) if order.unpacked else {}
    missed = {bag.consignee_id for bag in rows if is_undecided(bag)}
    closed = {place for place in due if destinations.has_closed(order, place)}
    return {
        "packable": sum(sum(due[place].values()) for place in due if place not in closed),
        "closed_points": [
            (place or order).pick_up_point
            for place in due
            if place in closed and (place.pk if place else None) not in missed
        ],
    }


def fetched_parcels(order):
    """The order's consignments, the newest first; what is in them are the lines at hand.

    Each knows the parcels that have the same tracking number: `same_number`.
    """
    rows = order.consignments.select_related("pick_up_point").prefetch_related("lines")
    found, lines = list(rows.order_by("-position")), {line.pk: line for line in order.lines.all()}
    for part in (part for parcel in found for part in parcel.lines.all()):
        part.line = lines[part.line_id]
    alike = list(Consignment.objects.tracked_as(found)) if any(map(is_tracked, found)) else []
    for parcel in found:
        parcel.same_number = [other for other in alike if is_same_number(parcel, other)]
    return found


def is_tracked(parcel):
    return bool(parcel.tracking)


def is_same_number(parcel, other):
    return other.tracking_plain == parcel.tracking_plain and other.pk != parcel.pk


def forms_of(parcel, refused):
    """The forms about a consignment, by name."""
    is_late = parcel.settled_at and isinstance(refused, order_forms.ForwardForm)
    wanted = FORMS_OF_MISSED if is_undecided(parcel) or is_late else PARCEL_FORMS
    return {name: kept(form(about=parcel), refused) for name, form in wanted.items()}
