"""The intake of a PDF: it is looked into at arm's length before it is kept.

`inspect` checks size and signature itself and leaves the rest to a child process
(`catalogue/inspection.py`) with little memory, little time and nothing else. Whatever
happens to the child, the answer is an `Inspection` or an `IntakeError`.
"""

import base64
import hashlib
import json
import logging
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.guesser import guess_language

logger = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("inspection.py")
MEGABYTE = 1024**2
WebP = bytes

SENTENCES = {
    "foreign": _("This file is not a PDF."),
    "large": _("The PDF has %(size)s MB; the limit is %(megabytes)s MB."),
    "pages": _("The PDF has more than %(pages)s pages, which is the limit."),
    "encrypted": _("The PDF is encrypted or protected; save it without any password."),
    "damaged": _("The PDF is damaged or incomplete; export it again from its source."),
    "trailing": _("There is something after the end of the PDF; export it again from its source."),
    "script": _("The PDF contains scripts (JavaScript); save it without them."),
    "launch": _("The PDF contains an action that starts another program; remove it."),
    "submit": _("The PDF contains a form that sends what is typed into it; remove the form."),
    "import": _("The PDF contains an action that imports form data; remove it."),
    "xfa": _("The PDF contains a dynamic form (XFA); export it as a plain PDF."),
    "embedded": _("The PDF contains embedded files or links into them; remove them."),
    "media": _("The PDF contains video, sound or 3D objects; remove them."),
    "costly": _("The PDF takes too long or needs too much memory to inspect; make it simpler."),
    "unreadable": _("The PDF could not be inspected; export it again from its source."),
}


class IntakeError(ValidationError):
    """The PDF is not taken in: one sentence for each reason, each with its code."""


@dataclass(frozen=True)
class Limits:
    """What one PDF may cost: bytes on disk, pages, bytes of memory, seconds.

    `processor` seconds are those the inspection computes, `clock` those a person waits.
    """

    bytes: int = 100 * MEGABYTE
    pages: int = 2000
    memory: int = 768 * 1024**2
    processor: int = 30
    clock: int = 45

    @classmethod
    def of_site(cls) -> "Limits":
        """The limits of this installation: `PDF_MAX_BYTES` and `PDF_MAX_PAGES`."""
        return cls(
            bytes=getattr(settings, "PDF_MAX_BYTES", cls.bytes),
            pages=getattr(settings, "PDF_MAX_PAGES", cls.pages),
        )


@dataclass(frozen=True)
class Inspection:
    """What a sound PDF says about itself.

    The trim is that of the first page in millimetres, one decimal; `language` is the tag the
    file declares or ''; `text` has a form feed between pages; `cover` is the first page as
    WebP, 480 pixels wide.
    """

    pages: int
    bytes: int
    sha256: str
    width_mm: float
    height_mm: float
    is_tagged: bool
    title: str
    language: str
    text: str
    cover: WebP

    @property
    def has_text(self) -> bool:
        """Whether anything can be read aloud or searched; False for a bare scan."""
        return bool(self.text.strip())

    @property
    def guessed_language(self) -> str:
        """The code of the language the text is written in, '' when unsure."""
        return guess_language(self.text)


def inspect(path: str | os.PathLike, *, limits: Limits | None = None) -> Inspection:
    """Look into the PDF at `path`; raise `IntakeError` if it is not to be taken in.

    Takes about half a second for 200 pages, at most `limits.clock` seconds.
    """
    limits = limits or Limits.of_site()
    path = Path(path).absolute()
    _require_size(path, limits)
    _require_signature(path)
    facts = _facts(_child_output(path, limits))
    if "refused" in facts:
        raise _refusal(*facts["refused"], pages=limits.pages)
    return Inspection(bytes=path.stat().st_size, sha256=_sha256(path), **facts)


def _refusal(*codes: str, **params: int) -> IntakeError:
    """The error with a sentence for each code, the numbers filled in."""
    return IntakeError(
        [ValidationError(SENTENCES[code], code=code, params=params) for code in codes]
    )


def _require_size(path: Path, limits: Limits) -> None:
    """Refuse by the length alone; nothing is read."""
    size = path.stat().st_size
    if size > limits.bytes:
        raise _refusal(
            "large",
            size=-(-size // MEGABYTE),  # rounded up, so that it shows as more than the limit
            megabytes=limits.bytes // MEGABYTE,
        )


def _require_signature(path: Path) -> None:
    """Refuse what does not begin as a PDF; the standard allows nothing before it."""
    with path.open("rb") as file:
        if file.read(5) != b"%PDF-":
            raise _refusal("foreign")


def _sha256(path: Path) -> str:
    """The fingerprint of the file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _child_output(path: Path, limits: Limits) -> bytes:
    """Run the inspection in a process without input, environment or much of anything.

    Its output goes to a file, whose size the child's own limit bounds; a pipe has no end.
    """
    arguments = [path, limits.pages, limits.memory, limits.processor]
    command = [sys.executable, "-I", "-X", "utf8", str(CHILD), *map(str, arguments)]
    with TemporaryFile() as output, TemporaryFile() as complaints:
        try:
            child = subprocess.run(  # noqa: S603  (our own program; the path is an argument)
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=complaints,
                env={},
                cwd="/",
                timeout=limits.clock,
                check=False,
                start_new_session=True,  # Ctrl-C in our terminal is no fault of the PDF
            )
        except subprocess.TimeoutExpired:
            raise _refusal("costly") from None
        _require_success(child.returncode, complaints)
        output.seek(0)
        return output.read()


def _require_success(returncode: int, complaints) -> None:
    """Refuse the PDF that stopped the child; PDFium aborts when memory runs out."""
    if returncode:
        complaints.seek(0)
        logger.warning("PDF inspection ended with %s: %s", returncode, complaints.read(2000))
        raise _refusal("costly" if returncode < 0 else "unreadable")


def _facts(output: bytes) -> dict[str, Any]:
    """What the child printed, believed only if well formed: facts, or codes under "refused"."""
    try:
        found = json.loads(output)
        if "refused" in found:
            return {"refused": [code for code in found["refused"] if SENTENCES[code]]}
        return {
            "pages": int(found["pages"]),
            "width_mm": round(float(found["width_mm"]), 1),
            "height_mm": round(float(found["height_mm"]), 1),
            "is_tagged": found["is_tagged"] is True,
            "title": " ".join(_legible(found["title"]).split()),
            "language": _legible(found["language"]).strip(),
            "text": "\f".join(map(_legible, found["texts"])),
            "cover": base64.b64decode(found["cover"], validate=True),
        }
    except Exception as error:  # whatever a child in other hands may have printed
        logger.exception("PDF inspection printed nonsense")
        raise _refusal("unreadable") from error


def _legible(text: str) -> str:
    """Text as it can be kept and searched: whole words, no control characters.

    PDFium writes a hyphen at the end of a line as U+FFFE; between two letters the word is
    joined, elsewhere (as in a symbol) the hyphen stays.
    """
    text = text.encode("utf-8", "ignore").decode().replace("\r\n", "\n")
    text = re.sub(r"(?<=[^\W\d_])(\ufffe|[\u00ad\u2010]\n)(?=[^\W\d_])", "", text)
    text = text.replace("\ufffe", "-")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\uffff]", "", text)
