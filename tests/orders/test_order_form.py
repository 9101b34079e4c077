"""The form: what a delegate types about themselves, and what becomes of it."""

import datetime
import html

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone, translation

from catalogue.models import Edition
from orders import basket as baskets
from orders.models import Order, OutgoingMessage
from tests.builders import make_edition, make_point, make_state
from tests.orders.visits import LANGUAGES, at, fill_basket, filled_form, said

pytestmark = pytest.mark.django_db

NOT_AN_ADDRESS = "This is no e-mail address. Write it like name@example.org, without spaces."
UNPRINTABLE = "Some characters here cannot be printed. Please type it again."
ONE_LINE = "Write this on one line."
WRONG = [
    ("name", "", "Write your name."),
    ("name", "  \t ", "Write your name."),
    ("name", "--- 42", "Write it with letters."),
    ("name", "A\x00B", UNPRINTABLE),
    ("name", "A\x1b[2JB", UNPRINTABLE),
    ("name", "A\ue000B", UNPRINTABLE),
    ("name", "A\r\nBcc: b@example.org", ONE_LINE),
    ("name", "A\u2028B", ONE_LINE),
    ("organisation", "", "Write the organisation you work for."),
    ("organisation", "...", "Write it with letters."),
    ("post", "A\nB", ONE_LINE),
    ("email", "", "Write your e-mail address."),
    ("email", "delegate", NOT_AN_ADDRESS),
    ("email", "x@localhost", NOT_AN_ADDRESS),
    ("email", "a b@example.org", NOT_AN_ADDRESS),
    ("email", "a@example..org", NOT_AN_ADDRESS),
    ("email", ".a@example.org", NOT_AN_ADDRESS),
    ("email", "a..b@example.org", NOT_AN_ADDRESS),
    ("email", "é@example.org", NOT_AN_ADDRESS),
    ("email", '"a b"@example.org', NOT_AN_ADDRESS),
    ("email", "a@[127.0.0.1]", NOT_AN_ADDRESS),
    ("email", "a@example.org, b@example.org", NOT_AN_ADDRESS),
    ("email", "a@-example.org", NOT_AN_ADDRESS),
    ("email", "a" * 65 + "@example.org", NOT_AN_ADDRESS),
    ("email", "a@example.org\r\nBcc: b@example.org", ONE_LINE),
    ("orderer_kind", "", "Choose for whom you order."),
    ("delivery", "", "Choose how the copies should go."),
    ("address", "", "Write the address to which the copies should go."),
    ("address", "123\n456", "Write it with letters."),
    ("address", "A\x07", UNPRINTABLE),
    ("country", "", "Choose the country of the address."),
    ("country", "ZZ", "Choose a country from the list."),
    ("language", "xx", "Choose a language from the list."),
    ("needed_by", "31/03/2027", "Write the date as year-month-day, like 2027-03-31."),
    ("needed_by", "2020-01-01", "This date is past. Choose today or a later one."),
    ("needed_by", "9999-12-31", "This date is more than two years ahead. Choose a nearer one."),
]


@pytest.fixture(autouse=True)
def places(db):
    make_state("CH", "Switzerland", name_fr="Suisse", name_es="Suiza")
    make_point()


@pytest.fixture
def edition(db):
    return make_edition(language="fr", on_hand=60)


@pytest.fixture
def delegate(client, edition):
    """A browser with ten copies in the basket."""
    fill_basket(client, (edition, 10))
    return client


def send(client, form, language="en"):
    return client.post(at(language, "details"), form)


# What is refused --------------------------------------------------------------


@pytest.mark.parametrize(("field", "typed", "sentence"), WRONG)
@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_input_gets_a_sentence_beside_the_field_and_loses_nothing(
    delegate, language, field, typed, sentence
):
    form = filled_form(delegate, language, **{field: typed})

    page = send(delegate, form, language)

    shown = page.context["form"]
    assert dict(shown.errors) == {field: [said(language, sentence)]}
    assert {name: shown[name].value() for name in form} == form
    assert page.text.count(str(shown.errors[field])) == 1
    assert not Order.objects.exists()


