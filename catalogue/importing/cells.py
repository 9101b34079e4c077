"""Cells read and written: each `parse_` turns text into a value, its `show_` the value into it."""

import re
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import formats, languages
from catalogue.importing.known import Known
from catalogue.models import Meeting

NOW = "now"  # the moment at which the row will be written
YES = {"yes", "y", "oui", "o", "sí", "si", "s", "x", "1", "true", "vrai", "verdadero"}
NO = {"no", "n", "non", "0", "false", "faux", "falso"}
BREAKING = re.compile(r"[^\S\u00a0\u202f]+")  # space at which a line may end
DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?")


def one_line(text: str, _known: Known) -> str:
    """On one line; spaces that do not break, as before a French colon, stay what they are."""
    return BREAKING.sub(" ", text).strip()


def checked(validator):
    def parse(text: str, _known: Known) -> str:
        text = " ".join(text.split())
        validator(text)
        return text

    return parse


def parse_slug(text: str, _known: Known) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,80}", text):
        raise ValidationError(
            _("Write the short name in small letters, digits and hyphens, like vientiane-plan.")
        )
    return text


def parse_date(text: str, _known: Known) -> tuple[date | None, str]:
    """ "2015", "2015-09", "2015-09-11" or "11.09.2015", with how much of it is known."""
    if dotted := DOTTED.fullmatch(text):
        text = f"{dotted[3]}-{dotted[2]}-{dotted[1]}"
    if not (match := DATE.fullmatch(text)):
        raise ValidationError(_("Write the date like 2015, 2015-09 or 2015-09-11."))
    year, month, day = (int(part) if part else 0 for part in match.groups())
    precision = "day" if day else "month" if month else "year"
    return _real_date(text, year, month or 1, day or 1), precision


def _real_date(text, year, month, day) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        found = date.min
    if not 1900 <= found.year <= 2100:
        raise ValidationError(_("There is no such day: %(text)s.") % {"text": text})
    return found


def parse_day(text: str, known: Known) -> date | None:
    found, precision = parse_date(text, known)
    if precision != "day":
        raise ValidationError(_("Write the whole date, like 2015-09-11."))
    return found


def show_date(value: tuple[date | None, str]) -> str:
    day, precision = value
    if day is None:
        return ""
    return day.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


def show_day(value: date | None) -> str:
    return value.isoformat() if value else ""


def parse_yes(text: str, _known: Known) -> bool:
    if (word := text.casefold()) in YES:
        return True
    if word in NO:
        return False
    raise ValidationError(_("Write “yes” or “no”."))


def show_yes(value: bool) -> str:
    return "yes" if value else "no"


def parse_count(most: int):
    def parse(text: str, _known: Known) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
            raise ValidationError(
                _("Write a whole number from 1 to %(most)s.") % {"most": formats.number(most)}
            )
        return int(text)

    return parse


def parse_moment(text: str, known: Known) -> Any:
    """Yes, no, or when; a day alone means its beginning, by the office's clock."""
    if text.casefold() in YES | NO:
        return NOW if text.casefold() in YES else None
    if not (match := MOMENT.fullmatch(text)):
        raise ValidationError(_("Write “yes”, “no”, or a date like 2015-09-11."))
    parse_day(match[1], known)
    try:
        naive = datetime.fromisoformat(f"{match[1]} {(match[2] or '00:00').zfill(5)}")
    except ValueError as error:
        raise ValidationError(_("Write the time like 09:00.")) from error
    return timezone.make_aware(naive)


def show_moment(value) -> str:
    if value is None or value == NOW:
        return "no" if value is None else "yes"
    local = timezone.localtime(value)
    return f"{local:%Y-%m-%d %H:%M:%S}".removesuffix(":00").removesuffix(" 00:00")


def parse_tags(text: str, _known: Known) -> list[str]:
    tags = list(dict.fromkeys(text.replace(",", " ").replace("+", " ").split()))
    for tag in tags:
        languages.validate_tag(tag)
    if not tags:
        raise ValidationError(_("Give at least one language."))
    return sorted(tags, key=languages.rank)


def parse_choice(choices):
    """A value of a list, or its name in the language of now."""
    names = {languages.fold(value): value for value in choices.values}

    def parse(text: str, _known: Known) -> str:
        shown = {languages.fold(str(choice.label)): choice.value for choice in choices}
        key = languages.fold(text)
        if key in names or key in shown:
            return names.get(key) or shown[key]
        raise ValidationError(
            _("“%(word)s” is none of: %(names)s.")
            % {"word": text, "names": ", ".join(choices.values)}
        )

    return parse


def word(vocabulary: str):
    return lambda text, known: known.word(vocabulary, text)


def words(vocabulary: str):
    def parse(text: str, known: Known) -> list:
        parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
        if len(parts) > 1 and languages.fold(text) in known.words[vocabulary]:
            parts = [text]
        found = {id(entry): entry for entry in (known.word(vocabulary, part) for part in parts)}
        return list(found.values())

    return parse


def show_word(entry) -> str:
    if entry is None:
        return ""
    return entry.code if isinstance(entry, Meeting) else entry.slug


def show_words(entries) -> str:
    return ", ".join(sorted(show_word(entry) for entry in entries))


def publication_named(text: str, known: Known) -> str:
    return known.slug_of(text)
