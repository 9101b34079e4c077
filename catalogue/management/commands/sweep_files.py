"""manage.py sweep_files: remove files that no record names, left by uploads that failed."""

import datetime

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.utils import timezone

from catalogue.models import EditionFile

FOLDERS = ("editions", "covers")
GRACE = datetime.timedelta(days=1)  # an upload of this minute has no record yet


class Command(BaseCommand):
    help = "Removes stored files that no record names and that are older than a day."

    def handle(self, **options):
        named = {*EditionFile.objects.values_list("file", flat=True)}
        named.update(EditionFile.objects.values_list("cover", flat=True))
        count = 0
        for name in stored():
            if name not in named and is_old(name):
                default_storage.delete(name)
                count += 1
        self.stdout.write(self.style.SUCCESS(f"Files removed: {count}"))


def stored():
    """The names of all files kept for editions: two levels deep, by their fingerprints."""
    for folder in filter(default_storage.exists, FOLDERS):
        for part in default_storage.listdir(folder)[0]:
            for name in default_storage.listdir(f"{folder}/{part}")[1]:
                yield f"{folder}/{part}/{name}"


def is_old(name):
    return default_storage.get_modified_time(name) < timezone.now() - GRACE
