"""Typed text, made fit to keep, to print and to mail: one manner for every form.

Letters are composed (NFC), spaces are single, and characters that nobody sees (soft hyphens,
direction marks) are left out; what no keyboard sends on purpose is refused with a sentence.
"""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
JOINERS = "\u200c\u200d"  # they shape letters in Persian and Sinhala
FAR_TOO_LONG = 5000
UNPRINTABLE = {"Cc", "Cs", "Co", "Cn"}
EMAIL = re.compile(
    r"(?!.*\.\.)(?!\.)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+([A-Za-z]{2,63}|xn--[A-Za-z0-9-]{2,59})"
)


class LineField(forms.CharField):
    """One line of text: tidied, and refused where it cannot be printed."""

    longest = 200  # characters in a line
    most_lines = 1
    has_letter = False

    def __init__(self, *, longest=None, has_letter=None, **kwargs):
        self.longest = longest or self.longest
        self.has_letter = self.has_letter if has_letter is None else has_letter
        super().__init__(**kwargs)

    def to_python(self, value):
        typed = super().to_python(value) or ""
        if len(typed) > FAR_TOO_LONG:  # not worth looking at each character
            self._refuse_long([typed])
        lines = [tidy(line) for line in LINE_BREAK.split(typed)]
        if len(lines) > self.most_lines:
            raise ValidationError(_too_many_lines(self.most_lines))
        self._refuse_long(lines)
        text = "\n".join(line for line in lines if line)
        if text and self.has_letter and not any(letter.isalpha() for letter in text):
            raise ValidationError(_("Write it with letters."))
        return text

    def _refuse_long(self, lines):
        if (length := max(map(len, lines))) > self.longest:
            raise ValidationError(
                _("This is too long: %(length)s characters. Write at most %(longest)s in a line."),
                params={"length": length, "longest": self.longest},
            )


class LinesField(LineField):
    """A few lines, as they are to be printed."""

    longest = 120
    most_lines = 8
    widget = forms.Textarea


class EmailField(LineField):
    """An address that mail can reach: a plain mailbox at a domain with a dot."""

    longest = 254
    widget = forms.EmailInput

    def to_python(self, value):
        address = ascii_domain(super().to_python(value))
        self._refuse_long([address])  # a domain in another script has grown
        if address and not EMAIL.fullmatch(address):
            raise ValidationError(
                _("This is no e-mail address. Write it like name@example.org, without spaces.")
            )
        return address


def tidy(line: str) -> str:
    """A line with composed letters and single spaces; `ValidationError` if it cannot be printed.

    >>> tidy(" E\\u0301tat\\u00ad  lao ")
    'État lao'
    """
    line = unicodedata.normalize("NFC", line).replace("\t", " ")
    if any(unicodedata.category(character) in UNPRINTABLE for character in line):
        raise ValidationError(_("Some characters here cannot be printed. Please type it again."))
    return " ".join(_without_marks(line).split())


def _without_marks(line: str) -> str:
    """Leaves out format characters, but the joiners between letters."""
    return "".join(
        character
        for i, character in enumerate(line)
        if unicodedata.category(character) != "Cf" or _joins(line, i)
    )


def _joins(line: str, i: int) -> bool:
    around = line[max(i - 1, 0) : i], line[i + 1 : i + 2]
    return line[i] in JOINERS and all(c and unicodedata.category(c)[0] in "LM" for c in around)


def ascii_domain(address: str) -> str:
    """The address with its domain as mail servers know it: "a@exämple.org" in ASCII."""
    mailbox, at, domain = address.rpartition("@")
    try:
        return f"{mailbox}{at}{domain.encode('idna').decode()}" if not domain.isascii() else address
    except UnicodeError:
        return address


def _too_many_lines(most: int):
    return ngettext_lazy(
        "Write this on one line.", "Write this on %(most)s lines at most.", most
    ) % {"most": most}
