"""How the copies go: the fields that ask for an address, a carrier or a pick-up point."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.text import LinesField
from orders import addresses
from orders.models import PickUpPoint
from orders.models.pick_up import DeliveryMethod
from orders.submission import closed
from orders.text import PhoneField

POST, PICK_UP = DeliveryMethod.POST, DeliveryMethod.PICK_UP
COURIER, POUCH = DeliveryMethod.COURIER, DeliveryMethod.POUCH


class PointField(forms.ModelChoiceField):
    """One of the pick-up points; of one that takes no more orders it says since when."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError:
            if value.isascii() and value.isdecimal() and len(value) < 10:
                self._refuse_closed(PickUpPoint.objects.filter(pk=value).first())
            raise

    def _refuse_closed(self, point):
        if point:
            sentence = _("%(closed)s Choose another point, or another delivery.")
            raise ValidationError(sentence % {"closed": closed(point)}) from None


class DeliveryFields(forms.Form):
    """To an address, or to be picked up; what the other ways would need is ignored.

    A courier asks for a telephone number, and with `asks_phone` any carrier may.
    """

    fields: dict[str, Any]
    use_required_attribute = False

    delivery = forms.ChoiceField(
        label=_("Delivery method"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how the copies should go."),
            "invalid_choice": _("Choose how the copies should go."),
        },
    )
    address = LinesField(
        label=_("Postal address"),
        help_text=_(
            "As it should be printed, on up to 8 lines: street or P.O. box, town, postal code if "
            "there is one. Your name and organisation are printed above it."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address", "dir": "auto"}),
        has_letter=True,
        error_messages={"required": _("Write the address to which the copies should go.")},
    )
    country = forms.ChoiceField(
        label=_("Country or area"),
        widget=forms.Select(attrs={"autocomplete": "country"}),
        error_messages={
            "required": _("Choose the country of the address."),
            "invalid_choice": _("Choose a country from the list."),
        },
    )
    phone = PhoneField(
        label=_("Telephone"),
        help_text=_("For the carrier."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        required=False,
    )
    pick_up_point = PointField(
        PickUpPoint.objects.none(),
        label=_("Pick-up point"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose where you will pick the copies up."),
            "invalid_choice": _("Choose a pick-up point from the list."),
        },
    )

    NEEDS: ClassVar[dict[Any, tuple[str, ...]]] = {
        POST: ("address", "country"),
        COURIER: ("address", "country", "phone"),
        POUCH: ("address", "country"),
        PICK_UP: ("pick_up_point",),
    }
    WAYS = [
        (POST, _("By post")),
        (COURIER, _("By courier")),
        (POUCH, _("By diplomatic pouch")),
    ]

    PICKED_UP = _("I pick them up")

    def __init__(self, *args, asks_phone=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.asks_phone = asks_phone
        choose = ("", _("Choose a country"))
        self.fields["country"].choices = [choose, *addresses.choices(languages.current())]
        points = self.points()
        self.fields["pick_up_point"].queryset = points
        self.fields["delivery"].choices = self._ways(points.exists())

    def points(self):
        """The pick-up points to choose from."""
        return PickUpPoint.objects.open()

    def _ways(self, is_pick_up_open: bool) -> list:
        return [*self.WAYS, (PICK_UP, self.PICKED_UP)] if is_pick_up_open else self.WAYS

    @property
    def offers_pick_up(self) -> bool:
        return any(way == PICK_UP for way, _words in self.fields["delivery"].choices)

    def clean(self):
        super().clean()
        chosen = self.cleaned_data.get("delivery")
        needed: tuple[str, ...] = self.NEEDS.get(chosen, ())
        if self.asks_phone and chosen in (POST, POUCH):
            needed = (*needed, "phone")
        if "delivery" in self.errors and self["delivery"].value() == PICK_UP:
            self._say_of_delivery(self.errors.get("pick_up_point"))
        self._ignore({"address", "country", "phone", "pick_up_point"} - set(needed))
        if chosen == COURIER and self.cleaned_data.get("phone") == "":
            self.add_error("phone", _("Write a telephone number: the courier asks for one."))

    def _say_of_delivery(self, sentences) -> None:
        """That nothing can be picked up any more is told where it was chosen."""
        if sentences:
            del self.errors["delivery"]
            self.add_error("delivery", list(sentences))

    def _ignore(self, names) -> None:
        for name in names:
            self.errors.pop(name, None)
            self.cleaned_data[name] = None if name in ("pick_up_point", "state") else ""

    @property
    def delivery_details(self) -> dict:
        """The columns of `Order` that say where the copies go."""
        names = ("delivery", "address", "country", "phone", "pick_up_point")
        return {name: self.cleaned_data.get(name, "") for name in names}
