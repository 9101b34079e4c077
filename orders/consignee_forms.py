"""Who else gets part of an order: up to five consignees, each with copies and a way to go."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.text import LinesField
from orders.delivery_forms import PICK_UP, DeliveryFields
from orders.models.order import MOST_COPIES
from orders.references import short_code
from orders.text import WholeNumberField

MOST = 5
PREFIX = "to"  # with a number, from 0 on: what the names of a consignee's fields begin with
COUNT = "consignees"  # the hidden field that says how many there are


class SomeCopiesField(WholeNumberField):
    """A number of copies, or nothing for none."""

    def clean(self, value):
        return super().clean(value) if (value or "").strip(" ") else 0


class RecipientField(LinesField):
    most_lines = 4


class GoesToForm(DeliveryFields):
    """A recipient, and where they are."""

    recipient = RecipientField(
        label=_("Recipient"),
        help_text=_("Name and organisation, as they should be printed, on up to 4 lines."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        has_letter=True,
        error_messages={"required": _("Write who gets these copies.")},
    )
    PICKED_UP = _("They pick them up")
    field_order = ["recipient"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].help_text = _(
            "As it should be printed, on up to 8 lines: street or P.O. box, town, postal code if "
            "there is one. The recipient is printed above it."
        )

    def _ways(self, is_pick_up_open):
        ways = super()._ways(is_pick_up_open)
        return [(way, _("To be picked up") if way == PICK_UP else words) for way, words in ways]


class ConsigneeForm(GoesToForm):
    """A recipient, where they are, and how many copies of each title they get."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = {f"copies-{line.edition.pk}": line for line in lines}
        for name, line in self.lines.items():
            field = SomeCopiesField(label=short_code(line.edition), least=0, most=MOST_COPIES)
            field.required = False
            self.fields[name] = field

    def clean(self):
        super().clean()
        typed = [self.cleaned_data.get(name) for name in self.lines]
        if not any(self.errors.get(name) for name in self.lines) and not any(typed):
            raise ValidationError(_("Say how many copies this consignee gets."))

    @property
    def number(self) -> int:
        """Which of the consignees of its page this is, from 1 on."""
        return int(str(self.prefix).removeprefix(PREFIX)) + 1

    @property
    def rows(self):
        """The fields of copies, with their lines."""
        return [(line, self[name]) for name, line in self.lines.items()]

    @property
    def quantities(self) -> dict[int, int]:
        """Copies by edition."""
        given = ((line, self.cleaned_data.get(name)) for name, line in self.lines.items())
        return {line.edition.pk: copies for line, copies in given if copies}

    @property
    def consignee(self) -> dict:
        """What `lifecycle.place` wants to know of a consignee."""
        given = {"recipient": self.cleaned_data["recipient"], "quantities": self.quantities}
        return self.delivery_details | given


def count_in(data) -> int:
    """How many consignees a page that was sent had; never more than there may be."""
    typed = data.get(COUNT, "")
    return min(int(typed), MOST) if typed.isascii() and typed.isdecimal() else 0


def sent(data, lines, **asks) -> list[ConsigneeForm]:
    """The consignees of a page that was sent."""
    return [
        ConsigneeForm(data, prefix=_prefix(number), lines=lines, **asks)
        for number in range(count_in(data))
    ]


def drawn_again(data, lines, **asks) -> list[ConsigneeForm]:
    """The consignees with what was typed, unjudged: one more, or one fewer, where asked for."""
    typed = [_typed(data, number) for number in range(count_in(data))]
    if "more" in data and len(typed) < MOST:
        typed.append({})
    typed = [given for number, given in enumerate(typed) if str(number) != data.get("fewer")]
    return [
        ConsigneeForm(initial=given, prefix=_prefix(number), lines=lines, **asks)
        for number, given in enumerate(typed)
    ]


def _typed(data, number: int) -> dict:
    start = f"{_prefix(number)}-"
    return {name.removeprefix(start): data[name] for name in data if name.startswith(start)}


def _prefix(number: int) -> str:
    return f"{PREFIX}{number}"


def are_valid(consignees: list[ConsigneeForm], lines) -> bool:
    """Whether every form is, and together they get no more than is ordered."""
    if any(form.errors for form in consignees):
        return False
    for line in lines:
        given = [(form, form.quantities.get(line.edition.pk, 0)) for form in consignees]
        if sum(copies for _form, copies in given) > line.copies:
            last = [form for form, copies in given if copies][-1]
            sentence = _("You order %(copies)s of this title: consignees cannot get more.")
            last.add_error(f"copies-{line.edition.pk}", sentence % {"copies": line.copies})
    return not any(form.errors for form in consignees)
