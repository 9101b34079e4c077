"""What is looked at before something is published, each with a sentence and where to mend it.

An obstacle is what the catalogue cannot do with; advice is for a person to weigh.
"""

from catalogue import languages
from catalogue.checklist.edition import points_of_editions
from catalogue.checklist.points import Point
from catalogue.checklist.publication import points_of_publication
from catalogue.models import Edition, Publication

__all__ = ["Point", "open_points", "points_of"]


def points_of(thing: Publication | Edition) -> list[Point]:
    """What was looked at: of an edition its own points, of a publication also its editions'."""
    if isinstance(thing, Edition):
        return points_of_editions([thing])
    editions = thing.editions.filter(withdrawn_at=None).with_files().select_related("publication")
    rows = sorted(editions, key=lambda edition: (languages.rank(edition.language), edition.pk))
    return [*points_of_publication(thing, rows), *points_of_editions(rows)]


def open_points(thing: Publication | Edition) -> list[Point]:
    """What is not as it should be, obstacles first."""
    wanting = [point for point in points_of(thing) if not point.is_good]
    return sorted(wanting, key=lambda point: not point.is_obstacle)
