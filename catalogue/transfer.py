"""A kept PDF over HTTP: whole or in part, unless the reader has it already (RFC 9110)."""

import re
import unicodedata
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from catalogue import cards, negotiation

ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
SHORT = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"
LATIN = str.maketrans(
    {"’": "'", "‘": "'", "“": "'", "”": "'", "–": "-", "—": "-", "°": "o", "ß": "ss"}
    | {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)


class UnsatisfiableError(Exception):
    """The range begins after the end of the file."""


class Slice:
    """A part of an open file, from where it stands: read piece by piece, never whole."""

    def __init__(self, file, length: int):
        self.file, self.left = file, length
        self.close = file.close

    def read(self, size: int) -> bytes:
        piece = self.file.read(min(size, self.left))
        self.left -= len(piece)
        return piece


def answer(request, kept, *, is_lasting: bool) -> HttpResponse:
    """What to send for a file: 200, 206, 304, 412 or 416; FileNotFoundError where it is lost."""
    about = {"Content-Language": ", ".join(kept.edition.tags), "Link": ", ".join(_links(kept))}
    cache = FOR_EVER if is_lasting else SHORT
    return sent(request, kept, _disposition(kept), about | {"Cache-Control": cache})


def sent(request, kept, disposition: str, about: dict[str, str]) -> HttpResponse:
    """The same for any file with `sha256`, `bytes`, `added_at` and `file`; with more headers."""
    modified = int(kept.added_at.timestamp())
    response = get_conditional_response(request, f'"{kept.sha256}"', modified)
    response = response or _content(request, kept, disposition)
    for name, value in (_headers(kept) | about).items():
        response.headers[name] = value
    return response


def is_beginning(request, response) -> bool:
    """Whether the reader gets the file from its first byte on."""
    if request.method != "GET":
        return False
    return response.status_code == 200 or response.get("Content-Range", "").startswith("bytes 0-")


# What is sent ---------------------------------------------------------------


def _content(request, kept, disposition) -> HttpResponse:
    try:
        span = _span(request, kept)
    except UnsatisfiableError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{kept.bytes}"})
    if request.method == "HEAD":
        return _described(HttpResponse(), kept.bytes, disposition)
    file = kept.file.open("rb")
    if span is None:
        return _described(FileResponse(file), kept.bytes, disposition)
    return _described(_part(file, kept, *span), span[1] - span[0] + 1, disposition)


def _part(file, kept, first: int, last: int) -> FileResponse:
    file.seek(first)
    response = FileResponse(Slice(file, last - first + 1), status=206)
    response["Content-Range"] = f"bytes {first}-{last}/{kept.bytes}"
    return response


def _described(response, length: int, disposition: str):
    response["Content-Type"] = "application/pdf"
    response["Content-Length"] = length
    response["Content-Disposition"] = disposition
    return response


def _span(request, kept) -> tuple[int, int] | None:
    """The first and last byte asked for; None for the whole file.

    Several ranges at once, and ranges of a version that is not this one, get the whole file.
    """
    match = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or not match or not _is_same(request, kept):
        return None
    return _bounded(match[1], match[2], kept.bytes)


def _is_same(request, kept) -> bool:
    """If-Range: a strong validator that is exactly ours, or none."""
    condition = request.headers.get("If-Range")
    return condition in (None, f'"{kept.sha256}"', http_date(int(kept.added_at.timestamp())))


def _bounded(first: str, last: str, size: int) -> tuple[int, int] | None:
    if not first and not last:
        return None
    if not first:  # the last so many bytes
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last or size), size - 1)
        if last and int(last) < start:
            return None
    if start >= size:
        raise UnsatisfiableError
    return start, end


# What is said about it ------------------------------------------------------


def _headers(kept) -> dict[str, str]:
    return {
        "ETag": f'"{kept.sha256}"',
        "Last-Modified": http_date(int(kept.added_at.timestamp())),
        "Accept-Ranges": "bytes",
        "Cache-Control": SHORT,
    }


def _links(kept):
    """This document, its landing page, and its other languages."""
    publication = kept.edition.publication
    landing = negotiation.page_address(
        "catalogue:publication",
        publication.slug,
        language=cards.interface_of(kept.edition),
    )
    yield f'<{cards.whole_address(kept.edition)}>; rel="canonical"; type="application/pdf"'
    yield f'<{landing}>; rel="collection"; type="text/html"'
    for edition in cards.editions(publication):
        if edition.reading_file and edition != kept.edition:
            address, tag = cards.whole_address(edition), edition.language
            yield f'<{address}>; rel="alternate"; hreflang="{tag}"; type="application/pdf"'


def disposition(how: str, name: str, plain: str = "") -> str:
    """ "inline" or "attachment", with both forms of the name: some programs know only the plain."""
    plain = plain or in_ascii(name).replace('"', "")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def in_ascii(name: str) -> str:
    """Without accents, and without the letters that have no Latin form."""
    letters = unicodedata.normalize("NFKD", name.translate(LATIN))
    return letters.encode("ascii", "ignore").decode()


def _disposition(kept) -> str:
    """Shown in the browser; saved under the title, in letters that every program can write."""
    name = _file_name(kept)
    return disposition("inline", name, _plain(name, kept))


def _file_name(kept) -> str:
    """ "Plan d’action de Dubrovnik (fr).pdf" """
    title = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*%\s]+', " ", kept.edition.printed_title)
    return f"{title.strip(' .')[:120].rstrip(' .')} ({', '.join(kept.edition.tags)}).pdf"


def _plain(name: str, kept) -> str:
    """The same without accents; the short name where the letters are not Latin."""
    letters = unicodedata.normalize("NFKD", name.translate(LATIN))
    plain = letters.encode("ascii", "ignore").decode()
    if sum(c.isalpha() for c in letters) > 2 * sum(c.isalpha() for c in plain):
        return f"{kept.edition.publication.slug}-{kept.edition.language}.pdf"
    return plain
