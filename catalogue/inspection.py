"""Look into one PDF, in a process of its own that may die of it.

``python -I inspection.py PATH PAGES MEMORY SECONDS`` prints one JSON object: the facts that
`catalogue.intake.Inspection` is made of, or ``{"refused": [code, ...]}``. PAGES is the most
pages to accept, MEMORY the address space in bytes, SECONDS the processor time.

No Django here: `catalogue.intake` starts this file, turns the codes into sentences, and
takes a death by signal for a refusal. Nothing else imports it, so that neither qpdf nor
PDFium is ever loaded where the web pages are made.
"""

import base64
import io
import json
import mmap
import resource
import sys
from pathlib import Path

import pikepdf
import pypdfium2

MOST_OUTPUT = 32 * 1024**2  # bytes: the text of several thousand pages
COVER_WIDTH = 480  # pixels
MOST_POINTS = 14_400  # of a side, 5 m: no viewer shows more
WHITE_SPACE = b"\0\t\n\f\r "  # ISO 32000-2, table 1
MM_PER_POINT = 25.4 / 72
MISCOUNT = "reported number of objects"  # qpdf's warning of a wrong /Size, which hides nothing

# An action is named by /S, but so is a structure element, whose name the author chose
# ("Launch" is a fair name for a heading). Only an action carries one of these keys.
PAYLOAD = {"/D", "/F", "/JS", "/Mac", "/Unix", "/Win"}
ACTIONS = {
    b"/JavaScript": "script",
    b"/Rendition": "script",
    b"/Launch": "launch",
    b"/SubmitForm": "submit",
    b"/ImportData": "import",
    b"/GoToE": "embedded",
}
KINDS = {
    b"/EmbeddedFile": "embedded",
    b"/RichMedia": "media",
    b"/3D": "media",
    b"/Movie": "media",
    b"/Sound": "media",
}
KEYS = {"/EF": "embedded", "/XFA": "xfa"}


class RefusedError(Exception):
    """The PDF is not to be taken in; the arguments are the codes of the reasons."""


def main(path, pages, memory, seconds):
    """Print what `path` holds, or why it is refused, as JSON."""
    confine(memory=int(memory), seconds=int(seconds))
    json.dump(findings(path, most_pages=int(pages)), sys.stdout)


def confine(*, memory, seconds):
    """Give up for good what an inspection does not need: it can only get smaller."""
    lower(resource.RLIMIT_AS, memory)
    lower(resource.RLIMIT_CPU, seconds)
    lower(resource.RLIMIT_FSIZE, MOST_OUTPUT)
    lower(resource.RLIMIT_NPROC, 0)
    lower(resource.RLIMIT_CORE, 0)


def lower(kind, most):
    """Set both limits of one kind to `most`, or leave a stricter one of the machine's."""
    _soft, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def findings(path, *, most_pages):
    """The facts about the PDF, or the codes of its refusal."""
    try:
        require_clean_end(path)
        return {**structure(path, most_pages=most_pages), **appearance(path)}
    except RefusedError as refusal:
        return {"refused": sorted(refusal.args)}
    except pikepdf.PasswordError:
        return {"refused": ["encrypted"]}
    except (pikepdf.PdfError, pypdfium2.PdfiumError):
        return {"refused": ["damaged"]}
    except MemoryError:
        return {"refused": ["costly"]}


def require_clean_end(path):
    """Refuse a file without its end mark, or with more than white space behind the last one."""
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as content:
        end = content.rfind(b"%%EOF")
        if end < 0:
            raise RefusedError("damaged")
        if content[end + len(b"%%EOF") :].strip(WHITE_SPACE):
            raise RefusedError("trailing")


def structure(path, *, most_pages):
    """What qpdf reads, without mending anything: pages, tags, title and language."""
    with pikepdf.open(path, attempt_recovery=False) as pdf:
        if pdf.is_encrypted:
            raise RefusedError("encrypted")
        require_harmless(pdf)
        return {
            "pages": page_count(pdf, most_pages),
            "is_tagged": is_tagged(pdf),
            "title": text_of(pdf.docinfo.get("/Title")),
            "language": text_of(pdf.Root.get("/Lang")),
        }


