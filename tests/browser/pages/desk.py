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


def an_order_lost(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:order", world.lost_order.number)


def an_order_missed(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:order", world.missed_order.number)


def an_order_to_add_titles_to(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:order", world.held.number)
    visitor.follows("Add titles")


def an_order_to_correct(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:order", world.held.number)
    visitor.follows("Correct the details")


def orders_to_end_together(visitor, world):
    ticked = [world.kept_back.number, world.held.number]
    the_queue(visitor, world)
    for number in ticked:
        visitor.page.locator(f'[name="picked"][value="{number}"]').check()
    visitor.presses("End without a mail")


def an_order_to_enter(visitor, world):
    world.plan  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:enter")
    visitor.writes(q="plan")
    visitor.presses("Find")


def the_meetings(visitor, world):
    world.missed_order  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:meetings")


def a_meeting(visitor, world):
    point = world.missed_order.pick_up_point
    signs_in(visitor)
    visitor.goes_to("desk:meeting", point.pk)


def the_counter(visitor, world):
    order = world.missed_order
    signs_in(visitor)
    visitor.goes_to("desk:counter", order.pick_up_point.pk, query=f"?q={order.number}")


def a_pick_up_point_to_add(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:add-point")


def a_pick_up_point_to_change(visitor, world):
    point = world.missed_order.pick_up_point
    signs_in(visitor)
    visitor.goes_to("desk:change-point", point.pk)


def the_stock_of_all_places(visitor, world):
    world.plan  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:reprints")


def a_count_of_many(visitor, world):
    world.plan  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:count-many")


def who_waits(visitor, world):
    world.confirmed  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:waiting", world.french.pk)


def the_comparison_of_the_ledger(visitor, world):
    signs_in(visitor)
    visitor.goes_to("desk:audit")


def the_reports(visitor, world):
    world.sent  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:reports")


def a_report(visitor, world):
    world.sent  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("desk:report", "language")


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
    an_order_lost,
    an_order_missed,
    an_order_to_add_titles_to,
    an_order_to_correct,
    orders_to_end_together,
    an_order_to_enter,
    the_meetings,
    a_meeting,
    the_counter,
    a_pick_up_point_to_add,
    a_pick_up_point_to_change,
    the_stock_of_all_places,
    a_count_of_many,
    who_waits,
    the_comparison_of_the_ledger,
    the_reports,
    a_report,
    the_stock,
    a_ledger,
    a_movement_without_a_number,
    the_messages,
    a_message,
    a_page_that_one_may_not_see,
]
