"""What catalogue pages show of paper: how many copies of each edition are left."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.conf import settings
from django.template.loader import render_to_string

from catalogue import languages
from orders.models import StockItem

register = template.Library()


class PaperState(NamedTuple):
    """Copies of an edition that may be ordered now, and when more come."""

    available: int
    reprint_on: date | None

    @property
    def level(self) -> str:
        """ "plenty", "low" or "out"."""
        if self.available > settings.LOW_STOCK:
            return "plenty"
        return "low" if self.available else "out"

    @property
    def limit(self) -> int:
        """Copies that are sent without anybody being asked."""
        return settings.ORDER_LIMIT_PER_TITLE


@register.simple_tag
def paper_of(editions) -> dict[int, PaperState]:
    """{% paper_of editions as paper %}: the state of every printed one, in one query."""
    printed = {edition.pk: edition for edition in editions if edition.is_printed}
    items = StockItem.objects.main().of(printed) if printed else []
    available = {item.edition_id: item.available for item in items}
    return {
        pk: PaperState(available.get(pk, 0), edition.reprint_on) for pk, edition in printed.items()
    }


@register.filter
def words(paper: dict[int, PaperState], edition) -> str:
    """{{ paper|words:edition }}: whether there are copies, in words; nothing for no edition."""
    state = paper.get(edition.pk) if edition else None
    if state is None:
        return ""
    shown = state._replace(available=min(state.available, settings.LOW_STOCK + 1))
    return _words(shown, languages.current())


@lru_cache(500)
def _words(state: PaperState, _language: str) -> str:
    return render_to_string("catalogue/_paper.html", {"state": state})


@register.filter
def of(paper: dict[int, PaperState], edition) -> PaperState | None:
    """{{ paper|of:edition }}: None for an edition that does not exist on paper."""
    return paper.get(edition.pk) if edition else None
