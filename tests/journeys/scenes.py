"""What the people of the journeys find: a catalogue around the Dubrovnik Action Plan."""

import datetime
import io
from functools import cache

from django.core.files.base import ContentFile
from PIL import Image

from catalogue import search
from catalogue.models import Topic
from tests.builders import make_edition, make_file, make_kind, make_publication
from tests.catalogue import pdf_samples

SLUG, SYMBOL = "dubrovnik-action-plan", "CCM/CONF/2015/7"
ISSUED = datetime.date(2015, 9, 11)
TITLES = {
    "en": "Dubrovnik Action Plan",
    "fr": "Plan d’action de Dubrovnik",
    "es": "Plan de Acción de Dubrovnik",
}
KIND = {"en": "action plan", "fr": "plan d’action", "es": "plan de acción"}
TOPIC = {"en": "Clearance", "fr": "Dépollution", "es": "Limpieza"}
STATE = {
    "en": "Lao People’s Democratic Republic",
    "fr": "République démocratique populaire lao",
    "es": "República Democrática Popular Lao",
}
COVER = {"width": 48, "height": 68}


def make_plan(on_hand=40):
    """The plan in English, French and Spanish, as PDF and on paper."""
    plan = make_publication(
        SLUG, symbol=SYMBOL, issued_on=ISSUED, kind=make_kind("action-plan", **by_language(KIND))
    )
    rename(plan, TITLES)
    plan.topics.add(make_topic())
    for language, title in TITLES.items():
        edition = make_edition(plan, language, on_hand=on_hand, title=title, weight_g=50)
        make_file(edition, pdf(title), cover=ContentFile(cover(), "cover.webp"))
    search.index([plan])
    return plan


def make_near_misses():
    """For each way to narrow the list a publication that it takes away, and no other does."""
    plan = {"issued_on": ISSUED, "title_en": "After Dubrovnik", "kind": make_kind("action-plan")}
    other_year = datetime.date(2018, 1, 1)
    misses = {
        "words": make_publication(**plan | {"title_en": "After Vientiane"}),
        "language": make_publication(**plan),
        "kind": make_publication(**plan | {"kind": make_kind("report", name_en="report")}),
        "topic": make_publication(**plan),
        "year": make_publication(**plan | {"issued_on": other_year}),
    }
    for name, publication in misses.items():
        make_file(make_edition(publication, "en" if name == "language" else "fr"), pdf(name))
        if name != "topic":
            publication.topics.add(make_topic())
    search.index(misses.values())


def make_topic():
    return Topic.objects.get_or_create(slug="clearance", defaults=by_language(TOPIC))[0]


def edition_of(plan, language):
    return plan.editions.get(languages__language=language)


def by_language(names):
    return {f"name_{language}": name for language, name in names.items()}


def rename(publication, titles):
    for language, title in titles.items():
        setattr(publication, f"title_{language}", title)
    publication.save()


def pdf(text):
    """A booklet of one page that says a text."""
    return pdf_samples.booklet(f"{text}\n{pdf_samples.PROSE}")


@cache
def cover():
    """A little picture, in one colour."""
    picture = io.BytesIO()
    Image.new("RGB", (COVER["width"], COVER["height"]), "#0b4f6c").save(picture, "webp")
    return picture.getvalue()
