"""What a colleague gives for an import."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.importing.known import VOCABULARIES
from catalogue.importing.reading import MEGABYTE, MOST_BYTES


class WordsForm(forms.Form):
    """For which vocabularies words that are not known become new entries."""

    create = forms.MultipleChoiceField(
        label=gettext_lazy("Make new entries of words that are not known"),
        choices=[(name, label) for name, (_model, label) in VOCABULARIES.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Leave this empty the first time: misspelt words are then shown with the nearest known."
        ),
    )

    def offer_only(self, names):
        """Leave the choice among some vocabularies."""
        field: Any = self.fields["create"]
        field.choices = [(name, label) for name, label in field.choices if name in names]
        return self


class TableForm(WordsForm):
    """The table."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        widget=forms.FileInput({"accept": ".xlsx,.csv,.tsv,.txt"}),
        help_text=gettext_lazy("A spreadsheet (.xlsx) or a table in text (.csv), up to 20 MB."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    field_order = ["file", "create"]

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(megabytes)s MB, which is the limit."),
                params={"megabytes": MOST_BYTES // MEGABYTE},
            )
        self.cleaned_data["name"] = upload.name[:100]
        return upload
