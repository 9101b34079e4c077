"""What only an order asks for: telephone numbers and numbers of copies."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.text import LineField

PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]*( ?(ext\.?|x|int\.?|poste|#) ?[0-9]{1,6})?", re.I)


class PhoneField(LineField):
    longest = 40
    widget = forms.TextInput(attrs={"type": "tel"})

    def to_python(self, value):
        number = super().to_python(value)
        if number and not (number.isascii() and PHONE.fullmatch(number)):
            raise ValidationError(_("Write the number in digits, like +41 22 000 00 00."))
        return number


class WholeNumberField(forms.CharField):
    """A number of copies in plain digits, from `least` to `most`; what was typed stays."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 4, "autocomplete": "off"})

    def __init__(self, *, least=1, most, **kwargs):
        self.least, self.most = least, most
        super().__init__(**kwargs)

    def clean(self, value):
        digits = (value or "").strip(" ")
        if not digits:
            raise ValidationError(_("Write how many copies you need."))
        if re.fullmatch(r"-[0-9]+|0+", digits) and int(digits[:9]) < self.least:
            raise ValidationError(self._too_few())
        if not re.fullmatch(r"[0-9]+", digits):
            raise ValidationError(_("Write the number of copies in digits, for example 10."))
        significant = digits.lstrip("0") or "0"  # Python reads no number of 5,000 digits
        if len(significant) > 3 or int(significant) > self.most:
            raise ValidationError(
                _("Write at most %(most)s copies of a title."), params={"most": self.most}
            )
        return int(significant)

    def _too_few(self):
        return _("Write 1 or more, or remove the title.") if self.least else _("Write 0 or more.")
