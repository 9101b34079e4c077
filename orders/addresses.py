"""Where paper goes: names of countries, and addresses as they are printed.

Names of States are the State rows'. `ELSEWHERE` adds the postal destinations that are no State
of the list, in the designations that the United Nations and the Universal Postal Union use.
"""

from django.conf import settings

from catalogue import languages
from catalogue.models import State
from orders.models import Consignee, Consignment, Order

LABEL_LANGUAGES = ("fr", "en")  # international mail is addressed in French or English

ELSEWHERE = {
    "AI": {"en": "Anguilla", "fr": "Anguilla", "es": "Anguila"},
    "AW": {"en": "Aruba", "fr": "Aruba", "es": "Aruba"},
    "AX": {"en": "Åland Islands", "fr": "Îles d’Åland", "es": "Islas Åland"},
    "BM": {"en": "Bermuda", "fr": "Bermudes", "es": "Bermudas"},
    "CW": {"en": "Curaçao", "fr": "Curaçao", "es": "Curazao"},
    "FK": {
        "en": "Falkland Islands (Malvinas)",
        "fr": "Îles Falkland (Malvinas)",
        "es": "Islas Malvinas (Falkland Islands)",
    },
    "FO": {"en": "Faroe Islands", "fr": "Îles Féroé", "es": "Islas Feroe"},
    "GF": {"en": "French Guiana", "fr": "Guyane française", "es": "Guayana Francesa"},
    "GG": {"en": "Guernsey", "fr": "Guernesey", "es": "Guernsey"},
    "GI": {"en": "Gibraltar", "fr": "Gibraltar", "es": "Gibraltar"},
    "GL": {"en": "Greenland", "fr": "Groenland", "es": "Groenlandia"},
    "GP": {"en": "Guadeloupe", "fr": "Guadeloupe", "es": "Guadalupe"},
    "GU": {"en": "Guam", "fr": "Guam", "es": "Guam"},
    "HK": {
        "en": "Hong Kong, China",
        "fr": "Hong Kong (Chine)",
        "es": "Hong Kong (China)",
    },
    "IM": {"en": "Isle of Man", "fr": "Île de Man", "es": "Isla de Man"},
    "JE": {"en": "Jersey", "fr": "Jersey", "es": "Jersey"},
    "KY": {"en": "Cayman Islands", "fr": "Îles Caïmanes", "es": "Islas Caimán"},
    "MO": {"en": "Macao, China", "fr": "Macao (Chine)", "es": "Macao (China)"},
    "MQ": {"en": "Martinique", "fr": "Martinique", "es": "Martinica"},
    "MS": {"en": "Montserrat", "fr": "Montserrat", "es": "Montserrat"},
    "NC": {"en": "New Caledonia", "fr": "Nouvelle-Calédonie", "es": "Nueva Caledonia"},
    "PF": {"en": "French Polynesia", "fr": "Polynésie française", "es": "Polinesia Francesa"},
    "PM": {
        "en": "Saint Pierre and Miquelon",
        "fr": "Saint-Pierre-et-Miquelon",
        "es": "San Pedro y Miquelón",
    },
    "PR": {"en": "Puerto Rico", "fr": "Porto Rico", "es": "Puerto Rico"},
    "RE": {"en": "Réunion", "fr": "Réunion", "es": "Reunión"},
    "SH": {"en": "Saint Helena", "fr": "Sainte-Hélène", "es": "Santa Elena"},
    "SX": {"en": "Sint Maarten", "fr": "Saint-Martin (partie néerlandaise)", "es": "San Martín"},
    "TC": {
        "en": "Turks and Caicos Islands",
        "fr": "Îles Turques et Caïques",
        "es": "Islas Turcas y Caicos",
    },
    "TW": {
        "en": "Taiwan, Province of China",
        "fr": "Taïwan, province de Chine",
        "es": "Taiwán, provincia de China",
    },
    "VG": {
        "en": "British Virgin Islands",
        "fr": "Îles Vierges britanniques",
        "es": "Islas Vírgenes Británicas",
    },
    "VI": {
        "en": "United States Virgin Islands",
        "fr": "Îles Vierges américaines",
        "es": "Islas Vírgenes de los Estados Unidos",
    },
    "WF": {"en": "Wallis and Futuna", "fr": "Wallis-et-Futuna", "es": "Wallis y Futuna"},
    "XK": {
        "en": "Kosovo (resolution 1244)",
        "fr": "Kosovo (résolution 1244)",
        "es": "Kosovo (resolución 1244)",
    },
    "YT": {"en": "Mayotte", "fr": "Mayotte", "es": "Mayotte"},
}


