"""Say whether orders, consignments, stock and ledger agree; exit code 1 if not."""

from django.core.management.base import BaseCommand, CommandError

from orders import audit


class Command(BaseCommand):
    help = "Check the invariants of stock and orders; list every breach and exit with 1."

    def handle(self, *args, **options):
        breaches = list(audit.breaches())
        for breach in breaches:
            self.stderr.write(breach)
        if breaches:
            raise CommandError(f"{len(breaches)} breaches in the ledger")
        self.stdout.write(self.style.SUCCESS("The ledger agrees with the orders."))
