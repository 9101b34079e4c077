"""As you type: documents whose symbol or title holds the words so far."""

from typing import NamedTuple

from catalogue import languages
from catalogue.models import Edition, EditionLanguage, Publication
from catalogue.search import analysis
from catalogue.search.query import named

MOST = 8
MOST_RANKED = 50
SHORTEST = 2  # characters


class Suggestion(NamedTuple):
    text: str
    language: str
    symbol: str
    url: str


def suggestions(text: str) -> list[Suggestion]:
    """At most eight, by symbol, then by title, the shortest titles first; three queries."""
    if len(text.strip()) < SHORTEST:
        return []
    typed = [analysis.plain(word.lower()) for word in analysis.significant_words(text)]
    best = _best(named(text, MOST_RANKED), len(typed))
    others = _titles_of_editions(best)
    return [_suggestion(publication, typed, others) for publication in best]


def _best(lists: list[list[int]], count: int) -> list[Publication]:
    """The first of those found, those whose title is little more than the words before others."""
    rank = {key: number for number, keys in enumerate(lists) for key in keys}
    rows = Publication.objects.published().filter(pk__in=rank).newest_first()

    def place(publication):
        shortest = min(analysis.length(title) for title, _language in _titles(publication))
        return rank[publication.pk], sum(shortest > n * count for n in (1, 2, 4))

    return sorted(rows, key=place)[:MOST]


def _titles(publication: Publication) -> list[tuple[str, str]]:
    """Its titles and their languages, that of the page first."""
    shown = languages.translated(publication, "title")
    codes = languages.interface_languages()
    others = [(getattr(publication, f"title_{code}"), code) for code in codes]
    return [shown, *(title for title in others if title[0] and title != shown)]


def _titles_of_editions(publications: list[Publication]) -> dict[int, list[tuple[str, str]]]:
    """The titles on the covers of editions, by the publication's key."""
    found: dict[int, list[tuple[str, str]]] = {one.pk: [] for one in publications}
    rows = EditionLanguage.objects.filter(
        edition__in=Edition.objects.visible().filter(publication__in=found).exclude(title="")
    ).order_by("pk")
    for key, *title in rows.values_list("edition__publication", "edition__title", "language"):
        found[key].append((title[0], title[1]))
    return found


def _suggestion(publication, typed, others) -> Suggestion:
    """With the title as the page shows it; if the words are only in another one, that."""
    titles = [*_titles(publication), *others[publication.pk]]
    title, language = next((one for one in titles if _begins(one[0], typed)), titles[0])
    return Suggestion(title, language, publication.symbol, publication.get_absolute_url())


def _begins(title: str, typed: list[str]) -> bool:
    """Whether words of a title begin with all that was typed."""
    words = [analysis.plain(word) for word in analysis.WORD.findall(analysis.clean(title))]
    return all(any(word.startswith(part) for word in words) for part in typed)
