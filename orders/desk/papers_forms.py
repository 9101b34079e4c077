"""What colleagues choose when they print: which consignments, which papers, which labels."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue.formats import joined
from orders.desk.forms import DeskForm, NumberField, TicksField
from orders.models import Consignment
from orders.papers.batch import PAPERS
from orders.papers.labels import FORMATS, too_long

MOST = 300  # consignments in one document
SMALL = "a4-14"
LABELS = {
    "a4-8": _("8 on a sheet, 105 × 74 mm"),
    SMALL: _("14 on a sheet, 99.1 × 38.1 mm"),
}


class ConsignmentField(TicksField):
    """Consignments to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(Consignment.objects.none(), **kwargs)
        gone = _("A consignment that you chose is not there any more. The others are ticked.")
        self.error_messages["required"] = _("Choose at least one consignment.")
        self.error_messages |= {"invalid_choice": gone, "invalid_pk_value": gone}


class ChosenForm(DeskForm):
    """Consignments alone, as other pages send them."""

    fields: dict[str, Any]

    name = "papers"
    consignments = ConsignmentField(label=_("Consignments"))

    def __init__(self, *args, offered=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consignments"].queryset = (
            Consignment.objects.all() if offered is None else offered
        )

    def clean_consignments(self):
        chosen = self.cleaned_data["consignments"]
        if len(chosen) > MOST:
            words = ngettext(
                "Choose at most %(most)s consignment.",
                "Choose at most %(most)s consignments.",
                MOST,
            )
            raise ValidationError(words % {"most": MOST})
        return chosen


class PapersForm(ChosenForm):
    """The consignments, and what is printed of them."""

    papers = forms.MultipleChoiceField(
        label=_("Papers"),
        choices=PAPERS.items(),
        widget=forms.CheckboxSelectMultiple,
        initial=["slips", "labels"],
        error_messages={
            "required": _("Choose at least one paper."),
            "invalid_choice": _("Choose papers from the list."),
        },
    )
    labels = forms.ChoiceField(
        label=_("Sheets of labels"),
        choices=LABELS.items(),
        widget=forms.RadioSelect,
        initial="a4-8",
        error_messages={"required": _("Choose a format."), "invalid_choice": _("Choose a format.")},
    )
    start = NumberField(
        least=1,
        most=max(form.labels for form in FORMATS.values()),
        label=_("First free label on the sheet"),
        help_text=_("Counted row by row from the top left; 1 for a new sheet."),
        initial=1,
    )

    def clean(self):
        cleaned = super().clean() or {}
        form, start = FORMATS.get(cleaned.get("labels", "")), cleaned.get("start")
        if form and start and start > form.labels:
            words = _("This sheet has %(labels)s labels only.")
            self.add_error("start", ValidationError(words % {"labels": form.labels}))
        if cleaned.get("labels") == SMALL and "labels" in cleaned.get("papers", []):
            self._refuse_what_does_not_fit(cleaned.get("consignments", []))
        return cleaned

    def _refuse_what_does_not_fit(self, consignments):
        if long := too_long(consignments, SMALL):
            words = ngettext(
                "The address of %(numbers)s is too long for these labels, even in the smallest "
                "type. Choose the larger labels.",
                "The addresses of %(numbers)s are too long for these labels, even in the smallest "
                "type. Choose the larger labels.",
                len(long),
            )
            self.add_error("labels", words % {"numbers": joined([str(row) for row in long])})

    @property
    def choice(self) -> dict:
        """What the job is asked for."""
        chosen = self.cleaned_data
        return {
            "consignments": [row.pk for row in chosen["consignments"]],
            "papers": chosen["papers"],
            "labels": chosen["labels"],
            "start": chosen["start"],
        }
