"""What is new in a quarter, as pages for the unit's newsletter."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from catalogue import binding, cards, formats, languages, news, printed, typesetting
from catalogue.jobs import JobError
from catalogue.negotiation import page_address
from catalogue.printed import pictures

STYLES = ["catalogue/pdf/newsletter.css"]
MOST = 28  # entries in the reader's language, with their covers: two pages
MOST_OF_OTHERS = 12  # lines of each other language


def make(folder: Path, name: str, quarter: news.Quarter) -> dict:
    """Write the pages in the current language; JobError for a quarter in which nothing came out."""
    language = languages.current()
    lists = news.lists(quarter, language, MOST)
    if not lists:
        raise JobError(_("Nothing came out in this quarter."))
    html = render_to_string("catalogue/printed/newsletter.html", _words(quarter, lists))
    draft = typesetting.draft(html, stylesheets=STYLES, pictures=pictures.opened)
    part = folder / "part.pdf"
    part.write_bytes(draft.pdf())
    pages = binding.bind([part], folder / name, places={})
    part.unlink()
    return {"file": name, "pages": pages, "editions": sum(one.number for one in lists)}


def _words(quarter, lists) -> dict:
    language = languages.current()
    return {
        "language": language,
        "direction": languages.direction(language),
        "quarter": formats.months(quarter.starts_on, quarter.ends_on),
        "lists": [(listing, *_shown(listing)) for listing in lists],
        "treaty_name": languages.words(settings.TREATY_NAME),
        "unit_name": languages.words(settings.UNIT_NAME),
        "unit_email": settings.UNIT_EMAIL,
        "address": page_address("catalogue:new-in", quarter),
        "site_address": settings.SITE_URL.split("://")[-1],
        "is_demo": settings.DEMO,
    }


def _shown(listing) -> tuple[list[dict], int]:
    """The entries that are printed, and how many more there are."""
    most = MOST if listing.tag == languages.current() else MOST_OF_OTHERS
    entries = [_entry(entry) for entry in listing.entries[:most]]
    return entries, listing.number - len(entries)


def _entry(entry) -> dict:
    title, address = entry.title, printed.address(entry.publication.slug)
    cover = cards.cover([entry.edition])
    return {
        "title": title.text,
        "language": title.language,
        "publication": entry.publication,
        "edition": entry.edition,
        "file": entry.file,
        "cover": cover.sha256 if cover else "",
        "address": address,
        "short_address": address.split("://")[-1],
    }
