"""What colleagues ask a report, as it stands in the address bar, and the annex they want."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue import languages
from orders.desk.forms import DayField, DeskForm
from orders.reports import choices
from orders.reports.choices import Choice
from orders.reports.periods import PRESETS, USUAL, Period, last_formal

EARLIEST, LATEST = datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)


class ReportedDayField(DayField):
    """A day of which there may be figures."""

    def clean(self, value):
        day = super().clean(value)
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(_("Choose a day between 1990 and 2100."))
        return day


class PeriodForm(DeskForm):
    """From and to; a short name such as "this-year" stands for both."""

    name = "period"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from"] = ReportedDayField(
            label=pgettext_lazy("period", "From"), required=False
        )
        self.fields["to"] = ReportedDayField(label=pgettext_lazy("period", "To"), required=False)
        self.order_fields(["from", "to"])

    def clean(self):
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and first > last:
            self.add_error("to", _("The last day is before the first."))
        return self.cleaned_data

    def period(self) -> Period:
        """The days chosen; one that is left out is the first movement's, or today."""
        first, last = self.cleaned_data["from"], self.cleaned_data["to"]
        if not first and not last:
            return choices.named(USUAL)
        first = first or choices.first_day() or last
        last = last or max(first, timezone.localdate())
        return Period(min(first, last), last)


class ReportForm(PeriodForm):
    """The period and the filters of every report."""

    name = "report"
    language = forms.ChoiceField(label=_("Language"), required=False)
    publication = forms.ChoiceField(label=_("Publication"), required=False)
    meeting = forms.ChoiceField(label=_("Meeting"), required=False)
    group = forms.ChoiceField(label=_("Regional group"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.meetings = choices.meetings()
        places = [
            (one.code, str(one)) for one in self.meetings if getattr(one, "has_points", False)
        ]
        on_paper = choices.on_paper()
        self.publications = on_paper.publications
        titles = [
            (slug, languages.translated(work, "title")[0])
            for slug, work in on_paper.publications.items()
        ]
        offered = {
            "language": on_paper.tags,
            "publication": titles,
            "meeting": places,
            "group": choices.groups(),
        }
        for name, pairs in offered.items():
            self.fields[name].choices = [("", _("all")), *pairs]
            self.fields[name].error_messages["invalid_choice"] = _("Choose one of the list.")

    @property
    def presets(self) -> list:
        """Those that mean something today."""
        without = set() if last_formal(self.meetings) else {"since-meeting"}
        return [(name, text) for name, text in PRESETS.items() if name not in without]

    def choice(self, preset: str = "") -> Choice:
        """What was asked; the usual period where the fields hold mistakes."""
        if not self.is_valid():
            return Choice(choices.named(USUAL))
        clean = self.cleaned_data
        return Choice(
            choices.named(preset) if preset in PRESETS else self.period(),
            clean["language"],
            self.publications.get(clean["publication"]),
            next((one for one in self.meetings if one.code == clean["meeting"]), None),
            clean["group"],
        )


class AnnexForm(PeriodForm):
    """The annex's period, and in which languages it is wanted."""

    name = "annex"
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one language."),
            "invalid_choice": _("Choose one of the list."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes = languages.interface_languages()
        self.fields["languages"].choices = [(code, languages.autonym(code)) for code in codes]
