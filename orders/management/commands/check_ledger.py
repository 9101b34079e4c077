"""Say whether orders, consignments, stock and ledger agree; exit code 1 if not."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from catalogue.models import Job
from orders import audit


class Command(BaseCommand):
    help = "Check the invariants of stock and orders; list every breach and exit with 1."

    def handle(self, *args, **options):
        begun, breaches = timezone.now(), audit.breaches()
        keep(breaches, begun)
        with translation.override("en"):  # whatever the site's language: for the log
            for breach in breaches:
                self.stderr.write(str(breach))
        if breaches:
            raise CommandError(f"{len(breaches)} breaches in the ledger")
        self.stdout.write(self.style.SUCCESS("The ledger agrees with the orders."))


def keep(breaches, begun):
    """Leave the outcome where the desk finds it: among the jobs."""
    Job.objects.create(
        kind="check-ledger",
        language=settings.LANGUAGE_CODE,
        status=Job.Status.DONE,
        outcome=audit.outcome_of(breaches),
        started_at=begun,
        finished_at=timezone.now(),
    )