@pytest.mark.parametrize(("field", "longest"), [("name", 200), ("post", 200), ("purpose", 300)])
def test_text_has_a_longest_length(delegate, field, longest):
    good = send(delegate, filled_form(delegate, **{field: "a" * (longest + 1)}))

    assert good.context["form"].errors[field] == [
        f"This is too long: {longest + 1} characters. Write at most {longest} in a line."
    ]


def test_an_address_has_so_many_lines(delegate):
    page = send(delegate, filled_form(delegate, address="\n".join("abcdefghi")))

    assert page.context["form"].errors["address"] == ["Write this on 8 lines at most."]


@pytest.mark.parametrize("state", ["", "0", "999999", "abc", "CH", "\x00"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_state_is_refused(delegate, language, state):
    form = filled_form(delegate, language, orderer_kind="state", state=state)

    page = send(delegate, form, language)

    assert list(page.context["form"].errors) == ["state"]
    assert not Order.objects.exists()


@pytest.mark.parametrize("point", ["", "0", "abc"])
def test_pick_up_needs_a_point_from_the_list(delegate, point):
    page = send(delegate, filled_form(delegate, delivery="pick_up", pick_up_point=point))

    assert list(page.context["form"].errors) == ["pick_up_point"]


def test_errors_come_first_with_links_to_the_fields(delegate):
    page = send(delegate, filled_form(delegate, name="", email="x"))

    assert page.text.index('class="error-summary"') < page.text.index("<h1>")
    assert '<a href="#id_name">' in page.text
    assert '<a href="#id_email">' in page.text
    assert 'aria-describedby="id_name_error"' in page.text
    assert "<title>Error: " in " ".join(page.text.split())


def test_a_form_without_its_key_is_drawn_again_with_what_was_typed(delegate):
    page = send(delegate, filled_form(delegate, key="forged"))

    assert page.context["form"]["name"].value() == "Specimen Delegate"
    assert baskets.read_key(page.context["form"]["key"].value())[0]
    assert not Order.objects.exists()


# What is normalised -----------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ame\u0301lie   Exemple ", "Amélie Exemple"),
        ("Amélie\u00ad\u200b\u202eExemple\ufeff", "AmélieExemple"),
        ("Amélie\tExemple\n", "Amélie Exemple"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Am\u00a0Ex", "Am Ex"),
    ],
)
def test_a_name_is_tidied(delegate, typed, kept):
    send(delegate, filled_form(delegate, name=typed))

    assert Order.objects.get().name == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Delegate@Example.org ", "Delegate@Example.org"),
        ("a@exämple.org", "a@xn--exmple-cua.org"),
        ("a@example.org\u200b", "a@example.org"),
        ("o'neil+ccm@mail.mfa.gov.la", "o'neil+ccm@mail.mfa.gov.la"),
    ],
)
def test_an_email_is_one_that_mail_servers_know(delegate, typed, kept):
    send(delegate, filled_form(delegate, email=typed))

    assert Order.objects.get().email == kept


def test_an_address_keeps_its_lines_and_needs_no_postal_code(delegate):
    typed = "P.O. Box 000\r\n\r\n  Avarua,   Rarotonga\r\n"

    send(delegate, filled_form(delegate, address=typed))

    assert Order.objects.get().address == "P.O. Box 000\nAvarua, Rarotonga"


# What is asked, and what is ignored -------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pick_up_point_says_until_when_to_order(delegate, language):
    make_point(order_by_on=timezone.localdate() + datetime.timedelta(days=9))
    make_point("Any day")

    page = delegate.get(at(language, "details")).text

    assert page.count(said(language, "Order by %(date)s").split("%")[0]) == 1


