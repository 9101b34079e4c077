"""Say whether files, rows, search index and harvest records agree; exit code 1 if not."""

from django.core.management.base import BaseCommand, CommandError

from catalogue import audit


class Command(BaseCommand):
    help = "Compare files, covers, rows, search index and records; list what does not agree."

    def add_arguments(self, parser):
        parser.add_argument(
            "--quick", action="store_true", help="Sizes only: read no file for its fingerprint."
        )

    def handle(self, *, quick, **options):
        checks = [check for check in audit.CHECKS if not (quick and check in audit.SLOW)]
        count = sum(map(self.say, checks))
        if count:
            raise CommandError(f"Findings in the catalogue: {count}")
        self.stdout.write(self.style.SUCCESS("Files, rows, index and records agree."))

    def say(self, check):
        """What one check finds, a line each, after its progress; how many."""
        if self.stderr.isatty():
            self.stderr.write(check.__doc__ or "", self.style.NOTICE)
        found = list(check())
        for sentence in found:
            self.stderr.write(sentence)
        return len(found)
