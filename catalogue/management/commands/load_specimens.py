"""manage.py load_specimens: the specimen catalogue, for the demonstration and for trials."""

from django.core.management.base import BaseCommand

from catalogue.progress import shown
from catalogue.specimens import loading


class Command(BaseCommand):
    help = "Loads the specimen catalogue; what is there already stays as it is."

    def handle(self, **options):
        loading.load_words()
        count = loading.load_publications()
        jobs = loading.missing_files()
        for _kept in shown(loading.load_files(jobs), len(jobs)):
            pass
        if options["verbosity"]:
            self.stdout.write(f"{count} publications and {len(jobs)} PDFs loaded.")
