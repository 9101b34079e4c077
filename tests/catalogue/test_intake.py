"""The intake of a PDF: what passes, what is refused, and what a hostile one cannot do."""

import hashlib
import io
import logging
import os
import resource
import subprocess
import sys
import time

import pytest
from PIL import Image

from catalogue import intake
from catalogue.guesser import guess_language
from catalogue.intake import IntakeError, Limits, inspect
from tests.catalogue import pdf_samples as samples

SOUND = [
    samples.booklet,
    samples.tagged,
    samples.linearised,
    samples.amended,
    samples.scan,
    samples.for_the_printer,
    samples.with_odd_names,
    samples.with_old_names,
    samples.with_wrong_size,
    samples.odd_but_sound,
    samples.poster,
]
HOSTILE = [
    (samples.png, "foreign"),
    (samples.html, "foreign"),
    (samples.html_first, "foreign"),
    (samples.empty, "foreign"),
    (samples.signature_only, "damaged"),
    (samples.truncated, "damaged"),
    (samples.without_pages, "damaged"),
    (samples.vast, "damaged"),
    (samples.broken_table, "damaged"),
    (samples.hidden_script, "damaged"),
    (samples.followed_by_archive, "trailing"),
    (samples.linearised_and_cut, "trailing"),
    (samples.locked, "encrypted"),
    (samples.protected, "encrypted"),
    (samples.script, "script"),
    (samples.script_in_names, "script"),
    (samples.script_spelt_oddly, "script"),
    (samples.script_by_reference, "script"),
    (samples.launch, "launch"),
    (samples.submit, "submit"),
    (samples.import_, "import"),
    (samples.go_to_embedded, "embedded"),
    (samples.attachment, "embedded"),
    (samples.rich_media, "media"),
    (samples.dynamic_form, "xfa"),
]
BOMBS = [samples.bomb, samples.deep_bomb]


@pytest.fixture
def kept(tmp_path):
    """A function that writes bytes to a file and returns its path."""

    def keep(content):
        path = tmp_path / "publication é.pdf"
        path.write_bytes(content)
        return path

    return keep


@pytest.fixture
def child(tmp_path, monkeypatch):
    """A function that puts another program in the place of the inspection."""

    def replace(program):
        path = tmp_path / "child.py"
        path.write_text(program)
        monkeypatch.setattr(intake, "CHILD", path)

    return replace


def codes(path, **limits):
    """The codes of the reasons for which the file is refused."""
    with pytest.raises(IntakeError) as refused:
        inspect(path, limits=Limits(**limits))
    return [error.code for error in refused.value.error_list]


# What passes --------------------------------------------------------------------


@pytest.mark.parametrize("build", SOUND)
def test_a_sound_pdf_passes(kept, build):
    assert inspect(kept(build())).pages == 1


def test_a_long_report_has_all_its_pages_and_their_texts(kept):
    report = inspect(kept(samples.long_report(200)))

    assert report.pages == 200
    assert report.text.count("\f") == 199


