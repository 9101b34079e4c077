"""What a reader asks the list for."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue import languages

LONGEST_QUESTION = 200
ORDERS = {
    "match": _("Best match"),
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "title": _("By title"),
    "symbol": _("By symbol"),
}


class Words(forms.CharField):
    """What is searched for: cut to a sensible length, never refused."""

    def to_python(self, value):
        text = super().to_python(value) or ""
        text = "".join(c if c.isprintable() else " " for c in text)
        return " ".join(text.split())[:LONGEST_QUESTION].strip()


class Several(forms.Field):
    """Values of one facet, any of which will do: what is no value is left out, without a word."""

    widget = forms.MultipleHiddenInput
    most = 12

    def __init__(self, pattern: str):
        super().__init__(required=False)
        self.pattern = re.compile(pattern, re.ASCII)

    def to_python(self, value):
        given = [value] if isinstance(value, str) else value or []
        fit = [text for text in given if self.pattern.fullmatch(text)]
        return list(dict.fromkeys(fit))[: self.most]


class Filters(forms.Form):
    """The list's address. What makes no sense in it is left out, without a word."""

    q = Words(required=False)
    language = Several(languages.TAG.pattern)
    paper = Several("1")
    kind = Several(r"[\w-]{1,60}")
    topic = Several(r"[\w-]{1,60}")
    meeting = Several(r"[\w-]{1,20}")
    year = Several("[12][0-9]{3}")
    body = Several(r"[\w-]{1,60}")
    series = Several(r"[\w-]{1,60}")
    sort = forms.ChoiceField(choices=list(ORDERS.items()), required=False)

    def asked(self) -> dict:
        """What the address says and means something: {"kind": ["report"], "sort": "title"}."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def filters(self) -> dict:
        """What narrows the list: {"q": "plan", "language": ["fr", "es"]}."""
        return {name: value for name, value in self.asked().items() if name != "sort"}

    def orders(self) -> list[str]:
        """The orders that can be chosen, the usual one first."""
        return [order for order in ORDERS if order != "match" or "q" in self.asked()]

    def order(self) -> str:
        chosen = self.asked().get("sort")
        return chosen if chosen in self.orders() else self.orders()[0]
