"""End the orders that nobody confirmed in time. Run it every hour."""

from django.core.management.base import BaseCommand

from orders import lifecycle


class Command(BaseCommand):
    help = "End the orders that were not confirmed in time."

    def handle(self, *args, **options):
        self.stdout.write(f"{lifecycle.expire_unverified()} orders expired")
