"""Bring the tallies of downloads up to date; safe to run at any time and twice."""

from django.core.management.base import BaseCommand

from catalogue import downloads


class Command(BaseCommand):
    help = "Bring the tallies of downloads up to what the day's logs say."

    def handle(self, *args, **options):
        self.stdout.write(f"{downloads.fold()} downloads of the last days are in the tallies.")
