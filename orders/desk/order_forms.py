"""What colleagues type about an order beside the decisions: notes, details, parts of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.text import LineField, LinesField
from orders import consignees
from orders.delivery_forms import DeliveryFields
from orders.desk.forms import DeskForm, LinesForm, NumberField, ReasonField, VersionForm
from orders.desk.parcels_forms import ParcelForm
from orders.forms import STATE, DetailsForm, NeededByField
from orders.models import AddressStanding, Order, PickUpPoint
from orders.references import short_code


class NoteForm(DeskForm):
    name = "note"
    text = LineField(
        label=_("Note"),
        longest=500,
        help_text=_("Only colleagues read it."),
        error_messages={"required": _("Write the note.")},
    )


class PlaceFields(DeliveryFields):
    """Where copies go, asked of a colleague and not of whoever gets them."""

    PICKED_UP = _("They are picked up")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].help_text = _(
            "As it should be printed, on up to 8 lines. Name and organisation are printed above it."
        )
        self.fields["pick_up_point"].error_messages["required"] = _("Choose a pick-up point.")

    def points(self):
        return PickUpPoint.objects.for_colleagues()


class EditForm(VersionForm, PlaceFields, DetailsForm):
    """Who ordered and where the copies go, corrected by staff."""

    name: Any = "edit"
    key: Any = None
    needed_by = NeededByField(may_be_past=True)  # as it was, while something else is corrected
    field_order = DetailsForm.field_order

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for optional in ("name", "organisation", "email"):
            self.fields[optional].required = False
        self.fields["email"].help_text = self.fields["state"].help_text = ""
        self.fields["orderer_kind"].error_messages["required"] = _(
            "Choose for whom the copies are."
        )
        self.fields["orderer_kind"].label, self.fields["language"].label = _("For"), _("Language")

    @classmethod
    def of(cls, order: Order):
        """The form as the order stands."""
        names = ["name", "post", "organisation", "state", "email", "phone", "language", "version"]
        names += ["delivery", "pick_up_point", "address", "country", "purpose", "needed_by"]
        initial = {name: getattr(order, name) for name in [*names, "note_verbale"]}
        initial["orderer_kind"] = STATE if order.state else order.orderer_kind
        return cls(initial=initial)

    def clean(self):
        super().clean()
        if not self.cleaned_data.get("name") and not self.cleaned_data.get("organisation"):
            self.add_error("name", _("Write a name or an organisation."))

    @property
    def details(self) -> dict:
        return super().details | {"language": self.cleaned_data["language"]}


class StandingForm(DeskForm):
    """Whether the orderer's address needs a confirmation, or gets mail at all."""

    name = "standing"
    standing = forms.ChoiceField(
        label=_("This address"),
        required=False,
        choices=[("", _("is confirmed with each order")), *AddressStanding.Standing.choices],
        error_messages={"invalid_choice": _("Choose one of the three.")},
    )


class SplitForm(LinesForm):
    """Part of what is on the shelf, for one destination."""

    name = "split"
    consignee = forms.ChoiceField(
        label=_("For"),
        required=False,
        error_messages={"invalid_choice": _("Choose for whom the copies are.")},
    )
    weight_g = NumberField(label=_("Weight in grams"), least=1, most=100_000, required=False)
    field_order = ["consignee"]

    def __init__(self, *args, order, parcels=None, **kwargs):
        self.due = consignees.due(order, order.lines.all(), parcels)
        super().__init__(*args, order=order, **kwargs)
        self.places = {str(place.pk) if place else "": place for place in self.due}
        self.fields["consignee"].choices = [
            (key, _for_whom(place)) for key, place in self.places.items()
        ]

    def shown(self, lines):
        due = {line.pk for copies in self.due.values() for line in copies}
        return [line for line in lines if line.pk in due]

    def number(self, line):
        first, *_others = due = [copies.get(line, 0) for copies in self.due.values()]
        return NumberField(least=0, most=max(due), initial=first, label=short_code(line.edition))

    @property
    def chosen(self) -> dict:
        """What `fulfilment.pack` wants to know."""
        return {
            "consignee": self.places.get(self.cleaned_data["consignee"]),
            "quantities": {line.pk: self.cleaned_data[name] for name, line in self.lines.items()},
            "weight_g": self.cleaned_data["weight_g"],
            "version": self.cleaned_data["version"],
        }


def _for_whom(place):
    if place is None:
        return _("the orderer")
    return place.recipient.replace("\n", ", ") or str(place)


class PutBackForm(VersionForm):
    """Let others go first: copies of one line."""

    name = "put_back"
    line = forms.ChoiceField(
        label=_("Edition"),
        error_messages={"invalid_choice": _("No copy of it is set aside any more.")},
    )
    copies = NumberField(label=_("Copies"), least=1, most=999)
    reason = ReasonField()

    def __init__(self, *args, order, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = {str(line.pk): line for line in order.lines.all() if line.allocated}
        self.initial["version"] = order.version
        self.fields["line"].choices = [
            (key, short_code(line.edition)) for key, line in self.lines.items()
        ]

    def clean_line(self):
        return self.lines[self.cleaned_data["line"]]


class ForwardForm(ParcelForm, PlaceFields):
    """Where missed copies go now."""

    def points(self):
        return super().points().to_come()

    def clean(self):
        super().clean()
        if not self.cleaned_data.get("delivery") and not self.errors:
            raise ValidationError(_("Choose how the copies should go."))


class EnterForm(EditForm):
    """A request that came by mail, by telephone or in person."""

    name = "enter"
    version: Any = None
    source = forms.ChoiceField(
        label=_("The request came"),
        choices=[pair for pair in Order.Source.choices if pair[0] != Order.Source.SITE],
        error_messages={
            "required": _("Say how the request came."),
            "invalid_choice": _("Say how the request came."),
        },
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    needed_by = NeededByField()
    address = LinesField(
        label=_("Postal address"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        has_letter=True,
        error_messages={"required": _("Write the address to which the copies should go.")},
    )
    field_order = ["source", *DetailsForm.field_order]

    @property
    def details(self) -> dict:
        """The columns of `Order`; its language is given apart."""
        given = super().details | {"source": self.cleaned_data["source"]}
        given.pop("language")
        return given
