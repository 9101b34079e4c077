"""What colleagues are at: drafts, tables, PDFs, long work."""

from datetime import timedelta
from functools import cached_property

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalogue import jobs, publishing
from catalogue.importing import pdfs, work
from catalogue.models import Job
from tests.builders import clerk, make_edition, make_file, make_publication
from tests.catalogue import pdf_samples

TABLE = """slug;symbol;title_en;kind;date;topics;published;pages_fr;paper_fr
new;CCM/MSP/2010/5;A new one;guide;2010-11;;yes;24;yes
draft;;A draft with another title;guide;;;;;
refused;;;guide;the other day;;perhaps;many;
unknown;;What is not known;leaflet;2010;Space;;;
"""


class Editing:
    @cached_property
    def draft(self):
        """It can be published, and something is wanting."""
        draft = make_publication("draft", title_en="A draft", published=False)
        make_file(make_edition(draft, published=False))
        return draft

    @cached_property
    def bare(self):
        """It cannot be published: there is nothing to read."""
        return make_publication("bare", title_en="A title", published=False)

    @cached_property
    def scheduled(self):
        publication = make_publication("scheduled", title_en="Scheduled", published=False)
        make_file(make_edition(publication, published=False))
        publishing.publish(publication, by=clerk(), at=timezone.now() + timedelta(days=1))
        return publication

    # Tables and PDFs ----------------------------------------------------------------

    @cached_property
    def look_at_a_table(self):
        self.draft  # noqa: B018  (for the table to change)
        file = work.keep_upload(SimpleUploadedFile("table.csv", TABLE.encode()))
        return self._done("import-check", file=file, name="table.csv", create=[])

    @cached_property
    def table(self):
        return self._done("import", check=self.look_at_a_table.pk)

    @cached_property
    def look_at_pdfs(self):
        """One that fits, one whose language is in doubt, one that names nothing."""
        names = {
            f"{self.plan.slug}-en.pdf": pdf_samples.booklet("A new version. " + pdf_samples.PROSE),
            f"{self.plan.slug}-es.pdf": pdf_samples.booklet(),
            "holiday.pdf": pdf_samples.booklet("a"),
        }
        kept = pdfs.keep_uploads([SimpleUploadedFile(*named) for named in names.items()])
        return self._done("pdfs-check", files=kept)

    @cached_property
    def pdfs(self):
        check = self.look_at_pdfs
        return self._done(
            "pdfs", check=check.pk, chosen=[row["file"] for row in check.outcome["rows"]]
        )

    def _done(self, kind, **arguments):
        job = jobs.start(kind, by=clerk("anna"), **arguments)
        job.refresh_from_db()
        return job

    # Long work ----------------------------------------------------------------------

    @cached_property
    def waiting(self):
        return self._job("waiting")

    @cached_property
    def running(self):
        job = self._job("running", started_at=timezone.now())
        jobs.Progress(job).tell(1200, 3400)
        return job

    @cached_property
    def lost(self):
        return self._job("running", started_at=timezone.now() - timedelta(days=1))

    @cached_property
    def failed(self):
        outcome = {"error": "There is nothing to print."}
        return self._job("failed", outcome=outcome, finished_at=timezone.now())

    @cached_property
    def done(self):
        name = "publications.xlsx"
        job = self._job("done", outcome={"file": name}, finished_at=timezone.now())
        (job.folder / name).write_bytes(b"a table")
        return job

    def _job(self, status, **columns):
        by = clerk("anna")
        job = Job.objects.create(kind="export", language="fr", by=by, status=status, **columns)
        job.folder.mkdir(parents=True)
        return job
