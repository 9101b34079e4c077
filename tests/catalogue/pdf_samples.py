"""PDFs for the tests, sound and hostile, made when asked for. Every builder returns bytes."""

import io
import re
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, String

A5 = (420, 595)  # points: 148 × 210 mm
PROSE = (
    "The States Parties reaffirm that they are determined to put an end for all time to the"
    " suffering and to the casualties caused by cluster munitions."
)


# Sound ------------------------------------------------------------------------


def booklet(*texts, size=A5):
    """A PDF with one page for each text, in Latin letters."""
    pdf = pikepdf.new()
    for text in texts or [PROSE]:
        add_page(pdf, text, size)
    return saved(pdf)


def long_report(pages=200):
    """A report with forty lines on each of its pages."""
    return booklet(*["\n".join(f"{line}. {PROSE}" for line in range(40))] * pages)


def tagged(language="fr", title="Plan d’action de Dubrovnik"):
    """A PDF/UA as this project prints it."""
    from weasyprint import HTML

    page = f"<html lang={language}><title>{title}</title><h1>{title}</h1><p>{PROSE}</p>"
    return HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")


def linearised():
    """A PDF for the web: its first page, and a first `%%EOF`, come early."""
    return saved(opened(), linearize=True)


def amended():
    """A PDF with an incremental update: a second cross-reference table and `%%EOF`."""
    content = booklet()
    previous = re.findall(rb"startxref\s+(\d+)", content)[-1].decode()
    root = re.search(rb"/Root (\d+ 0 R)", content)[1].decode()
    update = f"trailer << /Root {root} /Size 9 /Prev {previous} >>"
    return content + f"xref\n0 0\n{update}\nstartxref\n{len(content)}\n%%EOF\n".encode()


def scan():
    """A page that is a picture and has no text."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=A5)
    grey = pdf.make_stream(b"\x80", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    grey.ColorSpace, grey.BitsPerComponent = Name.DeviceGray, 8
    page.Resources = Dictionary(XObject=Dictionary(Scan=grey))
    page.Contents = pdf.make_stream(b"420 0 0 595 0 0 cm /Scan Do")
    return saved(pdf)


def for_the_printer():
    """An A5 page turned on its side, with 3 mm of bleed round its trim."""
    pdf = opened()
    page = pdf.pages[0]
    page.MediaBox = Array([-8.5, -8.5, 428.5, 603.5])
    page.TrimBox = Array([0, 0, *A5])
    page.Rotate = 90
    return saved(pdf)


def with_odd_names():
    """A tagged PDF whose author calls a heading "Launch" and a part "JavaScript"."""
    pdf = opened()
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    heading = Dictionary(S=Name.Launch, P=tree, T=String("The launch"), K=Array())
    tree.K = Array([pdf.make_indirect(heading)])
    tree.RoleMap = Dictionary(Launch=Name.H1, JavaScript=Name.Sect)
    pdf.Root.StructTreeRoot = tree
    return saved(pdf)


def odd_but_sound():
    """PDF 2.0, turned, in object streams, linearised, with a form that sends nothing."""
    pdf = opened()
    page = pdf.pages[0]
    page.Rotate = 270
    box = {"Type": Name.Annot, "Subtype": Name.Widget, "Rect": Array([10, 10, 100, 30])}
    field = pdf.make_indirect(Dictionary(**box, FT=Name.Tx, T=String("name")))
    page.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    pdf.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)
    pdf.docinfo.Title = String("Plan \u202e d’action\x07\n✓ \U0001f4d8 " + "x" * 1000)
    pdf.Root.Lang = String("fr-FR\u200b" + "y" * 500)
    streams = pikepdf.ObjectStreamMode.generate
    return saved(pdf, min_version="2.0", object_stream_mode=streams, linearize=True)


def poster():
    """One page of A0."""
    return booklet(size=(2384, 3370))


def with_old_names():
    """A PDF whose author's names are not UTF-8, as older programs write them."""
    pdf = opened()
    pdf.Root.RoleMap = Dictionary(Resumeee=Name.Resumeae)
    return saved(pdf).replace(b"/Resumeee /Resumeae", b"/R#E9sume /R#E9suma")


def with_wrong_size():
    """A PDF whose trailer counts one object too many, as some programs do."""
    content = booklet()
    size = int(re.search(rb"/Size (\d+)", content)[1])
    return content.replace(b"/Size %d" % size, b"/Size %d" % (size + 1))


# Not a PDF, or not a whole one ----------------------------------------------------


def png():
    """The beginning of a picture."""
    return b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def html():
    """A page that would run a script if it were served as one."""
    return b"<!doctype html><script>alert(1)</script>"


def html_first():
    """A PDF behind some HTML, as many viewers accept it."""
    return html() + booklet()


def empty():
    """A file of no length."""
    return b""


def signature_only():
    """What begins as a PDF and goes on as noise."""
    return b"%PDF-1.7\n" + bytes(range(256)) * 40


