"""What colleagues type about a pick-up point: its words, its days, its room."""

import copy
import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue import formats, languages
from catalogue.models import Meeting
from catalogue.text import LineField
from orders.desk.forms import NumberField
from orders.desk.stock_forms import NearDayField
from orders.models import Order, PickUpPoint, StockLocation

MOST_COPIES = 100_000
WORDS = {  # of the point, in each language: label, longest, what is said where they are missing
    "name": (_("Name"), 120, _("Write the name in this language.")),
    "place": (_("Place"), 200, _("Write in this language where it is.")),
    "hours": (_("Opening hours"), 200, None),
}


def word_fields() -> list[str]:
    return [f"{word}_{code}" for code in languages.interface_languages() for word in WORDS]


def tell(now) -> str:
    """What a field of a point says now, to somebody who typed something else."""
    if not now:
        return str(_("It is empty now."))
    if isinstance(now, datetime.date):
        now = formats.date(now)
    return _("It says now: %(text)s") % {"text": now}


def tell_orders(n: int) -> str:
    return ngettext(
        "%(n)s order is expected there. Its mail is sent if the name, the place, the hours or the "
        "days are changed.",
        "%(n)s orders are expected there. Their mails are sent if the name, the place, the hours "
        "or the days are changed.",
        n,
    ) % {"n": formats.number(n)}


class PointForm(forms.ModelForm):
    """A point: what people read in each language, when it is open, where its copies lie."""

    fields: dict[str, Any]
    use_required_attribute = False  # our sentence says more than the browser's

    opens_on = NearDayField(label=_("Opens on"), required=False)
    closes_on = NearDayField(
        label=_("Closes on"), required=False, help_text=_("The last day on which it is open.")
    )
    order_by_on = NearDayField(
        label=_("Order by"),
        required=False,
        help_text=_("The last day on which copies can be ordered for it."),
    )
    capacity = NumberField(
        label=_("Room for copies"),
        least=1,
        most=MOST_COPIES,
        required=False,
        help_text=_("No more copies can be ordered for it. Empty: no limit."),
    )
    meeting = forms.ModelChoiceField(
        Meeting.objects.all(),
        label=_("Meeting"),
        required=False,
        empty_label=_("no meeting"),
        help_text=_("Reports tell what was handed over at it."),
        error_messages={"invalid_choice": _("Choose a meeting from the list.")},
    )
    location = forms.ModelChoiceField(
        StockLocation.objects.order_by("slug"),
        label=_("Storage location"),
        required=False,
        empty_label=_("the main one"),
        help_text=_("Where copies lie for who comes without an order."),
        error_messages={"invalid_choice": _("Choose a location from the list.")},
    )

    tells = forms.BooleanField(
        label=_("Tell by mail who is to come there"), required=False, initial=True
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1
    )

    class Meta:
        model = PickUpPoint
        fields = [
            *word_fields(),
            *("opens_on", "closes_on", "order_by_on", "capacity", "meeting", "location"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.fields["tells"].help_text = tell_orders(self.comers)
        for code in languages.interface_languages():
            name = languages.name(code, languages.current())
            for word, (label, longest, sentence) in WORDS.items():
                field = LineField(longest=longest, required=sentence is not None)
                field.label = _("%(word)s (%(language)s)") % {"word": label, "language": name}
                if sentence:
                    field.error_messages["required"] = sentence
                field.widget.attrs["lang"] = code
                self.fields[f"{word}_{code}"] = field

    @cached_property
    def comers(self) -> int:
        """Orders that are expected at the point."""
        return Order.objects.coming_to(self.instance).count() if self.instance.pk else 0

    def columns(self):
        """The fields for the words, by language."""
        for code in languages.interface_languages():
            yield [self[f"{word}_{code}"] for word in WORDS]

    def days(self):
        return [self[name] for name in ("opens_on", "closes_on", "order_by_on")]

    def places(self):
        return [self[name] for name in ("capacity", "meeting", "location")]

    @property
    def typed(self) -> dict:
        """The columns of a point."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def compare(self, point: PickUpPoint) -> None:
        """Keep what was typed, on a page that shows this point, and say where the two differ."""
        data: Any = copy.copy(self.data)  # a QueryDict's copy can be written to
        data["version"] = point.version
        self.data = data
        for name, value in self.typed.items():
            now = getattr(point, name)
            if (now or None) != (value or None):
                self.add_error(name, tell(now))

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if day and day < timezone.localdate() and not self.instance.pk:
            raise ValidationError(_("This day is past."))
        return day

    def clean(self):
        opens, closes, order_by = (
            self.cleaned_data.get(name) for name in ("opens_on", "closes_on", "order_by_on")
        )
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("It cannot close before it opens."))
        elif order_by and closes and order_by > closes:
            sentence = _("Nobody can come for the copies after it has closed: take an earlier day.")
            self.add_error("order_by_on", sentence)
        return self.cleaned_data
