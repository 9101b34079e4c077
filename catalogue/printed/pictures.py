"""The pictures of what we print: covers at the size of the page, codes of addresses."""

import io
from functools import lru_cache

import segno
from django.conf import settings
from django.core.files.storage import default_storage

from catalogue.printed.contents import address

COVER_WIDTH = 360  # pixels: 30 mm at 300 dots per inch


def opened(name: str) -> bytes:
    """What is shown under `picture:`: "cover/<fingerprint>", "code/<short name>", "link/…"."""
    kind, _slash, what = name.partition("/")
    if kind == "link":
        return code(what)
    if kind == "code":
        return code(address(what) if what else settings.SITE_URL + "/")
    return print_cover(what)


@lru_cache(200)
def code(address: str) -> bytes:
    """A QR code as PNG, a pixel for a module: drawn ten times as fast as one of vectors."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="png", scale=1, border=0)
    return drawn.getvalue()


def print_cover(sha256: str) -> bytes:
    """The cover of a file at the size of the page, as JPEG; made once."""
    kept = settings.DATA_DIR / "print-covers" / f"{sha256}.jpg"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        new = kept.with_suffix(".new")
        new.write_bytes(_for_print(default_storage.open(f"covers/{sha256[:2]}/{sha256}.webp")))
        new.replace(kept)
    return kept.read_bytes()


def _for_print(file) -> bytes:
    from PIL import Image

    drawn = io.BytesIO()
    with file, Image.open(file) as opened:
        small = opened.convert("RGB")
        small.thumbnail((COVER_WIDTH, COVER_WIDTH * 2))
        small.save(drawn, "JPEG", quality=82)
    return drawn.getvalue()
