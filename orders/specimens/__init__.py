"""Specimen orders and stock for the demonstration: an order in every state, brought there by the
verbs.

The persons are invented and say so, the addresses have the right shape and lead nowhere. What
is there already stays as it is, so that an interrupted loading is taken up again.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from unittest import mock

from django.db import transaction
from django.utils import timezone

from catalogue.models import Edition, Meeting, State
from orders import aftercare, fulfilment, lifecycle, meetings, stock
from orders.models import Order, PickUpPoint, StockLocation

FILE = Path(__file__).with_name("orders.json")
COUNTER = "Documents counter of the next meeting (specimen)"
KEY = "specimen-"  # how the one-time keys of specimens begin
DETAILS = ("name", "post", "organisation", "orderer_kind", "delivery", "country")
FIRST_DAY = 365  # days ago: the print runs
REASONS = {
    "decline": "The copies are free of charge and not for sale.",
    "take_back": "Recipient unknown at the address",
    "lose": "The carrier cannot find it",
    "replace": "Lost on the way",
}


@cache
def words() -> dict:
    """What the file holds: orders, print runs, copies given away, days until a reprint."""
    return json.loads(FILE.read_text(encoding="utf-8"))


# Stock and pick-up points -------------------------------------------------------------


def load_stock(by) -> None:
    """A print run of every edition on paper; little left of some, nothing of one."""
    with days_ago(FIRST_DAY):
        for name, copies in words()["print_runs"].items():
            stock.receive(_edition(name), copies, by=by, reason="Print run", key=_key("", name))
        for name, copies in words()["given_away"].items():
            stock.walk_up(_edition(name), copies, by=by, key=_key("given-", name))
    for name, shelf in words()["shelves"].items():
        stock.describe(stock.balance(_edition(name)), shelf=shelf, low_at=None)
    for name, days in words()["reprints"].items():
        expected = timezone.localdate() + timedelta(days=days)
        Edition.objects.filter(pk=_edition(name).pk, reprint_on=None).update(reprint_on=expected)


def take_along(point: PickUpPoint, by) -> None:
    """Copies for delegates who come without an order lie at the meeting."""
    for name, copies in words()["taken_along"].items():
        stock.transfer(
            _edition(name),
            copies,
            origin=stock.main_location(),
            destination=meetings.location_of(point),
            by=by,
            key=_key("along-", name),
        )


def _key(what: str, name: str) -> str:
    return f"{KEY}{what}{name}"[:64]


@contextmanager
def days_ago(days: int):
    """What is done meanwhile happened then: specimens have a past, which reports can show."""
    then = timezone.now() - timedelta(days=days)
    with mock.patch.object(timezone, "now", return_value=then):
        yield


def load_pick_up_points() -> dict[str, PickUpPoint]:
    """The office, open for good, and the documents counter of a meeting to come."""
    return {"office": _office(), "meeting": _counter()}


def _office() -> PickUpPoint:
    office, _made = PickUpPoint.objects.get_or_create(
        name_en="Office of the Implementation Support Unit",
        defaults={
            "name_fr": "Bureau de l’Unité d’appui à l’application",
            "name_es": "Oficina de la Dependencia de Apoyo a la Aplicación",
            "place_en": "Chemin Eugène-Rigot 2C, 1202 Geneva",
            "place_fr": "Chemin Eugène-Rigot 2C, 1202 Genève",
            "place_es": "Chemin Eugène-Rigot 2C, 1202 Ginebra",
            "hours_en": "Monday to Friday, 9:00 to 17:00",
            "hours_fr": "Du lundi au vendredi, de 9\u00a0h à 17\u00a0h",
            "hours_es": "De lunes a viernes, de 9.00 a 17.00\u00a0horas",
        },
    )
    return office


def _counter() -> PickUpPoint:
    today = timezone.localdate()
    counter, _made = StockLocation.objects.get_or_create(
        slug="next-meeting",
        defaults={
            "name_en": "Documents counter of the next meeting",
            "name_fr": "Comptoir des documents de la prochaine assemblée",
            "name_es": "Mostrador de documentos de la próxima reunión",
        },
    )
    point, _made = PickUpPoint.objects.get_or_create(
        name_en=COUNTER,
        defaults={
            "name_fr": "Comptoir des documents de la prochaine assemblée (spécimen)",
            "name_es": "Mostrador de documentos de la próxima reunión (muestra)",
            "place_en": "Palais des Nations, Geneva, in front of room XIX",
            "place_fr": "Palais des Nations, Genève, devant la salle XIX",
            "place_es": "Palacio de las Naciones, Ginebra, delante de la sala XIX",
            "hours_en": "8:30 to 13:00 and 14:30 to 18:00",
            "hours_fr": "De 8\u00a0h\u00a030 à 13\u00a0h et de 14\u00a0h\u00a030 à 18\u00a0h",
            "hours_es": "De 8.30 a 13.00 y de 14.30 a 18.00\u00a0horas",
            "opens_on": today + timedelta(days=30),
            "closes_on": today + timedelta(days=33),
            "order_by_on": today + timedelta(days=21),
            "capacity": 600,
            "location": counter,
        },
    )
    return point


def hold_meeting() -> None:
    """The counter is that of a meeting, once, also where it was loaded without one."""
    point = PickUpPoint.objects.filter(name_en=COUNTER).first()
    if point is None or Meeting.objects.filter(code="specimen").exists():
        return
    meeting = Meeting.objects.create(
        code="specimen",
        name_en="Next Meeting of States Parties (specimen)",
        name_fr="Prochaine Assemblée des États parties (spécimen)",
        name_es="Próxima Reunión de los Estados Partes (muestra)",
        place_en="Geneva",
        place_fr="Genève",
        place_es="Ginebra",
        country="CH",
        starts_on=point.opens_on,
        ends_on=point.closes_on,
    )
    PickUpPoint.objects.filter(pk=point.pk, meeting=None).update(meeting=meeting)


# Orders -------------------------------------------------------------------------------


def missing_orders() -> list[dict]:
    """The specimen orders that are not there yet."""
    known = set(Order.objects.values_list("submission_key", flat=True))
    return [entry for entry in words()["orders"] if KEY + entry["key"] not in known]


def load_orders(entries: list[dict], by) -> Iterator[Order]:
    """Place orders and do with them what is told, each whole or not at all."""
    points = load_pick_up_points()
    hold_meeting()
    take_along(points["meeting"], by)
    for entry in entries:
        with transaction.atomic(), days_ago(entry.get("days_ago", 0)):
            order = _placed(entry, points, by)
            for verb in entry["verbs"]:
                VERBS[verb](order, by=by)
        yield order


def _placed(entry: dict, points: dict[str, PickUpPoint], by) -> Order:
    left_out = [_edition(name).pk for name in entry.get("leaves_out", [])]
    return lifecycle.place(
        details=_details(entry, points) | {"source": entry.get("source", "site")},
        quantities=_copies(entry),
        waits=dict.fromkeys(left_out, False),
        consignees=[_consignee(given) for given in entry.get("consignees", [])],
        language=entry["language"],
        key=KEY + entry["key"],
        by=by if entry.get("entered") else None,
    )


def _copies(entry: dict) -> dict[int, int]:
    return {_edition(name).pk: n for name, n in entry["copies"].items()}


def _consignee(given: dict) -> dict:
    columns = {name: given[name] for name in ("recipient", "delivery", "country")}
    address, phone = "\n".join(given["address"]), given.get("phone", "")
    return columns | {"address": address, "phone": phone, "quantities": _copies(given)}


def _details(entry: dict, points: dict[str, PickUpPoint]) -> dict:
    return {name: entry[name] for name in DETAILS} | {
        "state": State.objects.filter(iso2=entry["state"]).first(),
        "email": f"{entry['key']}@example.org",
        "phone": entry.get("phone", ""),
        "pick_up_point": points.get(entry.get("point", "")),
        "address": "\n".join(entry["address"]),
        "purpose": entry.get("purpose", ""),
        "needed_by": None,
        "note_verbale": entry.get("note_verbale", ""),
    }


def _edition(name: str) -> Edition:
    """The edition called by its publication's slug and its language."""
    slug, language = name.split()
    return Edition.objects.get(publication__slug=slug, languages__language=language)


