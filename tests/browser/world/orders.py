"""Orders at every stage."""

from functools import cached_property

from django.utils import timezone

from orders import fulfilment, lifecycle
from orders.models import Order
from tests.builders import clerk, make_consignment, make_order, make_point, place_order


class Orders:
    @cached_property
    def unconfirmed(self):
        return place_order((self.french, 60), (self.arabic, 2))

    @cached_property
    def kept_back(self):
        """Its confirmation mail has not left."""
        order = place_order((self.french, 1))
        order.messages.update(sent_at=None, parked_at=timezone.now(), last_error="limit")
        return order

    @cached_property
    def confirmed(self):
        """Some copies set aside, some to follow, some to decide on."""
        return make_order((self.french, 60), (self.arabic, 2), organisation="Ministry (specimen)")

    @cached_property
    def packed(self):
        order = make_order((self.spanish, 5))
        make_consignment(order)
        return order

    @cached_property
    def sent(self):
        return make_order((self.spanish, 5), status=Order.Status.CLOSED)

    @cached_property
    def lost_order(self):
        order = make_order((self.spanish, 4), status=Order.Status.CLOSED)
        fulfilment.lose(order.consignments.get(), by=clerk(), reason="not found (specimen)")
        return order

    @cached_property
    def missed_order(self):
        order = make_order((self.spanish, 2), pick_up_point=make_point("Counter (specimen)"))
        make_consignment(order, "missed")
        return order

    @cached_property
    def held(self):
        order = make_order((self.spanish, 3))
        return lifecycle.hold(order, by=clerk(), reason="address")

    @cached_property
    def message(self):
        return self.sent.messages.latest("pk")
