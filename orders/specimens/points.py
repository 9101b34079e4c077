"""Specimen pick-up points: the office, the counters of a meeting to come and of one past."""

from datetime import date, timedelta

from django.utils import timezone

from catalogue.models import Meeting
from orders.models import PickUpPoint, StockLocation

COUNTER = "Documents counter of the next meeting (specimen)"
WORKSHOP = "Documents counter of a regional workshop (specimen)"
WORKSHOP_DAY = 60  # days ago: the second of its three days
MEETINGS = {
    COUNTER: {
        "code": "specimen",
        "name_en": "Next Meeting of States Parties (specimen)",
        "name_fr": "Prochaine Assemblée des États parties (spécimen)",
        "name_es": "Próxima Reunión de los Estados Partes (muestra)",
        "place_en": "Geneva",
        "place_fr": "Genève",
        "place_es": "Ginebra",
        "country": "CH",
    },
    WORKSHOP: {
        "code": "specimen-workshop",
        "name_en": "Regional workshop (specimen)",
        "name_fr": "Atelier régional (spécimen)",
        "name_es": "Taller regional (muestra)",
        "place_en": "Lomé",
        "place_fr": "Lomé",
        "place_es": "Lomé",
        "country": "TG",
    },
}


def load_pick_up_points() -> dict[str, PickUpPoint]:
    """The office, open for good, and the documents counters of two meetings."""
    return {"office": _office(), "meeting": _counter(), "workshop": _workshop()}


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
    location = _location(
        "next-meeting",
        "Documents counter of the next meeting",
        "Comptoir des documents de la prochaine assemblée",
        "Mostrador de documentos de la próxima reunión",
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
            "opens_on": _day(30),
            "closes_on": _day(33),
            "order_by_on": _day(21),
            "capacity": 600,
            "location": location,
        },
    )
    return point


def _workshop() -> PickUpPoint:
    location = _location(
        "workshop",
        "Documents counter of a regional workshop",
        "Comptoir des documents d’un atelier régional",
        "Mostrador de documentos de un taller regional",
    )
    point, _made = PickUpPoint.objects.get_or_create(
        name_en=WORKSHOP,
        defaults={
            "name_fr": "Comptoir des documents d’un atelier régional (spécimen)",
            "name_es": "Mostrador de documentos de un taller regional (muestra)",
            "place_en": "Lomé, in the hall of the workshop",
            "place_fr": "Lomé, dans le hall de l’atelier",
            "place_es": "Lomé, en el vestíbulo del taller",
            "opens_on": _day(-WORKSHOP_DAY - 1),
            "closes_on": _day(-WORKSHOP_DAY + 1),
            "location": location,
        },
    )
    return point


def _location(slug: str, *names: str) -> StockLocation:
    """A counter's own storage, by its names in English, French and Spanish."""
    named = dict(zip(("name_en", "name_fr", "name_es"), names, strict=True))
    return StockLocation.objects.get_or_create(slug=slug, defaults=named)[0]


def _day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def hold_meetings() -> None:
    """A counter is that of a meeting, once, also where it was loaded without one."""
    for name, columns in MEETINGS.items():
        point = PickUpPoint.objects.filter(name_en=name).first()
        if point and not Meeting.objects.filter(code=columns["code"]).exists():
            days = {"starts_on": point.opens_on, "ends_on": point.closes_on}
            meeting = Meeting.objects.create(**columns, **days)
            PickUpPoint.objects.filter(pk=point.pk, meeting=None).update(meeting=meeting)
