"""What is looked at in the PDF of an edition."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalogue import languages
from catalogue.checklist.points import Point, field_address, name_of, point


def points_of_file(edition, kept, *, has_text) -> Iterator[Point]:
    address = field_address(edition, "pdf")
    yield point(
        "cover",
        kept.cover,
        _("There is a cover."),
        _("The PDF gave no cover; the title stands in its place."),
        address,
        edition,
    )
    yield point(
        "text",
        has_text,
        _("The text of the PDF can be searched."),
        _("The PDF is a scan without text: it cannot be searched or read aloud."),
        address,
        edition,
    )
    yield point(
        "tagged",
        kept.is_tagged,
        _("The PDF is tagged for screen readers."),
        _("The PDF is not tagged: screen readers will struggle with it."),
        address,
        edition,
    )
    yield _guessed(edition, kept, address)
    yield _declared(edition, kept, address)
    yield point(
        "declared_title",
        kept.declared_title,
        _("The title inside the PDF is “%(title)s”.") % {"title": kept.declared_title},
        _("The PDF has no title inside; viewers will show the name of the file."),
        address,
        edition,
    )


def _guessed(edition, kept, address) -> Point:
    guess = kept.guessed_language
    facts = {"language": name_of(guess) if guess else ""}
    good = _("The text looks like %(language)s, as the edition says.") if guess else ""
    return point(
        "guessed_language",
        not guess or languages.is_one_of(guess, edition.tags),
        (good or _("The language of the text could not be told.")) % facts,
        _("The text looks like %(language)s, which the edition is not said to be in.") % facts,
        address,
        edition,
    )


def _declared(edition, kept, address) -> Point:
    tag = kept.declared_language
    wanting = (
        _("The PDF says that it is in “%(tag)s”, which the edition is not.") % {"tag": tag}
        if tag
        else _("The PDF does not say its language; screen readers will guess how to speak.")
    )
    return point(
        "declared_language",
        tag and languages.is_one_of(tag.lower(), edition.tags),
        _("The PDF says its language: “%(tag)s”.") % {"tag": tag},
        wanting,
        address,
        edition,
    )
