"""The papers of many consignments as one PDF: set part by part, so that memory stays flat."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import binding, languages, typesetting
from orders.models import Consignment
from orders.papers import customs, labels, parts, picking, slips

AT_ONCE = 10  # slips set together: more take longer, they leave the processor’s cache
PAPERS = {
    "pick_list": gettext_lazy("Pick list"),
    "slips": gettext_lazy("Packing slips"),
    "labels": gettext_lazy("Labels"),
    "customs": gettext_lazy("Customs and weight sheets"),
}


class Batch:
    """What is asked for, and how far it is."""

    def __init__(self, consignments: list[Consignment], progress: Callable[[int, int], None]):
        self.consignments, self.progress = consignments, progress
        self.states = parts.opened(consignments)
        self.done, self.times = 0, 1
        self.tidy: Callable[[], object] = lambda: None

    def make(self, file: Path, papers: list[str], sheet: str, start: int) -> int:
        """Write the papers, in the order of `PAPERS`, into one file; how many pages.

        0 where there is nothing to print, such as customs sheets of parcels that stay at home.
        """
        makers = {
            "pick_list": self._pick_list,
            "slips": self._slips,
            "labels": partial(self._labels, sheet, start),
            "customs": self._customs,
        }
        chosen = [name for name in PAPERS if name in papers]
        self.times = len(chosen)
        with TemporaryDirectory(dir=file.parent) as folder, typesetting.long_run() as tidy:
            self.tidy = tidy
            return self._bind(file, Path(folder), [(name, makers[name]) for name in chosen])

    def _bind(self, file: Path, folder: Path, makers) -> int:
        written: list[Path] = []
        outline, pages = [], 0
        for name, make in makers:
            place = binding.Place(pages, 0, 0)
            for content in make():
                written.append(folder / f"{len(written):04}.pdf")
                written[-1].write_bytes(content)
                pages += _pages(written[-1])
            if place.page < pages:
                outline.append(binding.Heading(str(PAPERS[name]), place))
        return binding.bind(written, file, places={}, outline=outline) if written else 0

    def _step(self, count: int) -> None:
        """So many consignments have one paper more; told is how many have all of them so far."""
        self.tidy()
        self.done += count
        self.progress(self.done // self.times, len(self.consignments))

    # The papers, each in one part or more

    def _pick_list(self) -> Iterator[bytes]:
        yield picking.pick_list(consignments=self.consignments, language=languages.current())
        self._step(len(self.consignments))

    def _slips(self) -> Iterator[bytes]:
        for some in _some(self.consignments, AT_ONCE):
            yield slips.typeset([(row, slips.drawn(row, self.states)) for row in some])
            self._step(len(some))

    def _labels(self, sheet: str, start: int) -> Iterator[bytes]:
        title = _("Labels")
        form = labels.FORMATS[sheet]
        yield labels.draft(self.consignments, form, start, title, self.states).pdf()
        self._step(len(self.consignments))

    def _customs(self) -> Iterator[bytes]:
        abroad = [row for row in self.consignments if parts.is_abroad(row)]
        for some in _some(abroad, AT_ONCE):
            yield customs.customs_sheets(some, languages.current())
        self._step(len(self.consignments))


def _some(rows: Sequence[Consignment], count: int) -> Iterator[Sequence[Consignment]]:
    """So many at a time."""
    for start in range(0, len(rows), count):
        yield rows[start : start + count]


def _pages(file: Path) -> int:
    import pikepdf

    with pikepdf.open(file) as document:
        return len(document.pages)
