"""Send the list of what came out in a quarter. Run it every day: it is sent once."""

from django.core.management.base import BaseCommand, CommandError

from catalogue import news, subscriptions


def quarter(text: str) -> news.Quarter:
    year, _dash, number = text.partition("-")
    if not (year.isdecimal() and 2000 <= int(year) <= 2099 and number in ("1", "2", "3", "4")):
        raise CommandError("Write a quarter like 2026-4.")
    return news.Quarter(int(year), int(number))


class Command(BaseCommand):
    help = "Owe the quarterly list to whoever subscribed; safe to run twice, and at once."

    def add_arguments(self, parser):
        parser.add_argument("--quarter", help="Like 2026-4; the last that is over otherwise.")
        parser.add_argument("--preview", action="store_true", help="Say what would be sent only.")

    def handle(self, *, preview, **options):
        shown = quarter(options["quarter"]) if options["quarter"] else news.Quarter.now().last
        if not shown.is_recent:
            raise CommandError(f"{shown} is not one of the last four quarters that are over.")
        if preview:
            editions, readers = sum(news.numbers(shown).values()), subscriptions.due(shown).count()
            self.stdout.write(f"{shown}: {editions} editions, to {readers} subscribers")
            return
        self.stdout.write(f"{shown}: {subscriptions.announce(shown)} messages queued")
