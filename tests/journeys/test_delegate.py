"""A delegate orders paper copies, confirms by mail, changes or cancels until they are packed."""

import re

from django.core import mail
from playwright.sync_api import expect

from catalogue import languages
from orders import fulfilment, links, stock
from orders.models import Order
from tests.builders import clerk, place_order
from tests.journeys import scenes

EMAIL = "delegate@example.org"
PERSON = {
    "name": "Khamla Specimen",
    "post": "First Secretary",
    "organisation": "Permanent Mission (specimen)",
    "email": EMAIL,
}
ABROAD = {"address": "BP 1234\nThanon Lane Xang\nVientiane", "country": "LA"}


def test_a_delegate_orders_abroad_confirms_and_changes_until_it_is_packed(visitor, plan, places):
    puts_in_the_order(visitor, French=10, Spanish=5)
    sees_what_is_left_and_the_limit(visitor)
    visitor.presses("Continue to your details")
    says_who_and_where(visitor)
    presses_twice(visitor)
    order = the_only_order()
    confirms_by_the_link_in_the_mail(visitor, order)
    sees_the_copies_set_aside(visitor, French=10, Spanish=5)
    changes_the_copies(visitor, plan, French=8)
    sees_the_copies_set_aside(visitor, French=8, Spanish=5)
    is_refused_once_it_is_packed(visitor, order)

    assert [line.allocated for line in order.lines.order_by("edition")] == [8, 5]


def test_a_delegate_picks_the_copies_up_at_the_office(visitor, plan, places):
    puts_in_the_order(visitor, French=2)
    visitor.presses("Continue to your details")
    says_who(visitor)
    visitor.ticks(delivery="pick_up", pick_up_point=places.pk)
    visitor.presses("Place the order")
    visitor.reads("One more step: confirm the order by e-mail")

    order = the_only_order()
    assert (order.pick_up_point, order.address, order.country) == (places, "", "")


def test_a_delegate_cancels_an_order_and_the_copies_are_free_again(visitor, plan, places):
    french = scenes.edition_of(plan, "fr")
    order = place_order((french, 10), language=visitor.language)
    visitor.page.goto(links.order_url(order))
    visitor.presses("Confirm the order")
    visitor.follows("Cancel the order")
    visitor.presses("Cancel the order")
    visitor.reads("The order is cancelled. Nothing will be sent.")

    assert stock.available([french.pk]) == {french.pk: 40}
    assert the_last_mail().subject == visitor.words(
        "Order %(number)s is cancelled", number=order.number
    )


# The basket -------------------------------------------------------------------

TAGS = {"French": "fr", "Spanish": "es"}


def puts_in_the_order(visitor, **copies):
    """From the list, and back to it for the second language."""
    visitor.goes_to("catalogue:publications")
    for i, (name, number) in enumerate(copies.items()):
        if i:
            visitor.follows("Add other publications")
        visitor.opens(scenes.TITLES[visitor.language])
        asks_for(visitor, TAGS[name], number)
        visitor.reads("The copies are in your order.")


def asks_for(visitor, tag, copies):
    edition = visitor.page.get_by_role("region", name=languages.autonym(tag), exact=True)
    visitor.reads("%(number)s left", "%(number)s left", 40, number=40, within=edition)
    edition.get_by_role("spinbutton").fill(str(copies))
    visitor.presses("Add to order", within=edition)


def sees_what_is_left_and_the_limit(visitor):
    left = "%(left)s copy is left.", "%(left)s copies are left.", 40
    lines = visitor.page.get_by_role("main").locator("form").get_by_role("listitem")
    limit = (
        "Paper copies are free of charge: up to %(number)s of a title in each language and "
        "%(all)s in one order at once, more with a reason. Nothing is reserved until you have "
        "confirmed the order."
    )

    expect(lines).to_have_count(2)
    for line, copies in zip(lines.all(), ("10", "5"), strict=True):
        visitor.reads(*left, left=40, within=line)
        expect(line.get_by_role("textbox")).to_have_value(copies)
    visitor.reads(limit, number=50, all=200)


# The form ---------------------------------------------------------------------


def says_who_and_where(visitor):
    says_who(visitor)
    visitor.ticks(delivery="post")
    visitor.writes(address=ABROAD["address"])
    visitor.selects(country=ABROAD["country"])


def says_who(visitor):
    visitor.writes(**PERSON)
    visitor.ticks(orderer_kind="state")
    visitor.selects(state=scenes.STATE[visitor.language])


def presses_twice(visitor):
    visitor.button("Place the order").dblclick()
    visitor.reads("One more step: confirm the order by e-mail")


def the_only_order():
    [order] = Order.objects.all()
    return order


# The mail, and the order's page -----------------------------------------------


def confirms_by_the_link_in_the_mail(visitor, order):
    confirmation = the_last_mail()
    asked = visitor.words("Please confirm order %(number)s", number=order.number)
    assert (confirmation.to, confirmation.subject) == ([EMAIL], asked)
    assert confirmation.extra_headers["Content-Language"] == visitor.language
    assert visitor.words("Confirm the order here:") in confirmation.body

    visitor.page.goto(re.search(r"https?://\S+/order/\S+", confirmation.body).group())
    visitor.presses("Confirm the order")
    visitor.reads("Thank you: the order is confirmed. We have sent you a mail with this link.")


def the_last_mail():
    return mail.outbox[-1]


def sees_the_copies_set_aside(visitor, **copies):
    lines = visitor.page.get_by_role("main").locator(".order-lines > li")
    for line, number in zip(lines.all(), copies.values(), strict=True):
        set_aside = "%(number)s copy set aside for you", "%(number)s copies set aside for you"
        visitor.finds(scenes.TITLES[visitor.language], within=line)
        visitor.reads(*set_aside, number, number=number, within=line)


def changes_the_copies(visitor, plan, **copies):
    visitor.follows("Change the order")
    for name, number in copies.items():
        edition = scenes.edition_of(plan, TAGS[name])
        visitor.writes(**{f"copies-{edition.pk}": str(number)})
    visitor.presses("Save the changes")
    visitor.reads("The order is changed.")


def is_refused_once_it_is_packed(visitor, order):
    """With the page still open on which it could be changed, and with a fresh one."""
    visitor.follows("Change the order")
    expect(visitor.button("Save the changes")).to_be_visible()
    fulfilment.pack(order, by=clerk())
    visitor.presses("Save the changes")
    visitor.reads("This order can no longer be changed: it is packed, sent or over.")
    visitor.page.goto(links.order_url(order))
    visitor.reads("Your copies are packed and leave shortly.")
    expect(visitor.link("Change the order")).to_have_count(0)