def choices(language: str) -> list[tuple[str, str]]:
    """Every destination as (code, name), sorted as readers of the language expect."""
    names = [(state.iso2, _state_name(state, language)) for state in State.objects.all()]
    names += [(code, _elsewhere(code, language)) for code in ELSEWHERE]
    return sorted(names, key=lambda pair: languages.fold(pair[1]))


def country_name(code: str, language: str, states: dict[str, State] | None = None) -> str:
    """ "Chile" for "CL"; the code itself where it is unknown.

    `states` by code are those that were fetched for many addresses at once.
    """
    return _names(code, [language], states)[0]


def label_lines(consignment: Consignment, states: dict[str, State] | None = None) -> list[str]:
    """The recipient and the address as typed; abroad the country last, in capitals.

    The country is written in French where the packing slip is, in English otherwise, and once
    only, though the address may have ended with it in whatever language.
    """
    address = consignment.address.splitlines()
    code = consignment.country
    if address and _names_country(address[-1], code, states):
        address.pop()
    known = {languages.fold(line) for line in address}
    recipient = [
        line for line in consignment.recipient.splitlines() if languages.fold(line) not in known
    ]
    return recipient + address + _country_line(consignment, states)


def label_language(consignment: Consignment) -> str:
    """The language countries are written in on a label: French, or English."""
    slip = consignment.slip_language
    return slip if slip in LABEL_LANGUAGES else settings.LANGUAGE_CODE


def masked(
    order: Order | Consignee, language: str, states: dict[str, State] | None = None
) -> list[str]:
    """Where an order goes, for its page: the last line of a longer address, and the country.

    Apart, for each may be written in its own direction.
    """
    if states is None:
        states = State.objects.in_bulk([order.country], field_name="iso2")
    town = [
        line
        for line in order.address.splitlines()[1:]
        if not _names_country(line, order.country, states)
    ]
    country = country_name(order.country, language, states)
    return [*town[-1:], *([country] if country else [])]


def masked_email(email: str) -> str:
    """ "m…@example.org": enough to recognise one's own address."""
    mailbox, _at, domain = email.rpartition("@")
    return f"{mailbox[:1]}…@{domain}" if mailbox else ""


def _country_line(consignment: Consignment, states=None) -> list[str]:
    if not consignment.country or consignment.country == settings.UNIT_COUNTRY:
        return []
    return [country_name(consignment.country, label_language(consignment), states).upper()]


def _names_country(line: str, code: str, states=None) -> bool:
    names = _names(code, languages.interface_languages(), states)
    return languages.fold(line.strip(" .,")) in {languages.fold(name) for name in names}


def _names(code: str, tags: list[str], states=None) -> list[str]:
    """A destination's names in several languages."""
    if code in ELSEWHERE:
        return [_elsewhere(code, tag) for tag in tags]
    state = State.objects.filter(iso2=code).first() if states is None else states.get(code)
    return [_state_name(state, tag) if state else code for tag in tags]


def _state_name(state: State, language: str) -> str:
    return languages.translated(state, "name", language)[0]


def _elsewhere(code: str, language: str) -> str:
    names = ELSEWHERE[code]
    return next(names[tag] for tag in languages.preference(language) if tag in names)
