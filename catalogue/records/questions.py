"""What may be asked of the list of publications in JSON."""

from datetime import UTC

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from catalogue import languages

LIMIT = 100
BIGGEST = 2**63 - 1  # what the databases count with
# Programs read these in English, whatever the reader's browser speaks.
SENTENCES = {
    "language": "Write a language as a BCP 47 tag, for example fr, ar or pt-BR.",
    "kind": "Write a kind by its short name, for example action-plan.",
    "changed_since": "Write a moment as in 2026-01-31T12:00:00Z, or a day as in 2026-01-31.",
    "after": "Follow the address under “next”; “after” takes a whole number from there.",
    "limit": f"Write a limit from 1 to {LIMIT}.",
}


class Question(forms.Form):
    """The parameters of the list; `sentences()` says what is wrong with which."""

    language = forms.CharField(required=False, validators=[languages.validate_tag])
    kind = forms.SlugField(required=False)
    changed_since = forms.DateTimeField(required=False)
    after = forms.IntegerField(
        required=False, validators=[MinValueValidator(0), MaxValueValidator(BIGGEST)]
    )
    limit = forms.IntegerField(
        required=False, validators=[MinValueValidator(1), MaxValueValidator(LIMIT)]
    )

    def clean_changed_since(self):
        """In Coordinated Universal Time, unless that is before the year 1."""
        at = self.cleaned_data["changed_since"]
        try:
            return at and at.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError(SENTENCES["changed_since"]) from error

    def sentences(self) -> dict[str, str]:
        """Parameter → what is wrong with it; also with one that does not exist."""
        wrong = {name: SENTENCES[name] for name in self.errors}
        known = ", ".join(self.fields)
        unknown = dict.fromkeys(self.data.keys() - self.fields.keys(), f"There are: {known}.")
        return wrong | unknown
