"""What the intake found in a PDF, in sentences for the colleague who gave it."""

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import formats, languages
from catalogue.models import EditionFile


def findings(kept: EditionFile):
    """(level, sentence): first what was kept, then what it says of itself, then what it lacks."""
    facts = {
        "edition": kept.edition,
        "version": kept.version,
        "pages": formats.number(kept.pages),
        "size": formats.size(kept.bytes),
    }
    text = ngettext(
        "“%(edition)s”: version %(version)s of the PDF is kept, %(pages)s page, %(size)s. "
        "Its first page is the cover.",
        "“%(edition)s”: version %(version)s of the PDF is kept, %(pages)s pages, %(size)s. "
        "Its first page is the cover.",
        kept.pages,
    )
    yield messages.SUCCESS, text % facts
    yield messages.INFO, _inside(kept)
    silent = kept.pages - sum(bool(page.strip()) for page in kept.text.split("\f"))
    for sentence in _shortcomings(kept, silent):
        yield messages.WARNING, sentence % (facts | {"silent": formats.number(silent)})


def _inside(kept) -> str:
    """What the file says of itself, and what its text looks like."""
    own = languages.current()
    return " ".join(
        [
            _("Title inside the file: “%(title)s”.") % {"title": kept.declared_title}
            if kept.declared_title
            else _("There is no title inside the file."),
            _("Language inside the file: “%(tag)s”.") % {"tag": kept.declared_language}
            if kept.declared_language
            else _("The file does not say its language."),
            _("Its text looks like %(language)s.")
            % {"language": languages.name(kept.guessed_language, own)}
            if kept.guessed_language
            else _("The language of its text could not be told."),
        ]
    )


def _shortcomings(kept, silent: int):
    """What a PDF lacks for some of its readers; `silent` pages hold no text."""
    if silent >= kept.pages:
        yield _("“%(edition)s”: the PDF holds no text, only pictures of it: it cannot be searched.")
    elif silent > 0:
        yield ngettext(
            "“%(edition)s”: %(silent)s of its pages holds no text, only a picture of it.",
            "“%(edition)s”: %(silent)s of its pages hold no text, only pictures of it.",
            silent,
        )
    if not kept.is_tagged:
        yield _("“%(edition)s”: the PDF is not tagged: screen readers will struggle with it.")
    declared = kept.declared_language.lower()
    if declared and not languages.is_one_of(declared, kept.edition.tags):
        yield _("“%(edition)s”: the language inside the file is not one of the edition’s.")
