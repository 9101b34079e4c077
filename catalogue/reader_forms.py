"""What readers leave with us: an address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.text import EmailField


class AddressForm(forms.Form):
    """Where to write."""

    use_required_attribute = False

    email = EmailField(
        label=_("E-mail"),
        help_text=_("We send you a link with which you confirm that the address is yours."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address.")},
    )
