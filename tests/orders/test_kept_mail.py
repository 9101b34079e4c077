"""What was written to a person stays as it was sent, until the person is forgotten."""

import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from catalogue import mailing
from orders import changes, links, outbox, privacy
from orders.models import Order, OutgoingMessage
from tests.builders import make_edition, make_order, make_publication, place_order

pytestmark = pytest.mark.django_db
PREVIEW = "A preview: this message is not sent."
AS_SENT = "This is what was sent, word for word"


@pytest.fixture
def edition(db):
    return make_edition(make_publication("action-plan"), on_hand=50)


def page_of(desk, message):
    return desk.get(reverse("desk:message", args=[message.pk])).text


def sent_last(order):
    """The message of an order of which all was sent; what is in the outbox comes after it."""
    outbox.deliver()
    mail.outbox.clear()
    return order.messages.first()


def change(order, edition, copies):
    order.refresh_from_db()
    changes.change(order, quantities={edition.pk: copies}, details=None, version=order.version)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_what_was_sent_is_kept_without_the_secret(edition, language):
    order = place_order((edition, 4), language=language)

    outbox.deliver()

    message, [sent], secret = order.messages.get(), mail.outbox, links.secret_of(order)
    assert message.subject == sent.subject
    assert message.text == sent.body.replace(secret, outbox.HIDDEN)
    assert secret in sent.body
    assert secret not in message.text


def test_the_desk_shows_what_was_sent_whatever_became_of_the_order(desk, edition):
    order = make_order((edition, 4))
    outbox.deliver()
    message = order.messages.get(template="received")

    change(order, edition, 7)

    page = page_of(desk, message)
    assert AS_SENT in page
    assert PREVIEW not in page
    assert message.text.splitlines()[-1] in page
    assert outbox.as_sent(message)[1] != str(outbox.render(message).body)
    assert links.secret_of(order) not in page


@pytest.mark.parametrize("parked", [None, timezone.now()], ids=["queued", "given up"])
def test_what_is_not_sent_is_shown_as_a_preview(desk, edition, parked):
    message = place_order((edition, 4)).messages.get()
    OutgoingMessage.objects.update(parked_at=parked)

    assert PREVIEW in page_of(desk, message)


def test_a_mail_of_before_anything_was_kept_says_so(desk, edition):
    message = place_order((edition, 4)).messages.get()
    OutgoingMessage.objects.update(sent_at=timezone.now())

    assert "What was sent is not kept any more." in page_of(desk, message)


def test_what_is_sent_again_is_written_from_the_order_of_now(desk, edition):
    order = make_order((edition, 4))
    outbox.deliver()
    first = order.messages.get(template="received")
    order.lines.update(requested=7, approved=7, allocated=7)

    again = outbox.resend(first)
    outbox.deliver()

    first.refresh_from_db(), again.refresh_from_db()
    assert again.pk != first.pk
    assert again.text != first.text
    assert "written anew" in page_of(desk, first)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_what_a_later_message_has_overtaken_is_not_sent_again(desk, edition, language):
    order = make_order((edition, 4))
    outbox.deliver()
    first = order.messages.get(template="received")
    change(order, edition, 7)
    later = order.messages.get(template="changed")
    outbox.deliver()

    with translation.override(language):
        pages = page_of(desk, first), desk.get(order.get_desk_url()).text
        told = desk.post(reverse("desk:again", args=[first.pk]), follow=True)
        refused = translation.gettext(
            "A later message tells how the order stands: send that one again."
        )

    assert refused in told.text
    assert reverse("desk:again", args=[first.pk]) not in "".join(pages)
    assert outbox.deliver() == 0
    assert outbox.resend(later).template == "changed"


def test_pressed_twice_it_is_sent_again_once(edition):
    message = place_order((edition, 4)).messages.get()
    outbox.deliver()
    message.refresh_from_db()

    assert outbox.resend(message) == outbox.resend(message)

    assert outbox.deliver() == 1


@pytest.mark.parametrize("page", ["order", "message"])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_same_button_pressed_twice_sends_one_mail_also_once_it_has_left(
    desk, edition, page, language
):
    message = sent_last(make_order((edition, 4)))
    with translation.override(language):
        here = {"order": message.order.get_desk_url()}
        here["message"] = reverse("desk:message", args=[message.pk])
        address = reverse("desk:again", args=[message.pk])
        shown = desk.get(here[page]).text
    fields = {"seen": re.search(r'name="seen" value="(\d+)"', shown)[1]}

    told = []
    for _twice in range(2):
        told += [str(note) for note in desk.post(address, fields, follow=True).context["messages"]]
        outbox.deliver()

    assert len(mail.outbox) == 1
    with translation.override(language):
        assert told[1] == translation.gettext("This was done already; nothing has changed.")


def test_a_button_of_a_page_that_shows_what_was_sent_again_sends_another_one(desk, edition):
    message = sent_last(make_order((edition, 4)))
    for sent in (1, 2):
        shown = desk.get(message.order.get_desk_url()).text
        fields = {"seen": re.search(r'name="seen" value="(\d+)"', shown)[1]}
        desk.post(reverse("desk:again", args=[message.pk]), fields)
        outbox.deliver()

        assert len(mail.outbox) == sent


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 40])
def test_what_no_page_of_ours_sends_is_taken_as_nothing(desk, edition, typed):
    message = sent_last(make_order((edition, 4)))

    desk.post(reverse("desk:again", args=[message.pk]), {"seen": typed})
    outbox.deliver()

    assert len(mail.outbox) == 1


def test_what_was_never_sent_is_the_same_message(edition):
    message = place_order((edition, 4)).messages.get()
    OutgoingMessage.objects.update(parked_at=timezone.now(), last_error="limit")

    assert outbox.resend(message) == message


def test_a_crash_between_sending_and_marking_sends_again_and_keeps_the_last(edition, monkeypatch):
    message = place_order((edition, 4)).messages.get()
    with monkeypatch.context() as crash:
        crash.setattr(mailing, "_mark", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            outbox.deliver()
    OutgoingMessage.objects.update(locked_until=None)

    assert outbox.deliver() == 1

    message.refresh_from_db()
    assert len(mail.outbox) == 2
    assert message.sent_at
    assert message.text


def test_what_was_sent_is_erased_with_the_person(edition):
    order = make_order((edition, 4), status=Order.Status.CLOSED)
    outbox.deliver()
    assert order.messages.exclude(text="").exists()

    privacy.erase(order)

    kept = order.messages.values_list("to", "subject", "text")
    assert set(kept) == {("", "", "")}


def test_who_is_forgotten_while_a_mail_is_under_way_stays_forgotten(edition):
    order = make_order((edition, 4), status=Order.Status.CLOSED)

    def render(message):
        privacy.erase(order)
        return outbox.render(message)

    mailing.deliver(OutgoingMessage.objects.all(), render, 1, outbox.kept_of)

    assert not order.messages.exclude(text="").exists()


def test_the_database_keeps_no_letter_without_its_reader(edition):
    message = place_order((edition, 4)).messages.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMessage.objects.filter(pk=message.pk).update(to="", text="Dear delegate")
