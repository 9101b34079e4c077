"""Questions about an order's own rows, asked inside a question about orders: `pk` is its key."""

from django.db.models import Case, Exists, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.querysets.consignment import LIVE, UNSETTLED


def consignments():
    from orders.models import Consignment

    return Consignment.objects.filter(order=OuterRef("pk"))


def live_consignments():
    return consignments().filter(status__in=LIVE)


def undecided():
    """Bags that were missed, and of which nobody has said what becomes of them."""
    return consignments().filter(UNSETTLED)


def lines_to_pack():
    """Lines with copies on the shelf beside those that are packed, or that were missed."""
    from orders.models import ConsignmentLine, OrderLine

    packed = Q(consignment__status__in=LIVE)
    missed = Q(consignment__status="missed", consignment__settled_at=None)
    held = ConsignmentLine.objects.filter(packed | missed, line=OuterRef("pk")).order_by()
    copies = held.values("line").annotate(copies=Sum("quantity")).values("copies")
    return OrderLine.objects.filter(
        order=OuterRef("pk"), allocated__gt=Coalesce(Subquery(copies), 0)
    )


def goes_to_closed_point() -> Q:
    """Whether a destination, of which nothing was packed yet, is a point that has closed."""
    from orders.models import Consignee, Consignment

    here = Q(pick_up_point__closes_on__lt=timezone.localdate())
    reached = consignments().exclude(status__in=["void", "missed"])
    served = Consignment.objects.filter(consignee=OuterRef("pk"))
    served = served.exclude(status__in=["void", "missed"])
    part = Consignee.objects.filter(here, ~Exists(served), order=OuterRef("pk"))
    alone = ~Exists(Consignee.objects.filter(order=OuterRef("pk")))
    return (here & (alone | ~Exists(reached.filter(consignee=None)))) | Q(Exists(part))


def goes_elsewhere() -> Q:
    """Whether a destination is not a point that has closed."""
    from orders.models import Consignee

    closed = Q(pick_up_point__closes_on__lt=timezone.localdate())
    return ~closed | Q(Exists(Consignee.objects.filter(~closed, order=OuterRef("pk"))))


def sum_of_lines(copies):
    from orders.models import OrderLine

    return sum_of(OrderLine.objects.filter(order=OuterRef("pk")), copies)


def sum_of(rows, copies):
    """A sum over an order's rows, 0 where there are none; asked for the rows shown only."""
    total = rows.order_by().values("order").annotate(total=Sum(copies)).values("total")
    return Coalesce(Subquery(total), 0)


def confirmations():
    from orders.models import OutgoingMessage

    return OutgoingMessage.objects.filter(order=OuterRef("pk")).confirmations().order_by("-pk")


def why_kept_back():
    """The error of the last confirmation mail, of orders in `kept_back`; or nothing."""
    mails = confirmations()
    is_kept_back = Q(status="unverified") & ~Exists(mails.filter(parked_at=None))
    why = Coalesce(Subquery(mails.values("last_error")[:1]), Value(""))
    return Case(When(is_kept_back, then=why), default=Value(""))
