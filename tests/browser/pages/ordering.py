"""Ordering on paper, and the page of an order."""

from orders import basket as baskets
from orders import links
from tests.browser.pages.catalogue import a_publication
from tests.browser.pages.coming import carries
from tests.builders import make_details


def an_empty_basket(visitor, world):
    visitor.goes_to("orders:basket")


def a_wrong_number_added(visitor, world):
    a_publication(visitor, world)
    form = visitor.page.locator("form", has=visitor.page.locator(f'[value="{world.french.pk}"]'))
    form.get_by_role("spinbutton").fill("0")
    visitor.presses("Add to order", within=form)


def the_basket(visitor, world):
    carries(visitor, {world.french: 60, world.arabic: 2})
    visitor.goes_to("orders:basket", query=f"?added={world.french.pk}")


def the_basket_with_wrong_numbers(visitor, world):
    the_basket(visitor, world)
    visitor.writes(**{f"copies-{world.french.pk}": "0", f"copies-{world.arabic.pk}": "1_0"})
    visitor.presses("Update the quantities")


def the_basket_with_a_withdrawn_edition(visitor, world):
    carries(visitor, {world.withdrawn_edition: 2, world.arabic: 2})
    visitor.goes_to("orders:basket")


def the_form(visitor, world):
    """With all it may ask for: a purpose, a telephone number."""
    carries(visitor, {world.french: 60, world.arabic: 2})
    visitor.goes_to("orders:details")


def the_form_sent_empty(visitor, world):
    the_form(visitor, world)
    visitor.presses("Place the order")


def the_form_with_a_consignee(visitor, world):
    the_form(visitor, world)
    visitor.presses("Add a consignee")
    visitor.presses("Place the order")


def the_question_whose_order_it_is(visitor, world):
    visitor.goes_to("orders:disown", links.secret_of(world.unconfirmed))


def the_order_placed(visitor, world):
    visitor.goes_to("orders:placed", links.placed_token(world.unconfirmed))


def the_form_sent_with_another_content(visitor, world):
    carries(visitor, {world.arabic: 2})
    visitor.goes_to("orders:details")
    key, _shown = baskets.read_key(visitor.field("key").input_value())
    type(world.unconfirmed).objects.filter(pk=world.unconfirmed.pk).update(submission_key=key)
    details = make_details()
    visitor.ticks(orderer_kind="other", delivery="post")
    visitor.writes(**{name: details[name] for name in ("name", "organisation", "email", "address")})
    visitor.selects(country="LA")
    visitor.presses("Place the order")


def an_unconfirmed_order(visitor, world):
    visitor.goes_to("orders:order", links.secret_of(world.unconfirmed))


def a_confirmed_order(visitor, world):
    visitor.goes_to("orders:order", links.secret_of(world.confirmed))


def an_order_sent(visitor, world):
    visitor.goes_to("orders:order", links.secret_of(world.sent))


def the_form_to_change_an_order(visitor, world):
    visitor.goes_to("orders:change", links.secret_of(world.confirmed))


def the_form_to_change_sent_with_mistakes(visitor, world):
    the_form_to_change_an_order(visitor, world)
    visitor.writes(**{f"copies-{world.french.pk}": "many"})
    visitor.ticks(delivery="post")
    visitor.presses("Save the changes")


def a_change_that_comes_too_late(visitor, world):
    visitor.goes_to("orders:change", links.secret_of(world.packed))


def the_question_before_cancelling(visitor, world):
    visitor.goes_to("orders:cancel", links.secret_of(world.confirmed))


def no_order(visitor, world):
    visitor.goes_to("orders:order", "A" * 43)


PAGES = [
    an_empty_basket,
    a_wrong_number_added,
    the_basket,
    the_basket_with_wrong_numbers,
    the_basket_with_a_withdrawn_edition,
    the_form,
    the_form_sent_empty,
    the_form_with_a_consignee,
    the_question_whose_order_it_is,
    the_order_placed,
    the_form_sent_with_another_content,
    an_unconfirmed_order,
    a_confirmed_order,
    an_order_sent,
    the_form_to_change_an_order,
    the_form_to_change_sent_with_mistakes,
    a_change_that_comes_too_late,
    the_question_before_cancelling,
    no_order,
]
