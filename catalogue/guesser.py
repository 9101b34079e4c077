"""Guess the language of a text: by its script, then by its commonest small words.

A guess is there to ask "are you sure?", so no answer is better than a wrong one.
"""

import re
import unicodedata
from collections import Counter

SAMPLE = 5_000  # characters, taken evenly: enough to know the script of a long text
FEWEST_LETTERS = 40
FEWEST_WORDS = 20
MAJORITY = 0.6  # of the letters; Japanese has no such majority and stays unknown
SMALL_WORDS = 0.25  # of the words; prose has 0.35 to 0.5
LEAD = 1.3  # over the second best; a booklet in three languages has none

SCRIPTS = {
    "ARABIC": "ar",
    "ARMENIAN": "hy",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "HANGUL": "ko",
    "HEBREW": "he",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "THAI": "th",
}

# Scripts that several languages share: all letters of the one, and one that tells it apart.
ALPHABETS = {
    "ar": ("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي", "ة"),  # not Persian, Dari, Pashto, Urdu
    "ru": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "ы"),  # not Bulgarian, Serbian, Ukrainian
}

WORDS = {
    "en": "a an and are as at be by for from has have in is it its not of on or shall that the"
    " their this to was were which will with",
    "fr": "au aux avec ce ces cette d dans de des du elle en est et il ils l la le les leur n ne"
    " ou par pas pour qu que qui s sa se ses son sont sur un une",
    "es": "a al como con de del e el en entre es esta la las lo los más no o para por que se ser"
    " sin su sus un una y",
    "pt": "a ao aos as com da das de do dos e em entre foi mais na nas no nos não o os ou para"
    " pela pelo por que se ser sua suas são um uma à",
    "de": "als am an auch auf aus bei das dass dem den der des die ein eine einer es für im in"
    " ist mit nach nicht oder sich sie sind und von vor werden wird zu zum zur über",
    "it": "a al alla che con da dei del della delle di e gli ha i il in l la le nel nella non o"
    " per più sono su un una è",
    "nl": "aan als bij dat de deze door een en er het in is met naar niet of om op over te tot"
    " uit van voor werd worden zijn",
}
VOCABULARIES = {code: frozenset(words.split()) for code, words in WORDS.items()}


def guess_language(text: str) -> str:
    """The code of the one language the text is written in, '' when unsure."""
    letters = letters_of(text)
    if len(letters) < FEWEST_LETTERS:
        return ""
    script = script_of(letters)
    if script == "LATIN":
        return by_small_words(text)
    code = SCRIPTS.get(script, "")
    return code if fits_alphabet(letters, code) else ""


def letters_of(text: str) -> str:
    """An even sample of the letters, in lower case and in their plain forms.

    Arabic comes out of many PDFs in the forms a letter has inside a word.
    """
    sample = text[:: len(text) // SAMPLE + 1]
    plain = unicodedata.normalize("NFKC", sample).lower()
    return "".join(filter(str.isalpha, plain))


def script_of(letters: str) -> str:
    """The script of the clear majority, by the first word of its letters' names; '' if none."""
    scripts = Counter(unicodedata.name(letter, "?").partition(" ")[0] for letter in letters)
    script, count = scripts.most_common(1)[0]
    return script if count >= MAJORITY * len(letters) else ""


def fits_alphabet(letters: str, code: str) -> bool:
    """Whether the letters are those of this language, where a script has several."""
    if code not in ALPHABETS:
        return True
    alphabet, sign = ALPHABETS[code]
    own = sum(letter in alphabet for letter in letters)
    return own >= 0.95 * sum(not letter.isascii() for letter in letters) and sign in letters


def by_small_words(text: str) -> str:
    """The language whose commonest words make up most of the text; '' if none leads."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < FEWEST_WORDS:
        return ""
    shares = {
        code: sum(word in vocabulary for word in words) / len(words)
        for code, vocabulary in VOCABULARIES.items()
    }
    second, best = sorted(shares, key=shares.__getitem__)[-2:]
    leads = shares[best] >= max(SMALL_WORDS, LEAD * shares[second])
    return best if leads else ""
