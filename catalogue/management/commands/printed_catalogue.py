"""manage.py printed_catalogue: the catalogue of one language as a PDF, for a timer."""

import shutil
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from catalogue import languages, offered, printed
from catalogue.jobs import JobError


class Command(BaseCommand):
    help = "Makes the printed catalogue of a language; with --offer readers are given it."

    def add_arguments(self, parser):
        parser.add_argument("--language", required=True, choices=languages.interface_languages())
        parser.add_argument("--output", type=Path, required=True, help="the file to write")
        parser.add_argument("--sections", choices=["kind", "topic"], default="kind")
        parser.add_argument("--paper", choices=list(printed.PAPERS), default="")
        parser.add_argument("--size", choices=["a4", "a5"], default="a4")
        parser.add_argument("--no-covers", action="store_true")
        parser.add_argument("--offer", action="store_true", help="offer it to readers")

    def handle(self, *, language, output, size, sections, paper, no_covers, offer, **options):
        choice = printed.Choice(sections=sections, paper=paper, trim=size, covers=not no_covers)
        with translation.override(language), tempfile.TemporaryDirectory() as folder:
            try:
                facts = printed.make(Path(folder), "catalogue.pdf", choice, self.tell)
            except JobError as refusal:
                raise CommandError(str(refusal)) from None
            if offer:
                offered.offer(Path(folder) / facts["file"], facts)
            shutil.move(Path(folder) / facts["file"], output)
        count, pages = facts["publications"], facts["pages"]
        self.stdout.write(self.style.SUCCESS(f"{count} publications on {pages} pages: {output}"))

    def tell(self, done, total):
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of {total}", ending="")
