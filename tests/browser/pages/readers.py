"""What readers hear of by mail: wishes for a language, the list of what is new."""

from catalogue import links
from catalogue.news import Quarter


def a_wish_without_an_address(visitor, world):
    visitor.goes_to("catalogue:wish", world.untranslated.slug, "es")
    visitor.writes(email="x")
    visitor.presses("Write to me")


def a_wish(visitor, world):
    visitor.goes_to("catalogue:wish", world.untranslated.slug, "es")


def a_wish_for_what_exists(visitor, world):
    visitor.goes_to("catalogue:wish", world.plan.slug, "fr")


def a_wish_sent(visitor, world):
    visitor.goes_to("catalogue:wish", world.untranslated.slug, "es", query="?asked")


def a_wish_to_confirm(visitor, world):
    visitor.goes_to("catalogue:wish-answer", links.token_of(world.wish))


def a_wish_confirmed(visitor, world):
    visitor.goes_to("catalogue:wish-answer", links.token_of(world.confirmed_wish))


def a_wish_taken_back(visitor, world):
    a_wish_confirmed(visitor, world)
    visitor.presses("Do not write to me after all")
    world.confirmed_wish.save(force_insert=True)  # for whoever comes next


def a_link_that_is_no_more(visitor, world):
    visitor.goes_to("catalogue:wish-answer", "1.1.none")


def what_is_new(visitor, world):
    world.plan, world.untranslated  # noqa: B018
    visitor.goes_to("catalogue:new")


def what_was_new(visitor, world):
    world.plan, world.news  # noqa: B018
    visitor.goes_to("catalogue:new-in", Quarter.now().last)


def nothing_new(visitor, world):
    visitor.goes_to("catalogue:new")


def the_form_to_subscribe(visitor, world):
    visitor.goes_to("catalogue:subscribe")


def the_form_to_subscribe_sent_empty(visitor, world):
    the_form_to_subscribe(visitor, world)
    visitor.presses("Send me the list")


def the_form_to_subscribe_sent(visitor, world):
    visitor.goes_to("catalogue:subscribe", query="?asked")


def a_subscription_to_confirm(visitor, world):
    visitor.goes_to("catalogue:subscription", links.token_of(world.subscription))


def a_subscription(visitor, world):
    visitor.goes_to("catalogue:subscription", links.token_of(world.confirmed_subscription))


def the_question_before_unsubscribing(visitor, world):
    visitor.goes_to("catalogue:unsubscribe", links.token_of(world.subscription))


def a_subscription_ended(visitor, world):
    visitor.goes_to("catalogue:unsubscribe", "1.1.none")


PAGES = [
    a_wish_without_an_address,
    a_wish,
    a_wish_for_what_exists,
    a_wish_sent,
    a_wish_to_confirm,
    a_wish_confirmed,
    a_wish_taken_back,
    a_link_that_is_no_more,
    what_is_new,
    what_was_new,
    nothing_new,
    the_form_to_subscribe,
    the_form_to_subscribe_sent_empty,
    the_form_to_subscribe_sent,
    a_subscription_to_confirm,
    a_subscription,
    the_question_before_unsubscribing,
    a_subscription_ended,
]
