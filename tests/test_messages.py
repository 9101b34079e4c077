"""Every visible string is translated, in every interface language, with its placeholders."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TRANSLATED = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")
FRENCH_SPACING = re.compile(r"(?<![\u00a0\u202f\s:/])[;!?»]|«(?!\u00a0)|[a-zé] ?:(?!//)(?=\s|$)")


def catalogue(language):
    with (ROOT / f"locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language):
    return [message for message in catalogue(language) if message.id]


def forms(text):
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_missing_or_fuzzy(language):
    unfinished = [m.id for m in messages(language) if m.fuzzy or not all(forms(m.string))]

    assert unfinished == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_keeps_the_placeholders(language):
    def names(text):
        return set(PLACEHOLDER.findall(text))

    lost = [
        m.id
        for m in messages(language)
        for text in forms(m.string)
        if names(text) - set().union(*map(names, forms(m.id)))
        or (len(forms(m.id)) == 1 and names(text) != names(forms(m.id)[0]))
    ]

    assert lost == []


def test_french_has_a_fixed_space_before_high_punctuation():
    wrong = [
        text
        for m in messages("fr")
        for text in forms(m.string)
        if FRENCH_SPACING.search(re.sub(r"%\(\w+\)s|<[^>]*>|\{[^}]*\}|&\w+;", "x", text))
    ]

    assert wrong == []


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """The message ids that the sources hold now."""
    if not shutil.which("xgettext"):
        pytest.skip("gettext is not installed (apt-get install gettext)")
    copy = tmp_path_factory.mktemp("sources")
    for name in ("catalogue", "config", "orders", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.ttf", "*.pdf"))
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "fr", "--no-obsolete"],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    with (copy / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        return {(m.context, str(m.id)) for m in read_po(file) if m.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_message_catalogue_holds_what_the_sources_say(language, extracted):
    held = {(m.context, str(m.id)) for m in messages(language)}

    assert (extracted - held, held - extracted) == (set(), set())
