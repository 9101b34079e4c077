"""Did you mean: what was typed, with words that titles and descriptions hold.

The words stand in a table of their own, learnt as publications are indexed and never
forgotten singly: a correction is offered only if it finds something that readers may see.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

from django.db import transaction
from django.db.models import Q

from catalogue.models import Publication, SearchWord
from catalogue.search import analysis, sources
from catalogue.search.query import found_in, is_found

SHORTEST = 3  # characters of a word that is worth correcting
MOST_CORRECTED = 3  # words of a question
MOST_COMPARED = 20_000  # words of the table
MOST_TRIED = 6  # words that are as near as each other
WELL_KNOWN = 3  # publications: a word in the text of so many is no slip


# What there is to choose from -----------------------------------------------


def learn(found: Iterable[sources.Source]) -> None:
    """Remember the words of titles and descriptions, once the transaction is through.

    Nobody has to wait for another who learns the same word; and if it fails, nothing else does.
    """
    spelt = {word: spelling for source in found for word, spelling in _words_of(source)}
    transaction.on_commit(partial(_remember, spelt), robust=True)


def _remember(spelt: dict[str, str]) -> None:
    known = SearchWord.objects.filter(word__in=spelt).values_list("word", flat=True)
    new = sorted(spelt.keys() - set(known))  # in one order for everybody
    SearchWord.objects.bulk_create(
        (_row(word, spelt[word]) for word in new), ignore_conflicts=True, batch_size=500
    )


def forget() -> None:
    SearchWord.objects.all().delete()


def _words_of(source: sources.Source) -> Iterator[tuple[str, str]]:
    for text, _tags in [*source.about, *source.titles]:
        for spelling in analysis.WORD.findall(analysis.clean(text)):
            if _is_correctable(spelling):
                yield _plain(spelling), spelling[: analysis.LONGEST_WORD]


def _row(word: str, spelling: str) -> SearchWord:
    return SearchWord(word=word, spelling=spelling, head=word[0], tail=word[-2:], length=len(word))


def _plain(word: str) -> str:
    return next(iter(analysis.forms(word, "")), "")


def _is_correctable(word: str) -> bool:
    """Whether it is a word of letters with spaces about it, and not a very short one."""
    if word.isdigit() or analysis.UNSPACED_RUN.match(word):
        return False
    return SHORTEST <= len(_plain(word)) <= analysis.LONGEST_WORD


# What was meant -------------------------------------------------------------


def did_you_mean(text: str) -> str | None:
    """What a person who typed this most likely meant, if that finds more; for empty results.

    At most some thirty small queries.
    """
    text = text.strip()[: analysis.MOST_CHARACTERS]
    meant = text
    for word in _unknown(text)[:MOST_CORRECTED]:
        if correction := _corrected(word):
            meant = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", _cased(word, correction), meant)
    return meant if meant != text and _found(meant) > _found(text) else None


def _unknown(text: str) -> list[str]:
    """The words that no title or description holds, nor more than a text or two."""
    words = [word for word in analysis.significant_words(text) if _is_correctable(word.lower())]
    rows = SearchWord.objects.filter(word__in={_plain(word.lower()) for word in words})
    known = set(rows.values_list("word", flat=True))
    return [
        word
        for word in words[: analysis.MOST_WORDS]
        if _plain(word.lower()) not in known and not _is_known(word)
    ]


def _is_known(word: str) -> bool:
    rows, query = Publication.objects.published(), analysis.read(word)
    return is_found(rows, query) or found_in(rows, query, most=WELL_KNOWN) >= WELL_KNOWN


def _found(text: str) -> int:
    return found_in(Publication.objects.published(), analysis.read(text), most=100)


def _corrected(word: str) -> str:
    """The nearest word; of several the one that finds most; "" if none finds anything."""
    plain = _plain(word.lower())
    near = _near(plain) or _in_two(plain)
    for distance in sorted({distance for distance, _spelling in near}):
        tried = [spelling for found, spelling in near if found == distance][:MOST_TRIED]
        best = max(tried, key=_found)
        if _found(best):
            return best
    return ""


def _near(word: str) -> list[tuple[int, str]]:
    """(distance, spelling) of the words that a slip or two turn into this one, in order."""
    most = 1 if len(word) < 6 else 2
    rows = SearchWord.objects.filter(
        Q(head=word[0]) | Q(tail=word[-2:]), length__range=(len(word) - most, len(word) + most)
    ).values_list("word", "spelling")[:MOST_COMPARED]
    letters = set(word)
    found = [
        (distance, other[0] != word[0], abs(len(other) - len(word)), other, spelling)
        for other, spelling in rows
        if len(letters.symmetric_difference(other)) <= 2 * most
        and (distance := slips(word, other)) <= most
    ]
    return [(row[0], row[-1]) for row in sorted(found)]


def _in_two(word: str) -> list[tuple[int, str]]:
    """Two known words that were typed as one."""
    cuts = [(word[:at], word[at:]) for at in range(SHORTEST, len(word) - SHORTEST + 1)]
    rows = SearchWord.objects.filter(word__in={part for cut in cuts for part in cut})
    spelt = dict(rows.values_list("word", "spelling"))
    return [(1, f"{spelt[a]} {spelt[b]}") for a, b in cuts if a in spelt and b in spelt]


@lru_cache(10_000)
def slips(one: str, other: str) -> int:
    """How many letters were left out, added, mistaken or swapped with their neighbour.

    >>> slips("munitons", "munitions"), slips("cosnent", "consent")
    (1, 1)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, another in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _cased(word: str, correction: str) -> str:
    """As it was typed: in capitals, with a capital, or without."""
    if len(word) > 1 and word.isupper():
        return correction.upper()
    return correction.capitalize() if word[0].isupper() else correction
