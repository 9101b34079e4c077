"""HTML to PDF: the one place that knows WeasyPrint.

Templates say what is on the page and stylesheets how it looks; this module sets the type. The
fonts are the bundled ones and nothing else, no date or random number is written, so the same
HTML gives the same bytes on every machine. WeasyPrint is imported inside functions: it costs
0.5 s and 45 MB, which no web process pays before its first PDF.
"""

import gc
import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.staticfiles import finders

FONTS = Path(__file__).parent / "static" / "catalogue" / "fonts"
ASSET = "asset:"  # <img src="asset:orders/mark.svg" alt="…"> opens a static file of ours
PICTURE = "data:image/svg+xml"  # a QR code drawn into the page
GIVEN = "picture:"  # <img src="picture:9a3f" alt="…"> is opened by whoever has the page set
POINT = 0.75  # of a CSS pixel
FONT_FILES = {".ttf", ".otf", ".ttc"}
GENERIC = {
    "sans-serif": ["Noto Sans", "Noto Sans Arabic", "Noto Sans Lao"],
    "serif": ["Noto Serif", "Noto Naskh Arabic", "Noto Sans Lao"],
}

_one_at_a_time = threading.Lock()  # Pango's font maps are not shared between threads


def typeset(html: str, *, stylesheets: Sequence[str | Path] = ()) -> bytes:
    """The PDF/UA-1 bytes of a whole HTML document.

    `html` needs `<html lang>`, `<title>`, headings that skip no level and an alternative text
    for every picture. `stylesheets` are names of static files, such as "catalogue/pdf/page.css",
    or paths. A picture is opened from our own static files (`asset:` and the name) or from an
    inline SVG; any other address stays unopened and the picture is left out.
    """
    return draft(html, stylesheets=stylesheets).pdf()


def together(drafts: Sequence["Draft"], pages: Iterable[tuple[int, int]], languages=()) -> bytes:
    """One PDF of pages of several drafts, each named by (place of its draft, place of the page).

    Title and language of the file are the first draft's; `languages` are those of the pages,
    where they may be other ones.
    """
    with _one_at_a_time:
        drawn = [drafts[draft]._drawn.pages[page] for draft, page in pages]
        tell = partial(_tell, languages) if len(set(languages)) > 1 else None
        return drafts[0]._drawn.copy(drawn).write_pdf(pdf_variant="pdf/ua-1", finisher=tell)


def _tell(languages: Sequence[str], _document, pdf) -> None:
    """Before it is written: the tags tell a screen reader the language of each page."""
    import pydyf

    own = pdf.catalog["Lang"]
    spoken = dict(zip(pdf.page_references, map(pydyf.String, languages), strict=True))
    [whole] = [tag for tag in pdf.objects if _is(tag, "/Document")]
    for tag in pdf.objects:
        if isinstance(tag, dict) and tag.get("P") == whole.reference:
            language = spoken[tag["Pg"]]
            if language.string != own.string:
                tag["Lang"] = language


def _is(tag, kind: str) -> bool:
    return isinstance(tag, dict) and tag.get("S") == kind


class Draft:
    """Pages that are laid out and not yet written: a part of a document that is bound later."""

    def __init__(self, drawn):
        self._drawn = drawn

    def __len__(self) -> int:
        return len(self._drawn.pages)

    @property
    def anchors(self) -> list[dict[str, tuple[float, float]]]:
        """For each page where the elements with an id begin: points from its left and its top."""
        return [
            {name: (place[0] * POINT, place[1] * POINT) for name, place in page.anchors.items()}
            for page in self._drawn.pages
        ]

    def pdf(self, pages: int | None = None) -> bytes:
        """The PDF/UA-1 bytes of the first so many pages, or of all."""
        with _one_at_a_time:
            kept = self._drawn.pages[:pages]
            return self._drawn.copy(kept).write_pdf(pdf_variant="pdf/ua-1")


def draft(
    html: str,
    *,
    stylesheets: Sequence[str | Path] = (),
    pictures: Callable[[str], bytes] | None = None,
) -> Draft:
    """Lay a document out; `picture:` addresses in it are opened by `pictures`."""
    with _one_at_a_time, _uncollected():
        return Draft(_drawn(html, stylesheets, _fetcher(pictures)))


def _drawn(html, stylesheets, fetcher):
    from weasyprint import HTML

    style = {"font_config": _fonts(), "stylesheets": [_stylesheet(name) for name in stylesheets]}
    return HTML(string=html, url_fetcher=fetcher).render(**style)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: it would look through every box again and again, in vain.

    It costs a third of the time of a long document, and nothing here is garbage before the end.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def long_run() -> Iterator[Callable[[], object]]:
    """For a process that sets one part after another: what is there at the beginning stays.

    Gives what is to be called after a part, when its pages are no longer needed: collecting
    garbage then and at no other time saves a fifth of the time and keeps the memory flat.
    """
    gc.collect()
    gc.freeze()
    try:
        with _uncollected():
            yield gc.collect
    finally:
        gc.unfreeze()