# What becomes of an order -------------------------------------------------------------


def _confirm(order, **_by):
    lifecycle.confirm(order)


def _expire(order, **_by):
    """Nobody confirmed it, and four days went by."""
    days_ago = timezone.now() - timedelta(days=4)
    Order.objects.filter(pk=order.pk).update(placed_at=days_ago)
    order.messages.update(sent_at=days_ago)
    lifecycle.expire_unverified()


def _cancel(order, **_by):
    """The orderer did."""
    lifecycle.cancel(order)


def _pack(order, *, by):
    fulfilment.pack(order, by=by)


def _with_parcel(verb, order, *, by, **words):
    verb(order.consignments.latest("position"), by=by, **words)


def _replace(order, *, by):
    order.refresh_from_db()
    parcel = order.consignments.latest("position")
    aftercare.replace(parcel, by=by, version=order.version, reason=REASONS["replace"])


VERBS: dict[str, Callable[..., object]] = {
    "confirm": _confirm,
    "expire": _expire,
    "cancel": _cancel,
    "decline": partial(lifecycle.decline, reason=REASONS["decline"]),
    "hold": partial(lifecycle.hold, reason=Order.Hold.ADDRESS),
    "pack": _pack,
    "unpack": partial(_with_parcel, fulfilment.unpack),
    "send": partial(_with_parcel, fulfilment.send),
    "deliver": partial(_with_parcel, fulfilment.deliver),
    "take_back": partial(_with_parcel, fulfilment.take_back, reason=REASONS["take_back"]),
    "lose": partial(_with_parcel, fulfilment.lose, reason=REASONS["lose"]),
    "replace": _replace,
    "offer": partial(_with_parcel, fulfilment.offer),
    "hand_over": partial(_with_parcel, fulfilment.hand_over),
    "miss": partial(_with_parcel, fulfilment.miss),
}