def truncated():
    """A PDF whose upload broke off."""
    content = long_report(3)
    return content[: len(content) // 2]


def without_pages():
    """A PDF with an empty page tree."""
    pdf = opened()
    del pdf.pages[0]
    return saved(pdf)


def vast():
    """A PDF whose page is 350 metres wide."""
    pdf = opened()
    pdf.pages[0].MediaBox = Array([0, 0, 1_000_000, 595])
    return saved(pdf)


def broken_table():
    """A PDF whose cross-reference table is not where the end says."""
    return re.sub(rb"startxref\s+\d+", b"startxref\n7", booklet())


def hidden_script():
    """A script behind a wrong offset: null to a strict reader, found by one that mends."""
    content = script()
    place = b"%010d 00000 n" % re.search(rb"\d+ 0 obj\s+<< /JS", content).start()
    assert place in content
    return content.replace(place, b"0000000003 00000 n")


def followed_by_archive():
    """A PDF with a ZIP archive behind its end."""
    return booklet() + b"PK\x03\x04" + b"\0" * 26 + b"payload"


def linearised_and_cut():
    """A PDF for the web cut in the middle, behind its first `%%EOF`."""
    content = linearised()
    return content[: content.index(b"%%EOF") + 100]


# Locked -----------------------------------------------------------------------


def locked():
    """A PDF that asks for a password."""
    return saved(opened(), encryption=pikepdf.Encryption(owner="owner", user="reader"))


def protected():
    """A PDF that opens without a password but is encrypted against printing."""
    return saved(opened(), encryption=pikepdf.Encryption(owner="owner", user=""))


# Active -----------------------------------------------------------------------


def on_opening(**action):
    """A PDF that does `action` when it is opened."""
    pdf = opened()
    pdf.Root.OpenAction = Dictionary(**action)
    return saved(pdf)


def script():
    """A PDF with JavaScript run on opening."""
    pdf = opened()
    action = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.OpenAction = pdf.make_indirect(action)
    return saved(pdf)


def script_in_names():
    """A PDF with JavaScript in the name tree of the document, in a compressed object."""
    pdf = opened()
    action = Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)"))
    scripts = Array([String("start"), pdf.make_indirect(action)])
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=scripts))
    return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def script_spelt_oddly():
    """A PDF whose /JavaScript is written with an escaped letter."""
    content = script().replace(b"/JavaScript", b"/JavaScrip#74")
    return content.replace(b"app.alert", b"p.alert")  # as long as before: no offset moves


def script_by_reference():
    """A PDF whose action has its kind in another object."""
    pdf = opened()
    kind = pdf.make_indirect(Name.JavaScript)
    pdf.Root.OpenAction = Dictionary(S=kind, JS=String("app.alert(1)"))
    return saved(pdf)


def launch():
    """A PDF that starts a program, after a harmless action."""
    start = Dictionary(S=Name.Launch, F=String("calc.exe"))
    return on_opening(S=Name.GoTo, D=Array([0, Name.Fit]), Next=Array([start]))


def submit():
    """A PDF that sends its form away."""
    return on_opening(S=Name.SubmitForm, F=String("https://example.org/"))


def import_():
    """A PDF that reads form data from a file."""
    return on_opening(S=Name.ImportData, F=String("form.fdf"))


def go_to_embedded():
    """A PDF that opens a file inside another one."""
    return on_opening(S=Name.GoToE, F=String("other.pdf"), D=Array([0, Name.Fit]))


def attachment():
    """A PDF with a program in its pocket."""
    pdf = opened()
    pdf.attachments["tool.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ")
    return saved(pdf)


def rich_media():
    """A PDF with a film on its page."""
    return with_annotation(Subtype=Name.RichMedia)


def dynamic_form():
    """A PDF with an XFA form, which has a script language of its own."""
    pdf = opened()
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array())
    return saved(pdf)


def with_annotation(**annotation):
    """A PDF with one annotation on its page."""
    pdf = opened()
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **annotation)])
    return saved(pdf)


# Costly -----------------------------------------------------------------------


def bomb():
    """A page whose contents are 1 MB in the file and 1 GB in memory."""
    return with_contents(deflated_spaces(1024))


def deep_bomb():
    """The same deflated once more: a few kilobytes in the file."""
    return with_contents(zlib.compress(deflated_spaces(1024), 9), layers=2)


def endless_drawing():
    """A page that draws for minutes."""
    return with_contents(zlib.compress(b"0 0 m 420 595 l 9 9 400 500 re B\n" * 4_000_000, 9))


def with_contents(deflated, layers=1):
    """A PDF whose only page has these contents, deflated `layers` times."""
    pdf = opened()
    contents = pdf.make_stream(b"")
    contents.write(deflated, filter=Array([Name.FlateDecode] * layers))
    pdf.pages[0].Contents = contents
    return saved(pdf, recompress_flate=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def deflated_spaces(megabytes):
    """That many megabytes of spaces, deflated; the stream never ends, nobody gets so far."""
    packer = zlib.compressobj(9)
    first, next_one = (
        packer.compress(b" " * 1024**2) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    return first + next_one * (megabytes - 1)


# Tools ------------------------------------------------------------------------


def add_page(pdf, text, size):
    """Append a page with `text` in Helvetica, a line of it for each of its own."""
    page = pdf.add_blank_page(page_size=size)
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    lines = b"".join(b"(%b) ' " % line.encode("cp1252") for line in text.split("\n"))
    page.Contents = pdf.make_stream(b"BT /F1 9 Tf 12 TL 40 560 Td %bET" % lines)


def opened():
    """A booklet of one page, open for changes."""
    return pikepdf.open(io.BytesIO(booklet()))


def saved(pdf, **options):
    """The bytes of the file; its objects readable unless `options` say otherwise."""
    options.setdefault("object_stream_mode", pikepdf.ObjectStreamMode.disable)
    options.setdefault("deterministic_id", "encryption" not in options)
    output = io.BytesIO()
    pdf.save(output, **options)
    return output.getvalue()
