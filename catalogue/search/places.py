"""Where in a text the words of a query are: by the analysis of the index, but quickly."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from catalogue.languages import fold
from catalogue.search import analysis
from catalogue.search.analysis import Query

WIDTH = 210  # characters of a passage
BEFORE = 60  # of them before the first word found
MOST_READ = 40_000  # characters of a text in which words cannot be looked for quickly
MOST_PLACES, FEWER_PLACES = 1000, 250  # of a word, in search of phrases and without
MOST_LOOKS = 100  # at different passages of a text
NEAR = 40  # characters in which the next word of a phrase begins

# As in the index, with the marks that the index leaves out.
WORD = re.compile(
    rf"[{analysis.UNSPACED}]+|\d+"
    rf"|[^\W\d_{analysis.UNSPACED}][^\W\d_{analysis.UNSPACED}\u0300-\u036f\u064b-\u0655]*"
)


def _flat(code: int) -> int:
    plain = fold(chr(code))
    return ord(plain) if len(plain) == 1 and plain.isalnum() and plain.isascii() else ord(" ")


FLAT = bytes(map(_flat, range(256)))  # Latin-1 without case, accents and signs


class Passage(NamedTuple):
    """A part of a text and where in the text the words found in it are."""

    start: int
    end: int
    hits: list[tuple[int, int]]
    score: tuple[int, int]  # phrases and words that are in it
    elsewhere: int = 0  # words that are in the text, but not in it


class Hit(NamedTuple):
    start: int
    end: int
    word: int  # which one of the query


class Finder:
    """Looks for the words of a query in texts."""

    def __init__(self, query: Query):
        self.words = [frozenset(forms) for forms in query.words]
        numbers = map(self._numbers, query.phrases)
        self.phrases = [phrase for phrase in numbers if len(phrase) > 1]
        self.slow = {n for n, forms in enumerate(self.words) if _is_arabic(forms)}
        self.beginnings = [_beginnings(forms) for forms in self.words]
        self.full = (len(self.phrases), len(self.words))
        self.known: dict[tuple[str, tuple[str, ...]], tuple[int, ...]] = {}

    def _numbers(self, phrase: tuple[str, ...]) -> list[int]:
        """Which words of the query a phrase is made of."""
        places = [
            next((n for n, forms in enumerate(self.words) if word in forms), None)
            for word in phrase
        ]
        return [n for n in places if n is not None]

    def score(self, text: str, language: str) -> tuple[int, int]:
        """How many of the phrases and of the words are anywhere in a short text."""
        return self._score(text, sorted(set(self._hits(text, (language,)))))

    def passage(self, text: str, tags: Iterable[str], *, whole: bool = False) -> Passage:
        """The part of a text that holds most of the words; with `whole` all of it."""
        hits = sorted(set(self._hits(text, tuple(tags) or ("",))))
        if whole:
            start, end = 0, len(text)
        else:
            start, end = _around(text, self._best(text, hits)) if hits else (0, 0)
        inside = [hit for hit in hits if start <= hit.start and hit.end <= end]
        score = self._score(text, inside)
        elsewhere = len({hit.word for hit in hits}) - score[1]
        return Passage(start, end, _apart(inside), score, elsewhere)

    # Which words they are ---------------------------------------------------

    def _hits(self, text: str, tags: tuple[str, ...]) -> Iterator[Hit]:
        """Quickly: by the beginnings of words, then looking closer. Arabic is read in full."""
        if self.slow:
            hits = self._read(text[:MOST_READ], tags)
            yield from (hit for hit in hits if hit.word in self.slow)
        flat = text.encode("latin-1", "replace").translate(FLAT)
        low = text.lower()
        low = low if len(low) == len(text) else text
        most = MOST_PLACES if self.phrases else FEWER_PLACES
        for number, beginnings in enumerate(self.beginnings):
            if number not in self.slow:
                for at in islice(_places(flat, low, beginnings), most):
                    yield from self._at(text, at, number, tags)

    def _at(self, text: str, at: int, number: int, tags: tuple[str, ...]) -> Iterator[Hit]:
        """What is found in the word that begins there, or in the run without spaces."""
        if analysis.UNSPACED_RUN.match(text, at):
            yield Hit(at, at + max(map(len, self.words[number])), number)
        elif (word := WORD.match(text, at)) and number in self._meant(word[0], tags):
            yield Hit(at, word.end(), number)

    def _read(self, text: str, tags: tuple[str, ...]) -> Iterator[Hit]:
        """Every word of a text looked at."""
        for word in WORD.finditer(text):
            if analysis.UNSPACED_RUN.match(word[0]):
                for number, forms in enumerate(self.words):
                    for form in forms:
                        if (at := word[0].find(form)) >= 0:
                            start = word.start() + at
                            yield Hit(start, start + len(form), number)
            else:
                for number in self._meant(word[0], tags):
                    yield Hit(word.start(), word.end(), number)

    def _meant(self, word: str, tags: tuple[str, ...]) -> tuple[int, ...]:
        """Which words of the query a word of a text is."""
        key = (word, tags)
        if key not in self.known:
            self.known[key] = tuple(self._numbers_of(word, tags))
        return self.known[key]

    def _numbers_of(self, word: str, tags: tuple[str, ...]) -> Iterator[int]:
        cleaned = analysis.WORD.findall(analysis.clean(unicodedata.normalize("NFC", word)))
        found = {
            form
            for part in cleaned
            for tag in tags
            for form in analysis.forms(part, tag.partition("-")[0])
        }
        yield from (n for n, forms in enumerate(self.words) if not found.isdisjoint(forms))

    # Where most of them are together ----------------------------------------

    def _best(self, text: str, hits: list[Hit]) -> Hit:
        """The hit about which most of the words are: phrases and rare words lead to it."""
        often = Counter(hit.word for hit in hits)
        rarest = sorted(hits, key=lambda hit: (often[hit.word], hit))
        best, most = hits[0], (-1, -1)
        for hit in [*self._phrases_in(text, hits), *rarest[:MOST_LOOKS]]:
            score = self._score(text, _near(hits, hit))
            if score > most:
                best, most = hit, score
            if most == self.full:
                break
        return best

    def _phrases_in(self, text: str, hits: list[Hit]) -> list[Hit]:
        """Where phrases begin."""
        begun = (
            (_begins(text, hits, at, phrase), at)
            for phrase in self.phrases
            for at, hit in enumerate(hits)
            if hit.word == phrase[0]
        )
        return [hits[at] for is_begun, at in begun if is_begun][:MOST_LOOKS]

    def _score(self, text: str, hits: list[Hit]) -> tuple[int, int]:
        phrases = sum(
            any(_begins(text, hits, at, phrase) for at in range(len(hits)))
            for phrase in self.phrases
        )
        return phrases, len({hit.word for hit in hits})


def _is_arabic(forms: Iterable[str]) -> bool:
    return any(ord(form[0]) in analysis.ARABIC for form in forms)


def _beginnings(forms: Iterable[str]) -> list[str]:
    """With what a word of these forms begins, as few as will do; stems change some endings."""
    common = _common(forms)
    common = common[:-1] if len(common) > 5 else common
    found = [common] if len(common) > 2 else sorted(forms)
    joined = [form.replace("oe", "œ").replace("ae", "æ").replace("ss", "ß") for form in found]
    return list(dict.fromkeys([*found, *joined]))


def _common(forms: Iterable[str]) -> str:
    first, last = min(forms), max(forms)  # of all that are between them
    pairs = enumerate(zip(first, last, strict=False))
    return first[: next((at for at, (one, other) in pairs if one != other), len(first))]


def _places(flat: bytes, low: str, beginnings: Iterable[str]) -> Iterator[int]:
    for beginning in beginnings:
        if beginning.isascii():
            yield from _in_flat(flat, beginning.encode())
        else:
            yield from _in_low(low, beginning)


def _in_flat(flat: bytes, beginning: bytes) -> Iterator[int]:
    """Where words begin so; 3 begins after a letter, wp3 does not begin after a digit."""
    at = flat.find(beginning)
    is_word = bytes.isdigit if beginning.isdigit() else bytes.isalpha
    while at >= 0:
        if not is_word(flat[at - 1 : at] if at else b" "):
            yield at
        at = flat.find(beginning, at + 1)


def _in_low(low: str, beginning: str) -> Iterator[int]:
    at = low.find(beginning)
    unspaced = analysis.UNSPACED_RUN.match(beginning)
    while at >= 0:
        if unspaced or not (at and low[at - 1].isalpha()):
            yield at
        at = low.find(beginning, at + 1)


def _near(hits: list[Hit], middle: Hit) -> list[Hit]:
    """The hits that fit into a passage about one of them."""
    first = bisect_left(hits, (middle.start - BEFORE,))
    last = bisect_left(hits, (middle.start + WIDTH - 2 * BEFORE,))
    return hits[first:last]


def _begins(text: str, hits: list[Hit], at: int, phrase: list[int]) -> bool:
    """Whether the words of a phrase follow each other from there, small ones between them."""
    last = hits[at]
    if last.word != phrase[0]:
        return False
    for number in phrase[1:]:
        after = hits[at + 1 : bisect_left(hits, (last.end + NEAR,), lo=at)]
        near = (hit for hit in after if hit.word == number and hit.start >= last.end)
        following = next(near, None)
        if following is None or _words_between(text, last, following):
            return False
        last, at = following, hits.index(following, at)
    return True


def _words_between(text: str, one: Hit, other: Hit) -> bool:
    return bool(analysis.sequence(analysis.clean(text[one.end : other.start])))


def _around(text: str, first: Hit) -> tuple[int, int]:
    """The passage about a hit: on one page, and of whole words."""
    top = text.rfind("\f", 0, first.start) + 1
    foot = text.find("\f", first.end)
    start = _word_start(text, max(top, first.start - BEFORE), first.start)
    limit = len(text) if foot < 0 else foot
    end = min(limit, start + WIDTH)
    return start, end if end == limit else max(_word_end(text, end, first.end), first.end)


def _word_start(text: str, at: int, latest: int) -> int:
    if at == 0 or text[at - 1].isspace():
        return at
    gap = re.compile(r"\s+").search(text, at, latest)
    return gap.end() if gap else at


def _word_end(text: str, at: int, earliest: int) -> int:
    gaps = [text.rfind(space, earliest, at + 1) for space in " \n"]
    return max(gaps) if max(gaps) > 0 else at


def _apart(hits: list[Hit]) -> list[tuple[int, int]]:
    """Where hits are, one after the other: the pairs of a run without spaces overlap."""
    found: list[tuple[int, int]] = []
    for hit in hits:
        if found and hit.start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], hit.end))
        else:
            found.append((hit.start, hit.end))
    return found
