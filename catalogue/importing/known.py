"""What the catalogue holds before a row is looked at, and what the rows before it brought."""

import difflib
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import formats, languages
from catalogue.models import (
    Edition,
    IssuingBody,
    Kind,
    Meeting,
    Publication,
    Series,
    Topic,
)

VOCABULARIES = {
    "kind": (Kind, gettext_lazy("kinds")),
    "series": (Series, gettext_lazy("series (plural)")),
    "issuing_body": (IssuingBody, gettext_lazy("issuing bodies")),
    "meeting": (Meeting, gettext_lazy("meetings")),
    "topics": (Topic, gettext_lazy("topics")),
}
RELATIONS = ("replaces", "corrects")


class Known:
    """Words by every name they have, publications by short name and symbol, ISBN by digits.

    `create` names the vocabularies in which an unknown word becomes a new entry.
    """

    def __init__(self, create: Iterable[str] = ()):
        self.create = set(create)
        self.words = {name: _by_name(model) for name, (model, _l) in VOCABULARIES.items()}
        self.new: dict[str, dict[str, object]] = defaultdict(dict)
        self.unknown: dict[str, set[str]] = defaultdict(set)
        rows = Publication.objects.values_list("pk", "slug", "symbol", "replaces", "corrects")
        self.slugs: dict[str, int | None] = {}
        self.symbols: dict[str, str] = {}
        links = []
        for pk, slug, symbol, *targets in rows.iterator():
            self.slugs[slug] = pk
            if symbol:
                self.symbols[symbol] = slug
            links += [(name, slug, to) for name, to in zip(RELATIONS, targets, strict=True) if to]
        by_pk = {pk: slug for slug, pk in self.slugs.items()}
        self.links: dict[str, dict[str, str]] = {name: {} for name in RELATIONS}
        for name, slug, target in links:
            self.links[name][slug] = by_pk[target]
        editions = Edition.objects.exclude(isbn="").values_list("isbn", "publication__slug")
        self.isbns = {digits_of(isbn): slug for isbn, slug in editions}

    # Words ------------------------------------------------------------------

    def word(self, vocabulary: str, text: str):
        """The entry that a cell means, by short name or by name in any language."""
        key = languages.fold(text)
        if found := self.words[vocabulary].get(key):
            return found
        if vocabulary in self.create:
            return self._made(vocabulary, key, text)
        self.unknown[vocabulary].add(text)
        raise ValidationError(self._unknown(vocabulary, text, key))

    def _made(self, vocabulary: str, key: str, text: str):
        model = VOCABULARIES[vocabulary][0]
        names = self.words[vocabulary]
        entry = model(**{f"name_{languages.current()}": text[:200]})
        longest = 20 if model is Meeting else 60
        field = "code" if model is Meeting else "slug"
        setattr(entry, field, _free(slugify(text)[:longest] or vocabulary, names, longest))
        names[key] = names[getattr(entry, field)] = self.new[vocabulary][key] = entry
        return entry

    def _unknown(self, vocabulary: str, text: str, key: str) -> str:
        close = difflib.get_close_matches(key, self.words[vocabulary], 3, 0.5)
        names = {str(self.words[vocabulary][match]) for match in close}
        if not names:
            return _("“%(word)s” is not known.") % {"word": text}
        return _("“%(word)s” is not known. The nearest are: %(names)s.") % {
            "word": text,
            "names": formats.joined([_("“%(words)s”") % {"words": name} for name in sorted(names)]),
        }

    # Publications -----------------------------------------------------------

    def announce(self, slug: str, symbol: str) -> None:
        """Know a row of the file before its turn, so that others may name it."""
        if slug:
            self.slugs.setdefault(slug, None)
        if symbol and symbol not in self.symbols and slug:
            self.symbols[symbol] = slug

    def slug_of(self, text: str) -> str:
        """The short name of the publication that a cell names, by that or by its symbol."""
        slug = text if text in self.slugs else self.symbols.get(text, "")
        if not slug:
            raise ValidationError(
                _("No publication has the short name or the symbol “%(text)s”.") % {"text": text}
            )
        return slug

    def free_slug(self, title: str) -> str:
        return _free(slug_from(title) or "publication", self.slugs)

    def goes_in_a_circle(self, relation: str, slug: str) -> bool:
        seen, at = set(), self.links[relation].get(slug)
        while at and at not in seen:
            if at == slug:
                return True
            seen.add(at)
            at = self.links[relation].get(at)
        return False


def slug_from(title: str) -> str:
    """The short name that a title gives: "vientiane-action-plan"."""
    return slugify(languages.fold(title))[:80].strip("-")


def _by_name(model) -> dict[str, object]:
    own = "code" if model is Meeting else "slug"
    found = {}
    for entry in model.objects.all():
        for code in languages.interface_languages():
            if name := getattr(entry, f"name_{code}"):
                found[languages.fold(name)] = entry
    for entry in list(found.values()) or model.objects.all():
        found[languages.fold(getattr(entry, own))] = entry
    return found


def _free(wanted: str, taken, longest: int = 80) -> str:
    """The name, with a number behind it where it is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        end = f"-{number}"
        name = f"{wanted[: longest - len(end)].rstrip('-')}{end}"
    return name


def digits_of(isbn: str) -> str:
    return isbn.replace("-", "").replace(" ", "").upper()
