"""Short codes by which any colleague knows a booklet on the shelf."""

from catalogue.models import Edition


def short_code(edition: Edition) -> str:
    """ "DAP-2015 · FR": the symbol, or initials and year, then the languages."""
    publication = edition.publication
    return f"{publication.symbol or _initials(publication)} · {'/'.join(edition.tags).upper()}"


def _initials(publication) -> str:
    words = publication.slug.split("-")
    letters = "".join(word[0] for word in words if not word.isdigit())[:5].upper()
    year = publication.issued_on.year if publication.issued_on else ""
    return f"{letters}-{year}" if year else letters