def test_pick_up_keeps_no_address(delegate):
    point = make_point("Meeting")
    form = filled_form(delegate, delivery="pick_up", pick_up_point=point.pk, country="ZZ")

    send(delegate, form)

    order = Order.objects.get()
    assert (order.delivery, order.pick_up_point, order.address, order.country) == (
        "pick_up",
        point,
        "",
        "",
    )


def test_a_point_that_is_closed_is_not_offered(delegate):
    closed = make_point("Past meeting", closes_on=datetime.date(2020, 1, 1))

    page = send(delegate, filled_form(delegate, delivery="pick_up", pick_up_point=closed.pk))

    assert page.context["form"].errors["pick_up_point"] == [
        "Past meeting took orders until 1 January 2020. Choose another point, or another delivery."
    ]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("state_party", "state_party"),
        ("signatory", "signatory"),
        ("not_party", "not_party"),
        ("withdrawn", "not_party"),
    ],
)
def test_an_order_for_a_state_says_where_the_state_stands(delegate, status, kind):
    state = make_state("XA", "Specimen", status=status)

    send(delegate, filled_form(delegate, orderer_kind="state", state=state.pk))

    order = Order.objects.get()
    assert (order.state, order.orderer_kind) == (state, kind)


def test_a_state_is_not_kept_for_others(delegate):
    send(delegate, filled_form(delegate, orderer_kind="other", state="999999"))

    assert Order.objects.get().state is None


def test_more_than_the_limit_needs_a_purpose(client, edition):
    fill_basket(client, (edition, 51))

    refused = send(client, filled_form(client))
    send(client, filled_form(client, purpose="Workshop"))

    assert refused.context["form"].errors["purpose"] == [
        "Say what the copies are for: you ask for more than the limit."
    ]
    assert Order.objects.get().purpose == "Workshop"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_says_what_waits_for_a_decision_and_why_a_reason_is_asked(
    client, edition, language
):
    fill_basket(client, (edition, 52))

    page = client.get(at(language, "details"))

    one, more = "%(number)s copy waits for a decision.", "%(number)s copies wait for a decision."
    with translation.override(language):
        waits = translation.ngettext(one, more, 2) % {"number": 2}
    assert waits in page.text
    assert said(
        language,
        "%(number)s copies of a title and %(all)s in one order are granted at once. A person "
        "decides on those above it, and reads here what they are for.",
        number=50,
        all=200,
    ) in html.unescape(page.text)


@pytest.mark.parametrize(("weight_g", "is_asked"), [(50, False), (500, True)])
def test_a_telephone_is_asked_for_only_above_a_weight(client, weight_g, is_asked):
    fill_basket(client, (make_edition(on_hand=9, weight_g=weight_g), 5))

    send(client, filled_form(client, phone="+41 22 000 00 00"))

    assert Order.objects.get().phone == ("+41 22 000 00 00" if is_asked else "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_courier_needs_a_telephone(delegate, language):
    form = filled_form(delegate, language, delivery="courier")

    page = send(delegate, form, language)
    send(delegate, form | {"phone": "+41 22 000 00 00"}, language)

    sentence = "Write a telephone number: the courier asks for one."
    assert dict(page.context["form"].errors) == {"phone": [said(language, sentence)]}
    assert (Order.objects.get().delivery, Order.objects.get().phone) == (
        "courier",
        "+41 22 000 00 00",
    )


def test_a_pouch_goes_to_an_address(delegate):
    send(delegate, filled_form(delegate, delivery="pouch"))

    order = Order.objects.get()
    assert (order.delivery, order.phone, order.country) == ("pouch", "", "CH")


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        ("+41 22 000 00 00", True),
        ("(022) 000-00-00 ext. 12", True),
        ("call me", False),
        ("٠٢٢", False),
    ],
)
def test_a_telephone_is_a_number(client, typed, is_right):
    fill_basket(client, (make_edition(on_hand=9, weight_g=900), 5))

    send(client, filled_form(client, phone=typed))

    assert Order.objects.filter(phone=typed).exists() == is_right


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", ["Egypt", "Zambia"]), ("fr", ["Égypte", "Zambie"]), ("es", ["Egipto", "Zambia"])],
)
def test_states_and_countries_are_sorted_as_readers_expect(delegate, language, names):
    make_state("ZM", "Zambia", name_fr="Zambie", name_es="Zambia")
    make_state("EG", "Egypt", name_fr="Égypte", name_es="Egipto")

    form = delegate.get(at(language, "details")).context["form"]

    states = [name for _value, name in form.fields["state"].choices]
    countries = [name for _code, name in form.fields["country"].choices]
    assert [name for name in states if name in names] == names
    assert [name for name in countries if name in names] == names


