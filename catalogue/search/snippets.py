"""Where the words of a search are: of each publication on a page the place that says most.

A title in another language, a line of the description, or a passage of a PDF and its page.
What the card of the publication shows anyhow needs no snippet.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import NamedTuple
from unicodedata import normalize

from django.db.models import Value
from django.db.models.functions import Left

from catalogue import cards, languages
from catalogue.guesser import guess_language
from catalogue.models import Edition, EditionFile, Publication
from catalogue.search import analysis
from catalogue.search.places import Finder, Passage

MOST_CHARACTERS = 2_400_000  # of texts read for one page
LONGEST_TEXT = 400_000  # characters read of one PDF: some 150 pages
PAGE_BREAK = "\f"


class Piece(NamedTuple):
    text: str
    is_hit: bool


class Snippet(NamedTuple):
    """A passage in which words that were searched for are marked."""

    where: str  # "title", "summary", "name" or "text"
    language: str
    pieces: list[Piece]
    page: int = 0  # of the PDF, from 1
    address: str = ""  # of that page

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Best(NamedTuple):
    """The best place found so far, and how much of what was asked is there."""

    score: tuple[int, int]
    snippet: Snippet | None
    is_enough: bool = False  # the words are all in one place, or at least in one PDF


NOWHERE = Best((0, 0), None)


def snippets(publications: Iterable[Publication | int], text: str) -> dict[int, Snippet | None]:
    """For each publication on a page where the words of `text` are; None where there is no more
    to say than its card does.

    Two queries at most for publications that came with their editions, four more for keys.
    """
    finder = Finder(analysis.read(text))
    if not finder.words:
        return dict.fromkeys(map(_key, publications))
    rows = _with_editions(list(publications))
    best = {row.pk: _described(row, finder) for row in rows}
    for files in _rounds(rows, text):
        wanted = [(pk, file) for pk, file in files if not best[pk].is_enough]
        for pk, file, content in _read(wanted):
            best[pk] = max(best[pk], _in_text(file, content, finder), key=lambda one: one.score)
    return {pk: found.snippet for pk, found in best.items()}


def _key(publication: Publication | int) -> int:
    return publication.pk if isinstance(publication, Publication) else publication


def _with_editions(publications: list) -> list[Publication]:
    if all(isinstance(one, Publication) for one in publications):
        return publications
    return list(Publication.objects.filter(pk__in=map(_key, publications)).with_editions())


# In what describes it -------------------------------------------------------


def _described(publication: Publication, finder: Finder) -> Best:
    """The first of its titles and other lines that holds most of the words."""
    title, shown = languages.translated(publication, "title")
    score = finder.score(f"{title} {publication.symbol}", shown)
    best = Best(score, None, score == finder.full)
    for where, language, line in _lines(publication, shown):
        if best.is_enough:
            break
        if (score := finder.score(line, language)) > best.score:
            passage = finder.passage(line, [language], whole=where != "summary")
            snippet = Snippet(where, language, _pieces(line, passage))
            best = Best(score, snippet, score == finder.full)
    return best


def _lines(publication: Publication, shown: str) -> Iterator[tuple[str, str, str]]:
    """(where, language, text) of all that describes it and its card does not show."""
    for language, title in cards.other_titles(publication, shown):
        yield "title", language, title
    for language in languages.preference():
        yield "summary", language, getattr(publication, f"summary_{language}") or ""
    for name in ("series", "kind", "issuing_body", "meeting"):
        if term := getattr(publication, name):
            for language in languages.preference():
                yield "name", language, getattr(term, f"name_{language}") or ""
    for edition in publication.editions.all():
        yield "name", "", edition.isbn
        yield "name", "", edition.job_number


# In its PDFs ----------------------------------------------------------------


def _rounds(rows: list[Publication], text: str) -> Iterator[list[tuple[int, EditionFile]]]:
    """Of each publication the PDF that most likely holds the words; then all the others."""
    likely = {row.pk: _readable(row, text) for row in rows}
    yield [(pk, file) for pk, files in likely.items() for file in files[:1]]
    yield [(pk, file) for pk, files in likely.items() for file in files[1:]]


def _readable(publication: Publication, text: str) -> list[EditionFile]:
    """Its PDFs: those in the script of the question first, then in the page's language."""
    found = []
    for edition in cards.editions(publication):
        if file := edition.reading_file:
            file.edition = edition  # fetched with it
            found.append(file)
    return sorted(found, key=lambda file: not _is_written_in(file.edition, text))


def _is_written_in(edition: Edition, text: str) -> bool:
    """Whether the letters of a question are those of an edition's language, as far as known."""
    letter = next((ord(char) for char in text.lower() if char.isalpha()), 0)
    scripts = [analysis.STEMMERS.get(tag.partition("-")[0], ("", ()))[1] for tag in edition.tags]
    return any(letter in script for script in scripts if script)


def _read(wanted: list[tuple[int, EditionFile]]) -> Iterator[tuple[int, EditionFile, str]]:
    """The texts of files, as much of each as is bearable together."""
    if not wanted:
        return
    most = min(LONGEST_TEXT, MOST_CHARACTERS // len(wanted))
    files = EditionFile.objects.filter(pk__in=[file.pk for _pk, file in wanted])
    texts = dict(files.values_list("pk", Left("text", Value(most))))
    for pk, file in wanted:
        yield pk, file, normalize("NFC", texts.get(file.pk, ""))


def _in_text(file: EditionFile, text: str, finder: Finder) -> Best:
    tags = file.edition.tags
    passage = finder.passage(text, tags)
    if not passage.hits:
        return NOWHERE
    page = text.count(PAGE_BREAK, 0, passage.start) + 1
    siblings = list(file.edition.publication.editions.all())
    snippet = Snippet(
        "text",
        _language(text[passage.start : passage.end], tags),
        _pieces(text, passage),
        page,
        f"{cards.file_address(file.edition, siblings)}#page={page}",
    )
    phrases, words = passage.score
    return Best(passage.score, snippet, (phrases, words + passage.elsewhere) == finder.full)


def _language(passage: str, tags: list[str]) -> str:
    """The language of a passage in an edition that may be in several."""
    guess = guess_language(passage) if len(tags) > 1 else ""
    return guess if guess in tags else next(iter(tags), "")


# As it is shown -------------------------------------------------------------


def _pieces(text: str, passage: Passage) -> list[Piece]:
    """The passage cut at the words that were found; dots where it goes on."""
    edges = list(chain([passage.start], *passage.hits, [passage.end]))
    found = [
        Piece(_shown(text[start:end]), bool(at % 2))
        for at, (start, end) in enumerate(pairwise(edges))
        if start < end
    ]
    before = [Piece("… ", False)] if passage.start > 0 else []
    after = [Piece(" …", False)] if passage.end < len(text) else []
    return [*before, *found, *after]


def _shown(text: str) -> str:
    return analysis.with_article(re.sub(r"\s+", " ", text))
