"""HTML becomes PDF/UA with our own fonts, and opens nothing but our own files."""

import http.server
import io
import os
import threading

import pikepdf
import pypdfium2
import pytest

from catalogue import typesetting
from catalogue.typesetting import asset, typeset

PAGE = '<html lang="{lang}"><title>{title}</title><h1>{title}</h1>{body}'


def page(body="", *, title="Accents", lang="fr"):
    return PAGE.format(lang=lang, title=title, body=body)


def text_of(pdf):
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def fonts_of(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = opened.pages[0].Resources.get("/Font", {})
        return {str(font.BaseFont).split("+")[1] for font in fonts.values()}


@pytest.fixture
def visitors():
    """An HTTP server that notes who comes: its address, and the paths that were asked for."""
    asked = []

    class Notebook(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Notebook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_a_pdf_is_tagged_and_says_its_language_and_title():
    with pikepdf.open(io.BytesIO(typeset(page()))) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo.Title) == "Accents"
        assert pdf.open_metadata()["pdfuaid:part"] == "1"


def test_a_pdf_has_no_date_so_that_the_same_html_gives_the_same_bytes():
    assert typeset(page("<p>Été</p>")) == typeset(page("<p>Été</p>"))


@pytest.mark.parametrize(
    "text",
    ["Übergröße", "Señal", "Женева", "اتفاقية", "ສາທາລະນະລັດ"],
    ids=["de", "es", "ru", "ar", "lo"],
)
def test_every_script_we_promise_is_set_in_a_bundled_font(text):
    fonts = fonts_of(typeset(page(f"<p style='font-family: serif'>{text}</p>")))

    assert fonts
    assert all(font.startswith("Noto-") for font in fonts)


def test_accents_and_fixed_spaces_survive():
    assert "« Été »" in text_of(typeset(page("<p>«\u00a0Été\u00a0»</p>"))).replace("\u00a0", " ")


def test_hostile_addresses_are_not_opened(visitors, tmp_path):
    address, asked = visitors
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>SECRET</text></svg>')

    pdf = typeset(
        page(
            f'<link rel="stylesheet" href="{address}/style.css">'
            f'<link rel="attachment" href="{secret.as_uri()}">'
            f'<style>@import "{address}/import.css"; p {{ background: url({address}/bg) }}</style>'
            f'<img alt="a" src="{address}/picture.png"><img alt="b" src="{secret.as_uri()}">'
            f'<object data="{address}/object"></object><iframe src="file:///etc/passwd"></iframe>'
            '<img alt="c" src="asset:../../../etc/passwd"><p>still here</p>'
        )
    )

    assert asked == []
    assert "still here" in text_of(pdf)
    assert "SECRET" not in text_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not opened.attachments


def test_a_drawing_inside_the_page_cannot_open_an_address(visitors):
    address, asked = visitors
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{address}/x.png'/></svg>"
    quoted = svg.replace("<", "%3C").replace(">", "%3E").replace("#", "%23")

    typeset(page(f'<img alt="QR code" src="data:image/svg+xml,{quoted}">'))

    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "/etc/passwd",
        "asset:no/such/file.css",
        "ASSET:catalogue/pdf/cover.css",
        "ftp://example.org/x",
    ],
)
def test_only_an_existing_static_file_is_an_asset(url):
    with pytest.raises(PermissionError):
        asset(url)


def test_an_asset_is_a_static_file_by_its_name():
    assert b"@page" in asset("asset:catalogue/pdf/cover.css")


def test_the_fonts_of_child_processes_stay_the_systems(monkeypatch):
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)

    typeset(page())

    assert "FONTCONFIG_FILE" not in os.environ


def test_an_office_can_add_a_folder_of_fonts(settings, tmp_path):
    settings.EXTRA_FONT_DIRS = [tmp_path / "R&D"]

    rules = typesetting.font_rules(tmp_path)

    assert f"<dir>{tmp_path}/R&amp;D</dir>" in rules


def test_the_bundled_fonts_stay_small():
    whole = sum(font.stat().st_size for font in typesetting.FONTS.glob("*.ttf"))
    subsets = [font.stat().st_size for font in typesetting.FONTS.glob("web/*.woff2")]

    assert whole < 5_000_000
    assert max(subsets) < 60_000


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Genève État č đ ř", ""),
        ("وزارة الخارجية", ""),
        ("東京 서울 王小明", ""),
        ("Lhasa ལྷ་ས", "ལྷ་ས"),
    ],
    ids=["Latin", "Arabic", "East Asian", "Tibetan"],
)
def test_letters_without_a_font_are_known_before_they_print_as_boxes(text, letters):
    assert typesetting.unprintable(text) == letters
