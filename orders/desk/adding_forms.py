"""Titles added to an order that is open: the caller wants two of the French one as well."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orders import limits
from orders.desk import titles
from orders.desk.forms import NumberField, VersionForm
from orders.references import short_code


class AddTitlesForm(VersionForm):
    """Copies of titles that were searched for, or of other languages of what is ordered.

    Other words than those whose titles are shown (`searched`) ask for a search, whatever button
    was pressed: nothing is added by an Enter in the search field.
    """

    name: Any = "add"
    q = forms.CharField(
        label=_("Find a title"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 200}),
    )
    searched = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, order, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", order.version)
        typed = titles.typed_copies(given := self.data or self.initial)
        self.words = str(given.get("q", "")).strip()
        chosen = list(titles.on_paper().filter(pk__in=typed)) if typed else []
        found = titles.found(self.words, typed) if self.words else titles.beside(order)
        self.editions = {f"copies-{edition.pk}": edition for edition in [*chosen, *found]}
        self.finds_nothing = bool(self.words and not found)
        for name, edition in self.editions.items():
            label = short_code(edition)
            self.fields[name] = NumberField(
                least=1, most=limits.most(), label=label, required=False
            )

    @classmethod
    def searching(cls, data, order):
        """The form with what was typed, unjudged, and the titles that hold its words."""
        words = data.get("q", "").strip()
        form = cls(initial=data.dict() | {"searched": words, "version": order.version}, order=order)
        form.fields["q"].widget.attrs["autofocus"] = True  # the page opens where one was
        return form

    @staticmethod
    def asks_for_titles(data) -> bool:
        return "find" in data or data.get("q", "").strip() != data.get("searched", "").strip()

    def clean(self):
        super().clean()
        if not self.errors and not self.quantities:
            raise ValidationError(_("Say how many copies of which titles."))

    @property
    def rows(self):
        """(edition, field) pairs, what was typed first."""
        return [(edition, self[name]) for name, edition in self.editions.items()]

    @property
    def quantities(self) -> dict[int, int]:
        """Copies by edition."""
        given = ((edition, self.cleaned_data[name]) for name, edition in self.editions.items())
        return {edition.pk: copies for edition, copies in given if copies}
