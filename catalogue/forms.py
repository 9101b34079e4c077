"""What a reader asks the list for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue import languages

LONGEST_QUESTION = 200
ORDERS = {"match": _("Best match"), "newest": _("Newest first"), "title": _("By title")}


class Words(forms.CharField):
    """What is searched for: cut to a sensible length, never refused."""

    def to_python(self, value):
        text = super().to_python(value) or ""
        text = "".join(c if c.isprintable() else " " for c in text)
        return " ".join(text.split())[:LONGEST_QUESTION].strip()


class Filters(forms.Form):
    """The list's address. What makes no sense in it is left out, without a word."""

    q = Words(required=False)
    language = forms.RegexField(rf"\A{languages.TAG.pattern}\Z", required=False)
    kind = forms.SlugField(required=False)
    topic = forms.SlugField(required=False)
    year = forms.RegexField(r"\A[12][0-9]{3}\Z", required=False)
    paper = forms.RegexField(r"\A1\Z", required=False)
    sort = forms.ChoiceField(choices=list(ORDERS.items()), required=False)

    def asked(self) -> dict[str, str]:
        """What the address says and means something: {"kind": "report", "sort": "title"}."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def filters(self) -> dict[str, str]:
        """What narrows the list."""
        return {name: value for name, value in self.asked().items() if name != "sort"}

    def orders(self) -> list[str]:
        """The orders that can be chosen, the usual one first."""
        return [order for order in ORDERS if order != "match" or "q" in self.asked()]

    def order(self) -> str:
        chosen = self.asked().get("sort")
        return chosen if chosen in self.orders() else self.orders()[0]
