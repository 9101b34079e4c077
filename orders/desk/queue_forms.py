"""What the queue is narrowed by; everything of it stands in the address bar."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from orders.models import Order
from orders.models.pick_up import DeliveryMethod

ANY = ("", _("any"))


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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tags = languages.interface_languages()
        names = [(tag, languages.name(tag, languages.current())) for tag in tags]
        self.fields["language"].choices = [ANY, *names]

    @property
    def chosen(self) -> dict[str, str]:
        """Columns of `Order` and what they have to be."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


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
