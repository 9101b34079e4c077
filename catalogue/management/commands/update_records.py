"""Bring what harvesters are told up to date, for all publications."""

from django.core.management.base import BaseCommand

from catalogue import harvest
from catalogue.models import Publication
from catalogue.progress import shown


class Command(BaseCommand):
    help = "Compare the records of OAI-PMH with the catalogue and mend them; safe to run twice."

    def handle(self, **options):
        pks = Publication.objects.values_list("pk", flat=True)
        batches = list(harvest.batches(pks))
        written = sum(harvest.update(batch) for batch in shown(batches, len(batches)))
        self.stdout.write(self.style.SUCCESS(f"Records brought up to date: {written}"))
