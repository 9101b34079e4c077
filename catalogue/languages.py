"""Languages: the one table of codes, and every choice of a language.

Three things are kept apart: the interface languages (`settings.LANGUAGES`), the languages
of translated descriptions (the same, with fallbacks) and the languages of editions, which
are data: any BCP 47 tag.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
APOSTROPHE = "'"  # as keyboards send it
APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`", APOSTROPHE))  # what is typed for one
Words = TypeVar("Words", str, list[str])  # of a setting: a text, or its lines
RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ku-Arab", "ps", "ur", "yi"}


class Codes(NamedTuple):
    """How one language is written in each standard; see the standards' own lists."""

    autonym: str
    locale: str  # Babel, for dates and numbers
    og_locale: str  # OpenGraph
    iso639_3: str  # oai_dc, OpenAIRE
    iso639_2b: str  # MARC, ONIX
    bibtex: str
    job_suffix: str  # United Nations job number


CODES = {
    "en": Codes("English", "en_GB", "en_GB", "eng", "eng", "english", "E"),
    "fr": Codes("Français", "fr", "fr_FR", "fra", "fre", "french", "F"),
    "es": Codes("Español", "es", "es_ES", "spa", "spa", "spanish", "S"),
    "ar": Codes("العربية", "ar", "ar_AR", "ara", "ara", "arabic", "A"),
    "ru": Codes("Русский", "ru", "ru_RU", "rus", "rus", "russian", "R"),
    "zh": Codes("中文", "zh", "zh_CN", "zho", "chi", "chinese", "C"),
    "lo": Codes("ລາວ", "lo", "lo_LA", "lao", "lao", "lao", ""),
    "pt": Codes("Português", "pt", "pt_PT", "por", "por", "portuguese", ""),
}


def codes(tag: str) -> Codes:
    """How a language is written in each standard; what Babel knows of one not in the table."""
    if tag in CODES:
        return CODES[tag]
    base = tag.split("-")[0]
    known = CODES.get(base, _undetermined(base))
    return known._replace(og_locale=tag.replace("-", "_"))


def _undetermined(base: str) -> Codes:
    three = base if len(base) == 3 else "und"
    return Codes(base, base, base, three, three, name(base, "en").lower(), "")


def interface_languages() -> list[str]:
    """The languages the pages speak, in the order of the switcher."""
    return [code for code, _name in settings.LANGUAGES]


def current() -> str:
    """The interface language of the page being made; the default one outside a page."""
    language = get_language()
    return language if language in interface_languages() else settings.LANGUAGE_CODE


def preference(language: str | None = None) -> list[str]:
    """Where to look for a description: in `language` if it has any, then elsewhere."""
    language = language or current()
    fallbacks = settings.MODELTRANSLATION_FALLBACK_LANGUAGES
    order = [language, *fallbacks.get(language, ()), *fallbacks["default"]]
    return [code for code in dict.fromkeys(order) if code in interface_languages()]


def interface_for(tag: str) -> str:
    """The interface language nearest to a document's language: itself, or the default."""
    return tag if tag in interface_languages() else settings.LANGUAGE_CODE


def translated(instance, field: str, language: str | None = None) -> tuple[str, str]:
    """What to show of a translated field, and the language it is in: ("Plan d’action…", "fr")."""
    for code in preference(language):
        if text := getattr(instance, f"{field}_{code}"):
            return text, code
    return "", language or current()


def words(setting: Mapping[str, Words]) -> Words:
    """What a setting says in the page's language: {"en": "Publications", "fr": ...}."""
    return next(setting[code] for code in preference() if code in setting)


def locale(language: str | None = None) -> Locale:
    """Babel's locale for a language tag; the default language's where Babel has none."""
    return _locale(language or current())


@lru_cache(200)
def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(CODES[tag].locale if tag in CODES else tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(CODES[settings.LANGUAGE_CODE].locale)


@lru_cache(1000)
def name(tag: str, language: str) -> str:
    """A language's name in another: name("fr", "es") is "francés"; the tag where unknown."""
    try:
        return Locale.parse(tag.replace("-", "_")).get_display_name(_locale(language)) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def autonym(tag: str) -> str:
    """A language's name in itself, with a capital: "Français"."""
    if tag in CODES:
        return CODES[tag].autonym
    own = name(tag, tag)
    return own[:1].upper() + own[1:]


def direction(tag: str) -> str:
    """ "rtl" or "ltr", as HTML's dir wants it."""
    return "rtl" if tag in RIGHT_TO_LEFT or tag.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def rank(tag: str) -> tuple[int, str]:
    """Sorts edition languages: the interface's first, in its order, then by tag."""
    own = interface_languages()
    return (own.index(tag) if tag in own else len(own), tag)


def fold(text: str) -> str:
    """Without accents, case or ligatures, and with one apostrophe, for sorting and comparing.

    >>> fold("L’Ñandú")
    "l'nandu"
    """
    text = (
        text.translate(APOSTROPHES)
        .replace("ß", "ss")
        .replace("œ", "oe")
        .replace("Œ", "OE")
        .replace("æ", "ae")
    )
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def is_one_of(tag: str, tags: Iterable[str]) -> bool:
    """Whether a language is among others, script and region aside: "pt" is one of ["pt-BR"]."""
    return tag.split("-")[0] in {other.split("-")[0] for other in tags}


def validate_tag(tag: str) -> None:
    """Refuse what is not a BCP 47 tag such as "fr", "pt-BR" or "zh-Hant"."""
    if not TAG.fullmatch(tag):
        raise ValidationError(
            _("“%(tag)s” is no language code. Write for example fr, ar or pt-BR."),
            params={"tag": tag},
        )
