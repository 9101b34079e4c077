"""As you type: documents whose symbol or title holds the words so far."""

from typing import NamedTuple

from catalogue import cards, languages
from catalogue.models import Publication
from catalogue.search import analysis
from catalogue.search.query import named

MOST = 8
SHORTEST = 2  # characters


class Suggestion(NamedTuple):
    text: str
    language: str
    symbol: str
    url: str


def suggestions(text: str) -> list[Suggestion]:
    """At most eight, those with the symbol first, in the page's language; in three queries."""
    if len(text.strip()) < SHORTEST:
        return []
    found = named(Publication.objects.published().with_titles(), text)[:MOST]
    typed = [analysis.plain(word.lower()) for word in analysis.significant_words(text)]
    return [_suggestion(publication, typed) for publication in found]


def _suggestion(publication: Publication, typed: list[str]) -> Suggestion:
    title, language = _title(publication, typed)
    return Suggestion(title, language, publication.symbol, publication.get_absolute_url())


def _title(publication: Publication, typed: list[str]) -> tuple[str, str]:
    """The title as the page shows it; if the words are only in another one, that."""
    shown, language = languages.translated(publication, "title")
    others = [(title, code) for code, title in cards.other_titles(publication, language)]
    named_so = (title for title in [(shown, language), *others] if _begins(title[0], typed))
    return next(named_so, (shown, language))


def _begins(title: str, typed: list[str]) -> bool:
    """Whether words of a title begin with all that was typed."""
    words = [analysis.plain(word) for word in analysis.WORD.findall(analysis.clean(title))]
    return all(any(word.startswith(part) for word in words) for part in typed)
