"""What the mails say: in their reader's language, text first, nothing of the person's."""

import datetime
import html
import re

import pytest
from django.conf import settings
from django.utils import translation

from orders import aftercare, fulfilment, lifecycle, links, outbox, stock
from orders.models import Consignee, Order, OutgoingMessage
from orders.models.pick_up import DeliveryMethod
from orders.progress import Stage
from tests.builders import (
    clerk,
    make_consignment,
    make_edition,
    make_order,
    make_point,
    make_publication,
    make_state,
    part_for,
    place_order,
)
from tests.orders.visits import LANGUAGES, said

pytestmark = pytest.mark.django_db

TEMPLATES = (
    "confirm",
    "received",
    "alike",
    "changed",
    "waiting",
    "considered",
    "gone",
    "sent",
    "ready",
    "cancelled",
    "declined",
    "missed",
    "hold",
    "released",
    "decided",
    "back",
    "replaced",
    "forwarded",
    "let_go",
    "point",
)
ABOUT_A_PARCEL = ("sent", "ready", "missed", "forwarded", "let_go")
AT_A_POINT = ("ready", "missed")
MARKS = {
    "name": "Marked <b>Name</b>",
    "post": "Marked Post",
    "organisation": "Marked Organisation",
    "email": "marked@example.org",
    "address": "Marked Street\nMarked Town",
    "purpose": "Marked Purpose",
}


@pytest.fixture
def edition(db):
    publication = make_publication(
        "plan", title_en="Plan & more", title_fr="Plan d’action", title_es="Plan de Acción"
    )
    return make_edition(publication, "fr", on_hand=4)


def mail_of(template, language, edition, **details):
    """A mail of a kind, with a parcel of four copies where the kind is about a parcel."""
    point = make_point("Office", hours_en="Monday to Friday")
    details = {"pick_up_point": point} | details
    order = make_order((edition, 6), language=language, **details)
    parcel = make_consignment(order) if template in ABOUT_A_PARCEL else None
    if parcel:
        parcel.left_at = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)
        parcel.tracking = "RR123456785CH"
    event = order.events.last()
    event.consignment = parcel
    message = OutgoingMessage(
        order=order, event=event, to=order.email, language=language, template=template, pk=7
    )
    return order, outbox.render(message)


def html_of(mail):
    return mail.alternatives[0].content


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_speaks_its_readers_language_and_opens_the_order(template, language, edition):
    order, mail = mail_of(template, language, edition)

    link = links.order_url(order)
    assert mail.subject.count(order.number) == 1
    assert f"/{language}/order/" in link
    assert mail.body.count(link) == 1
    assert f'href="{link}"' in html_of(mail)
    assert f'<html lang="{language}" dir="ltr">' in html_of(mail)
    assert mail.extra_headers["Content-Language"] == language
    assert settings.UNIT_NAME[language] in mail.body


@pytest.mark.parametrize("template", ABOUT_A_PARCEL)
def test_a_parcel_is_called_as_on_its_slip(template, edition):
    order, mail = mail_of(template, "en", edition)

    assert f"Parcel {order}/1\n" in mail.body
    assert f"<p>Parcel {order}/1</p>" in html_of(mail)


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_subject_tells_anything_of_the_person(template, edition):
    _order, mail = mail_of(template, "en", edition, **MARKS)

    assert "arked" not in mail.subject
    assert "\n" not in mail.subject


def test_the_first_mail_carries_no_word_that_a_visitor_typed(edition):
    _order, mail = mail_of("confirm", "en", edition, **MARKS)

    assert "arked" not in mail.subject + mail.body + html_of(mail)


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_a_visitor_typed_is_text_in_html_and_plain_in_text(template, edition):
    _order, mail = mail_of(template, "en", edition, **MARKS)

    assert "<b>Name" not in html_of(mail)
    assert "&" not in mail.body.replace("Plan & more", "")


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_mail_loads_anything(template, edition):
    _order, mail = mail_of(template, "en", edition)

    assert not re.search(r"<(img|link|script|iframe)|url\(|@import", html_of(mail))


OPENS, CLOSES = datetime.date(2030, 5, 6), datetime.date(2030, 5, 9)


