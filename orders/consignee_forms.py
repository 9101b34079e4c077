"""Who else gets part of an order: up to five consignees, each with copies and a way to go."""

import re
from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from catalogue.text import LinesField
from orders.delivery_forms import PICK_UP, DeliveryFields
from orders.models.order import MOST_COPIES
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


class PartForm(GoesToForm):
    """A recipient, where they are, and how many copies of each title they get.

    `lines` have an `edition`: those of a basket, or of an order.
    """

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = {f"copies-{line.edition.pk}": line for line in lines}
        for name, line in self.lines.items():
            field = SomeCopiesField(label=self.title_of(line.edition), least=0, most=MOST_COPIES)
            field.required = False
            self.fields[name] = field

    def title_of(self, edition) -> str:
        """An edition, by the title that stands beside its field."""
        return str(edition)

    @property
    def number(self) -> int:
        """Which of the consignees of its page this is, from 1 on."""
        raise NotImplementedError

    @property
    def rows(self):
        """The fields of copies, with their lines."""
        return [(line, self[name]) for name, line in self.lines.items()]

    @property
    def quantities(self) -> dict[int, int]:
        """Copies by edition, 0 where there are none."""
        return {
            line.edition.pk: self.cleaned_data.get(name, 0) for name, line in self.lines.items()
        }


class ConsigneeForm(PartForm):
    """Somebody who gets part of an order that is placed."""

    def title_of(self, edition):
        tag = edition.language
        title = edition.title or languages.translated(edition.publication, "title", tag)[0]
        return f"{title} ({', '.join(tag.upper() for tag in edition.tags)})"

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
    def consignee(self) -> dict:
        """What `lifecycle.place` wants to know of a consignee."""
        some = {edition: copies for edition, copies in self.quantities.items() if copies}
        given = {"recipient": self.cleaned_data["recipient"], "quantities": some}
        return self.delivery_details | given


def count_in(data) -> int:
    """How many consignees a page that was sent had; never more than there may be."""
    typed = data.get(COUNT, "")
    return min(int(typed), MOST) if re.fullmatch("[0-9]{1,9}", typed) else 0


def sent(data, lines, **asks) -> list[ConsigneeForm]:
    """The consignees of a page that was sent."""
    return [
        ConsigneeForm(data, prefix=_prefix(number), lines=lines, **asks)
        for number in range(count_in(data))
    ]


def drawn_again(data, lines, **asks) -> list[ConsigneeForm]:
    """The consignees with what was typed, unjudged: one more, or one fewer, where asked for."""
    typed = [_typed(data, number) for number in range(count_in(data))]
    typed = [given for number, given in enumerate(typed) if str(number) != data.get("fewer")]
    is_one_more = "more" in data and len(typed) < MOST
    typed += [{}] * is_one_more
    forms = [
        ConsigneeForm(initial=given, prefix=_prefix(number), lines=lines, **asks)
        for number, given in enumerate(typed)
    ]
    if is_one_more:
        forms[-1].fields["recipient"].widget.attrs["autofocus"] = True
    return forms


def _typed(data, number: int) -> dict:
    start = f"{_prefix(number)}-"
    return {name.removeprefix(start): data[name] for name in data if name.startswith(start)}


def _prefix(number: int) -> str:
    return f"{PREFIX}{number}"


def are_valid(consignees: list[ConsigneeForm], lines) -> bool:
    """Whether every form is, and together they get no more than is ordered."""
    if any(form.errors for form in consignees):
        return False
    return not has_excess(consignees, {line.edition.pk: line.copies for line in lines})


def has_excess(consignees: Sequence[PartForm], ordered: dict[int, int]) -> bool:
    """Whether they get more than is `ordered`, by edition, together; the last of them says so."""
    for edition, most in ordered.items():
        given = [(form, form.quantities.get(edition, 0)) for form in consignees]
        if sum(copies for _form, copies in given) > most:
            last = [form for form, copies in given if copies][-1]
            sentence = _("You order %(copies)s of this title: consignees cannot get more.")
            last.add_error(f"copies-{edition}", sentence % {"copies": most})
    return any(form.errors for form in consignees)
