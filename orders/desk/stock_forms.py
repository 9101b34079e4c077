"""What colleagues type about paper: filters, movements, counts of many shelves, places."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue import languages
from catalogue.models import Edition, State
from catalogue.text import LineField
from orders import shelves, stock
from orders.desk.forms import DayField, DeskForm, MovementForm, NumberField, ReasonField, new_key
from orders.models import StockLocation

BALANCES = [("on_hand", _("on hand")), ("allocated", _("promised")), ("unusable", _("unusable"))]


FAR = datetime.timedelta(days=20 * 365)  # from today; further off is a slip of the finger


class NearDayField(DayField):
    """A day of our time."""

    def clean(self, value):
        day: datetime.date | None = super().clean(value)
        if day and abs(day - timezone.localdate()) > FAR:
            raise ValidationError(_("This day is more than twenty years away. Check the year."))
        return day


class PlaceField(forms.ModelChoiceField):
    """A storage location, known by its short name."""

    def __init__(self, *, label=None, empty_label=None, **kwargs):
        places = StockLocation.objects.order_by("-is_main", "slug")
        kwargs["to_field_name"] = "slug"
        label = label or _("Location")
        super().__init__(places, label=label, empty_label=empty_label, **kwargs)
        self.error_messages["invalid_choice"] = _("Choose a location from the list.")
        self.error_messages["required"] = _("Choose a location from the list.")


class ShelfFilter(forms.Form):
    """What a list of stock is narrowed to, as it stands in the address bar."""

    q = forms.CharField(required=False, strip=True)
    language = forms.CharField(required=False)
    location = PlaceField(required=False)
    low = forms.BooleanField(required=False)
    waiting = forms.BooleanField(required=False)

    def choice(self) -> dict:
        """The clean values; what is no choice is none."""
        self.is_valid()
        empty = {"q": "", "language": "", "location": None, "low": False, "waiting": False}
        return empty | self.cleaned_data


class LedgerFilter(forms.Form):
    """Which entries of a ledger are shown, as it stands in the address bar."""

    use_required_attribute = False
    location = PlaceField(required=False, empty_label=_("everything"))
    kind = forms.ChoiceField(
        label=_("Movement"),
        required=False,
        choices=[("", _("everything")), *shelves.KINDS],
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    balance = forms.ChoiceField(
        label=_("Balance"),
        required=False,
        choices=[("", _("everything")), *BALANCES],
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    order = forms.CharField(label=_("Order"), required=False, strip=True, max_length=40)
    since = DayField(label=_("From day"), required=False)
    until = DayField(label=_("To day"), required=False)

    def choice(self) -> dict:
        """The filters that could be read; beside the others stands what is wrong."""
        self.is_valid()
        return self.cleaned_data


class ShelfForm(MovementForm):
    """Copies that came, went or were counted, at one of the locations.

    A count knows the ledger up to the entry `seen`: what moved later was not counted.
    """

    location = PlaceField()

    def __init__(self, *args, movement, places=None, seen=0, **kwargs):
        super().__init__(*args, movement=movement, **kwargs)
        if movement.name == "count":
            self.fields["seen"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=0, required=False, initial=seen
            )
        places = shelves.places() if places is None else places
        self.fields["location"].label = movement.place_label
        self.fields["location"].required = False
        if movement.name == "transfer":
            self.fields["destination"] = PlaceField(
                label=pgettext_lazy("place", "To"), empty_label=_("choose")
            )
        if movement.name == "walk_up":
            self.fields["state"] = forms.ModelChoiceField(
                State.objects.order_by("name_key"),
                label=_("For the delegate of"),
                required=False,
                empty_label=_("not said"),
            )
        self._offer(places)

    def _offer(self, places):
        """Name the locations; where there is one only, nobody is asked."""
        names = [(place.slug, place.name) for place in places]
        fields: dict[str, Any] = self.fields
        fields["location"].choices = names
        if len(places) < 2:
            self.fields["location"].widget = forms.HiddenInput()
        if "destination" in self.fields:
            fields["destination"].choices = [("", _("choose")), *names]

    def clean_location(self):
        return self.cleaned_data["location"] or stock.main_location()

    def look_again(self, seen):
        """Keep what was typed, on a page that shows the ledger up to this entry."""
        if "seen" in self.fields:
            typed = self.data.copy()
            typed["seen"] = seen
            self.data = typed


class DescribeForm(DeskForm):
    """Where an edition lies at a location, and from how many copies on it is low."""

    location = PlaceField(widget=forms.HiddenInput)
    shelf = LineField(label=_("Shelf"), required=False, longest=40, help_text=_("For example A-3."))
    low_at = NumberField(
        label=_("Low from"),
        least=0,
        most=stock.MOST_AT_ONCE,
        required=False,
        help_text=_("Available copies. Without a number the general threshold counts."),
    )

    was_shelf = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    was_low_at = NumberField(
        widget=forms.HiddenInput, least=0, most=stock.MOST_AT_ONCE, required=False
    )

    def __init__(self, data=None, initial=None):
        self.name = f"describe-{(data or initial or {}).get('location', '')}"
        super().__init__(data, initial=initial)

    @staticmethod
    def told(item) -> dict:
        """What a page says of an item, to be typed over and to be known again."""
        low_at = "" if item.low_at is None else item.low_at
        was = {"was_shelf": item.shelf, "was_low_at": low_at}
        return {"location": item.location.slug, "shelf": item.shelf, "low_at": low_at} | was

    @property
    def described(self) -> dict:
        """What `stock.describe` wants to know."""
        given = dict(self.cleaned_data)
        was = (given.pop("was_shelf"), given.pop("was_low_at"))
        return {"shelf": given["shelf"], "low_at": given["low_at"], "was": was}

    def refuse(self, sentence: str, item) -> None:
        """Keep what was typed, on a page that shows what is said of this item now."""
        self.add_error("shelf", sentence)
        was = {name: value for name, value in self.told(item).items() if name.startswith("was_")}
        self.data = self.data.dict() | was


class ReprintForm(forms.ModelForm):
    """When an edition is printed again."""

    reprint_on = NearDayField(label=_("Reprint expected on"), required=False)

    class Meta:
        model = Edition
        fields = ["reprint_on"]

    def __init__(self, *args, **kwargs):
        edition = kwargs["instance"]
        kwargs["auto_id"] = f"reprint_{edition.pk}_%s"
        super().__init__(*args, **kwargs)


class PlaceForm(forms.ModelForm):
    """A location and its names; its short name follows from the first of them."""

    use_required_attribute = False

    class Meta:
        model = StockLocation
        fields = [f"name_{code}" for code in languages.interface_languages()]

    def __init__(self, *args, **kwargs):
        instance = kwargs.get("instance")
        about = instance.pk if instance else "new"
        kwargs["auto_id"] = f"place_{about}_%s"
        super().__init__(*args, **kwargs)
        for code in languages.interface_languages():
            language = languages.name(code, languages.current())
            field = LineField(label=_("Name (%(language)s)") % {"language": language}, longest=120)
            field.error_messages["required"] = _("Write the name in this language.")
            self.fields[f"name_{code}"] = field

    def save(self, commit=True):
        self.instance.slug = self.instance.slug or self._free_slug()
        return super().save(commit)

    def _free_slug(self) -> str:
        wanted = slugify(self.cleaned_data["name_en"])[:32] or "place"
        taken = StockLocation.objects.filter(slug__startswith=wanted)
        known = set(taken.values_list("slug", flat=True))
        names = [wanted, *(f"{wanted}-{number}" for number in range(2, len(known) + 3))]
        return next(name for name in names if name not in known)


class ManyForm(DeskForm):
    """A number of copies for many editions at one location; what is left empty is left alone."""

    name = "many"
    key = forms.CharField(widget=forms.HiddenInput, initial=new_key, max_length=40)
    reason = ReasonField(required=False)

    def __init__(self, *args, rows, least, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[f"copies_{row.pk}"] = NumberField(
                label=row.code, least=least, most=stock.MOST_AT_ONCE, required=False
            )
            self.fields[f"was_{row.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput,
                required=False,
                initial=row.on_hand,
                min_value=0,
                max_value=10**9,
            )

    @staticmethod
    def named_in(posted) -> list[int]:
        """The rows of a page that was sent, wherever the list would begin today."""
        keys = (name.removeprefix("copies_") for name in posted if name.startswith("copies_"))
        return [int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 10]

    def lines(self):
        """Each row with its field, as the page shows them."""
        return [(row, self[f"copies_{row.pk}"], self[f"was_{row.pk}"]) for row in self.rows]

    def typed(self):
        """The rows in which a good number was written, with it."""
        numbers = ((row, self.cleaned_data.get(f"copies_{row.pk}")) for row in self.rows)
        return [(row, number) for row, number in numbers if number is not None]

    def was(self, row) -> int | None:
        """How many copies the page said there are of a row; None where it did not say."""
        return self.cleaned_data.get(f"was_{row.pk}")

    def key_of(self, row) -> str:
        """The one-time key of a row: another one where the page says another number."""
        return f"{self.cleaned_data['key']}-{row.about.pk}-{self.was(row)}"

    def refuse(self, row, sentence: str, on_hand: int) -> None:
        """Keep what was typed, on a page that says how many copies there are now."""
        self.add_error(f"copies_{row.pk}", sentence)
        row.on_hand = on_hand
        self.data = typed = self.data.copy()
        typed[f"was_{row.pk}"] = str(on_hand)


def fresh_places():
    """The names of every location, each in its form."""
    return [PlaceForm(instance=place) for place in shelves.places()]
