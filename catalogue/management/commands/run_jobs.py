"""Do the long work that waits; with `--watch` look for more until stopped."""

from time import sleep

from django.core.management.base import BaseCommand

from catalogue import jobs

PAUSE = 2  # seconds


class Command(BaseCommand):
    help = "Do the long work that colleagues have asked for."

    def add_arguments(self, parser):
        parser.add_argument("--watch", action="store_true", help="go on until stopped")

    def handle(self, **options):
        jobs.run_waiting()
        jobs.forget_old()
        while options["watch"]:
            sleep(PAUSE)
            jobs.run_waiting()
            jobs.forget_old()