def test_the_file_is_measured_and_fingerprinted(kept):
    content = samples.booklet()

    found = inspect(kept(content))

    assert (found.bytes, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_tagged_pdf_tells_its_title_and_language(kept):
    found = inspect(kept(samples.tagged("fr", "Plan d’action")))

    assert (found.is_tagged, found.title, found.language) == (True, "Plan d’action", "fr")


def test_a_plain_pdf_has_neither_tags_nor_title_nor_language(kept):
    found = inspect(kept(samples.booklet()))

    assert (found.is_tagged, found.title, found.language) == (False, "", "")


def test_the_trim_is_that_of_the_page_as_it_is_read(kept):
    found = inspect(kept(samples.for_the_printer()))

    assert (found.width_mm, found.height_mm) == (209.9, 148.2)


def test_a_scan_has_no_text_and_no_guessed_language(kept):
    found = inspect(kept(samples.scan()))

    assert (found.has_text, found.guessed_language) == (False, "")


def test_the_language_is_guessed_from_the_text(kept):
    assert inspect(kept(samples.booklet())).guessed_language == "en"


@pytest.mark.parametrize("size", [(420, 595), (595, 420), (612, 792), (14400, 3), (300, 1200)])
def test_the_cover_is_480_pixels_wide(kept, size):
    found = inspect(kept(samples.booklet("Cover", size=size)))

    picture = Image.open(io.BytesIO(found.cover))
    assert (picture.format, picture.width) == ("WEBP", 480)


def test_the_cover_of_an_endless_strip_stays_small(kept):
    found = inspect(kept(samples.booklet("Cover", size=(3, 14400))))

    assert Image.open(io.BytesIO(found.cover)).height == 1920


def test_the_paper_of_the_cover_is_white(kept):
    found = inspect(kept(samples.booklet("Cover")))

    assert min(Image.open(io.BytesIO(found.cover)).getpixel((479, 0))) >= 250


# What is refused ----------------------------------------------------------------


@pytest.mark.parametrize(("build", "code"), HOSTILE)
def test_a_hostile_pdf_is_refused_with_its_reason(kept, build, code):
    assert codes(kept(build())) == [code]


def test_a_refusal_is_a_sentence(kept):
    with pytest.raises(IntakeError) as refused:
        inspect(kept(samples.script()))

    assert refused.value.messages == [
        "The PDF contains scripts (JavaScript); save it without them."
    ]


def test_a_file_over_the_limit_is_refused_without_being_read(tmp_path):
    path = tmp_path / "sparse.pdf"
    path.touch()
    os.truncate(path, 200 * 1024**2)  # all zeros: it would be "foreign", had it been opened

    with pytest.raises(IntakeError) as refused:
        inspect(path)

    assert refused.value.messages == ["The PDF has 200 MB; the limit is 100 MB."]


def test_a_report_with_too_many_pages_is_refused(kept):
    with pytest.raises(IntakeError) as refused:
        inspect(kept(samples.long_report(3)), limits=Limits(pages=2))

    assert refused.value.messages == ["The PDF has more than 2 pages, which is the limit."]


def test_the_limits_are_settings(kept, settings):
    settings.PDF_MAX_BYTES, settings.PDF_MAX_PAGES = 5_000_000, 7

    assert (Limits.of_site().bytes, Limits.of_site().pages) == (5_000_000, 7)


# What it cannot do --------------------------------------------------------------


@pytest.mark.parametrize("build", BOMBS)
def test_a_bomb_is_refused_within_seconds(kept, build):
    path = kept(build())
    started = time.monotonic()

    assert codes(path) == ["costly"]

    assert time.monotonic() - started < 20


def test_a_bomb_costs_the_parent_no_memory(kept):
    path = kept(samples.bomb())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    codes(path)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20_000  # kilobytes


def test_an_endless_drawing_is_refused_when_its_time_is_up(kept):
    assert codes(kept(samples.endless_drawing()), processor=1) == ["costly"]


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os; os.abort()", "costly"),
        ("import os; os.kill(os.getpid(), 9)", "costly"),
        ("import time; time.sleep(60)", "costly"),
        ("raise SystemExit(3)", "unreadable"),
        ("raise ValueError('a bug')", "unreadable"),
        ("", "unreadable"),
        ("print('{')", "unreadable"),
        ("print('[' * 100_000)", "unreadable"),
        ("print('[]')", "unreadable"),
        ("print('{}')", "unreadable"),
        ('print(\'{"refused": ["no such code"]}\')', "unreadable"),
        ("print('{\"refused\": 7}')", "unreadable"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\x00')", "unreadable"),
    ],
)
def test_whatever_the_child_does_is_a_refusal(kept, child, program, code):
    child(program)

    assert codes(kept(samples.booklet()), clock=2) == [code]


def test_the_child_sees_no_secret(kept, child, monkeypatch, caplog):
    monkeypatch.setenv("SECRET_KEY", "open sesame")
    child("import os, sys; sys.exit(repr((dict(os.environ), sys.stdin.read())))")

    with caplog.at_level(logging.WARNING), pytest.raises(IntakeError):
        inspect(kept(samples.booklet()))

    assert "open sesame" not in caplog.text
    assert "''" in caplog.text  # nothing to read either


