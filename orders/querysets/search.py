"""Which orders and publications hold the words of a search."""

from functools import reduce
from operator import or_

from django.db.models import Q

from catalogue import languages
from catalogue.identifiers import symbol_key
from orders import searching


def words_of(text):
    """The words of a search, cut where a person would not have gone on."""
    return text[:200].split()[:10]


def telling_of(word):
    """The keys of orders that hold a word, each list by an index of its own.

    Numbers and tracking numbers are kept in capitals; of orders without a person only those, the
    State and the titles are left.
    """
    from catalogue.models import Edition, State
    from orders.models import Consignment, Order, OrderLine

    names = typed("name", word) | typed("organisation", word)
    if "@" in word:
        names |= Q(email__icontains=word)
    numbers = Q(number__contains=word.upper())
    if (as_stored := searching.as_in_number(word)) != word.upper():
        numbers |= Q(number__startswith=as_stored)
    editions = Edition.objects.filter(titled(word, "publication__") | _coded(word))
    states = State.objects.filter(_state_named(word))
    tracked = _tracked(Consignment.objects.exclude(tracking_plain=""), word)
    return (
        Order.objects.filter(numbers)
        .values("pk")
        .union(
            Order.objects.filter(names, erased_at=None).values("pk"),
            Order.objects.filter(state__in=states).values("pk"),
            OrderLine.objects.filter(edition__in=editions).order_by().values("order"),
            tracked.order_by().values("order"),
            all=True,
        )
    )


def ordering_coded(coded):
    """The keys of orders of editions known by a short code and their languages."""
    from catalogue.models import Edition
    from orders.models import OrderLine

    editions = Edition.objects.filter(_coded(coded.code))
    for tag in coded.tags:
        editions = editions.filter(languages__language__iexact=tag)
    return OrderLine.objects.filter(edition__in=editions).order_by().values("order")


def _tracked(parcels, word):
    """Parcels whose tracking number holds the word, however its figures are put in groups."""
    plain = searching.as_in_tracking(word)
    return parcels.filter(tracking_plain__contains=plain) if plain else parcels.none()


def _coded(code):
    """Editions of the publications whose short code begins so."""
    from orders.references import publications_coded

    found = publications_coded(code) if len(code) >= searching.SHORTEST_CODE else []
    return Q(publication__in=found)


def _state_named(word):
    codes, key = languages.interface_languages(), languages.fold(word)
    return reduce(or_, [Q(**{f"name_key_{code}__contains": key}) for code in codes])


def typed(field, word):
    """Rows in which a text, kept as somebody typed it, holds the word with either apostrophe."""
    spellings = sorted(languages.either_apostrophe(word))
    return reduce(or_, [Q(**{f"{field}__icontains": spelling}) for spelling in spellings])


def titled(word, prefix=""):
    """Publications whose title, in any interface language, or symbol holds the word."""
    codes = languages.interface_languages()
    titles = [Q(**{f"{prefix}title_key_{code}__contains": languages.fold(word)}) for code in codes]
    symbol = symbol_key(word) or word  # punctuation alone is in no symbol
    return reduce(or_, titles) | Q(**{f"{prefix}symbol_key__contains": symbol})
