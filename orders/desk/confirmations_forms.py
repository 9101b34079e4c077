"""Why a colleague goes past a confirmation, or writes to an address again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from orders.desk.forms import DeskForm, ReasonField, VersionForm


class AcceptForm(VersionForm):
    """Without the confirmation: how do we know that the order is meant?"""

    name: Any = "accept"
    reason = ReasonField(help_text=_("How you know that the order is meant. Colleagues read it."))


class LiftForm(DeskForm):
    """The reader of an address that refused mail wants it after all."""

    name = "lift"
    reason = ReasonField(help_text=_("When and how the person wrote to you. Colleagues read it."))


def forms_of(order) -> tuple:
    """The forms about the confirmation of an order."""
    return AcceptForm(initial={"version": order.version}), LiftForm()
