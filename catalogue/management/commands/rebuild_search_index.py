"""Bring the search index up to date, or say whether it is; exit code 1 if not."""

from django.core.management.base import BaseCommand, CommandError

from catalogue import search
from catalogue.models import Publication
from catalogue.progress import shown
from catalogue.search import entries


class Command(BaseCommand):
    help = (
        "Index the publications whose texts are not those of their entry: after a migration, "
        "and from the clock where editions are published for a later moment."
    )

    def add_arguments(self, parser):
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--all", action="store_true", help="Trust no entry: index everything.")
        how.add_argument("--check", action="store_true", help="Change nothing; list what differs.")

    def handle(self, *, check, **options):
        if check:
            self.require_agreement()
        else:
            self.rebuild(everything=options["all"])

    def rebuild(self, *, everything):
        if everything:
            entries.distrust()
        written = sum(search.index(batch) for batch in self.batches())
        self.stdout.write(self.style.SUCCESS(f"Publications indexed: {written}"))

    def require_agreement(self):
        differing = [pk for batch in self.batches() for pk in entries.outdated(batch)]
        for publication in Publication.objects.filter(pk__in=differing):
            self.stderr.write(f"out of date: {publication.slug}")
        if differing or not entries.is_sound():
            raise CommandError("The search index is out of date: run rebuild_search_index --all")
        self.stdout.write(self.style.SUCCESS("The search index agrees with the catalogue."))

    def batches(self):
        pks = list(Publication.objects.order_by("pk").values_list("pk", flat=True))
        batches = list(entries.batches(pks))
        return shown(batches, len(batches))
