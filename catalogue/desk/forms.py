"""What colleagues choose on the desk's pages of the catalogue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue import languages, printed
from catalogue.models import Kind, Meeting, Publication, Series, Topic

ANY = _("all")


class PrintForm(forms.Form):
    """Which publications a printed catalogue holds, and how it looks."""

    fields: dict[str, Any]

    language = forms.ChoiceField(label=_("Language"))
    kind = forms.ModelChoiceField(
        Kind.objects.order_by("pk"), label=_("Kind"), to_field_name="slug", required=False
    )
    topic = forms.ModelChoiceField(
        Topic.objects.order_by("pk"), label=_("Topic"), to_field_name="slug", required=False
    )
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, empty_value=None, required=False)
    series = forms.ModelChoiceField(
        Series.objects.order_by("pk"), label=_("Series"), to_field_name="slug", required=False
    )
    meeting = forms.ModelChoiceField(
        Meeting.objects.all(), label=_("Meeting"), to_field_name="code", required=False
    )
    paper = forms.ChoiceField(label=_("On paper"), required=False)
    sections = forms.ChoiceField(
        label=_("Sections"), choices=[("kind", _("by kind")), ("topic", _("by topic"))]
    )
    trim = forms.ChoiceField(label=_("Paper size"), choices=[("a4", "A4"), ("a5", "A5")])
    covers = forms.BooleanField(label=_("with pictures of the covers"), required=False)
    is_offered = forms.BooleanField(
        label=_("offer it to readers, in place of the one they have now"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes = languages.interface_languages()
        self.fields["language"].choices = [(code, languages.autonym(code)) for code in codes]
        self.fields["paper"].choices = [(name, row[0]) for name, row in printed.PAPERS.items()]
        years = Publication.objects.published().dates("issued_on", "year", order="DESC")
        self.fields["year"].choices = [("", ANY), *((day.year, str(day.year)) for day in years)]
        for name in ("kind", "topic", "series", "meeting"):
            self.fields[name].empty_label = ANY

    def filters(self) -> dict:
        """The list's filters that are chosen: {"kind": ["guide"], "year": [2015]}."""
        chosen = {name: self.cleaned_data[name] for name in ("kind", "topic", "series", "meeting")}
        values = {
            name: [getattr(row, self.fields[name].to_field_name)]
            for name, row in chosen.items()
            if row
        }
        if year := self.cleaned_data["year"]:
            values["year"] = [year]
        return values

    def arguments(self) -> dict:
        """What the job is started with."""
        names = ("paper", "sections", "trim", "covers", "is_offered")
        return {name: self.cleaned_data[name] for name in names} | {"filters": self.filters()}
