"""The annex for the Meeting of States Parties: the year's figures as an A4 document."""

import base64
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from catalogue import languages, typesetting
from orders.reports import charts, copies, demand, departures, dispatch, shortfall
from orders.reports.choices import Choice
from orders.reports.periods import Period
from orders.reports.tables import Table

STYLES = ["orders/pdf/annex.css"]
PARTS: list[Callable[[Choice], Table]] = [
    copies.by_language,
    copies.by_group,
    copies.by_state_party,
    copies.by_orderer,
    copies.by_meeting,
    copies.by_delivery,
    copies.by_month,
    copies.by_publication,
    shortfall.unmet,
    dispatch.time_to_dispatch,
]
UNDRAWN = {copies.by_state_party}  # a page of bars that says less than the table
SHORT = 13  # rows of a table that stays on one page with its chart
MOST_ROWS = 60  # publications in the annex; the workbook has them all


def make(folder: Path, name: str, period: Period, progress) -> dict:
    """Write the annex in the current language; what is said of it as the outcome."""
    steps, choice = len(PARTS) + 1, Choice(period)
    parts = []
    for number, part in enumerate(PARTS):
        parts.append(_part(part, choice))
        progress(number + 1, steps)
    html = render_to_string("orders/reports/annex.html", _words(choice, parts))
    (folder / name).write_bytes(typesetting.typeset(html, stylesheets=STYLES))
    progress(steps, steps)
    return {"file": name}


def _part(part: Callable[[Choice], Table], choice: Choice) -> dict:
    table = part(choice).cut(MOST_ROWS)
    drawing = "" if part in UNDRAWN else charts.chart(table)
    return {
        "table": table,
        "picture": _inlined(drawing),
        "alt": charts.in_words(table),
        "is_short": len(table.rows) <= SHORT,
    }


def _inlined(drawing: str) -> str:
    """The address of a drawing that lies in the document itself."""
    if not drawing:
        return ""
    return f"{typesetting.PICTURE};base64,{base64.b64encode(drawing.encode()).decode()}"


def _words(choice: Choice, parts: list[dict]) -> dict:
    language = languages.current()
    return {
        "language": language,
        "direction": languages.direction(language),
        "period": choice.period,
        "parts": [part for part in parts if not part["table"].is_empty],
        "notes": _notes(parts),
        **_in_short(choice),
        "today": timezone.localdate(),
        "treaty_name": languages.words(settings.TREATY_NAME),
        "unit_name": languages.words(settings.UNIT_NAME),
        "is_demo": settings.DEMO,
    }


def _in_short(choice: Choice) -> dict[str, int]:
    """The figures of the first sentence."""
    return {
        "left": sum(row.left for row in departures.by_edition(choice).values()),
        "downloads": sum(departures.downloads_by_edition(choice).values()),
        "waiting": sum(row.waiting for row in demand.by_edition(choice).values()),
    }


def _notes(parts: list[dict]) -> list[str]:
    """What has to be said about the figures, each sentence once."""
    said = (note for part in parts for note in part["table"].notes)
    return list(dict.fromkeys(said))