def require_harmless(pdf):
    """Refuse scripts, launches, forms that send, embedded files, and objects not found.

    A wrong offset is only a warning to qpdf, and the object then reads as null; a viewer
    that mends the file would find in it what we did not see.
    """
    dangers = {danger for found in dictionaries(pdf) for danger in dangers_in(found)}
    if any(MISCOUNT not in warning for warning in pdf.get_warnings()):
        dangers.add("damaged")
    if dangers:
        raise RefusedError(*dangers)


def dictionaries(pdf):
    """Every dictionary of the file: those of streams and those inside others, too."""
    waiting = [pdf.trailer, *pdf.objects]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Stream):
            found = found.stream_dict
        if isinstance(found, pikepdf.Dictionary):
            yield found
            waiting.extend(direct(found.values()))
        elif isinstance(found, pikepdf.Array):
            waiting.extend(direct(found))


def direct(values):
    """The containers written in place; the others have their own turn among the objects."""
    containers = (pikepdf.Dictionary, pikepdf.Array)
    return [value for value in values if isinstance(value, containers) and not value.is_indirect]


def dangers_in(dictionary):
    """The codes of what this one dictionary would do in a reader's viewer."""
    keys = set(dictionary.keys())
    found = [KEYS[key] for key in KEYS.keys() & keys]
    found += [meaning(dictionary.get(key), KINDS) for key in ("/Type", "/Subtype")]
    if PAYLOAD & keys:
        found.append(meaning(dictionary.get("/S"), ACTIONS))
    return filter(None, found)


def meaning(value, table):
    """What `table` says of a PDF name, here or elsewhere in the file; names need not be UTF-8."""
    return table.get(value.unparse(resolved=True)) if isinstance(value, pikepdf.Name) else None


def page_count(pdf, most_pages):
    """How many pages there are: at least one, at most `most_pages`."""
    count = len(pdf.pages)
    if not count:
        raise RefusedError("damaged")
    if count > most_pages:
        raise RefusedError("pages")
    return count


def is_tagged(pdf):
    """Whether the file says that it is tagged and has a structure tree to show for it."""
    marks = pdf.Root.get("/MarkInfo", {})
    return marks.get("/Marked") is True and "/StructTreeRoot" in pdf.Root


def text_of(value):
    """A PDF text string as a string, '' for anything else."""
    return str(value) if isinstance(value, pikepdf.String) else ""


def appearance(path):
    """What PDFium reads: the texts of the pages, the trim in millimetres, the cover."""
    document = pypdfium2.PdfDocument(path)
    page = first_page(document)
    width, height = page.get_size()
    if not 0 < min(width, height) <= max(width, height) <= MOST_POINTS:
        raise RefusedError("damaged")
    return {
        "width_mm": width * MM_PER_POINT,
        "height_mm": height * MM_PER_POINT,
        "texts": [page.get_textpage().get_text_range() for page in document],
        "cover": base64.b64encode(cover(page)).decode(),
    }


def first_page(document):
    """The first page without bleed and crop marks, as the reader holds it in hand."""
    page = document[0]
    trim = page.get_trimbox(fallback_ok=False)
    if trim:
        page.set_cropbox(*trim)
    return page


def cover(page):
    """The page on white as WebP, 480 pixels wide; narrower if over four times as tall."""
    width, height = page.get_size()
    scale = (COVER_WIDTH - 0.01) / max(width, height / 4)  # PDFium's pixels are rounded up
    drawn = page.render(scale=scale, draw_annots=False, may_draw_forms=False)
    picture = io.BytesIO()
    drawn.to_pil().save(picture, "WEBP", quality=80)
    return picture.getvalue()


if __name__ == "__main__":
    main(*sys.argv[1:])
