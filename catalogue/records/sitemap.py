"""The site's pages for search engines, each with its other languages (https://sitemaps.org).

Publications lie in parts by their keys, so that a part costs the same however many there are.
"""

from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone

from catalogue import languages
from catalogue.models import Edition, Meeting, Publication, Series, Topic
from catalogue.negotiation import page_address

A_PART = 2000  # publications; in three languages 6,000 of the 50,000 pages allowed
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
Alternates = list[tuple[str, str]]  # (language, address)


def index() -> str:
    """The parts, and when something in each changed last."""
    parts = [_part(_address("pages"), None)]
    parts += [_part(_address("publications", n), at) for n, at in sorted(changes().items())]
    return f'{HEAD}<sitemapindex xmlns="{XMLNS}">\n{"".join(parts)}</sitemapindex>\n'


def changes() -> dict[int, datetime]:
    """The number of each part that has publications → when it changed last."""
    known = _latest(Publication.objects.published(), F("pk"), "changed_at", "published_at")
    # Also of publications that are hidden: a part may seem newer than it is, never older.
    editions = _latest(Edition.objects.visible(), F("publication_id"), "changed_at", "published_at")
    return {part: max(at, editions.get(part, at)) for part, at in known.items()}


def publications(part: int) -> str:
    """The pages of the publications of one part; "" where there are none."""
    rows = Publication.objects.published().filter(pk__gte=part * A_PART, pk__lt=(part + 1) * A_PART)
    titles = [f"title_{code}" for code in languages.interface_languages()]
    changed = [Max("editions__changed_at"), Max("editions__published_at")]
    found = rows.order_by("pk").values_list("slug", "changed_at", "published_at", *changed, *titles)
    now, prefixes = timezone.now(), _prefixes()
    urls = [
        url
        for slug, *rest in found
        for url in _urls(_alternates(slug, rest[4:], prefixes), _last(rest[:4], now))
    ]
    return _urlset(urls) if urls else ""


def pages() -> str:
    """The list and the ways to browse it, the same in every language."""
    named: list[tuple[str, list]] = [
        (name, []) for name in ("publications", "browse", "symbols", "new")
    ]
    named += [("series", [row.slug]) for row in Series.objects.order_by("slug")]
    named += [("topic", [row.slug]) for row in Topic.objects.order_by("slug")]
    named += [("meeting", [row.code]) for row in Meeting.objects.order_by("code")]
    return _urlset([url for name, args in named for url in _urls(_translated(name, args), None)])


# Parts ----------------------------------------------------------------------


def _latest(rows, key, *instants) -> dict[int, datetime]:
    found = rows.order_by().annotate(part=key / A_PART).values_list("part")
    found = found.annotate(*(Max(name) for name in instants))
    return {part: max(ats) for part, *ats in found}


def _last(instants, now: datetime) -> datetime:
    """The last that has been: what is still to be published does not count."""
    return max(at for at in instants if at and at <= now)


def _translated(name: str, args) -> Alternates:
    codes = languages.interface_languages()
    return [(code, page_address(f"catalogue:{name}", *args, language=code)) for code in codes]


def _prefixes() -> Alternates:
    """(language, address) above the publications; made once, for six thousand pages."""
    codes = languages.interface_languages()
    pages = [(code, page_address("catalogue:publication", "x", language=code)) for code in codes]
    return [(code, address.removesuffix("x/")) for code, address in pages]


def _alternates(slug: str, titles, prefixes: Alternates) -> Alternates:
    """The pages on which it has a title of its own, as its own page says."""
    pairs = zip(prefixes, titles, strict=True)
    return [(code, f"{prefix}{slug}/") for (code, prefix), title in pairs if title]


def _urls(alternates: Alternates, at: datetime | None) -> Iterator[str]:
    """One entry for each language, each with all of them; the first is for everybody else."""
    links = "".join(_link(code, address) for code, address in alternates)
    links += "".join(_link("x-default", address) for _code, address in alternates[:1])
    for _code, address in alternates:
        yield f"<url><loc>{escape(address)}</loc>{_modified(at)}{links}</url>\n"


def _link(code: str, address: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(address)}/>'


def _modified(at: datetime | None) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""


def _urlset(urls: list[str]) -> str:
    return f'{HEAD}<urlset xmlns="{XMLNS}" xmlns:xhtml="{XHTML}">\n{"".join(urls)}</urlset>\n'


def _part(address: str, at: datetime | None) -> str:
    return f"<sitemap><loc>{escape(address)}</loc>{_modified(at)}</sitemap>\n"


def _address(*arguments) -> str:
    name = "sitemap-publications" if len(arguments) > 1 else "sitemap-pages"
    return settings.SITE_URL + reverse(name, args=arguments[1:])