def test_what_delegates_type_often_is_offered_by_the_browser(delegate):
    text = delegate.get(at("en", "details")).text

    tokens = ("name", "organization-title", "organization", "email", "street-address", "country")
    assert all(f'autocomplete="{token}"' in text for token in tokens)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_says_who_reads_it_and_for_how_long(delegate, language):
    text = delegate.get(at(language, "details")).text

    assert settings.UNIT_NAME[language] in text
    assert "90" in text


# Another language -------------------------------------------------------------


def test_another_language_keeps_what_was_typed_and_judges_nothing(delegate):
    form = filled_form(delegate, "en", name="", email="half@")

    page = send(delegate, form | {"relabel": "en"}, "fr")

    shown = page.context["form"]
    assert (shown["email"].value(), shown["key"].value()) == ("half@", form["key"])
    assert shown["language"].value() == "fr"
    assert 'class="errorlist"' not in page.text
    assert '<html lang="fr"' in page.text


def test_a_language_of_letters_that_was_chosen_stays_chosen(delegate):
    form = filled_form(delegate, "en", language="es")

    page = send(delegate, form | {"relabel": "en"}, "fr")

    assert page.context["form"]["language"].value() == "es"


def test_mails_come_in_the_language_that_was_chosen(delegate, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(delegate, filled_form(delegate, "en", language="es"))

    assert Order.objects.get().language == "es"
    assert "/es/order/" in mail.outbox[0].body


# The basket and the form ------------------------------------------------------


def test_without_a_basket_there_is_no_form(client):
    response = client.get(at("en", "details"))

    assert response.url == f"{at('en', 'basket')}?empty=1"
    assert "nothing to send yet" in client.get(response.url).text


def test_an_emptied_basket_orders_nothing(delegate):
    form = filled_form(delegate)
    del delegate.cookies[settings.BASKET_COOKIE_NAME]

    response = send(delegate, form)

    assert response.url == f"{at('en', 'basket')}?empty=1"
    assert not Order.objects.exists()


def test_a_basket_that_changed_meanwhile_is_shown_before_it_is_sent(delegate, edition):
    form = filled_form(delegate)
    fill_basket(delegate, (edition, 3))

    page = send(delegate, form)
    send(delegate, form | {"key": page.context["form"]["key"].value()})

    assert "Your order has changed since this page was opened." in page.text
    assert page.context["form"]["name"].value() == "Specimen Delegate"
    assert Order.objects.get().lines.get().requested == 3


@pytest.mark.parametrize("change", [{"withdrawn_at": timezone.now()}, {"is_printed": False}])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edition_withdrawn_meanwhile_is_named_and_the_rest_stays(
    delegate, edition, language, change
):
    other = make_edition(on_hand=5)
    fill_basket(delegate, (edition, 1), (other, 2))
    form = filled_form(delegate, language)
    Edition.objects.filter(pk=edition.pk).update(**change)

    page = send(delegate, form, language)
    again = send(delegate, form | {"remove": edition.pk}, language)
    send(delegate, form | {"key": again.context["form"]["key"].value()}, language)

    assert str(edition) in str(page.context["form"].non_field_errors())
    assert page.context["form"]["name"].value() == "Specimen Delegate"
    assert again.context["form"]["name"].value() == "Specimen Delegate"
    assert [line.edition for line in Order.objects.get().lines.all()] == [other]


# Sending ----------------------------------------------------------------------


def test_an_order_is_stored_and_the_basket_is_empty(delegate, edition):
    response = send(delegate, filled_form(delegate))

    order = Order.objects.get()
    assert (order.status, order.lines.get().requested) == ("unverified", 10)
    assert delegate.cookies[settings.BASKET_COOKIE_NAME].value == ""
    assert order.number in delegate.get(response.url).text


def test_a_double_click_and_a_replay_make_one_order(delegate):
    form = filled_form(delegate)

    first = send(delegate, form)
    again = send(delegate, form)

    assert again.url == first.url
    assert Order.objects.count() == OutgoingMessage.objects.count() == 1


def test_the_same_form_with_other_content_shows_the_first_order(delegate):
    form = filled_form(delegate)
    send(delegate, form)

    page = send(delegate, form | {"name": "Somebody Else"})

    order = Order.objects.get()
    assert page.status_code == 409
    assert order.number in page.text
    assert order.name == "Specimen Delegate"


def test_a_refused_form_keeps_its_key_and_stores_nothing(delegate):
    form = filled_form(delegate, name="")

    page = send(delegate, form)

    assert page.context["form"]["key"].value() == form["key"]
    assert not Order.objects.exists()


def test_what_was_put_in_after_the_form_was_sent_stays_in_the_basket(delegate, edition):
    later = make_edition(on_hand=5)
    form = filled_form(delegate)
    send(delegate, form)
    fill_basket(delegate, (edition, 10), (later, 1))

    send(delegate, form)

    assert baskets.loads(delegate.cookies[settings.BASKET_COOKIE_NAME].value) == {later.pk: 1}


def test_the_form_needs_its_token(delegate):
    form = filled_form(delegate)
    delegate.handler.enforce_csrf_checks = True

    assert send(delegate, form).status_code == 403


@pytest.mark.parametrize("name", ["basket", "details"])
def test_these_pages_are_for_one_reader(delegate, name):
    page = delegate.get(at("en", name))

    assert "no-store" in page.headers["Cache-Control"]


# After it ---------------------------------------------------------------------


@pytest.fixture
def placed(delegate):
    """The address of the page after sending."""
    return send(delegate, filled_form(delegate)).url


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_next_page_says_what_to_do_and_gives_no_secret(delegate, placed, language):
    page = delegate.get(placed.replace("/en/", f"/{language}/"))

    assert "d…@example.org" in page.text
    assert "delegate@example.org" not in page.text
    assert "72" in page.text


def test_a_tampered_address_shows_no_order(delegate, placed):
    number = Order.objects.get().number

    assert delegate.get(f"{at('en', 'basket')}placed/{number}.forged/").status_code == 404


def test_an_order_that_expired_shows_no_next_step(delegate, placed):
    Order.objects.update(status="expired", ended_at=timezone.now())

    assert delegate.get(placed).status_code == 404


def test_the_mail_is_sent_again_so_many_times_a_day(delegate, placed):
    answers = [delegate.post(f"{placed}resend/").url for _ in range(3)]

    assert answers == [f"{placed}?sent=again"] * 2 + [f"{placed}?sent=no"]
    assert OutgoingMessage.objects.filter(template="confirm").count() == 3
    assert "cannot be sent again today" in delegate.get(answers[-1]).text


def test_an_address_with_many_orders_today_is_told_to_wait(client, edition):
    for _ in range(settings.MAILS_PER_ADDRESS_A_DAY + 1):
        fill_basket(client, (edition, 1))
        url = send(client, filled_form(client)).url

    assert "We have not written to this e-mail address yet" in client.get(url).text
