"""Let out what was scheduled for this minute. To be run every minute."""

from django.core.management.base import BaseCommand

from catalogue import upkeep


class Command(BaseCommand):
    help = "Bring the site up to date with what was scheduled and has come due."

    def handle(self, **options):
        count = upkeep.catch_up()
        if count:
            self.stdout.write(f"{count} publications have come due.")
