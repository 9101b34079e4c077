"""Languages and formats: what is said to readers of each language, letter by letter."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from catalogue import formats, languages
from catalogue.models import Publication
from catalogue.templatetags.catalogue import in_interface_language

FIRST = date(2017, 12, 1)
NBSP, NARROW = "\u00a0", "\u202f"


# Dates ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "1 December 2017"),
        ("fr", "1er décembre 2017"),
        ("es", "1 de diciembre de 2017"),
        ("ar", "1 ديسمبر 2017"),
    ],
)
def test_a_day_is_written_out(language, words):
    assert formats.date(FIRST, "day", language) == words


@pytest.mark.parametrize(
    ("language", "month"),
    [("en", "December 2017"), ("fr", "décembre 2017"), ("es", "diciembre de 2017")],
)
def test_a_date_says_no_more_than_is_known(language, month):
    assert formats.date(FIRST, "month", language) == month
    assert formats.date(FIRST, "year", language) == "2017"


def test_only_the_first_of_a_month_is_ordinal_in_french():
    assert formats.date(date(2017, 12, 11), "day", "fr") == "11 décembre 2017"
    assert formats.date(date(2017, 12, 21), "day", "fr") == "21 décembre 2017"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "1 Dec 2017"), ("fr", "1er déc. 2017"), ("es", "1 dic 2017")]
)
def test_dates_in_tables_are_short(language, words):
    assert formats.short_date(FIRST, language) == words


def test_a_moment_is_told_by_the_clock_of_the_office():
    assert formats.moment(datetime(2017, 7, 1, 22, 5, tzinfo=UTC), "en") == "2 Jul 2017, 00:05"


@pytest.mark.parametrize("say", [formats.date, formats.short_date, formats.moment])
def test_a_date_that_is_not_known_is_not_said(say):
    assert say(None) == ""


# Numbers --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "12,345.6"), ("fr", f"12{NARROW}345,6"), ("es", f"12{NBSP}345,6")],
)
def test_numbers_follow_the_usage_of_the_language(language, words):
    assert formats.number(12345.6, language) == words


@pytest.mark.parametrize(
    ("count", "language", "words"),
    [
        (0, "en", "0 bytes"),
        (999, "fr", "999 octets"),
        (1000, "en", "1 kB"),
        (680_400, "fr", "680 Ko"),
        (1_234_567, "en", "1.2 MB"),
        (1_234_567, "fr", "1,2 Mo"),
        (1_234_567, "es", "1,2 MB"),
        (2_500_000_000, "fr", "2,5 Go"),
    ],
)
def test_sizes_of_files_are_rounded(count, language, words):
    assert formats.size(count, language) == words.replace(" ", NBSP)


@pytest.mark.parametrize(
    ("grams", "language", "words"),
    [(0, "en", "0 g"), (850, "fr", "850 g"), (1250, "en", "1.25 kg"), (16_000, "es", "16 kg")],
)
def test_weights_change_to_kilograms(grams, language, words):
    assert formats.weight(grams, language) == words.replace(" ", NBSP)


# Lists ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words", "joined"),
    [
        ("en", ["French", "Spanish", "Arabic"], "French, Spanish and Arabic"),
        ("fr", ["français", "espagnol"], "français et espagnol"),
        ("es", ["francés", "inglés"], "francés e inglés"),
        ("es", ["Francia", "Irlanda"], "Francia e Irlanda"),
        ("es", ["hierba", "hielo"], "hierba y hielo"),
        ("es", ["madre", "hija"], "madre e hija"),
        ("en", ["French"], "French"),
        ("en", [], ""),
    ],
)
def test_lists_are_joined_as_in_the_language(language, words, joined):
    assert formats.joined(words, language) == joined


# Languages ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "name"), [("en", "inglés"), ("fr", "francés"), ("lo", "lao"), ("xx", "xx")]
)
def test_languages_are_named_in_the_language_of_the_page(tag, name):
    assert languages.name(tag, "es") == name


@pytest.mark.parametrize(
    ("tag", "autonym"), [("fr", "Français"), ("ar", "العربية"), ("de", "Deutsch"), ("xx", "xx")]
)
def test_languages_are_named_in_themselves(tag, autonym):
    assert languages.autonym(tag).casefold() == autonym.casefold()


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("ar", "rtl"), ("fa", "rtl"), ("ar-EG", "rtl"), ("fr", "ltr"), ("", "ltr")],
)
def test_arabic_and_persian_read_from_the_right(tag, direction):
    assert languages.direction(tag) == direction


def test_the_languages_of_the_interface_come_first():
    assert sorted(["zh", "es", "ar", "en", "fr"], key=languages.rank) == [
        "en",
        "fr",
        "es",
        "ar",
        "zh",
    ]


@pytest.mark.parametrize("tag", ["fr", "pt-BR", "zh-Hant", "es-419", "zh-Hant-TW", "haw"])
def test_language_tags_are_accepted(tag):
    languages.validate_tag(tag)


@pytest.mark.parametrize("tag", ["", "FR", "french", "fr_CH", "fr-ch", "fr\n", "zh-hant", "1"])
def test_what_is_no_language_tag_is_refused(tag):
    with pytest.raises(ValidationError):
        languages.validate_tag(tag)


@pytest.mark.parametrize(
    ("title", "wanted", "shown"),
    [
        ({"title_fr": "Plan"}, "fr", ("Plan", "fr")),
        ({"title_en": "Plan", "title_es": "Plan es"}, "fr", ("Plan", "en")),
        ({"title_es": "Plan es"}, "fr", ("Plan es", "es")),
        ({"title_fr": "Plan", "title_en": ""}, "en", ("Plan", "fr")),
        ({}, "es", ("", "es")),
    ],
)
def test_a_missing_description_falls_back_and_says_its_language(title, wanted, shown):
    assert languages.translated(Publication(**title), "title", wanted) == shown


def test_outside_a_page_the_default_language_holds():
    with translation.override(None):
        assert languages.current() == "en"
    with translation.override("de"):
        assert languages.current() == "en"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Égypte", "egypte"),
        ("Ñandú", "nandu"),
        ("Œuvre", "oeuvre"),
        ("Straße", "strasse"),
        ("l’ʼ‘´`", "l'''''"),
    ],
)
def test_sorting_knows_no_accents(text, folded):
    assert languages.fold(text) == folded


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/en/order/?a=1&b=2", "/fr/order/?a=1&b=2"),
        ("/en/", "/fr/"),
        ("/p/plan", "/fr/"),
        ("/", "/fr/"),
        ("/en/a\nb", "/fr/a\nb"),
    ],
)
def test_the_switcher_changes_the_prefix_alone(path, there):
    assert in_interface_language(path, "fr") == there
