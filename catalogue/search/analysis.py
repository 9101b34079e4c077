"""Text into index words, the same for every database: split, fold, stem.

A word is a run of letters or of digits, so that WP3, WP.3 and "WP 3" are all "wp" and "3".
It is kept without accents and as its stems; the words of a query are looked up in the forms
of every language. Scripts that write no spaces are kept as characters and as pairs of
neighbours, and looked up by the pairs.

Of what is between quotation marks the words must follow each other, small words aside. The
engines keep no positions: each two neighbours of a text are kept as one short mark more.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import snowballstemmer

from catalogue.identifiers import symbol_key
from catalogue.languages import fold

VERSION = 3  # of the rules in this module: with another one every entry is out of date
MOST_CHARACTERS = 200  # of a query
MOST_WORDS = 10
LONGEST_WORD = 40  # characters

LATIN, CYRILLIC, ARABIC = range(0x61, 0x250), range(0x400, 0x530), range(0x600, 0x700)
STEMMERS = {
    "ar": ("arabic", ARABIC),
    "en": ("english", LATIN),
    "es": ("spanish", LATIN),
    "fr": ("french", LATIN),
    "pt": ("portuguese", LATIN),
    "ru": ("russian", CYRILLIC),
}
SMALL_WORDS = """
    a an and as at by for from in is it of on or that the to with
    au aux ce dans de des du en et la le les ou par pour sur un une
    al con del el las los o para por que se una y
    в и к на не о по с
