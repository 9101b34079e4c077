"""Where the copies of further consignees go now, typed by the orderer on the page of changes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue import languages
from orders import progress
from orders.consignee_forms import GoesToForm, RecipientField
from orders.forms import KEEP
from orders.models import Order


class NewDestinationForm(GoesToForm):
    """Another recipient, another way: what is left alone stays, and is not shown to the reader."""

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

    def __init__(self, *args, part: dict, **kwargs):
        self.part, self.consignee = part, part["consignee"]
        prefix = f"to{self.consignee.position}"
        super().__init__(*args, prefix=prefix, initial={"delivery": KEEP}, **kwargs)

    def _ways(self, is_pick_up_open):
        return [(KEEP, _("As it is now")), *super()._ways(is_pick_up_open)]

    @property
    def new_columns(self) -> dict:
        """The columns of `Consignee` that become others."""
        stays = self.cleaned_data["delivery"] == KEEP
        columns = {} if stays else self.delivery_details
        recipient = self.cleaned_data["recipient"]
        return columns | ({"recipient": recipient} if recipient else {})


def drawn(request, order: Order, *, asks_phone: bool) -> list[NewDestinationForm]:
    """A form for each further consignee; with what was typed, where the page was sent."""
    typed = request.POST if request.method == "POST" else None
    return [
        NewDestinationForm(typed, part=part, asks_phone=asks_phone)
        for part in progress.consignees(order, languages.current())
    ]


def are_valid(drawn: list[NewDestinationForm]) -> bool:
    wrong = [form for form in drawn if not form.is_valid()]  # each of them says why
    return not wrong


def of(drawn: list[NewDestinationForm]) -> dict[int, dict]:
    """New columns by the consignees' keys, of those that change."""
    return {form.consignee.pk: form.new_columns for form in drawn if form.new_columns}
