"""What further consignees get now, and where, typed by the orderer on the page of changes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from orders import progress
from orders.consignee_forms import PartForm, RecipientField, has_excess
from orders.forms import KEEP, ChangeForm
from orders.models import Order


class NewDestinationForm(PartForm):
    """Another recipient, another way, other copies: what is left alone stays.

    Recipient and address are not shown to the reader.
    """

    recipient = RecipientField(
        label=_("Another recipient"),
        help_text=_(
            "Leave it empty to keep the recipient. Name and organisation, as they should be "
            "printed, on up to 4 lines."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        has_letter=True,
        required=False,
    )

    def __init__(self, typed, *, part: dict, lines, **kwargs):
        self.part, self.consignee = part, part["consignee"]
        prefix = f"to{self.consignee.position}"
        self.had = {line.pk: 0 for line in lines}
        self.had |= {share.line_id: share.quantity for share in part["shares"]}
        copies = {f"copies-{line.edition_id}": self.had[line.pk] for line in lines}
        if typed is not None:  # a title that came in since the page was drawn stays as it is
            typed = typed.copy()
            for name, quantity in copies.items():
                typed.setdefault(f"{prefix}-{name}", str(quantity))
        initial = {"delivery": KEEP} | copies
        super().__init__(typed, prefix=prefix, initial=initial, lines=lines, **kwargs)

    def _ways(self, is_pick_up_open):
        return [(KEEP, _("As it is now")), *super()._ways(is_pick_up_open)]

    @property
    def number(self) -> int:
        return self.consignee.position

    @property
    def rows(self):
        """The fields of copies with their lines, and how many each has by the order."""
        return [(line, field, self.had[line.pk]) for line, field in super().rows]

    @property
    def new_columns(self) -> dict:
        """The columns of `Consignee` that become others, and the copies where those do."""
        stays = self.cleaned_data["delivery"] == KEEP
        columns = {} if stays else self.delivery_details
        recipient = self.cleaned_data["recipient"]
        copies = {"quantities": self.quantities}
        return columns | ({"recipient": recipient} if recipient else {}) | copies


def drawn(request, order: Order, form: ChangeForm) -> list[NewDestinationForm]:
    """A form for each further consignee; with what was typed, where the page was sent."""
    typed = request.POST if request.method == "POST" else None
    return [
        NewDestinationForm(typed, part=part, lines=form.lines, asks_phone=form.asks_phone)
        for part in progress.consignees(order, languages.current())
    ]


def are_valid(drawn: list[NewDestinationForm], form: ChangeForm) -> bool:
    """Whether each of them is, and together they get no more than is ordered with `form`."""
    wrong = [other for other in drawn if not other.is_valid()]  # each of them says why
    return not wrong and not (form.is_valid() and has_excess(drawn, form.quantities))


def of(drawn: list[NewDestinationForm]) -> dict[int, dict]:
    """New columns and copies by the consignees' keys."""
    return {other.consignee.pk: other.new_columns for other in drawn}
