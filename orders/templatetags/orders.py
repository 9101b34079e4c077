"""What order pages and mails say of an edition."""

from typing import NamedTuple

from django import template
from django.forms.boundfield import BoundWidget
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from catalogue import languages
from orders import room
from orders.models import PickUpPoint

register = template.Library()


@register.filter
def language_names(tags):
    """The names of languages in the page's language: ["French", "Spanish"]; join with |joined."""
    return [languages.name(tag, languages.current()) for tag in tags]


@register.filter
def own_title(edition):
    """The title on an edition's cover, with the language it is really in."""
    text, language = edition.title, edition.language
    if not text:
        text, language = languages.translated(edition.publication, "title", edition.language)
    return {"text": text, "language": language, "direction": languages.direction(language)}


@register.filter
def local_date(moment):
    """The day of a moment by the office's clock, for |date_to."""
    return timezone.localtime(moment).date() if moment else None


@register.filter
def pdf_address(edition):
    """Where the newest PDF of an edition is read; empty where there is none."""
    if (file := edition.reading_file) is None:
        return ""
    slug, tag = edition.publication.slug, edition.language
    with override(languages.interface_for(tag)):
        return reverse("catalogue:file-version", args=[slug, slug, tag, file.sha256[:12]])


class PointChoice(NamedTuple):
    """A pick-up point to choose; `room` is None where any number of copies is welcome."""

    widget: BoundWidget
    point: PickUpPoint
    room: int | None

    @property
    def is_full(self) -> bool:
        return self.room == 0


@register.simple_tag
def choices_of_points(field) -> list[PointChoice]:
    """{% choices_of_points field as choices %}: its points with the room left, in one query."""
    shown = [(widget, widget.data["value"].instance) for widget in field]
    left = room.left_at(point for _widget, point in shown)
    return [PointChoice(widget, point, left.get(point.pk)) for widget, point in shown]
