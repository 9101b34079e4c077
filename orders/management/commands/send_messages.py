"""Send the messages that are due. Run it every minute where nothing else does."""

from django.core.management.base import BaseCommand

from catalogue import notices
from orders import outbox


class Command(BaseCommand):
    help = "Send the messages that are due; safe to run twice, and at once."

    def handle(self, *args, **options):
        self.stdout.write(f"{outbox.deliver() + notices.deliver()} messages sent")