@pytest.mark.parametrize("template", ["ready", "forwarded"])
@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en", {"opens_on": OPENS}, "Open from 6 May 2030"),
        ("fr", {"opens_on": OPENS}, "Ouvert à partir du 6 mai 2030"),
        ("es", {"opens_on": OPENS}, "Abierto a partir del 6 de mayo de 2030"),
        ("en", {"closes_on": CLOSES}, "Open until 9 May 2030"),
        ("fr", {"closes_on": CLOSES}, "Ouvert jusqu’au 9 mai 2030"),
        ("es", {"closes_on": CLOSES}, "Abierto hasta el 9 de mayo de 2030"),
        ("en", {"opens_on": OPENS, "closes_on": CLOSES}, "Open from 6 May 2030 to"),
    ],
)
def test_a_mail_says_from_or_until_when_its_point_is_open(template, language, days, said, edition):
    _order, mail = mail_of(template, language, edition, pick_up_point=make_point("Hall", **days))

    assert said in mail.body
    assert said in html_of(mail)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("delivery", ["post", "pick_up"])
def test_text_is_set_in_paragraphs(template, delivery, edition):
    details = {"pick_up_point": None} if delivery == "post" and template not in AT_A_POINT else {}
    _order, mail = mail_of(template, "en", edition, **details)
    words, _link, _after = mail.body.partition("http")

    assert "\n\n\n" not in mail.body
    assert words.rsplit("\n", 2)[0].endswith("\n")  # a blank line before the link's own words
    assert not re.search(r"[{}<>]|None", mail.body)
    assert not mail.body.startswith("\n")


@pytest.mark.parametrize(
    ("language", "title", "name"),
    [
        ("en", "Plan & more", "French"),
        ("fr", "Plan d’action", "français"),
        ("es", "Plan de Acción", "francés"),
    ],
)
def test_titles_are_in_the_readers_language_with_the_language_of_the_copies(
    language, title, name, edition
):
    _order, mail = mail_of("received", language, edition)

    assert f"- 6 × {title} ({name})" in mail.body
    assert "Plan &amp; more" in html_of(mail) or language != "en"


def test_copies_that_follow_are_named(edition):
    _order, mail = mail_of("received", "en", edition)

    assert "2 copies to follow when it is reprinted" in mail.body
    assert "2 copies to follow when it is reprinted" in html_of(mail)


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "1 December 2026"), ("fr", "1er décembre 2026"), ("es", "1 de diciembre de 2026")],
)
def test_a_dispatch_tells_what_left_when_and_how_to_follow_it(language, day, edition):
    _order, mail = mail_of("sent", language, edition)

    assert "- 4 × Plan" in mail.body
    assert day in mail.body
    assert "RR123456785CH" in mail.body
    assert "RR123456785CH" in html_of(mail)


def test_a_pick_up_tells_where_and_when(edition):
    _order, mail = mail_of("ready", "en", edition)

    assert "Office\nRoom 1\nMonday to Friday\n" in mail.body
    assert "Room 1" in html_of(mail)


