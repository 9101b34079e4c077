"""What the queue is narrowed by; everything of it stands in the address bar."""

from typing import Any

from django import forms
from django.core.cache import caches
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.models import State
from orders.models import Order
from orders.models.pick_up import DeliveryMethod
from orders.querysets import with_orders

ANY = ("", _("any"))
STATES = "states-that-ordered"


def states_that_ordered() -> list[State]:
    """Kept for a minute: one that never ordered before is a minute late."""
    states = caches["fragments"].get(STATES)
    if states is None:
        states = list(with_orders(State.objects.all()))
        caches["fragments"].set(STATES, states, 60)
    return states


class FilterForm(forms.Form):
    """Narrows the queue; what is not in a list narrows nothing."""

    fields: dict[str, Any]

    delivery = forms.ChoiceField(
        label=_("Delivery"), required=False, choices=[ANY, *DeliveryMethod.choices]
    )
    orderer_kind = forms.ChoiceField(
        label=_("For"), required=False, choices=[ANY, *Order.OrdererKind.choices]
    )
    hold = forms.ChoiceField(label=_("On hold"), required=False, choices=[ANY, *Order.Hold.choices])
    source = forms.ChoiceField(
        label=_("Received"), required=False, choices=[ANY, *Order.Source.choices]
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    field_order = ["state"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tags = languages.interface_languages()
        names = [(tag, languages.name(tag, languages.current())) for tag in tags]
        self.fields["language"].choices = [ANY, *names]
        states = sorted(states_that_ordered(), key=lambda state: state.name_key)
        self.states = {state.iso2: state for state in states}
        self.fields["state"].choices = [ANY, *((code, row) for code, row in self.states.items())]

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen, as it stands in the address bar; a State by its code, "CH"."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def columns(self) -> dict:
        """Columns of `Order` and what they have to be."""
        state = self.states.get(self.chosen.get("state", ""))
        return self.chosen | ({"state": state} if state else {})


class BatchForm(forms.Form):
    """The orders that were ticked."""

    picked = forms.ModelMultipleChoiceField(
        Order.objects.all(),
        to_field_name="number",
        error_messages={
            "required": _("Tick the orders first."),
            "invalid_choice": _("One of these orders is not there."),
        },
    )