def test_the_child_gives_up_what_it_does_not_need(kept, child, caplog):
    child(f"""
import resource, runpy, sys
runpy.run_path({str(intake.CHILD)!r})["confine"](memory=2**30, seconds=9)
kinds = "AS", "CPU", "FSIZE", "NPROC", "CORE"
sys.exit(str([resource.getrlimit(getattr(resource, "RLIMIT_" + kind)) for kind in kinds]))
""")

    with caplog.at_level(logging.WARNING), pytest.raises(IntakeError):
        inspect(kept(samples.booklet()))

    most = 32 * 2**20
    assert str([(2**30, 2**30), (9, 9), (most, most), (0, 0), (0, 0)]) in caplog.text


def test_the_parent_never_loads_what_reads_pdfs():
    program = "import sys, catalogue.intake; print(*sys.modules)"

    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()

    assert {"pikepdf", "pypdfium2", "catalogue.inspection"}.isdisjoint(loaded)


# Words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "legible"),
    [
        ("muni\ufffetions", "munitions"),
        ("MSP/2011\ufffe5", "MSP/2011-5"),
        ("extraordi\u2010\r\nnairement", "extraordinairement"),
        ("one\r\ntwo", "one\ntwo"),
        ("nul\x00 bell\x07 half\ud800", "nul bell half"),
    ],
)
def test_text_is_made_legible(written, legible):
    assert intake._legible(written) == legible


ARTICLES = {
    "en": "Each State Party undertakes never under any circumstances to use cluster munitions,"
    " and to destroy all of those that are in its stockpiles as soon as possible.",
    "fr": "Chaque État partie s’engage à ne jamais, en aucune circonstance, employer d’armes à"
    " sous-munitions, et à détruire celles qui sont dans ses stocks dès que possible.",
    "es": "Cada Estado Parte se compromete a no emplear nunca, y bajo ninguna circunstancia,"
    " municiones en racimo, y a destruir las que están en sus existencias lo antes posible.",
    "pt": "Cada Estado Parte compromete-se a nunca, em nenhuma circunstância, utilizar munições"
    " de fragmentação, e a destruir as que se encontram nos seus arsenais o mais cedo possível.",
    "de": "Jeder Vertragsstaat verpflichtet sich, unter keinen Umständen jemals Streumunition"
    " einzusetzen und die in seinen Beständen so bald wie möglich zu vernichten, die er hat.",
    "ar": "تتعهد كل دولة طرف بألا تقوم تحت أي ظرف من الظروف باستعمال الذخائر العنقودية",
    "ru": "Каждое государство-участник обязуется никогда и ни при каких обстоятельствах не"
    " применять кассетные боеприпасы, которые были переданы",
    "zh": "每一缔约国承诺在任何情况下决不使用集束弹药发展生产以其他方式获取储存保留或转让集束弹药",
    "lo": "ລັດພາຄີແຕ່ລະລັດຮັບປະກັນວ່າຈະບໍ່ນຳໃຊ້ລະເບີດລູກຫວ່ານໃນທຸກກໍລະນີແລະຈະທຳລາຍລະເບີດ",
    "": "Svaka država ugovornica obvezuje se da nikada ni pod kojim okolnostima neće koristiti"
    " kasetno streljivo, te da će uništiti sve koje ima u svojim zalihama što je prije moguće.",
}


@pytest.mark.parametrize(("code", "article"), ARTICLES.items())
def test_the_language_of_a_text_is_guessed(code, article):
    assert guess_language(article) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2011",
        "CCM/MSP/2011/WP.3",
        "Plan of Action",
        ARTICLES["en"] + ARTICLES["fr"] + ARTICLES["es"],
        "هر دولت عضو متعهد می‌گردد که تحت هیچ شرایطی از مهمات خوشه‌ای استفاده نکند",
        "Всяка държава страна по конвенцията се задължава никога и при никакви обстоятелства да не",
        "各締約国は、いかなる場合にも、クラスター弾を使用しないことを約束する。またこれらのものを廃棄する",
    ],
)
def test_an_uncertain_guess_is_not_made(text):
    assert guess_language(text) == ""


def test_arabic_in_its_joined_forms_is_arabic():
    assert guess_language("ﺗﺘﻌﻬﺪ ﻛﻞ ﺩﻭﻟﺔ ﻃﺮﻑ ﺑﺄﻻ ﺗﻘﻮﻡ ﺗﺤﺖ ﺃﻱ ﻇﺮﻑ ﻣﻦ ﺍﻟﻈﺮﻭﻑ ﺍﻟﺬﺧﺎﺋﺮ") == "ar"
