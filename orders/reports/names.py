"""What the rows of reports are called, in the reader's language."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import formats, languages
from catalogue.models import Publication

# The regional groups as the United Nations writes them, which is how States are recorded.
GROUPS = {
    "African States": gettext_lazy("African States"),
    "Asia-Pacific States": gettext_lazy("Asia-Pacific States"),
    "Eastern European States": gettext_lazy("Eastern European States"),
    "Latin American and Caribbean States": gettext_lazy("Latin American and Caribbean States"),
    "Western European and other States": gettext_lazy("Western European and other States"),
}


def group(name: str) -> str:
    """A regional group by the name it is recorded under; another name stays as it is."""
    return str(GROUPS.get(name, name)) or _("no regional group")


def key(field: str) -> str:
    """The column by which names are sorted in the language of the page."""
    return f"{field}_key_{languages.current()}"


def sorted_pairs(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(value, name), by name."""
    return sorted(pairs, key=lambda pair: languages.fold(pair[1]))


def languages_named(tags: Iterable[str]) -> list[tuple[str, str]]:
    page = languages.current()
    return [(tag, languages.name(tag, page)) for tag in sorted(tags, key=languages.rank)]


def of_languages(tags: Iterable[str]) -> str:
    """ "French", or "English, French and Spanish" for a booklet in three languages."""
    text = formats.joined([name for _tag, name in languages_named(tags)])
    return text[:1].upper() + text[1:]


def titled(publication: Publication) -> tuple:
    """Its sort key in the language of the page, its title, and its language if it is another."""
    title, language = languages.translated(publication, "title")
    other = language if language != languages.current() else ""
    return ((getattr(publication, key("title")), publication.pk), title, other)


def month(day: date) -> str:
    return formats.date(day, "month")
