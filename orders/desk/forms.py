"""What colleagues type at the desk, made clean; the verbs decide what becomes of it."""

import copy
import re
import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.text import LineField
from orders import stock
from orders.models import Order
from orders.models.order import MOST_COPIES
from orders.references import short_code

LONGEST_KEY = 18  # digits


class TicksField(forms.ModelMultipleChoiceField):
    """Ticked rows by key; a key that no database holds is as wrong as any other."""

    def clean(self, value):
        if any(len(str(key)) > LONGEST_KEY for key in value or ()):
            raise ValidationError(self.error_messages["invalid_choice"], params={"value": "…"})
        return super().clean(value)


class NumberField(forms.CharField):
    """A whole number in plain digits, from `least` to `most`; what was typed stays."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 5, "autocomplete": "off"})

    def __init__(self, *, least, most, **kwargs):
        self.least, self.most = least, most
        super().__init__(**kwargs)
        self.validators = []  # what is no number is told by one sentence
        self.error_messages["required"] = _("Write a number.")

    def clean(self, value):
        digits = super().clean(value)
        if digits in self.empty_values:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", digits) or not self.least <= int(digits) <= self.most:
            raise ValidationError(
                _("Write a whole number from %(least)s to %(most)s, in digits."),
                params={"least": self.least, "most": self.most},
            )
        return int(digits)


class DayField(forms.DateField):
    """A day, as browsers send it."""

    def __init__(self, **kwargs):
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d"],
            **kwargs,
        )
        self.error_messages["invalid"] = _(
            "Write the date as year-month-day, for example 2026-12-31."
        )


class ReasonField(LineField):
    """Why, in a few words."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": _("Reason"), "longest": 200} | kwargs)
        self.error_messages["required"] = _("Write the reason in a few words.")


class DeskForm(forms.Form):
    """A form that shares its page with others: its fields' ids begin with its name."""

    fields: dict[str, Any]
    data: Any
    name: Any = ""
    use_required_attribute = False  # our sentence says more than the browser's

    def __init__(self, *args, **kwargs):
        kwargs["auto_id"] = f"{self.name}_%s"
        super().__init__(*args, **kwargs)

    def drawn_from(self) -> int | None:
        """The version of the order that the page of this form showed."""
        typed = self.data.get("version", "") if self.is_bound else ""
        return int(typed) if re.fullmatch(r"[0-9]{1,9}", str(typed)) else None

    def send_anew(self) -> None:
        """Keep what was typed, under another key: sent again, it is not what was sent before."""
        typed: Any = copy.copy(self.data)
        typed["key"] = new_key()
        self.data = typed

    def draw_again(self, version: int) -> None:
        """Keep what was typed, on a page that shows this version of the order."""
        if self.is_bound and "version" in self.data:
            typed: Any = copy.copy(self.data)  # a QueryDict's copy can be written to
            typed["version"] = version
            self.data = typed


def kept(fresh: DeskForm, refused: DeskForm | None) -> DeskForm:
    """The form that was refused, with what was typed, in the place of its fresh copy."""
    return refused if refused is not None and refused.name == fresh.name else fresh


# Orders -----------------------------------------------------------------------


class VersionForm(DeskForm):
    """Which version of the order a button was drawn from."""

    name = "version"
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class HoldForm(VersionForm):
    name = "hold"
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *Order.Hold.choices],
        error_messages={"required": _("Choose a reason."), "invalid_choice": _("Choose a reason.")},
    )
    until = DayField(
        label=_("Until"),
        help_text=_("If you know: on that day the order is to be reviewed again."),
        required=False,
    )

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until and until < timezone.localdate():
            raise ValidationError(_("This day is past."))
        return until


class DeclineForm(VersionForm):
    name = "decline"
    reason = ReasonField(help_text=_("The person who ordered can read it."))


class CancelForm(VersionForm):
    name = "cancel"
    reason = ReasonField(help_text=_("The person who ordered can read it."))


class LinesForm(DeskForm):
    """A number of copies for each line of an order, and the version it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args, order, **kwargs):
        super().__init__(*args, initial={"version": order.version}, **kwargs)
        self.lines = {f"line_{line.pk}": line for line in self.shown(order.lines.all())}
        for name, line in self.lines.items():
            self.fields[name] = self.number(line)

    def shown(self, lines):
        raise NotImplementedError

    def number(self, line):
        raise NotImplementedError


class ApproveForm(LinesForm):
    """How many of the copies beyond the limit are granted, line by line."""

    name = "approve"
    words = LineField(
        label=_("Words for the person who ordered"),
        longest=200,
        required=False,
        help_text=_("They read them in the mail and on the order’s page."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"] = self.fields.pop("words")  # after the numbers that they explain

    def shown(self, lines):
        return [line for line in lines if line.to_decide]

    def number(self, line):
        return NumberField(
            least=0, most=line.to_decide, initial=line.to_decide, label=short_code(line.edition)
        )

    @property
    def grants(self) -> dict[int, int]:
        """Copies granted, by line."""
        return {line.pk: self.cleaned_data[name] for name, line in self.lines.items()}


class ChangeForm(LinesForm):
    """How many copies of each edition are wanted; 0 takes the title off the order."""

    name = "change"

    def shown(self, lines):
        return list(lines)

    def number(self, line):
        return NumberField(
            least=0, most=MOST_COPIES, initial=line.wanted, label=short_code(line.edition)
        )

    @property
    def quantities(self) -> dict[int, int]:
        """Copies wanted, by edition."""
        return {line.edition_id: self.cleaned_data[name] for name, line in self.lines.items()}


# Stock ------------------------------------------------------------------------


def new_key() -> str:
    """A key for one press of a button: the second press changes nothing."""
    return secrets.token_urlsafe(24)


class MovementForm(DeskForm):
    """Copies that came, went or were counted at the shelf."""

    copies = forms.Field()  # as the movement wants it
    reason = ReasonField(required=False)
    key = forms.CharField(widget=forms.HiddenInput, initial=new_key, max_length=64)

    def __init__(self, *args, movement, **kwargs):
        self.name = movement.name
        super().__init__(*args, **kwargs)
        self.fields["copies"] = NumberField(
            label=movement.label, least=movement.least, most=stock.MOST_AT_ONCE
        )
        self.fields["reason"].required = movement.needs_reason
