"""What delegates type: quantities, who they are, what they change."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.models import Edition, State
from catalogue.text import EmailField, LineField
from orders import basket, limits
from orders.delivery_forms import DeliveryFields
from orders.models import Order
from orders.text import WholeNumberField

STATE, KEEP = "state", "keep"
NO_PURPOSE = _("Say what the copies are for: you ask for more than the limit.")
NO_CHOICE = _("What you chose for the missing copies is no longer possible. Choose again.")


# Quantities -------------------------------------------------------------------


class AddForm(forms.Form):
    """Copies of one edition for the basket."""

    fields: dict[str, Any]
    use_required_attribute = False

    edition = forms.ModelChoiceField(
        Edition.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Choose a publication first."),
            "invalid_choice": _("This edition cannot be ordered on paper."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = Edition.objects.published().printed()
        self.fields["quantity"] = WholeNumberField(label=_("Copies"), most=basket.most())


class QuantitiesForm(forms.Form):
    """How many copies of each edition: one field an edition, named copies-<id>.

    `lost` are those of which what was chosen for the missing copies is not offered any more.
    """

    use_required_attribute = False

    def __init__(self, *args, editions, least=1, lost=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.lost = lost
        for edition in editions:
            self.fields[_field_of(edition.pk)] = WholeNumberField(
                label=str(edition), least=least, most=basket.most()
            )
        self.order_fields([_field_of(edition.pk) for edition in editions])

    def clean(self):
        for edition in self.lost:
            self.add_error(_field_of(edition.pk), NO_CHOICE)
        return super().clean()

    @property
    def quantities(self) -> dict[int, int]:
        """Copies by edition, of the fields that hold a number."""
        given = ((name, copies) for name, copies in self.cleaned_data.items())
        return {int(name.partition("-")[2]): copies for name, copies in given if "-" in name}

    @classmethod
    def initial_of(cls, quantities: dict[int, int]) -> dict[str, int]:
        return {_field_of(edition): copies for edition, copies in quantities.items()}


def _field_of(edition_id: int) -> str:
    return f"copies-{edition_id}"


FURTHEST = datetime.timedelta(days=2 * 366)  # ahead of today; later is a slip of the finger


class NeededByField(forms.DateField):
    """A day to come, written as year-month-day; may stay empty."""

    def __init__(self, *, may_be_past=False, **kwargs):
        self.may_be_past = may_be_past
        super().__init__(
            label=_("Needed by"),
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Write the date as year-month-day, like 2027-03-31.")},
            **kwargs,
        )

    def clean(self, value):
        day: datetime.date | None = super().clean(value)
        if day and day < timezone.localdate() and not self.may_be_past:
            raise ValidationError(_("This date is past. Choose today or a later one."))
        if day and day > timezone.localdate() + FURTHEST:
            raise ValidationError(_("This date is more than two years ahead. Choose a nearer one."))
        return day


# Details ----------------------------------------------------------------------


class DetailsForm(DeliveryFields):
    """Who orders, for whom, and where the copies go.

    The hidden key is drawn with the page and says which copies it showed, so that sending the
    page twice makes one order, whatever happened to the basket in between.
    """

    field_order = ["name", "post", "organisation", "orderer_kind", "state", "email", "language"]

    key = forms.CharField(widget=forms.HiddenInput)
    name = LineField(
        label=_("Name"),
        has_letter=True,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": _("Write your name.")},
    )
    post = LineField(
        label=_("Post"),
        help_text=_("For example: First Secretary."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title", "dir": "auto"}),
    )
    organisation = LineField(
        label=_("Organisation"),
        help_text=_("For example: Permanent Mission, Ministry of Foreign Affairs."),
        has_letter=True,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "dir": "auto"}),
        error_messages={"required": _("Write the organisation you work for.")},
    )
    orderer_kind = forms.ChoiceField(
        label=_("You order for"),
        widget=forms.RadioSelect,
        choices=[
            (STATE, _("A State (mission, ministry or national centre)")),
            (Order.OrdererKind.OBSERVER, _("An international organization")),
            (Order.OrdererKind.CIVIL_SOCIETY, _("A non-governmental organization")),
            (Order.OrdererKind.OTHER, _("Somebody else")),
        ],
        error_messages={
            "required": _("Choose for whom you order."),
            "invalid_choice": _("Choose for whom you order."),
        },
    )
    state = forms.ModelChoiceField(
        State.objects.none(),
        label=_("State"),
        help_text=_("Only if you order for a State."),
        empty_label=_("Choose a State"),
        error_messages={
            "required": _("Choose the State for which you order."),
            "invalid_choice": _("This State is not in the list. Choose one from the list."),
        },
    )
    email = EmailField(
        label=_("E-mail"),
        help_text=_("We send you a link with which you confirm the order."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address.")},
    )
    language = forms.ChoiceField(
        label=_("Language in which we write to you"),
        error_messages={"invalid_choice": _("Choose a language from the list.")},
    )
    purpose = LineField(label=_("What the copies are for"), longest=300, required=False)
    needed_by = NeededByField()
    note_verbale = LineField(label=_("Reference of the note verbale"), longest=60, required=False)

    def __init__(self, *args, asks_purpose=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].queryset = State.objects.order_by("name_key")
        self.fields["language"].choices = [
            (tag, languages.autonym(tag)) for tag in languages.interface_languages()
        ]
        purpose = self.fields["purpose"]
        purpose.required = asks_purpose
        purpose.error_messages["required"] = NO_PURPOSE

    def clean(self):
        super().clean()
        if self.cleaned_data.get("orderer_kind") != STATE:
            self._ignore(["state"])

    @property
    def is_more_open(self) -> bool:
        """Whether something is typed, or wrong, among what need not be said."""
        return any(self[name].value() for name in ("purpose", "needed_by", "note_verbale"))

    @property
    def details(self) -> dict:
        """The columns of `Order` that describe the orderer and the delivery."""
        names = ["name", "post", "organisation", "state", "email"]
        names += ["purpose", "needed_by", "note_verbale"]
        kind = _kind_of(self.cleaned_data["state"]) or self.cleaned_data["orderer_kind"]
        given = {name: self.cleaned_data[name] for name in names}
        return given | self.delivery_details | {"orderer_kind": kind}


def _kind_of(state: State | None) -> str:
    """Where a State stands, as orders name it; a State that withdrew is not a party."""
    if state is None:
        return ""
    return state.status if state.status in ("state_party", "signatory") else "not_party"


# Changing ---------------------------------------------------------------------


class ChangeForm(DeliveryFields, QuantitiesForm):
    """New quantities of an order, 0 to drop a title, and perhaps another way or another day.

    `lines` are those of the order as it is read once. Who asks for more than goes without a
    decision says what for, as in `DetailsForm`; with `has_purpose` that was said before.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    purpose = LineField(label=_("What the copies are for"), longest=300, required=False)
    needed_by = NeededByField()

    def __init__(self, typed, *, lines, initial, has_purpose=False, **kwargs):
        self.lines, self.has_purpose = lines, has_purpose
        self.before = {line.edition_id: line.wanted for line in lines}
        copies = self.initial_of(self.before)
        if typed is not None:  # a title that came in since the page was drawn stays as it is
            typed = typed.copy()
            for name, quantity in copies.items():
                typed.setdefault(name, str(quantity))
        editions = [line.edition for line in lines]
        super().__init__(typed, initial=initial | copies, editions=editions, least=0, **kwargs)
        self.fields["purpose"].help_text = (
            _("What you wrote before stays, unless you write something else.")
            if has_purpose
            else _("Needed only where you ask for more than the limit of a title or of an order.")
        )

    def clean(self):
        super().clean()
        is_said = self.has_purpose or "purpose" in self.errors or self.cleaned_data["purpose"]
        if not is_said and limits.asks_more(self.before, self.before | self.quantities):
            self.add_error("purpose", NO_PURPOSE)

    def _ways(self, is_pick_up_open):
        return [(KEEP, _("As it is now")), *super()._ways(is_pick_up_open)]

    @property
    def new_details(self) -> dict:
        """The day they are needed by; what they are for, if that is said; and the delivery
        columns unless they stay as they were."""
        details = {"needed_by": self.cleaned_data["needed_by"]}
        if purpose := self.cleaned_data["purpose"]:
            details["purpose"] = purpose
        stays = self.cleaned_data["delivery"] == KEEP
        return details if stays else details | self.delivery_details
