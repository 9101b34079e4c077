"""A week of the unit: sixty orders in three languages, and a separate account of all of it.

Every button is pressed twice and two colleagues work at once; in the end the shelves, the ledger,
the mails and the slips say what the account says.
"""

import random
import re
import subprocess
from collections import Counter

import pytest
from django.conf import settings as site
from django.core import mail
from django.urls import reverse

from orders import audit
from orders.models import Consignment, Order, OutgoingMessage, StockItem
from tests.builders import clerk, make_edition, make_point, make_publication, make_state
from tests.journeys.account import Account, Request
from tests.orders.visits import LANGUAGES, at, fill_basket, filled_form

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = random.Random(2026)
STOCK = {"en": 600, "fr": 60, "es": 0}  # plenty, short, none


class Unit:
    """The unit's week, driven through the pages, and told to the account."""

    def __init__(self, client, other):
        self.desks = [client, other]
        for desk, name in zip(self.desks, ("anna", "ben"), strict=True):
            desk.force_login(clerk(name))
        self.account = Account(site.ORDER_LIMIT_PER_TITLE, site.ORDER_LIMIT_COPIES)
        self.requests = {}  # by order number
        self.point = make_point("Counter of the meeting (specimen)")
        make_state("CH")  # the country that parcels go to
        self.states = [make_state(code, f"State {code}") for code in ("LA", "HR", "CL", "AO")]
        self.editions = {}
        for number in range(3):
            publication = make_publication(f"action-plan-{number}", issued_on="2015-09-11")
            for language in LANGUAGES:
                edition = make_edition(publication, language, is_printed=True, weight_g=50)
                self.editions[edition.pk] = edition

    def press(self, name, *args, **fields):
        """Both colleagues press the same button; it counts once."""
        for desk in self.desks:
            answer = desk.post(reverse(f"desk:{name}", args=args), fields, follow=True)
            assert answer.status_code in (200, 409, 422), answer.status_code

    def receives(self, edition, copies):
        key = f"run-{edition}-{copies}"
        self.press("receive", edition, copies=copies, reason="print run", key=key)
        self.account.arrives(edition, copies)

    # What delegates do -----------------------------------------------------------

    def orders(self, browser, number):
        """A delegate orders on the site, sends the form twice, and confirms twice."""
        language = LANGUAGES[number % 3]
        chosen = WEEK.sample(sorted(self.editions), k=WEEK.choice([1, 2, 3]))
        asked = {e: WEEK.choice([1, 2, 5, 10, 10, 60 if number % 10 == 0 else 20]) for e in chosen}
        fill_basket(browser, *((self.editions[e], copies) for e, copies in asked.items()))
        form = filled_form(browser, language, **self.details(number))
        before = len(mail.outbox)
        for _twice in range(2):
            assert browser.post(at(language, "details"), form).status_code == 302
        assert len(mail.outbox) == before + 1
        link = re.search(r"https?://\S+?(/\w+/order/[\w-]+/)", mail.outbox[-1].body)[1]
        request = Request(language, asked)
        self.account.mail("confirm", request)
        for _twice in range(2):
            assert browser.post(f"{link}confirm/").status_code == 302
        self.account.accepted(request)
        order = Order.objects.latest("pk")
        self.requests[order.number] = request
        return order

    def details(self, number):
        details = {
            "email": f"delegate{number}@example.org",
            "organisation": f"Mission {number} (specimen)",
            "orderer_kind": "state",
            "state": self.states[number % 4].pk,
            "purpose": "Workshop (specimen)",
        }
        if number % 4 == 3:
            details |= {"delivery": "pick_up", "pick_up_point": self.point.pk, "address": ""}
        return details

    # What the desk does ----------------------------------------------------------

    def decides(self, order):
        """Half of what is beyond the limits is granted, with words."""
        request, fields = self.requests[order.number], {"version": order.version}
        grants = {line.edition_id: line.to_decide // 2 for line in order.lines.all()}
        for line in order.lines.all():
            fields[f"line_{line.pk}"] = grants[line.edition_id]
        self.press("approve", order.number, words="Half of it (specimen).", **fields)
        for edition, copies in sorted(grants.items()):
            self.account.agreed(request, edition, copies)
        self.account.mail("decided", request)

    def packs(self, order):
        self.press("pack", order.number, version=order.version)
        return order.consignments.latest("position")

    def sends(self, parcel):
        self.press("send", parcel.pk)
        self.account.left(self.requests[parcel.order.number], "sent")

    def gets_back(self, parcel):
        request = self.requests[parcel.order.number]
        back = Counter({p.line.edition_id: p.quantity for p in parcel.lines.all()})
        self.press("take-back", parcel.pk, reason="Unknown at the address (specimen)")
        for edition in sorted(back):
            self.account.on_hand[edition] += back[edition]
        served = {id(r): r for edition in sorted(back) for r in self.account.serve(edition)}
        for waiting in served.values():
            self.account.mail("back", waiting)
        return request


def open_orders():
    return Order.objects.open().oldest_first()


def on_the_shelf():
    rows = StockItem.objects.filter(location__is_main=True)
    return {i.edition_id: (i.on_hand, i.allocated, i.unusable) for i in rows}


def mails_owed():
    rows = OutgoingMessage.objects.values_list("template", "language")
    return Counter(rows)


@pytest.fixture
def unit(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    return Unit(client, type(client)())


def test_a_week_of_the_unit_ends_as_a_separate_account_says(unit, tmp_path):
    account = unit.account
    for edition, language in [(e, e_.language) for e, e_ in unit.editions.items()]:
        if STOCK[language]:
            unit.receives(edition, STOCK[language])

    # Monday and Tuesday: sixty orders.
    orders = [unit.orders(type(unit.desks[0])(), number) for number in range(60)]
    assert on_the_shelf() == account.balances() | {
        e: (0, 0, 0) for e in unit.editions if e not in account.on_hand
    }

    # Wednesday: what is beyond the limits is decided.
    for order in Order.objects.to_review():
        unit.decides(order)

    # Thursday: the Spanish print runs arrive, for fewer than wait.
    for edition in (e for e, found in unit.editions.items() if found.language == "es"):
        unit.receives(edition, 40)

    # Friday: everything on the shelves is packed; parcels leave, bags go to the meeting.
    parcels = [unit.packs(order) for order in Order.objects.to_pack().oldest_first()]
    slips(unit, parcels[:6], tmp_path)
    posted = [parcel for parcel in parcels if parcel.delivery != "pick_up"]
    bags = [parcel for parcel in parcels if parcel.delivery == "pick_up"]
    for parcel in posted:
        unit.sends(parcel)
    for bag in bags:
        unit.press("offer", bag.pk)
        account.mail("ready", unit.requests[bag.order.number])
    for bag in bags[:-2]:
        unit.press("hand-over", bag.pk)
        account.left(unit.requests[bag.order.number])
    for bag in bags[-2:]:
        unit.press("miss", bag.pk)
        account.mail("missed", unit.requests[bag.order.number])
    for parcel in posted[:3]:
        unit.gets_back(parcel)

    assert len(orders) == 60
    assert on_the_shelf() == account.balances()
    assert mails_owed() == account.mails
    assert audit.breaches() == []
    sent = Consignment.objects.filter(status="sent").count()
    assert sent == len(posted) - 3


def slips(unit, parcels, folder):
    """Each slip speaks its orderer's language and names what lies in the parcel."""
    titles = {"en": "Packing slip", "fr": "Bordereau de colisage", "es": "Lista de empaque"}
    for parcel in parcels:
        content = unit.desks[0].get(reverse("desk:slip", args=[parcel.pk])).content
        (folder / "slip.pdf").write_bytes(content)
        text = subprocess.run(
            ["pdftotext", "-layout", folder / "slip.pdf", "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert parcel.order.number in text
        assert titles[parcel.slip_language].lower() in text.lower(), text
