"""A point of the list: one thing looked at, and what was found."""

from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import languages
from catalogue.lineage import goes_in_a_circle
from catalogue.models import Edition

GOOD, ADVICE, OBSTACLE = "good", "advice", "obstacle"


class Point(NamedTuple):
    """One thing looked at. `edition` is None for what belongs to the publication as a whole."""

    code: str
    verdict: str
    sentence: str
    address: str  # of the field to mend
    edition: Edition | None = None

    @property
    def is_good(self) -> bool:
        return self.verdict == GOOD

    @property
    def is_obstacle(self) -> bool:
        return self.verdict == OBSTACLE


def point(code, is_good, good, wanting, address, edition=None, verdict=ADVICE) -> Point:
    found = GOOD if is_good else verdict
    return Point(code, found, good if is_good else wanting, address, edition)


def field_address(thing, field: str) -> str:
    """Where a field is filled in: "/en/admin/catalogue/edition/5/change/#id_isbn"."""
    name = f"admin:catalogue_{thing._meta.model_name}_change"
    return f"{reverse(name, args=[thing.pk])}#id_{field}"


def circles(thing, *relations) -> Iterator[Point]:
    for relation in relations:
        if goes_in_a_circle(thing, relation):
            yield Point(
                f"circle_{relation}",
                OBSTACLE,
                _("“%(relation)s” goes in a circle and leads back here.")
                % {"relation": thing._meta.get_field(relation).verbose_name},
                field_address(thing, relation),
                thing if isinstance(thing, Edition) else None,
            )


def is_accepted(validator, value) -> bool:
    try:
        validator(value)
    except ValidationError:
        return False
    return True


def name_of(tag: str) -> str:
    return languages.name(tag, languages.current())
