"""manage.py sweep_files: remove files that no record names, left by uploads that failed."""

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand

from catalogue import audit


class Command(BaseCommand):
    help = "Removes stored files that no record names and that are older than a day."

    def handle(self, **options):
        names = list(audit.unnamed_files())
        for name in names:
            default_storage.delete(name)
        self.stdout.write(self.style.SUCCESS(f"Files removed: {len(names)}"))