@pytest.mark.parametrize("template", ["received", "changed", "waiting"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_about_the_whole_order_says_how_it_goes_and_to_whom(template, language, edition):
    some = [part_for(edition, 3), part_for(edition, 1, pick_up_point=make_point("Embassy"))]
    _order, mail = mail_of(template, language, edition, consignees=some)
    with translation.override(language):
        ways = [str(DeliveryMethod(way).label) for way in ("pick_up", "post", "pick_up")]

    whose = [said(language, "Your own part: %(way)s", way=ways[0])]
    whose += [
        said(language, "Consignee %(number)s: %(way)s", number=number, way=ways[number])
        for number in (1, 2)
    ]
    for text in (mail.body, html.unescape(html_of(mail))):
        parts = text[text.index(whose[0]) :]
        figures = re.findall(r"(\d+) × ", parts)
        assert [parts.index(words) for words in whose] == sorted(map(parts.index, whose))
        assert figures == ["2", "3", "1"]
        assert parts.index("Office") < parts.index(whose[1]) < parts.index("Embassy")
        assert "Example Street" not in text


@pytest.mark.parametrize("template", ["received", "changed", "waiting"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_about_the_whole_order_says_how_it_goes(template, language, edition):
    _order, mail = mail_of(template, language, edition, pick_up_point=None)
    with translation.override(language):
        way = DeliveryMethod.POST.label
        told = translation.gettext("Delivery: %(way)s") % {"way": way}

    assert f"\n\n{told}\n\n" in mail.body
    assert told in html.unescape(html_of(mail))
    assert "Example Street" not in mail.body + html_of(mail)


@pytest.mark.parametrize("template", ABOUT_A_PARCEL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_parcel_of_a_consignee_says_whose_it_is(template, language, edition):
    order = make_order((edition, 4), language=language)
    parcel = make_consignment(order)
    parcel.pick_up_point, parcel.left_at = make_point("Office"), order.accepted_at
    parcel.consignee = Consignee(order=order, position=2, recipient="Mine Action & Co")
    event = order.events.last()
    event.consignment = parcel
    message = OutgoingMessage(
        order=order, event=event, to=order.email, language=language, template=template, pk=7
    )

    with translation.override("es" if language != "es" else "fr"):
        mail = outbox.render(message)

    assert "2" in mail.body
    assert mail.body.count("Mine Action & Co\n\n- 4 × ") == 1
    assert "Mine Action &amp; Co" in html_of(mail)


@pytest.mark.parametrize("end", [lifecycle.decline, lifecycle.cancel])
def test_a_reason_that_colleagues_give_is_told(end, edition):
    order = make_order((edition, 1))

    end(order, by=clerk(), reason="No longer distributed")

    mail = outbox.render(OutgoingMessage.objects.first())
    assert "The reason: No longer distributed" in mail.body
    assert "No longer distributed" in html_of(mail)


@pytest.mark.parametrize("reason", ["address", "duplicate", "over_limit", "request", "other"])
def test_a_hold_is_explained_with_its_day(reason, edition):
    order = make_order((edition, 1))

    lifecycle.hold(order, by=clerk(), reason=reason, until=datetime.date(2027, 1, 4))

    mail = outbox.render(OutgoingMessage.objects.first())
    assert "The order waits until 4 January 2027." in mail.body


@pytest.mark.parametrize("reason", ["address", "duplicate", "over_limit", "request"])
def test_a_hold_that_was_lifted_before_its_mail_left_is_explained_as_it_was(reason, edition):
    order = make_order((edition, 1))
    order = lifecycle.hold(order, by=clerk(), reason=reason, until=datetime.date(2027, 1, 4))
    message = order.messages.get(template="hold")
    before = outbox.render(message)

    lifecycle.release(order, by=clerk())

    after = outbox.render(OutgoingMessage.objects.get(pk=message.pk))
    assert "The order waits until 4 January 2027." in after.body
    assert (after.body, html_of(after)) == (before.body, html_of(before))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_mail_says_how_long_there_is(language, edition):
    order = place_order((edition, 1), language=language)

    mail = outbox.render(order.messages.get())

    assert str(settings.ORDER_CONFIRMATION_HOURS) in mail.body


def test_an_order_for_a_state_is_mailed_as_any_other(edition):
    order = place_order((edition, 1), orderer_kind="state_party", state=make_state())

    assert outbox.render(order.messages.get()).to == [order.email]


BACK = {
    "en": ("3 copies set aside for you", "3 copies to follow when it is reprinted"),
    "fr": ("3 exemplaires", "3 exemplaires"),
    "es": ("3 ejemplares", "3 ejemplares"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_copies_that_came_in_are_counted_line_by_line(language):
    waits = make_edition(make_publication("plan", title_en="Plan"), "fr", on_hand=0)
    plenty = make_edition(make_publication("guide", title_en="Guide"), on_hand=9)
    gone = make_edition(make_publication("over", title_en="Over"), on_hand=2)
    order = make_order((waits, 6), (plenty, 1), (gone, 2), language=language)
    parts = {order.lines.get(edition=gone).pk: 2}
    fulfilment.send(fulfilment.pack(order, by=clerk(), quantities=parts), by=clerk())

    stock.receive(waits, 3, by=clerk(), reason="reprint", key="reprint")

    mail = outbox.render(order.messages.get(template="back"))
    text = mail.body.replace("\xa0", " ")
    aside, later = BACK[language]
    assert "- Plan (" in text
    assert aside in text
    assert later in text
    assert aside in html_of(mail).replace("\xa0", " ")
    assert "Guide" not in text  # its copy lay there before
    assert "Over" not in text  # it has left


@pytest.mark.parametrize(("copies", "follows"), [(4, False), (6, True)])
def test_only_where_something_waits_it_is_said_to_follow(edition, copies, follows):
    order = make_order((edition, copies))
    message = OutgoingMessage(
        order=order, event=order.events.last(), to=order.email, language="en", pk=7
    )
    message.template = "received"

    assert ("What is to follow" in outbox.render(message).body) == follows


GONE = "No copies are left for your order"
CONFIRMED = "Your order is confirmed"
LATE = (
    "The order is confirmed, but no copies are left to send. We have sent you a mail with this "
    "link."
)


def confirmed(edition, copies, *, left, language="en", **details):
    """An order that does not wait, confirmed when so many copies are `left` of its edition."""
    details |= {"language": language, "waits": {edition.pk: False}}
    order = place_order((edition, copies), **details)
    if taken := stock.balance(edition).available - left:
        make_order((edition, taken))
    return lifecycle.confirm(order)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_does_not_wait_and_comes_too_late_is_told_so(client, language, edition):
    order = place_order((edition, 4), language=language, waits={edition.pk: False})
    make_order((edition, 4))

    with translation.override(language):
        page = client.post(f"{links.order_url(order)}confirm/", follow=True).text
        told, stage = translation.gettext(LATE), str(Stage.NOTHING.label)

    mail = outbox.render(order.messages.exclude(template="confirm").get())
    assert Order.objects.get(pk=order.pk).status == "closed"
    assert told in page
    assert stage in page
    with translation.override(language):
        assert f">{translation.gettext(GONE)}</h1>" in html_of(mail)
        assert translation.gettext(CONFIRMED) not in html_of(mail)


@pytest.mark.parametrize(
    ("copies", "left", "told"),
    [(4, 4, "received"), (4, 1, "received"), (4, 0, "gone"), (7, 0, "gone")],
)
def test_the_first_mail_says_what_was_set_aside(settings, edition, copies, left, told):
    settings.ORDER_LIMIT_PER_TITLE = 5

    order = confirmed(edition, copies, left=left)

    assert order.messages.exclude(template="confirm").get().template == told


def test_who_has_to_wait_for_a_decision_on_all_copies_is_told_so(settings, edition):
    settings.ORDER_LIMIT_COPIES = 0

    order = make_order((edition, 4))

    assert order.messages.exclude(template="confirm").get().template == "considered"


def test_an_order_that_resembles_another_and_gets_nothing_is_not_said_to_be_looked_at(edition):
    make_order((edition, 1), email="same@example.org")

    order = confirmed(edition, 2, left=0, email="same@example.org")

    assert order.messages.exclude(template="confirm").get().template == "gone"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_sent_again_is_not_counted_twice(language):
    guide, plan = make_edition(on_hand=9), make_edition(on_hand=20)
    order = make_order((guide, 2), (plan, 8), language=language)
    parcel = make_consignment(order, "lost")
    version, part = Order.objects.get(pk=order.pk).version, order.lines.get(edition=plan).pk
    aftercare.replace(parcel, by=clerk(), version=version, reason="lost", quantities={part: 3})

    mail = outbox.render(order.messages.get(template="replaced"))

    said = "%(number)s copy agreed once more, to replace what did not arrive"
    with translation.override(language):
        again = translation.ngettext(said, said.replace("copy", "copies"), 3) % {"number": 3}
    assert re.findall(r"^- (\d+) ×", mail.body.replace("\xa0", " "), re.M) == ["2", "8"]
    assert [line.strip() for line in mail.body.splitlines()].count(again) == 1
    assert again in html_of(mail)