@cache
def _fonts():
    """The one font configuration of this process; each new one would keep 0.24 MB for ever."""
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # 20 lines a document
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # a warning quotes letters of names
    with tempfile.TemporaryDirectory(prefix="fonts-") as folder:
        config = Path(folder) / "fonts.conf"
        config.write_text(font_rules(Path(folder)), encoding="utf-8")
        with _environment("FONTCONFIG_FILE", str(config)):
            from weasyprint.text.fonts import FontConfiguration

            return FontConfiguration()


def font_rules(cache_folder: Path) -> str:
    """Fontconfig's rules: our fonts, then the folders of `settings.EXTRA_FONT_DIRS`.

    The extra folders are for scripts too large to bundle, such as Japanese in an address.
    """
    folders = [FONTS, *getattr(settings, "EXTRA_FONT_DIRS", [])]
    return "\n".join(
        [
            '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>',
            *(f"<dir>{escape(str(folder))}</dir>" for folder in folders),
            f"<cachedir>{escape(str(cache_folder))}</cachedir>",
            # The subsets in web/ are for browsers: they lack letters.
            f"<selectfont><rejectfont><glob>{escape(str(FONTS))}/web/*</glob>",
            "</rejectfont></selectfont>",
            *(_alias(family, ours) for family, ours in GENERIC.items()),
            "</fontconfig>",
        ]
    )


def unprintable(text: str) -> str:
    """The letters of a text for which no font is at hand, each once, in their order.

    They would print as boxes: a person has to be told before.
    """
    missing = (letter for letter in text if not letter.isspace() and ord(letter) not in _letters())
    return "".join(dict.fromkeys(missing))


@cache
def _letters() -> frozenset[int]:
    """The code points that the bundled fonts and the extra ones can draw."""
    folders = map(Path, getattr(settings, "EXTRA_FONT_DIRS", []))
    extra = (path for folder in folders for path in folder.rglob("*"))
    files = [*FONTS.glob("*.ttf"), *(path for path in extra if path.suffix in FONT_FILES)]
    return frozenset().union(*map(_letters_of, files))


def _letters_of(file: Path) -> set[int]:
    from fontTools.ttLib import TTCollection, TTFont

    opened = TTCollection if file.suffix == ".ttc" else TTFont
    with opened(file, lazy=True) as font:
        fonts = font.fonts if file.suffix == ".ttc" else [font]
        return {letter for one in fonts for letter in one.getBestCmap() or ()}


def _alias(family: str, preferred: Sequence[str]) -> str:
    names = "".join(f"<family>{name}</family>" for name in preferred)
    return f"<alias><family>{family}</family><prefer>{names}</prefer></alias>"


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Set a variable while fontconfig reads it; child processes keep the system's own fonts."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


@cache
def _stylesheet(name: str | Path):
    """A parsed stylesheet, once per process: a static file's name, or a path."""
    from weasyprint import CSS

    path = name if isinstance(name, Path) else finders.find(name)
    return CSS(filename=path, font_config=_fonts(), url_fetcher=_fetcher())


def _fetcher(pictures=None):
    """Opens our own static files, inline drawings, and what `pictures` opens; nothing else."""
    _fonts()  # before anything else of WeasyPrint: importing it reads the fonts
    from weasyprint.urls import URLFetcherResponse

    class Opener(_assets()):  # type: ignore[misc]
        def fetch(self, url, headers=None):
            if pictures and url.startswith(GIVEN):
                return URLFetcherResponse(url, pictures(url.removeprefix(GIVEN)))
            return super().fetch(url, headers)

    return Opener(allowed_protocols=["data"])


@cache
def _assets():
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Assets(URLFetcher):
        def fetch(self, url, headers=None):
            if url.startswith(PICTURE):
                return super().fetch(url, headers)
            return URLFetcherResponse(url, asset(url))

    return Assets


def asset(url: str) -> bytes:
    """The bytes behind an `asset:` address; PermissionError for anything that is not one."""
    if not url.startswith(ASSET):
        raise PermissionError(f"Not an asset of ours: {url[:100]}")
    path = finders.find(url.removeprefix(ASSET))  # never outside the static folders
    if not path:
        raise PermissionError(f"No such asset: {url[:100]}")
    return Path(path).read_bytes()
