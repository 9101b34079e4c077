"""What colleagues type about one parcel: its number, what came back of it, what goes again."""

import copy
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.text import LineField
from orders.desk.forms import DeskForm, NumberField, ReasonField
from orders.references import short_code

TRACKING = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{2,39}")
S10 = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")  # the Universal Postal Union's standard S10
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


class ParcelForm(DeskForm):
    """A form about one consignment; an order's page may hold several."""

    def __init__(self, *args, about, **kwargs):
        self.name = f"{type(self).__name__}-{about.pk}"
        super().__init__(*args, **kwargs)


class TrackingField(LineField):
    """A tracking number as on the receipt; one of the postal union's shape has to add up."""

    def __init__(self, **kwargs):
        super().__init__(label=_("Tracking number"), required=False, longest=40, **kwargs)

    def clean(self, value):
        number = super().clean(value).upper()
        if number and not TRACKING.fullmatch(number):
            raise ValidationError(_("Write the number as on the receipt: letters and digits."))
        if S10.fullmatch(plain := number.replace(" ", "")):
            refuse_if_mistyped(plain)
        return number


def refuse_if_mistyped(number: str) -> None:
    """Refuse an S10 number, "RR123456785CH", whose last digit does not fit the eight before."""
    if (fitting := check_digit(number[2:10])) != number[10]:
        raise ValidationError(
            _(
                "A digit of this number is wrong: after %(eight)s the last one should be "
                "%(fitting)s, not %(found)s. Look again."
            ),
            params={"eight": number[2:10], "fitting": fitting, "found": number[10]},
        )


def check_digit(digits: str) -> str:
    """The ninth digit of an S10 number, "5" for "12345678"."""
    rest = 11 - sum(int(d) * w for d, w in zip(digits, S10_WEIGHTS, strict=True)) % 11
    return str({10: 0, 11: 5}.get(rest, rest))


class SendForm(ParcelForm):
    tracking = TrackingField()
    weight_g = NumberField(label=_("Weight in grams"), least=1, most=100_000, required=False)


class TrackingForm(ParcelForm):
    """The number as it should be, and as it was on the page."""

    tracking = TrackingField()
    was = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, initial={"was": about.tracking}, **kwargs)

    def draw_again(self, version):
        """Keep what was typed; where it was refused, on a page that says which number stands."""
        super().draw_again(version)
        if self.non_field_errors():
            typed: Any = copy.copy(self.data)
            typed["was"] = self.initial["was"]
            self.data = typed


class PartsForm(ParcelForm):
    """A number of copies for each line of a consignment."""

    words: Any = "%(code)s"

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        self.parts = {f"line_{part.line_id}": part for part in about.lines.all()}
        for name, part in self.parts.items():
            self.fields[name] = NumberField(
                least=0,
                most=self.most(part),
                initial=self.begins_with(part),
                label=self.words % {"code": short_code(part.line.edition)},
            )

    def most(self, part) -> int:
        return part.quantity

    def begins_with(self, part) -> int:
        return self.most(part)

    @property
    def copies(self) -> dict[int, int]:
        """Copies by order line."""
        return {part.line_id: self.cleaned_data[name] or 0 for name, part in self.parts.items()}


class TakeBackForm(PartsForm):
    """It came back; some copies may be spoilt."""

    words = _("Unusable copies of %(code)s")
    reason = ReasonField()

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        for name in self.parts:
            self.fields[name].required = False

    def begins_with(self, part):
        return 0


class LoseForm(ParcelForm):
    reason = ReasonField()


class ReplaceForm(PartsForm):
    """Copies to be sent once more; nothing to fill in where all of them were."""

    words = _("Send again of %(code)s")
    reason = ReasonField()
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, initial={"version": about.order.version}, **kwargs)
        self.offers_some = any(part.replaceable for part in self.parts.values())

    def most(self, part):
        return part.replaceable
