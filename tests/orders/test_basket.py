"""The basket: what a delegate puts in, types over, takes out."""

import datetime
import re

import pytest
from django.conf import settings
from django.utils import timezone, translation

from catalogue.models import Edition
from orders import basket as baskets
from orders import lifecycle, links, outbox, stock
from orders.forms import NO_CHOICE
from orders.models import Order, StockItem
from tests.builders import (
    clerk,
    make_edition,
    make_file,
    make_order,
    make_publication,
    make_state,
    place_order,
)
from tests.orders.visits import LANGUAGES, at, fill_basket, filled_form, said

pytestmark = pytest.mark.django_db

WRONG_NUMBERS = {
    "": "Write how many copies you need.",
    "0": "Write 1 or more, or remove the title.",
    "000": "Write 1 or more, or remove the title.",
    "-1": "Write 1 or more, or remove the title.",
    "1_0": "Write the number of copies in digits, for example 10.",
    "１０": "Write the number of copies in digits, for example 10.",
    "٣": "Write the number of copies in digits, for example 10.",
    "ten": "Write the number of copies in digits, for example 10.",
    "1.5": "Write the number of copies in digits, for example 10.",
    "1e2": "Write the number of copies in digits, for example 10.",
    "2\x00": "Write the number of copies in digits, for example 10.",
}


def kept(client):
    cookie = client.cookies.get(settings.BASKET_COOKIE_NAME)
    return baskets.loads(cookie.value) if cookie else {}


def add(client, edition, quantity, **headers):
    form = {"edition": edition.pk, "quantity": quantity}
    return client.post(at("en", "add"), form, headers=headers)


# Putting in -------------------------------------------------------------------


def test_adding_keeps_the_copies_in_a_cookie_of_the_session(client):
    edition = make_edition(language="fr", on_hand=20)

    response = add(client, edition, "10")

    cookie = response.cookies[settings.BASKET_COOKIE_NAME]
    assert kept(client) == {edition.pk: 10}
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert response.url == f"{at('en', 'basket')}?added={edition.pk}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_that_refuses_the_cookie_is_told_so(client, language):
    response = client.get(f"{at(language, 'basket')}?added=1")

    sentence = (
        "Go back, load the page anew and send the form again. "
        "Your browser has to accept the cookie of this site for it."
    )
    assert said(language, sentence) in response.text
    assert said(language, "The copies are in your order.") not in response.text


def test_an_old_address_does_not_say_that_copies_are_in_an_empty_order(client):
    client.cookies["csrf"] = "x"

    response = client.get(f"{at('en', 'basket')}?added=1")

    assert "The copies are in your order." not in response.text
    assert "accept the cookie" not in response.text


def test_adding_twice_sums_up(client):
    edition = make_edition(on_hand=20)

    add(client, edition, "10")
    add(client, edition, "5")

    assert kept(client) == {edition.pk: 15}


def test_adding_twice_stops_at_the_limit_of_a_title_and_says_so(client):
    edition = make_edition(on_hand=200)
    add(client, edition, "45")

    page = add(client, edition, "10")
    page = client.get(page.url)

    assert kept(client) == {edition.pk: settings.ORDER_LIMIT_PER_TITLE}
    assert "A title is limited to 50 copies" in page.text


@pytest.mark.parametrize("quantity", [q for q in WRONG_NUMBERS if "\x00" not in q])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_number_is_refused_with_a_sentence_and_stays(client, language, quantity):
    edition = make_edition(on_hand=20)

    form = {"edition": edition.pk, "quantity": quantity}
    page = client.post(at(language, "add"), form)

    assert page.context["form"].errors["quantity"] == [said(language, WRONG_NUMBERS[quantity])]
    assert page.context["form"]["quantity"].value() == quantity
    assert kept(client) == {}


