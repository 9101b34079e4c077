"""Which orders and editions hold the words of a search."""

from functools import reduce
from operator import or_

from django.db.models import Q

from catalogue import languages
from catalogue.identifiers import symbol_key
from orders import searching


def asked(text):
    """The short codes and the words in a text, as `searching.sought` gives them.

    A code and a language are one without their dot too, if there is such an edition: "DAP-2015
    FR"; and words that are a symbol together are one word: "ccm msp 2018 9".
    """
    codes, words = searching.sought(searching.BARE.sub(_dotted, text))
    together = " ".join(words)
    return codes, [together] if len(words) > 1 and _is_symbol(together) else words


def _dotted(found):
    dotted = f"{found[1]} · {found[2]}"
    codes, _words = searching.sought(dotted)
    return dotted if any(editions_coded(one).exists() for one in codes) else found[0]


def _is_symbol(text):
    from catalogue.models import Publication

    key = symbol_key(text)
    is_like_one = key[:1].isalpha() and any(sign.isdigit() for sign in key)
    return is_like_one and Publication.objects.filter(symbol_key__contains=key).exists()


def holding(text):
    """The keys of orders that hold a text: a list for each of its codes and words."""
    codes, words = asked(text)
    return [*map(_orders_of, map(editions_coded, codes)), *map(_telling_of, words)]


def _orders_of(editions):
    from orders.models import OrderLine

    return OrderLine.objects.filter(edition__in=editions).order_by().values("order")


def _telling_of(word):
    """The keys of orders that hold a word, each list by an index of its own.

    Numbers and tracking numbers are kept in capitals, people without accents; of orders without a
    person only numbers, the State and the titles are left.
    """
    from catalogue.models import Edition, State
    from orders.models import Consignee, Consignment, Order

    numbers = Q(number__contains=word.upper())
    if (as_stored := searching.as_in_number(word)) != word.upper():
        numbers |= Q(number__startswith=as_stored)
    editions = Edition.objects.filter(titled(word, "publication__") | coded(word))
    states = State.objects.filter(_state_named(word))
    of_orders = [holds("person_key", word), Q(state__in=states)]
    if "@" in word:
        of_orders.append(Q(email__icontains=word, erased_at=None))
    parts = [
        _tracked(Consignment.objects.exclude(tracking_plain=""), word),
        *(rows.objects.filter(holds("recipient_key", word)) for rows in (Consignee, Consignment)),
    ]
    return (
        Order.objects.filter(numbers)
        .values("pk")
        .union(
            *(Order.objects.filter(question).values("pk") for question in of_orders),
            *(rows.order_by().values("order") for rows in parts),
            _orders_of(editions),
            all=True,
        )
    )


def holds(key, word):
    """Rows in which a folded column holds the word; those without a text are not looked at."""
    return Q(**{f"{key}__contains": languages.fold(word) or word}) & ~Q(**{key: ""})


def editions_coded(wanted):
    """Editions known by a short code, in its languages."""
    from catalogue.models import Edition

    editions = Edition.objects.filter(coded(wanted.code))
    for tag in wanted.tags:
        editions = editions.filter(languages__language__iexact=tag)
    return editions


def shelved(editions, text):
    """Of editions, those that hold every short code and word of a text in code, title or symbol."""
    codes, words = asked(text)
    for one in codes:
        editions = editions.filter(pk__in=editions_coded(one).values("pk"))
    for word in words:
        own = Q(title__icontains=word)
        editions = editions.filter(titled(word, "publication__") | own | coded(word))
    return editions


def _tracked(parcels, word):
    """Parcels whose tracking number holds the word, however its figures are put in groups."""
    plain = searching.as_in_tracking(word)
    return parcels.filter(tracking_plain__contains=plain) if plain else parcels.none()


def coded(code):
    """Editions of the publications whose short code begins so."""
    from orders.references import publications_coded

    found = publications_coded(code) if len(code) >= searching.SHORTEST_CODE else []
    return Q(publication__in=found)


def _state_named(word):
    codes, key = languages.interface_languages(), languages.fold(word)
    return reduce(or_, [Q(**{f"name_key_{code}__contains": key}) for code in codes])


def titled(word, prefix=""):
    """Publications whose title, in any interface language, or symbol holds the word."""
    codes, key = languages.interface_languages(), languages.fold(word)
    titles = [Q(**{f"{prefix}title_key_{code}__contains": key}) for code in codes]
    symbol = symbol_key(word) or word  # punctuation alone is in no symbol
    return reduce(or_, titles) | Q(**{f"{prefix}symbol_key__contains": symbol})
