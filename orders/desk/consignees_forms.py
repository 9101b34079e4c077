"""What colleagues type to correct a further consignee of an order."""

from orders.consignee_forms import GoesToForm
from orders.delivery_forms import PICK_UP
from orders.desk.forms import VersionForm
from orders.models import Consignee, Order, PickUpPoint


class CorrectionForm(VersionForm, GoesToForm):
    """Who else gets copies and where theirs go; a point that takes no new orders may stay."""

    field_order = GoesToForm.field_order

    def __init__(self, *args, about: Consignee, **kwargs):
        self.about, self.name = about, f"consignee{about.position}"
        super().__init__(*args, **kwargs)
        points = PickUpPoint.objects.filter(pk=about.pick_up_point_id or 0)
        self.fields["pick_up_point"].queryset |= points

    def _ways(self, is_pick_up_open):
        return super()._ways(is_pick_up_open or self.about.delivery == PICK_UP)

    @classmethod
    def of(cls, order: Order, consignee: Consignee):
        """The form as the consignee stands."""
        names = ["recipient", "delivery", "address", "country", "phone", "pick_up_point"]
        initial = {name: getattr(consignee, name) for name in names}
        return cls(initial=initial | {"version": order.version}, about=consignee)

    @property
    def correction(self) -> dict:
        """What `changes.edit_consignee` wants to know."""
        details = self.delivery_details | {"recipient": self.cleaned_data["recipient"]}
        return {"details": details, "version": self.cleaned_data["version"]}
