"""What colleagues type about bags that nobody came for: the address to which each goes now."""

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.text import LinesField
from orders import addresses
from orders.desk.forms import DeskForm
from orders.models import Consignment


class BagAddressForm(DeskForm):
    """Where one bag goes by post; left empty, it stays where it is."""

    address = LinesField(
        label=_("Postal address"),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "dir": "auto"}),
        has_letter=True,
        required=False,
    )
    country = forms.ChoiceField(
        label=_("Country or area"),
        required=False,
        error_messages={"invalid_choice": _("Choose a country from the list.")},
    )

    def __init__(self, *args, about: Consignment, **kwargs):
        goes = about.consignee or about.order
        initial = {"address": goes.address, "country": goes.country}
        super().__init__(*args, initial=initial, prefix=f"bag{about.pk}", **kwargs)
        self.bag, self.auto_id = about, "%s"
        choose = ("", _("Choose a country"))
        self.fields["country"].choices = [choose, *addresses.choices(languages.current())]

    def clean(self):
        super().clean()
        address, country = self.cleaned_data.get("address"), self.cleaned_data.get("country")
        if country and not address and "address" not in self.errors:
            self.add_error("address", _("Write the address to which the copies should go."))
        if address and not country and "country" not in self.errors:
            self.add_error("country", _("Choose the country of the address."))

    @property
    def destination(self) -> dict:
        """The columns that say where it goes, or nothing."""
        given = {name: self.cleaned_data[name] for name in ("address", "country")}
        goes = self.bag.consignee or self.bag.order
        return given | {"delivery": "post", "phone": goes.phone} if given["address"] else {}
