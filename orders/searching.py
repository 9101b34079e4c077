"""What a colleague types into the search of the queue, as it may be stored."""

import re
from typing import NamedTuple

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # of order numbers: no 0/O, 1/I/L
LONGEST, MOST_WORDS, SHORTEST_CODE = 200, 10, 2
HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
NUMBER = re.compile(f"([{LETTERS}]{{4}})([{LETTERS}]{{4}})")
PARCEL = re.compile(f"([{LETTERS}]{{4}}[- ]?[{LETTERS}]{{4}}) ?/ ?[0-9]{{1,3}}(?![^ ])", re.I)
WITHOUT_HYPHEN = re.compile(f"[{LETTERS}]{{5,8}}")
CODED = re.compile(r"([^\s·]+)\s*·\s*([^\W\d_]{2,}[^\s·×]*)")  # "DAP-2015 · FR"
# A code that may lack its dot: "DAP-2015 FR".
BARE = re.compile(r"(?<!\S)([^\s·]*[0-9][^\s·]*)\s+([^\W\d_]{2}(?:/[^\W\d_]{2})*)(?!\S)")
COPIES = re.compile(r"[·×]\s*[0-9]*")  # what rows and slips print behind it: "· 10", "×10"


class Coded(NamedTuple):
    """A short code with the languages of the edition: "DAP-2015 · EN/FR"."""

    code: str
    tags: tuple[str, ...]


def sought(text: str) -> tuple[list[Coded], list[str]]:
    """The short codes in a text, and its other words; cut where a person would not have gone on."""
    text = as_typed(text)
    codes = [Coded(code, tuple(tags.split("/"))) for code, tags in CODED.findall(text)]
    words = COPIES.sub(" ", CODED.sub(" ", text)).split()
    return codes[:MOST_WORDS], words[:MOST_WORDS]


def as_typed(text: str) -> str:
    """The text with plain hyphens, and with the order's number for that of a parcel of it."""
    return PARCEL.sub(r"\1", text[:LONGEST].translate(HYPHENS))


def number_in(text: str) -> str:
    """The number of an order, however it is typed: "k7m29xpa", "K7M2 9XPA/2"; or nothing."""
    plain = re.sub(r"[\s-]", "", as_typed(text)).upper()
    found = NUMBER.fullmatch(plain)
    return f"{found[1]}-{found[2]}" if found else ""


def as_in_number(word: str) -> str:
    """The beginning of a number, typed without its hyphen, as it is stored; else in capitals."""
    word = word.upper()
    return f"{word[:4]}-{word[4:]}" if WITHOUT_HYPHEN.fullmatch(word) else word


def as_in_tracking(word: str) -> str:
    """A tracking number without what people put between its figures."""
    return re.sub(r"[ ./-]", "", word.upper())