"""
STOP_WORDS = frozenset(SMALL_WORDS.split())

# Chinese and Japanese, Thai and Lao, Burmese, Khmer: no spaces between words.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
WORD = re.compile(rf"[{UNSPACED}]+|\d+|[^\W\d_{UNSPACED}]+")
UNSPACED_RUN = re.compile(rf"[{UNSPACED}]")
UNCOMMON = re.compile(
    "[\u00ad\u0300-\u1fff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2c00-\U0010ffff]"
)
UNHEARD = {"Mn", "Mc", "Me", "Cf"}  # marks, and format characters such as the soft hyphen
TATWEEL = "\u0640"  # stretches an Arabic word
APOSTROPHE = "['’\u02bc]"
ELISION = re.compile(rf"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu){APOSTROPHE}(?=\w)|{APOSTROPHE}s\b")
QUOTED = re.compile(
    r"""
    ["\uff02] ([^"\uff02]*) ["\uff02] | [“„”‟] ([^“„”‟]*) [“”‟] | [«»] ([^«»]*) [«»]
""",
    re.VERBOSE,
)
PAIR = "»"  # before the mark of two neighbours
# Before a word of a title, of a title or the description, and the length of the shortest title.
TITLE, ABOUT, LENGTH = "§", "¶", "№"
ISBN = re.compile(r"\b(?:isbn(?:-1[03])?:? ?)?(97[89](?:[-\u2010\u2013 ]?\d){10})\b")


@dataclass(frozen=True)
class Query:
    """What was typed: of each word one form must be there; with `prefix` the last is unfinished.

    `phrases` are the plain words of what was quoted, `pairs` the marks of their neighbours.
    """

    words: tuple[tuple[str, ...], ...]
    symbol: str
    prefix: bool = False
    phrases: tuple[tuple[str, ...], ...] = ()

    @property
    def pairs(self) -> list[str]:
        found = (mark(*two) for phrase in self.phrases for two in pairwise(phrase) if all(two))
        return list(dict.fromkeys(found))[:MOST_WORDS]


def read(text: str, *, prefix: bool = False) -> Query:
    """Understand what a person typed. Whatever it is, it is words; there may be none."""
    text = text.strip()[:MOST_CHARACTERS]
    words = required(significant(text, keep_last=prefix))
    return Query(tuple(words)[:MOST_WORDS], symbol_key(text), prefix, tuple(quoted(text)))


def quoted(text: str) -> Iterator[tuple[str, ...]]:
    """What stands between quotation marks, in plain words; a mark without its fellow is nothing."""
    for found in QUOTED.finditer(text):
        phrase = tuple(sequence(clean(found[found.lastindex or 0])))
        if len(phrase) > 1:
            yield phrase


def index_words(text: str, tags: Iterable[str] = ()) -> tuple[dict[str, None], dict[str, None]]:
    """The words to keep of a text in the languages of `tags`, and the marks of its neighbours.

    Each once, in order.
    """
    words = WORD.findall(ELISION.sub(" ", clean(text)))
    languages = [tag.partition("-")[0] for tag in tags] or [""]
    found: dict[str, None] = {}
    for word in dict.fromkeys(words):
        if UNSPACED_RUN.match(word):
            found |= dict.fromkeys([*plain(word), *pairs(word)])
        else:
            for language in languages:
                found.update(dict.fromkeys(forms(word, language)))
    return found, _marks(words)


def _marks(words: list[str]) -> dict[str, None]:
    neighbours = dict.fromkeys(pairwise(_in_order(words)))
    return dict.fromkeys(mark(one, other) for one, other in neighbours if one and other)


def sequence(cleaned: str) -> list[str]:
    """The plain words of a text in their order, without small ones; "" for a run without spaces."""
    return _in_order(WORD.findall(ELISION.sub(" ", cleaned)))


def _in_order(words: list[str]) -> list[str]:
    plainly = {word: _plainly(word) for word in set(words)}
    small = {word for word, form in plainly.items() if form in STOP_WORDS}
    return [plainly[word] for word in words if word not in small]


@lru_cache(50_000)
def _plainly(word: str) -> str:
    return "" if UNSPACED_RUN.match(word) else settled(plain(word[:LONGEST_WORD]))


def mark(first: str, second: str) -> str:
    """One short word for two; in a text of 20,000 pairs one in a thousand is there by chance."""
    return f"{PAIR}{crc32(f'{first} {second}'.encode()):08x}"[:7]


def length(text: str) -> int:
    """How many words a query needs to name a title in full."""
    return sum(1 for _alternatives in required(significant(text)))


def significant(text: str, *, keep_last: bool = False) -> list[str]:
    """The words of a text without the small ones, unless there are no others."""
    words = WORD.findall(ELISION.sub(" ", clean(text)))
    last = len(words) - 1 if keep_last else -1
    kept = [word for at, word in enumerate(words) if at == last or plain(word) not in STOP_WORDS]
    return list(dict.fromkeys(kept or words))


def significant_words(text: str) -> list[str]:
    """The words of a text as they were typed, without small ones, each once."""
    words = dict.fromkeys(WORD.findall(text))
    return [word for word in words if plain(word.lower()) not in STOP_WORDS]


def required(words: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """For each word the forms of which one must be there."""
    for word in words:
        if UNSPACED_RUN.match(word):
            yield from ((pair,) for pair in pairs(word) or [plain(word)] if pair)
        elif alternatives := _in_every_language(word):
            yield alternatives


def _in_every_language(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for language in STEMMERS for form in forms(word, language)))


def clean(text: str) -> str:
    """Lower case, ligatures taken apart, nothing that splits a word unseen, ISBNs in one piece."""
    text = unicodedata.normalize("NFKC", text).lower().replace(TATWEEL, "")
    text = UNCOMMON.sub(lambda found: "" if _is_unheard(found[0]) else found[0], text)
    return ISBN.sub(lambda isbn: re.sub(r"\D", "", isbn[1]), text.replace("\u02bc", "'"))


def _is_unheard(character: str) -> bool:
    return unicodedata.category(character) in UNHEARD


def plain(word: str) -> str:
    """Without accents; letters and digits only, since some letters come apart into signs."""
    return "".join(filter(str.isalnum, fold(word)))


def pairs(word: str) -> list[str]:
    """Neighbouring characters: pairs("集束弹药") is ["集束", "束弹", "弹药"]."""
    run = plain(word)
    return [run[at : at + 2] for at in range(len(run) - 1)]


@lru_cache(50_000)
def forms(word: str, language: str) -> tuple[str, ...]:
    """The word without accents, then its stems: ("etats", "etat") in French."""
    word = with_article(word[:LONGEST_WORD])
    found = [plain(word)]
    name, script = STEMMERS.get(language, ("", ()))
    if ord(word[0]) in script:
        found += [plain(stem(spelling, name)) for spelling in dict.fromkeys([word, found[0]])]
    if ord(word[0]) in ARABIC:
        found.append(bare(found[0]))
    return tuple(dict.fromkeys(settled(form)[:LONGEST_WORD] for form in found if form))


# The stemmer takes the article and the feminine ending off some words and not off others.
ARTICLE = re.compile("^(?:[وف]?(?:[بك]?ال|لل))(?=\\w{3})")
FEMININE = re.compile("(?<=\\w{2})[ةه]$")


def bare(word: str) -> str:
    """An Arabic word without article and feminine ending: "الخطة" and "خطة" are "خط"."""
    return FEMININE.sub("", ARTICLE.sub("", word))


# PDFs hold lam and alef as one letter, and readers of PDFs take it apart the wrong way round:
# "لا" comes out as "ال". Which way it was meant is certain at the beginning only.
SWAPPED_ARTICLE = re.compile("\\b([وفبك]?ا)([اأإآ])ل")
LAM_ALEF = re.compile("[ال]{2,}")


def with_article(text: str) -> str:
    """Words that begin with the article and alef, put right: "األسلحة" is "الأسلحة"."""
    return SWAPPED_ARTICLE.sub(r"\1ل\2", text)


def settled(form: str) -> str:
    """Lams and alefs beside each other in one order, whichever they came in."""
    return LAM_ALEF.sub(lambda found: "".join(sorted(found[0])), form)


def stem(word: str, name: str) -> str:
    """A stemmer is made for each word: it is cheap, and none can be shared between threads."""
    return snowballstemmer.stemmer(name).stemWord(word)
