"""Erase names and addresses whose time is over. Run it every night."""

from django.core.management.base import BaseCommand

from catalogue import forgetting
from orders import privacy


class Command(BaseCommand):
    help = "Erase the people in orders that ended long enough ago, and readers' addresses."

    def handle(self, *args, **options):
        self.stdout.write(f"{privacy.erase_due()} orders erased")
        self.stdout.write(f"{forgetting.erase_due()} readers erased")
