"""Parts of a document, set one after the other, become one tagged PDF.

Setting a thousand entries at once takes a gigabyte; a part at a time takes what one part takes.
Parts know nothing of each other, so they say what they mean in addresses of their links, and
binding puts it in: `to:name` leads to a place in any part, `lang:fr` marks words of another
language, which the typesetter cannot tell to a screen reader by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

TO, LANG = "to:", "lang:"


class Place(NamedTuple):
    """A place in the bound document: its page from 0, points from the left and from the top."""

    page: int
    left: float
    top: float


class Heading(NamedTuple):
    """An entry of the outline."""

    title: str
    place: Place
    below: Sequence["Heading"] = ()


def bind(
    parts: Iterable[Path],
    output: Path,
    *,
    places: Mapping[str, Place],
    outline: Sequence[Heading] = (),
) -> int:
    """Write one PDF of several; title, language and metadata are the first's. Its pages."""
    import pikepdf

    with ExitStack() as open_files:
        opened = [open_files.enter_context(pikepdf.open(path)) for path in parts]
        whole = opened[0]
        for part in opened[1:]:
            _append(whole, part)
        for page in whole.pages:
            _lead(whole, page, places)
        with whole.open_outline() as top:
            top.root.extend(_item(whole, heading) for heading in outline)
        whole.Root.PageMode = pikepdf.Name.UseOutlines
        whole.save(output, linearize=True, deterministic_id=True)
        return len(whole.pages)


# Pages and their structure ----------------------------------------------------


def _append(whole, part) -> None:
    """Add the pages of a part, and its tree of tags after the one that is there."""
    tree = whole.Root.StructTreeRoot
    first = _keys(tree)[-1] + 1
    start = len(whole.pages)
    whole.pages.extend(part.pages)
    for page in whole.pages[start:]:
        page.obj.StructParents += first
        for annotation in page.obj.get("/Annots", ()):
            annotation.StructParent += first
    added = whole.copy_foreign(part.Root.StructTreeRoot)
    numbers = added.ParentTree.Nums
    for place in range(0, len(numbers), 2):
        tree.ParentTree.Nums.append(int(numbers[place]) + first)
        tree.ParentTree.Nums.append(numbers[place + 1])
    document = tree.K[0]
    for element in added.K[0].K:
        element.P = document
        if "/Lang" not in element and part.Root.Lang != whole.Root.Lang:
            element.Lang = part.Root.Lang
        document.K.append(element)


def _keys(tree) -> list[int]:
    """The numbers under which pages and links are known to the tree of tags, ascending."""
    return [int(key) for key in list(tree.ParentTree.Nums)[::2]]


# Links ------------------------------------------------------------------------


def _lead(whole, page, places) -> None:
    """Turn the page's links into what they mean."""
    import pikepdf

    kept = pikepdf.Array()
    for link in page.obj.get("/Annots", ()):
        address = str(link.A.URI) if "/A" in link else ""
        if address.startswith(LANG):
            _mark(_element(whole, link), address.removeprefix(LANG))
            continue
        if address.startswith(TO):
            del link["/A"]
            place = places[address.removeprefix(TO)]
            link.Dest = _destination(whole, place)
            link.Contents = str(place.page + 1)
        kept.append(link)
    page.obj.Annots = kept


def _element(whole, link):
    """The tag of a link."""
    numbers = whole.Root.StructTreeRoot.ParentTree.Nums
    key = int(link.StructParent)
    low, high = 0, len(numbers) // 2  # ascending: halve until found
    while low < high:
        middle = (low + high) // 2
        if int(numbers[2 * middle]) < key:
            low = middle + 1
        else:
            high = middle
    return numbers[2 * low + 1]


def _mark(element, language: str) -> None:
    """Make a link's tag one of plain words in a language."""
    import pikepdf

    element.S = pikepdf.Name.Span
    element.Lang = language
    element.K = pikepdf.Array([kid for kid in element.K if isinstance(kid, int)])


def _destination(whole, place: Place):
    import pikepdf

    page = whole.pages[place.page]
    top = float(page.mediabox[3]) - place.top
    return pikepdf.Array([page.obj, pikepdf.Name.XYZ, place.left, top, 0])


def _item(whole, heading: Heading):
    import pikepdf

    top = float(whole.pages[heading.place.page].mediabox[3]) - heading.place.top
    item = pikepdf.OutlineItem(
        heading.title, heading.place.page, "XYZ", left=heading.place.left, top=top
    )
    item.is_closed = bool(heading.below)
    item.children.extend(_item(whole, below) for below in heading.below)
    return item
