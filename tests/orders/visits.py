"""What a delegate does in the browser, through Django's client."""

import re

from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import translation

from orders.basket import dumps

LANGUAGES = ("en", "fr", "es")


def at(language, name, *args):
    """The address of an order page in a language."""
    with translation.override(language):
        return reverse(f"orders:{name}", args=args)


def said(language, sentence, **values):
    """A sentence of ours as readers of the language see it; of one with a plural the singular."""
    with translation.override(language):
        told = translation.gettext(sentence)
        if told == sentence:  # before Python 3.11.3 a singular is not found by itself
            told = translation.ngettext(sentence, sentence, 1)
    return told % values if values else told


def fill_basket(client, *wanted):
    """Put (edition, copies) pairs into the browser's basket."""
    basket = {edition.pk: copies for edition, copies in wanted}
    client.cookies[settings.BASKET_COOKIE_NAME] = dumps(basket)


def filled_form(client, language="en", /, **changes):
    """The details page's fields as a delegate sends them: its key, and by post to Geneva."""
    page = client.get(at(language, "details"))
    return {
        "key": page.context["form"]["key"].value(),
        "name": "Specimen Delegate",
        "organisation": "Permanent Mission (specimen)",
        "orderer_kind": "other",
        "email": "delegate@example.org",
        "language": language,
        "delivery": "post",
        "address": "Example Street 1\n1202 Geneva",
        "country": "CH",
    } | changes


def links_mailed():
    """The addresses of orders in the mails sent so far."""
    return [re.search(r"https?://\S+/order/\S+", message.body).group() for message in mail.outbox]


def text_of(pdf):
    """The words of a PDF."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


# At the desk ------------------------------------------------------------------


def notices(answer):
    """What the page says was done, or refused."""
    return [str(message) for message in answer.context["messages"]]


def refusal(answer):
    """Why a form was not taken, as its page says at the top."""
    [sentence] = answer.context["refused"].non_field_errors()
    return sentence
