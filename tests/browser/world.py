"""One of everything that a page may show; each is made when a page asks for it."""

from functools import cached_property

from django.utils import timezone

from orders import lifecycle
from orders.models import Order
from tests.browser.faults import ARABIC
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_file,
    make_order,
    make_point,
    make_publication,
    make_state,
    place_order,
)
from tests.journeys import scenes


class World:
    def __init__(self):
        make_state("LA", **scenes.by_language(scenes.STATE))
        make_point(name_fr="Bureau", name_es="Oficina")

    # The catalogue ----------------------------------------------------------------

    @cached_property
    def plan(self):
        """In three languages, and in Arabic."""
        plan = scenes.make_plan()
        arabic = make_edition(plan, "ar", title=ARABIC, on_hand=3)
        make_file(arabic, scenes.pdf("ar"))
        return plan

    @cached_property
    def french(self):
        return scenes.edition_of(self.plan, "fr")

    @cached_property
    def spanish(self):
        return scenes.edition_of(self.plan, "es")

    @cached_property
    def arabic(self):
        return scenes.edition_of(self.plan, "ar")

    @cached_property
    def untranslated(self):
        """Titled and described in French only, out of print, and replaced by the plan."""
        publication = make_publication(
            "rapport",
            title_fr="Rapport de la réunion",
            title_en="",
            summary_fr="Ce que les États parties ont dit.",
        )
        self.plan.replaces = publication
        self.plan.save()
        make_edition(publication, "fr", is_printed=True)
        return publication

    @cached_property
    def withdrawn(self):
        return make_publication("withdrawn", symbol="CCM/MSP/2012/1", withdrawn_at=timezone.now())

    @cached_property
    def withdrawn_edition(self):
        return make_edition(self.plan, "ru", on_hand=5, withdrawn_at=timezone.now())

    # Orders -----------------------------------------------------------------------

    @cached_property
    def unconfirmed(self):
        return place_order((self.french, 60), (self.arabic, 2))

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
    def held(self):
        order = make_order((self.spanish, 3))
        return lifecycle.hold(order, by=clerk(), reason="address")

    @cached_property
    def message(self):
        return self.sent.messages.latest("pk")