@pytest.mark.parametrize("edition", ["", "0", "abc", "1" * 40, "１", "\x00"])
def test_adding_what_is_no_edition_is_refused(client, edition):
    page = client.post(at("en", "add"), {"edition": edition, "quantity": "1"})

    assert "This edition cannot be ordered on paper." in page.text
    assert "error-summary" not in page.text
    assert kept(client) == {}


@pytest.mark.parametrize(
    "columns",
    [{"is_printed": False}, {"published": False}, {"withdrawn_at": timezone.now()}],
    ids=["not printed", "not published", "withdrawn"],
)
def test_only_a_published_edition_on_paper_can_be_added(client, columns):
    edition = make_edition(**{"on_hand": 5} | columns)

    add(client, edition, "1")

    assert kept(client) == {}


def test_an_order_holds_so_many_titles_and_no_more(client, settings):
    settings.ORDER_LIMIT_TITLES = 2
    editions = [make_edition(on_hand=5) for _ in range(3)]

    for edition in editions:
        response = add(client, edition, "1")

    assert list(kept(client)) == [edition.pk for edition in editions[:2]]
    assert "An order holds at most 2 titles" in client.get(response.url).text


# Who may put in ---------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://testserver"},
        {"Referer": "http://testserver/en/publications/x/"},
    ],
)
def test_pages_of_ours_can_add(client, headers):
    edition = make_edition(on_hand=5)

    add(client, edition, "1", **headers)

    assert kept(client) == {edition.pk: 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://testserver.elsewhere.example"},
        {"Referer": "https://elsewhere.example/http://testserver/"},
    ],
)
def test_pages_of_others_cannot_add(client, headers):
    response = add(client, make_edition(on_hand=5), "1", **headers)

    assert response.status_code == 403
    assert kept(client) == {}


def test_adding_needs_no_token(client):
    client.handler.enforce_csrf_checks = True
    edition = make_edition(on_hand=5)

    add(client, edition, "1")

    assert kept(client) == {edition.pk: 1}


# The cookie -------------------------------------------------------------------


@pytest.mark.parametrize(
    "cookie",
    [
        "garbage",
        "eyIxIjogOTl9:1abc:forged",
        ":" * 500,
        baskets.signing.dumps([1, 2], salt=baskets.SALT),
        baskets.signing.dumps({"1": "x"}, salt=baskets.SALT),
        baskets.signing.dumps({"1": -5, "2": 10**9}, salt=baskets.SALT),
        baskets.signing.dumps({"1": 5}, salt="another"),
    ],
)
def test_a_cookie_that_is_not_ours_is_an_empty_basket(client, cookie):
    client.cookies[settings.BASKET_COOKIE_NAME] = cookie

    page = client.get(at("en", "basket"))

    assert "There is nothing in your order yet." in page.text
    assert page.context["basket_copies"] == 0


def test_the_number_in_the_header_asks_no_database(rf, django_assert_num_queries):
    from orders.context import basket

    request = rf.get("/")
    request.COOKIES[settings.BASKET_COOKIE_NAME] = baskets.dumps({1: 10, 2: 5})

    with django_assert_num_queries(0):
        assert basket(request) == {"basket_copies": 15}


# Looking ----------------------------------------------------------------------


def test_an_empty_basket_helps_on(client):
    page = client.get(at("en", "basket"))

    assert "There is nothing in your order yet." in page.text
    assert 'href="/en/?paper=1"' in page.text


def test_a_line_says_what_is_there_and_what_follows_when(client):
    edition = make_edition(language="fr", on_hand=3, reprint_on=datetime.date(2027, 3, 1))
    fill_basket(client, (edition, 10))

    page = client.get(at("en", "basket"))

    assert "3 are on the shelf; the other 7 follow when it is reprinted." in page.text
    assert "The reprint is expected in March 2027." in page.text


