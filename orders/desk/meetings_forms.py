"""What colleagues type about a meeting: bags, boxes, copies taken along and brought back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition, State
from orders.desk.forms import DeskForm, NumberField, ReasonField, TicksField, new_key
from orders.models import Consignment, PickUpPoint
from orders.references import short_code

MOST = 100_000
MOST_BOXES = 999
NOT_HERE = _("A ticked bag is in another list by now, or was from the start: nothing was done.")


class BagsForm(forms.Form):
    """Bags that were ticked, of all lists of a page; `bags` are those the button is about.

    With `is_all` it is about all of them, and nothing is ticked.
    """

    fields: dict[str, Any]

    picked = TicksField(
        Consignment.objects.none(),
        error_messages={
            "required": _("Tick the bags first."),
            "invalid_choice": NOT_HERE,
            "invalid_pk_value": NOT_HERE,
        },
    )

    def __init__(self, *args, bags, is_all=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["picked"].queryset = bags
        self.fields["picked"].required = not is_all

    @property
    def chosen(self):
        """Those ticked, or all that the button is about."""
        return list(self.cleaned_data["picked"] or self.fields["picked"].queryset)

    @property
    def refusal(self):
        return self.errors["picked"][0]


class BoxForm(DeskForm):
    """The box for the ticked bags; nothing typed takes them out of theirs."""

    name = "set_box"
    box = NumberField(label=_("Box"), least=1, most=MOST_BOXES, required=False)


class NextPointForm(DeskForm):
    """The meeting at which missed copies are offered next."""

    name = "next_point"
    point = forms.ModelChoiceField(
        PickUpPoint.objects.none(),
        label=_("Next pick-up point"),
        empty_label=None,
        error_messages={
            "required": _("Choose where the copies go."),
            "invalid_choice": _("Choose a pick-up point from the list."),
        },
    )

    def __init__(self, *args, besides, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["point"].queryset = PickUpPoint.objects.open().exclude(pk=besides.pk)


class WalkUpForm(DeskForm):
    """Copies for somebody who came without an order."""

    name = "walk_up"
    edition = forms.ModelChoiceField(
        Edition.objects.none(),
        label=_("Edition"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an edition."),
            "invalid_choice": _("Choose an edition from the list."),
        },
    )
    copies = NumberField(label=_("Copies"), least=1, most=MOST, initial=1)
    state = forms.ModelChoiceField(
        State.objects.none(),
        label=_("State"),
        required=False,
        empty_label=_("no State"),
        error_messages={"invalid_choice": _("Choose a State from the list.")},
    )
    reason = ReasonField(required=False)
    key = forms.CharField(widget=forms.HiddenInput, initial=new_key, max_length=64)

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        free = {item.edition_id: item.available for item in items}
        self.items_there = bool(free)
        editions = self.fields["edition"]
        editions.queryset = Edition.objects.filter(pk__in=free)
        editions.choices = [
            (item.edition_id, f"{short_code(item.edition)} ({item.available})") for item in items
        ]
        self.fields["state"].queryset = State.objects.order_by("name_key")


class WalkUpUndoForm(DeskForm):
    """Which of the copies that were handed out without an order are there again."""

    given = forms.ModelChoiceField(
        None,
        error_messages={
            "required": _("Choose what is to be undone."),
            "invalid_choice": _("Nothing of that kind was handed out here."),
        },
    )

    def __init__(self, *args, given, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["given"].queryset = given


class CopiesForm(DeskForm):
    """A number of copies for each of some editions; what is left empty is left alone."""

    least = 1
    key = forms.CharField(widget=forms.HiddenInput, initial=new_key, max_length=40)

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = {f"edition_{item.edition_id}": item for item in items}
        for name, item in self.items.items():
            code = short_code(item.edition)
            self.fields[name] = NumberField(
                least=self.least, most=MOST, required=False, label=f"{code} ({self.there(item)})"
            )

    def there(self, item) -> int:
        return item.available

    @property
    def copies(self) -> dict:
        """Copies by edition, where a number was typed."""
        typed = ((item.edition, self.cleaned_data[name]) for name, item in self.items.items())
        return {edition: number for edition, number in typed if number is not None}


class TakeAlongForm(CopiesForm):
    name = "take_along"


class BringBackForm(CopiesForm):
    """How many copies of each edition were left over."""

    name = "bring_back"
    least = 0
    reason = ReasonField(required=False)

    def there(self, item):
        return item.on_hand

    def clean(self):
        super().clean()
        if self.items and not self.errors and not self.copies and not self._names_what_is_gone():
            raise ValidationError(_("Write how many copies came back."))

    def _names_what_is_gone(self) -> bool:
        """Whether copies were counted of an edition of which none are there any more."""
        typed = (name for name, text in self.data.items() if text and name not in self.items)
        return any(name.startswith("edition_") for name in typed)
