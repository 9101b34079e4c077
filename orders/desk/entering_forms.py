"""How many copies of which titles a colleague enters."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from orders.forms import QuantitiesForm


class EnteredCopiesForm(QuantitiesForm):
    """Copies by edition, of which some may be 0, but not all."""

    @classmethod
    def of(cls, typed: dict[int, str]):
        """The form of what was typed, by edition."""
        editions = Edition.objects.filter(pk__in=typed).select_related("publication")
        data = {f"copies-{pk}": text for pk, text in typed.items()}
        return cls(data, editions=editions, least=0, auto_id="%s")

    def clean(self):
        super().clean()
        if not self.errors and not self.quantities:
            raise ValidationError(_("Say how many copies of which titles."))

    @property
    def quantities(self) -> dict[int, int]:
        return {edition: copies for edition, copies in super().quantities.items() if copies}
