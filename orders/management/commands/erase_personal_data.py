"""Erase names and addresses of orders that ended long enough ago. Run it every night."""

from django.core.management.base import BaseCommand

from orders import privacy


class Command(BaseCommand):
    help = "Erase the personal data of orders that ended ORDER_KEPT_DAYS ago or earlier."

    def handle(self, *args, **options):
        self.stdout.write(f"{privacy.erase_due()} orders erased")
