"""What a reader asks the board for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.parity.board import STATES, Board

ANY = ("", _("All"))
NAMES = {
    "held": _("exists"),
    "none": _("does not exist"),
    "translation": _("in translation"),
    "older": _("older than the original"),
}


class BoardFilters(forms.Form):
    """The board's address. What makes no sense in it is left out, without a word."""

    fields: dict[str, Any]

    year = forms.ChoiceField(label=_("Year"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    meeting = forms.ChoiceField(label=_("Meeting"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    state = forms.ChoiceField(
        label=_("How it stands"),
        required=False,
        choices=[ANY, *((state, NAMES[state]) for state in STATES)],
    )

    def __init__(self, *args, board: Board, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *((year, year) for year in _years(board))]
        self.fields["kind"].choices = [ANY, *_terms(board, "kind")]
        self.fields["meeting"].choices = [ANY, *_terms(board, "meeting")]
        self.fields["language"].choices = [ANY, *((tag, _name(tag)) for tag in board.tags)]

    def asked(self) -> dict[str, str]:
        """What the address says and means something: {"year": "2026", "state": "none"}."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _years(board):
    return sorted(board.holdings.sets["year"], reverse=True)


def _terms(board, facet):
    """The values of a facet that occur; meetings by date, kinds by name."""
    terms = [
        term
        for slug, term in board.holdings.terms[facet].items()
        if board.holdings.sets[facet].get(slug)
    ]
    named = [(term, _shown(term)) for term in terms]
    named.sort(key=lambda pair: languages.fold(pair[1]))
    named.sort(key=lambda pair: pair[0].starts_on, reverse=True)
    return [(term.slug, name) for term, name in named]


def _shown(term):
    return next(
        (term.names[code] for code in languages.preference() if term.names[code]), term.slug
    )


def _name(tag):
    name = languages.name(tag, languages.current())
    return name[:1].upper() + name[1:]
