"""The catalogue for reading programs: what can be read, shelf by shelf.

An entry is a publication in one of its languages, with the PDF. What is only on paper is not
here. OPDS 1.2 and 2.0 write the same shelves, each in its own way.
"""

import re
from copy import copy
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from catalogue import facets, holdings, languages
from catalogue.facets import Facet
from catalogue.forms import Filters
from catalogue.holdings import Holdings
from catalogue.models import Publication
from catalogue.records.description import descriptions
from catalogue.records.facts import Description

BY = ("language", "kind", "topic", "series", "meeting", "year")


class Shelf(NamedTuple):
    """One page of what was asked for."""

    title: str
    asked: dict
    page: Page
    total: int  # entries on all pages
    entries: list[Description]
    facets: list[Facet]

    def query(self, page: int | None = None) -> str:
        """How the address of a page of it ends."""
        words = {"page": page} if page and page > 1 else {}
        return facets.query(self.asked, **words) if self.asked or words else ""

    @property
    def pages(self) -> dict[str, int]:
        """The other pages, by what they are to this one."""
        here, last = self.page.number, self.page.paginator.num_pages
        found = {"first": 1, "previous": here - 1, "next": here + 1, "last": last}
        return {name: n for name, n in found.items() if 1 <= n <= last} if last > 1 else {}


class Door(NamedTuple):
    """What leads to a shelf: its words, and how the shelf's address ends."""

    value: str
    text: str
    number: int
    query: str
    is_chosen: bool = False


def shelf(form: Filters, page: str | None) -> Shelf:
    """What can be read of what was asked for; five queries once the holdings are known."""
    held, filters = _readable(), form.filters()
    chosen = held.chosen(filters) | {"pdf": reduce(or_, held.sets["pdf"].values(), 0)}
    within = held.under(chosen)
    keys = held.listed(within, form.order(), filters.get("q", ""))
    shown = Paginator(keys, settings.PUBLICATIONS_A_PAGE).get_page(page)
    groups = _facets(held, chosen, form.asked())
    return Shelf(
        _title(filters, groups),
        form.asked(),
        shown,
        _number(held, within, filters),
        _entries(list(shown), filters),
        groups,
    )


def doors() -> dict[str, list[Door]]:
    """What leads to the shelves: by language, by kind, by topic."""
    held = _readable()
    chosen = {"pdf": reduce(or_, held.sets["pdf"].values(), 0)}
    return {group.name: exclusive(group, {}) for group in _facets(held, chosen, {})}


def exclusive(group: Facet, asked: dict) -> list[Door]:
    """The values of a facet, of which a reading program chooses one."""
    alone = len(group.chosen) == 1
    return [
        Door(
            option.value,
            option.text,
            option.number,
            facets.query(asked, **{group.name: [option.value]}),
            option.is_chosen and alone,
        )
        for option in group.options
        if option.number or option.is_chosen
    ]


def cover(facts: Description, *, small: bool = False) -> str:
    """The address of its cover as a JPEG, which every program knows; "" where there is none."""
    name = re.search("[0-9a-f]{64}", facts.cover)
    size = "-small" if small else ""
    return f"{settings.SITE_URL}/covers/{name[0]}{size}.jpg" if name else ""


def _readable() -> Holdings:
    """The holdings, where a language is that of a PDF."""
    held = copy(holdings.current())
    held.sets = held.sets | {"language": held.sets["pdf"]}
    return held


def _facets(held: Holdings, chosen: dict, asked: dict) -> list[Facet]:
    found = {group.name: group for group in facets.facets(held, chosen, asked)}
    return [found[name] for name in BY if name in found]


def _number(held: Holdings, within: int, filters: dict) -> int:
    tags = filters.get("language") or held.sets["pdf"]
    return sum((held.sets["pdf"].get(tag, 0) & within).bit_count() for tag in tags)


def _entries(keys: list[int], filters: dict) -> list[Description]:
    rows = Publication.objects.published().filter(pk__in=keys).with_entries()
    found = {row.pk: row for row in rows}
    entries = (
        facts
        for key in keys
        if key in found
        for facts in descriptions(found[key], languages.current())
    )
    tags = filters.get("language")
    return [facts for facts in entries if facts.pdf and (not tags or facts.tag in tags)]


def _title(filters: dict, groups: list[Facet]) -> str:
    words = [_("“%(words)s”") % {"words": filters["q"]}] if "q" in filters else []
    words += [option.text for group in groups for option in group.chosen]
    return " · ".join(words) or _("All publications")
