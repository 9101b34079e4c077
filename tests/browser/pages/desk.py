"""The desk, and the way in."""

from tests.browser.pages.coming import signs_in
from tests.builders import clerk


def the_sign_in(visitor, world):
    visitor.goes_to("account_login")


def the_sign_in_refused(visitor, world):
    the_sign_in(visitor, world)
    visitor.writes(login="nobody", password="wrong")
    visitor.presses("Sign in")


def the_password_forgotten(visitor, world):
    visitor.goes_to("account_reset_password")


def the_second_factor(visitor, world):
    signs_in(visitor)
    visitor.goes_to("mfa_index")


def the_queue(visitor, world):
    world.confirmed, world.held, world.packed  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:queue", query="?tab=to_review")


def the_queue_of_parcels(visitor, world):
    world.packed  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:queue", query="?tab=packed")


def the_queue_with_nothing_to_do(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:queue")


def the_papers_to_print(visitor, world):
    world.packed  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:papers")


def an_order_to_decide(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:order", world.confirmed.number)


def an_order_on_hold(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:order", world.held.number)


def an_order_packed(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:order", world.packed.number)


def an_order_dispatched(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:order", world.sent.number)


def an_order_declined_without_a_reason(visitor, world):
    an_order_to_decide(visitor, world)
    visitor.page.locator("summary", has_text=visitor.words("Decline the order")).click()
    visitor.presses("Decline the order")


def the_stock(visitor, world):
    world.plan  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:stock")


def a_ledger(visitor, world):
    world.sent  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:ledger", world.spanish.pk)


def a_movement_without_a_number(visitor, world):
    a_ledger(visitor, world)
    visitor.page.locator("summary", has_text=visitor.words("Receive a print run")).click()
    visitor.presses("Receive a print run")


def the_messages(visitor, world):
    world.message  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:messages")


def a_message(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:message", world.message.pk)


def a_page_that_one_may_not_see(visitor, world):
    signs_in(visitor, clerk("visitor", is_superuser=False))
    visitor.goes_to("desk:queue")


PAGES = [
    the_sign_in,
    the_sign_in_refused,
    the_password_forgotten,
    the_second_factor,
    the_queue,
    the_queue_of_parcels,
    the_queue_with_nothing_to_do,
    the_papers_to_print,
    an_order_to_decide,
    an_order_on_hold,
    an_order_packed,
    an_order_dispatched,
    an_order_declined_without_a_reason,
    the_stock,
    a_ledger,
    a_movement_without_a_number,
    the_messages,
    a_message,
    a_page_that_one_may_not_see,
]