def test_a_line_offers_the_pdf_and_names_the_edition_in_its_own_language(client):
    publication = make_publication("plan", title_en="Plan")
    edition = make_edition(publication, "ar", on_hand=3, title="خطة عمل")
    make_file(edition)
    fill_basket(client, (edition, 1))

    page = client.get(at("fr", "basket"))

    assert '<bdi lang="ar" dir="rtl">خطة عمل</bdi>' in page.text
    assert "<small>arabe</small>" in page.text
    assert f"/en/publications/plan/plan-ar-{edition.reading_file.sha256[:12]}.pdf" in page.text


def test_more_than_the_limit_is_explained_beside_the_field(client):
    fill_basket(client, (make_edition(on_hand=200), 80))

    page = client.get(at("en", "basket"))

    assert "30 copies are above the limit of a title and wait for a decision" in page.text


@pytest.mark.parametrize(("on_hand", "would_wait"), [(60, 20), (80, 0), (50, 30), (3, 30)])
def test_what_is_above_the_limit_and_above_the_stock_is_said_to_wait(client, on_hand, would_wait):
    fill_basket(client, (make_edition(on_hand=on_hand), 80))

    page = client.get(at("en", "basket")).text

    told = re.findall(r"If they are granted, (\d+) of them would follow", page)
    assert told == ([str(would_wait)] if would_wait else [])


@pytest.mark.parametrize("is_backwards", [False, True])
def test_the_limit_of_an_order_is_passed_by_the_title_that_was_added_last(
    client, settings, is_backwards
):
    settings.ORDER_LIMIT_COPIES = 60
    editions = [make_edition(on_hand=200) for _ in range(2)]
    first, last = reversed(editions) if is_backwards else editions
    fill_basket(client, (first, 50), (last, 50))

    page = client.get(at("en", "basket"))

    assert [line.to_decide for line, _field in page.context["rows"]] == [0, 40]
    assert "40 copies are above the limit of an order and wait for a decision" in page.text


@pytest.mark.parametrize("is_backwards", [False, True])
def test_the_order_grants_as_the_basket_said(settings, is_backwards):
    settings.ORDER_LIMIT_COPIES = 60
    editions = [make_edition(on_hand=200) for _ in range(2)]
    first, last = reversed(editions) if is_backwards else editions

    order = make_order((first, 50), (last, 50))

    granted = [(line.edition, line.approved) for line in order.lines.all()]
    assert granted == [(first, 50), (last, 10)]


def test_the_basket_asks_as_many_queries_for_three_lines_as_for_one(
    client, django_assert_max_num_queries
):
    editions = [make_edition(on_hand=5) for _ in range(3)]
    for number in (1, 3):
        fill_basket(client, *[(edition, 1) for edition in editions[:number]])
        with django_assert_max_num_queries(7):
            client.get(at("en", "basket"))


# Where paper is short -----------------------------------------------------------


@pytest.fixture
def short(db):
    """Three copies of the French edition, many of the English one."""
    publication = make_publication("plan")
    french = make_edition(publication, "fr", on_hand=3)
    return french, make_edition(publication, "en", on_hand=80)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_do_is_asked_with_honest_figures(client, short, language):
    fill_basket(client, (short[0], 10))

    page = client.get(at(language, "basket")).text

    figures = {"now": 3, "later": 7}
    assert said(language, "Send %(now)s now and %(later)s when it is reprinted", **figures) in page
    assert "80" in page  # of the English edition
    assert f'name="rest-{short[0].pk}" value="take-{short[1].pk}"' in page


def test_nothing_is_asked_where_all_is_there(client, short):
    fill_basket(client, (short[1], 10))

    assert "rest-" not in client.get(at("en", "basket")).text


def test_the_rest_is_left_out_where_that_is_chosen(client, short):
    french, _english = short
    make_state()
    fill_basket(client, (french, 10))

    client.post(at("en", "basket"), {f"copies-{french.pk}": 10, f"rest-{french.pk}": "leave"})
    client.post(at("en", "details"), filled_form(client))
    order = Order.objects.get()
    lifecycle.confirm(order)

    line = order.lines.get()
    assert (line.allocated, line.backordered, line.cancelled) == (3, 0, 7)


