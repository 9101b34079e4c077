"""What a change of an order means for its copies as the shelves are now, before it is saved."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.forms.boundfield import BoundField

from orders import limits, stock
from orders.forms import ChangeForm
from orders.models import Order, OrderLine


@dataclass(frozen=True)
class ChangedLine:
    """A line, the copies that are asked for, and what would become of them now."""

    line: OrderLine
    field: BoundField
    copies: int
    granted: int  # of them, those that need no decision
    free: int  # on the shelf and not promised
    shared: int  # of what it has now, copies of further consignees

    @property
    def left(self) -> int:
        """Copies on the shelf beside those that it asks for already."""
        is_promised = self.line.approved > 0
        return self.free if is_promised else max(0, self.free - self.line.wanted)

    @property
    def there(self) -> int:
        """Copies that could be sent now."""
        return min(self.granted, self.line.allocated + self.free)

    @property
    def later(self) -> int:
        return self.granted - self.there

    @property
    def is_short(self) -> bool:
        """Whether more is asked for than before, and paper is short."""
        return self.copies > self.line.wanted and self.later > 0


def of(order: Order, form: ChangeForm, others: Iterable) -> list[ChangedLine]:
    """The lines of a page that was judged, in one query; where no number was typed, as they are."""
    typed = form.quantities if form.is_bound else {}
    before = {line.edition_id: line.wanted for line in form.lines}
    after = {edition: typed.get(edition, copies) for edition, copies in before.items()}
    grants, free = limits.granted(after), stock.available(list(before))
    return [
        ChangedLine(
            line,
            form[f"copies-{line.edition_id}"],
            after[line.edition_id],
            _granted(order, line, after[line.edition_id], grants[line.edition_id]),
            free[line.edition_id],
            sum(other.had[line.pk] for other in others),
        )
        for line in form.lines
    ]


def _granted(order: Order, line: OrderLine, copies: int, within_limits: int) -> int:
    """Of `copies`, those that need no decision: what was agreed stays agreed."""
    agreed = line.wanted - line.to_decide if order.accepted_at else 0
    return min(copies, max(agreed, within_limits))


def shortage(changed: Iterable[ChangedLine]) -> str:
    """What the page tells of short paper, as it sends it back: nothing new is hidden then."""
    return " ".join(
        f"{row.line.edition_id}:{row.there}+{row.later}" for row in changed if row.is_short
    )
