"""What reports cost with 100,000 orders: server time and queries of every page.

Run `python -m benchmarks.reports` in the project's folder, or with a number of orders after it.
It works in a database of its own that is gone afterwards; with DATABASE_URL naming an empty
PostgreSQL database, in that one.
"""

import os
import statistics
import sys
import tempfile
from datetime import timedelta

from benchmarks import large

REPEATS = 5
QUERIES = ("period=this-year", "period=everything", "period=everything&language=fr")


def main(orders):
    with tempfile.TemporaryDirectory() as folder:
        large.set_up(os.environ.setdefault("DATA_DIR", folder))
        from orders.models import Order

        if not Order.objects.exists():  # DATA_DIR may name a database of an earlier run
            download()
            large.build(orders)
        measure()


def download():
    """A file of each of 120 editions, taken every third day for six years."""
    from django.utils import timezone

    from catalogue.models import Download
    from tests.builders import make_edition, make_file, make_publication

    today = timezone.localdate()
    works = [make_publication(slug=f"taken-{n}") for n in range(40)]
    editions = [make_edition(work, tag) for work in works for tag in ("en", "fr", "es")]
    files = [make_file(edition, f"%PDF {edition.pk}".encode()) for edition in editions]
    days = [today - timedelta(back) for back in range(0, 365 * large.YEARS, 3)]
    rows = (Download(file=file, day=day, count=1 + day.day % 7) for file in files for day in days)
    Download.objects.bulk_create(rows, batch_size=large.BATCH)


# Every page ---------------------------------------------------------------------


def measure():
    from django.db import connection
    from django.test import Client

    from orders.reports.pages import REPORTS
    from tests.builders import clerk

    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk())
    print(f"{'report':14}{'asked':32}{'first ms':>10}{'median ms':>10}{'queries':>9}{'slowest':>9}")
    for slug in REPORTS:
        for query in QUERIES:
            address, watch = f"/en/desk/reports/{slug}/?{query}", large.Watch()
            with connection.execute_wrapper(watch):
                first = large.timed(client, address)
            spent = statistics.median(large.timed(client, address) for _ in range(REPEATS))
            figures = f"{first:10.0f}{spent:10.0f}{len(watch.spent):9}{max(watch.spent)[0]:9.0f}"
            print(f"{slug:14}{query:32}{figures}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