def test_another_choice_is_kept_when_the_page_is_sent_again(client, short):
    french, _english = short
    fill_basket(client, (french, 10))
    for choice in ("leave", "wait", "leave"):
        typed = {f"copies-{french.pk}": 10, f"rest-{french.pk}": choice}
        client.post(at("en", "basket"), typed)

        assert (french.pk in kept(client).leaves_out) == (choice == "leave")


def choose(client, choice, *editions, language="en", **more):
    """Send the basket's page with a choice for editions, and their copies as they are."""
    copies = {f"copies-{edition}": n for edition, n in kept(client).items()}
    chosen = {f"rest-{edition.pk}": choice for edition in editions}
    return client.post(at(language, "basket"), copies | chosen | more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_language_is_taken_where_it_is_chosen(client, short, language):
    french, english = short
    fill_basket(client, (french, 10))

    for _twice in range(2):
        choose(client, f"take-{english.pk}", french, language=language)

    assert kept(client) == {english.pk: 10}


@pytest.mark.parametrize("choice", ["", "x", "take-", "take-x", "take-999999", "take-٣", "pdf"])
def test_a_choice_that_was_not_offered_changes_nothing(client, short, choice):
    fill_basket(client, (short[0], 10))

    page = choose(client, choice, short[0], **{"continue": "1"})

    assert kept(client) == {short[0].pk: 10}
    if choice:
        assert page.context["form"].errors[f"copies-{short[0].pk}"] == [NO_CHOICE]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_gone_since_it_was_chosen_is_asked_again(client, short, language):
    french, english = short
    fill_basket(client, (french, 10))
    StockItem.objects.filter(edition=english).update(on_hand=0)

    page = choose(client, f"take-{english.pk}", french, language=language, **{"continue": "1"})

    assert said(language, str(NO_CHOICE)) in page.text
    assert 'value="wait" checked' in page.text
    assert kept(client) == {french.pk: 10}


def test_what_was_chosen_is_no_matter_where_all_is_there_meanwhile(client, short):
    french, english = short
    fill_basket(client, (french, 10))
    stock.receive(french, 20, by=clerk())
    StockItem.objects.filter(edition=english).update(on_hand=0)

    page = choose(client, f"take-{english.pk}", french, **{"continue": "1"})

    assert page.url == at("en", "details")


@pytest.fixture
def gone(db):
    """Nothing left of an edition with a PDF, 40 copies of the English one."""
    publication = make_publication("gone")
    french = make_edition(publication, "fr", on_hand=0, reprint_on=datetime.date(2027, 3, 1))
    make_file(french)
    return french, make_edition(publication, "en", on_hand=40)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_with_nothing_on_the_shelf_has_the_choice_too(client, gone, language):
    french, english = gone
    fill_basket(client, (french, 10))

    page = client.get(at(language, "basket")).text

    values = re.findall(rf'name="rest-{french.pk}" value="([^"]+)"( checked)?', page)
    assert values == [("wait", " checked"), (f"take-{english.pk}", ""), ("pdf", "")]
    assert "40" in page
    assert "2027" in page


def test_a_reprint_without_a_date_is_said_to_have_none(client, short):
    fill_basket(client, (short[0], 10))

    assert "It is not known yet when it is reprinted." in client.get(at("en", "basket")).text


def test_only_what_is_left_cannot_be_chosen_where_nothing_is(client, gone):
    fill_basket(client, (gone[0], 10))

    choose(client, "leave", gone[0])

    assert kept(client).leaves_out == frozenset()


def counted(language, sentence, number):
    """A sentence of ours for more than one."""
    plural = sentence.replace(" is left;", " are left;").replace("follows", "follow")
    with translation.override(language):
        return translation.ngettext(sentence, plural, number) % {"number": number}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_follows_where_only_what_is_left_is_chosen(client, short, language):
    french, _english = short
    fill_basket(client, (french, 10))
    choose(client, "leave", french)

    pages = [client.get(at(language, name)).text for name in ("basket", "details")]

    left = counted(language, "Only the %(number)s that is left; the rest is left out.", 3)
    follows = counted(language, "%(number)s follows when it is reprinted.", 7)
    assert all(left in page for page in pages)
    assert not any(follows in page for page in pages)


def test_where_what_was_left_is_gone_meanwhile_the_details_say_so(client, short):
    french, _english = short
    fill_basket(client, (french, 10))
    choose(client, "leave", french)
    make_order((french, 3))

    page = client.get(at("en", "details")).text

    assert "nothing of this title would be sent" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_takes_the_copies_out_and_stays_to_be_read(client, gone, language):
    french, _english = gone
    fill_basket(client, (french, 10))

    answer = choose(client, "pdf", french, language=language, **{"continue": "1"})
    page = client.get(answer.url)

    assert answer.url == at(language, "basket")
    assert kept(client) == {}
    assert page.context["basket_copies"] == 0
    assert f"gone-fr-{french.reading_file.sha256[:12]}.pdf" in page.text
    assert f'name="back" value="{french.pk}"' in page.text


def test_what_was_taken_out_for_the_pdf_is_put_back_in_one_press(client, gone):
    french, english = gone
    fill_basket(client, (english, 2), (french, 10))
    choose(client, "pdf", french)

    for _twice in range(2):
        choose(client, "wait", back=french.pk)

    assert kept(client) == {english.pk: 2, french.pk: 10}
    assert kept(client).as_pdf == ()


@pytest.mark.parametrize("back", ["", "x", "0", "999999", "٣"])
def test_only_what_was_taken_out_is_put_back(client, gone, back):
    fill_basket(client, (gone[1], 2))

    choose(client, "wait", back=back)

    assert kept(client) == {gone[1].pk: 2}


def test_a_choice_stays_where_a_number_is_wrong(client, gone):
    fill_basket(client, (gone[0], 10))

    page = choose(client, "pdf", gone[0], **{f"copies-{gone[0].pk}": "ten"})

    assert f'name="rest-{gone[0].pk}" value="pdf" checked' in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_order_and_its_mails_say_that_the_rest_is_left_out(client, short, language):
    french, _english = short
    make_state()
    fill_basket(client, (french, 10))
    choose(client, "leave", french)
    client.post(at(language, "details"), filled_form(client, language))
    order = Order.objects.get()
    before = said(
        language, "Only what is on the shelf when you confirm is sent; the rest is left out."
    )
    after = said(language, "What was not on the shelf is left out, as you chose.")

    secret = links.secret_of(order)
    page = client.get(at(language, "order", secret)).text
    assert before in page
    assert before in outbox.render(order.messages.get()).body
    client.post(at(language, "confirm", secret))
    page = client.get(at(language, "order", secret)).text
    order.refresh_from_db()
    received = outbox.render(order.messages.get(template="received")).body
    assert after in page
    assert before not in page
    assert after in received


def test_what_is_gone_before_it_is_confirmed_is_told_in_the_mail(client, short):
    french, english = short
    order = place_order((french, 10), (english, 2), waits={french.pk: False})
    make_order((french, 3))

    order = lifecycle.confirm(order)

    order.refresh_from_db()
    page = client.get(at("en", "order", links.secret_of(order))).text
    received = outbox.render(order.messages.get(template="received")).body
    sentence = "What was not on the shelf is left out, as you chose."
    assert sentence in page
    assert f"- 0 × Plan (French)\n  {sentence}" in received


def test_an_order_that_is_cancelled_blames_no_choice(client, short):
    order = place_order((short[0], 10), waits={short[0].pk: False})
    lifecycle.confirm(order)
    order.refresh_from_db()

    lifecycle.cancel(order)

    order.refresh_from_db()
    assert "as you chose" not in client.get(at("en", "order", links.secret_of(order))).text
    assert "as you chose" not in outbox.render(order.messages.get(template="cancelled")).body


# Changing ---------------------------------------------------------------------


def test_new_quantities_are_kept(client):
    edition = make_edition(on_hand=20)
    fill_basket(client, (edition, 1))

    client.post(at("en", "basket"), {f"copies-{edition.pk}": " 12 "})

    assert kept(client) == {edition.pk: 12}


@pytest.mark.parametrize("quantity", WRONG_NUMBERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_quantity_changes_nothing_and_what_was_typed_stays(client, language, quantity):
    right, wrong = make_edition(on_hand=20), make_edition(on_hand=20)
    fill_basket(client, (right, 1), (wrong, 2))
    name = f"copies-{wrong.pk}"

    typed = {f"copies-{right.pk}": "7", name: quantity, "continue": "1"}
    page = client.post(at(language, "basket"), typed)

    form = page.context["form"]
    assert form.errors == {name: [said(language, WRONG_NUMBERS[quantity])]}
    assert (form[f"copies-{right.pk}"].value(), form[name].value()) == ("7", quantity)
    assert f'id="id_{name}_error"' in page.text
    assert kept(client) == {right.pk: 1, wrong.pk: 2}


@pytest.mark.parametrize("quantity", ["501", "1000", "1000000000", "9" * 5000])
def test_far_too_many_copies_are_refused(client, quantity):
    edition = make_edition(on_hand=20)
    fill_basket(client, (edition, 1))

    page = client.post(at("en", "basket"), {f"copies-{edition.pk}": quantity})

    assert page.context["form"].errors[f"copies-{edition.pk}"] == [
        "Write at most 500 copies of a title."
    ]


def test_removing_a_line_keeps_what_was_typed_in_the_others(client):
    gone, stays = make_edition(on_hand=20), make_edition(on_hand=20)
    fill_basket(client, (gone, 1), (stays, 2))

    typed = {f"copies-{gone.pk}": "abc", f"copies-{stays.pk}": "9", "remove": gone.pk}
    client.post(at("en", "basket"), typed)

    assert kept(client) == {stays.pk: 9}


def test_removing_the_last_line_empties_the_basket(client):
    edition = make_edition(on_hand=20)
    fill_basket(client, (edition, 1))

    client.post(at("en", "basket"), {f"copies-{edition.pk}": "1", "remove": edition.pk})

    assert client.cookies[settings.BASKET_COOKIE_NAME].value == ""


def test_what_another_window_put_in_meanwhile_stays(client):
    shown, added = make_edition(on_hand=20), make_edition(on_hand=20)
    fill_basket(client, (shown, 1), (added, 2))

    client.post(at("en", "basket"), {f"copies-{shown.pk}": "3"})

    assert kept(client) == {shown.pk: 3, added.pk: 2}


@pytest.mark.parametrize("change", [{"withdrawn_at": timezone.now()}, {"is_printed": False}])
def test_what_cannot_be_ordered_any_more_blocks_until_it_is_removed(client, change):
    gone, stays = make_edition(on_hand=20), make_edition(on_hand=20)
    fill_basket(client, (gone, 1), (stays, 2))
    Edition.objects.filter(pk=gone.pk).update(**change)

    page = client.get(at("en", "basket"))
    onward = client.post(at("en", "basket"), {f"copies-{stays.pk}": "2", "continue": "1"})
    client.post(at("en", "basket"), {f"copies-{stays.pk}": "2", "remove": gone.pk})

    assert "This edition can no longer be ordered on paper." in page.text
    assert onward.url == at("en", "basket")
    assert kept(client) == {stays.pk: 2}


def test_the_basket_is_no_page_for_caches_or_search_engines(client):
    page = client.get(at("en", "basket"))

    assert "no-store" in page.headers["Cache-Control"]
    assert '<meta name="robots" content="noindex, nofollow">' in page.text
