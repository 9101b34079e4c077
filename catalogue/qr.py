"""QR codes of addresses."""

import io
from functools import lru_cache

import segno


@lru_cache(1000)
def svg(address: str) -> bytes:
    """A picture of the address: black on white with its quiet zone, so that it reads in the dark.

    It has no style of its own, which the content security policy would refuse.
    """
    picture = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(picture, kind="svg", light="#fff", dark="#000", scale=4, xmldecl=False, nl=False)
    return picture.getvalue()
