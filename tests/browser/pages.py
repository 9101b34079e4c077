"""Every kind of page, and how a visitor comes to see it."""

from django.conf import settings
from django.test import Client

from orders import basket as baskets
from orders import links
from tests.builders import clerk, make_details

# The catalogue --------------------------------------------------------------------------


def the_list(visitor, world):
    world.plan, world.untranslated  # noqa: B018  (made by being asked for)
    visitor.goes_to("catalogue:publications")


def the_list_narrowed(visitor, world):
    visitor.goes_to("catalogue:publications", query=f"?language=fr&kind={world.plan.kind.slug}")


def the_list_with_nothing_found(visitor, world):
    world.plan  # noqa: B018
    visitor.goes_to("catalogue:publications", query="?q=zzzz&language=fr&year=1999")


def a_publication(visitor, world):
    visitor.goes_to("catalogue:publication", world.plan.slug)


def a_publication_in_one_language(visitor, world):
    visitor.goes_to("catalogue:publication", world.untranslated.slug)


def a_publication_taken_back(visitor, world):
    visitor.goes_to("catalogue:publication", world.withdrawn.slug)


def no_page(visitor, world):
    visitor.goes_to("catalogue:publication", "none")


def the_board_of_languages(visitor, world):
    world.plan, world.untranslated  # noqa: B018
    visitor.goes_to("catalogue:parity")


def a_wish_without_an_address(visitor, world):
    visitor.goes_to("catalogue:wish", world.untranslated.slug, "es")
    visitor.writes(email="x")
    visitor.presses("Write to me")


# Ordering -------------------------------------------------------------------------------


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


# An order's page ------------------------------------------------------------------------


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


# The desk -------------------------------------------------------------------------------


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


# The administration ---------------------------------------------------------------------


def the_administration(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:index")


def the_publications_in_the_administration(visitor, world):
    world.plan  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_changelist")


def the_form_for_a_publication(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_add")


def the_form_for_a_publication_sent_empty(visitor, world):
    the_form_for_a_publication(visitor, world)
    visitor.presses("Save as draft")


def the_form_of_an_edition(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_edition_change", world.french.pk)


# Who comes ------------------------------------------------------------------------------


def carries(visitor, copies):
    """Comes with a basket."""
    value = baskets.dumps({edition.pk: number for edition, number in copies.items()})
    has_cookie(visitor, settings.BASKET_COOKIE_NAME, value)


def signs_in(visitor, colleague=None):
    client = Client()
    client.force_login(colleague or clerk("anna", first_name="Anna", last_name="Specimen"))
    name = settings.SESSION_COOKIE_NAME
    has_cookie(visitor, name, client.cookies[name].value)


def has_cookie(visitor, name, value):
    cookie = {"name": name, "value": value, "url": settings.SITE_URL}
    visitor.page.context.add_cookies([cookie])


PUBLIC = [
    the_list,
    the_list_narrowed,
    the_list_with_nothing_found,
    a_publication,
    a_publication_in_one_language,
    a_publication_taken_back,
    no_page,
    the_board_of_languages,
    a_wish_without_an_address,
    an_empty_basket,
    a_wrong_number_added,
    the_basket,
    the_basket_with_wrong_numbers,
    the_basket_with_a_withdrawn_edition,
    the_form,
    the_form_sent_empty,
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
DESK = [
    the_sign_in,
    the_sign_in_refused,
    the_password_forgotten,
    the_second_factor,
    the_queue,
    the_queue_of_parcels,
    the_queue_with_nothing_to_do,
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
ADMIN = [
    the_administration,
    the_publications_in_the_administration,
    the_form_for_a_publication,
    the_form_for_a_publication_sent_empty,
    the_form_of_an_edition,
]
