"""Questions about an order's own rows, asked inside a question about orders: `pk` is its key."""

from django.db.models import Case, Exists, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from orders.querysets.consignment import LIVE


def consignments():
    from orders.models import Consignment

    return Consignment.objects.filter(order=OuterRef("pk"))


def live_consignments():
    return consignments().filter(status__in=LIVE)


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
