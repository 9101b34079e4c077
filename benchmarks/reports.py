"""What reports cost with 100,000 orders: server time and queries of every page.

Run `python benchmarks/reports.py` in the project's folder, or with a number of orders after it.
It works in a database of its own that is gone afterwards; with DATABASE_URL naming an empty
PostgreSQL database, in that one.
"""

import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
YEARS, BATCH, REPEATS = 6, 5_000, 5
QUERIES = ("period=this-year", "period=everything", "period=everything&language=fr")


def main(orders):
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATA_DIR", folder)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "LOG_LEVEL": "ERROR",
            "STAFF_SECOND_FACTOR": "0",
            "ALLOWED_HOSTS": "localhost",
            "DEBUG": "1",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from orders.models import Order

        if not Order.objects.exists():  # DATA_DIR may name a database of an earlier run
            build(orders)
        measure()


# A database of many years -------------------------------------------------------


def build(orders):
    """So many orders over six years, their lines, consignments and ledger; in bulk."""
    from catalogue.models import State
    from orders import stock
    from tests.builders import clerk, make_edition, make_file, make_point, make_publication

    random.seed(4)
    user = clerk()
    groups = ("African States", "Asia-Pacific States", "Eastern European States")
    State.objects.bulk_create(
        State(
            iso2=f"{a}{b}",
            iso3=f"{a}{b}X",
            name_en=f"State {a}{b}",
            name_key_en=f"state {a}{b}",
            status="state_party",
            un_group=random.choice(groups),
        )
        for a in "QRSTUVWXYZ"
        for b in "ABCDEFGHIJKLMNOPQRS"
    )
    editions = []
    for _number in range(40):
        publication = make_publication()
        editions += [make_edition(publication, tag, on_hand=1) for tag in ("en", "fr", "es")]
    files = [make_file(edition, f"%PDF {edition.pk}".encode()) for edition in editions]
    _downloads(files)
    world = {
        "states": list(State.objects.values_list("pk", flat=True)),
        "editions": [edition.pk for edition in editions],
        "items": {edition.pk: stock.balance(edition).pk for edition in editions},
        "points": [make_point(f"Point {n}", meeting=_meeting(n)).pk for n in range(YEARS)],
        "location": stock.main_location().pk,
        "user": user.pk,
    }
    with _own_times():
        for start in range(0, orders, BATCH):
            _batch(world, start, min(BATCH, orders - start), orders)
    _analyse()


def _meeting(number):
    from catalogue.models import Meeting

    day = date.today().replace(month=9, day=10) - timedelta(365 * number)  # noqa: DTZ011
    return Meeting.objects.create(
        code=f"{number}MSP", name_en=f"Meeting {number}", starts_on=day, ends_on=day
    )


def _downloads(files):
    from catalogue.models import Download

    today = date.today()  # noqa: DTZ011
    Download.objects.bulk_create(
        (
            Download(file=file, day=today - timedelta(day), count=1 + day % 7)
            for file in files
            for day in range(0, 365 * YEARS, 3)
        ),
        batch_size=BATCH,
    )


@contextmanager
def _own_times():
    """Let rows carry the times they are given."""
    from orders.models import Order, StockEntry

    fields = [Order._meta.get_field("placed_at"), StockEntry._meta.get_field("at")]
    for field in fields:
        field.auto_now_add = False
    try:
        yield
    finally:
        for field in fields:
            field.auto_now_add = True


def _batch(world, start, number, total):
    from django.db import transaction

    from orders.models import Consignment, ConsignmentLine, Order, OrderLine, StockEntry

    with transaction.atomic():
        orders = Order.objects.bulk_create(_order(world, start + n, total) for n in range(number))
        lines = OrderLine.objects.bulk_create(
            line for order in orders for line in _lines(world, order)
        )
        parcels = Consignment.objects.bulk_create(
            _consignment(order) for order in orders if order.status == "closed"
        )
        of_order = {parcel.order_id: parcel for parcel in parcels}
        gone = [line for line in lines if line.issued]
        ConsignmentLine.objects.bulk_create(
            ConsignmentLine(consignment=of_order[line.order_id], line=line, quantity=line.issued)
            for line in gone
        )
        StockEntry.objects.bulk_create(
            entry for line in gone for entry in _entries(world, line, of_order[line.order_id])
        )


def _order(world, number, total):
    from django.utils import timezone

    from orders.models import Order

    placed = timezone.now() - timedelta(365 * YEARS * (1 - number / total), hours=1)
    is_open, delivery = (
        number > total * 0.98,
        random.choice(("post", "courier", "pouch", "pick_up")),
    )
    return Order(
        number=f"B{number}",
        link_seed=secrets.token_urlsafe(8),
        link_hash=secrets.token_hex(16),
        status="open" if is_open else "closed",
        language="en",
        orderer_kind=random.choice(("state_party", "observer", "civil_society", "other")),
        state_id=random.choice(world["states"]),
        delivery=delivery,
        pick_up_point_id=random.choice(world["points"]) if delivery == "pick_up" else None,
        placed_at=placed,
        accepted_at=placed,
        ended_at=None if is_open else placed + timedelta(30),
    )


def _lines(world, order):
    from orders.models import OrderLine

    copies = random.randint(1, 20)
    column = "backordered" if order.status == "open" else "issued"
    for edition in random.sample(world["editions"], random.choice((1, 2, 3))):
        yield OrderLine(
            order=order,
            edition_id=edition,
            location_id=world["location"],
            requested=copies,
            approved=copies,
            **{column: copies},
        )


def _consignment(order):
    from orders.models import Consignment

    left = order.accepted_at + timedelta(random.random() * 20)
    return Consignment(
        order=order,
        delivery=order.delivery,
        pick_up_point_id=order.pick_up_point_id,
        slip_language="en",
        status="handed_over" if order.delivery == "pick_up" else "sent",
        packed_at=left,
        left_at=left,
    )


def _entries(world, line, parcel):
    from orders.models import StockEntry

    about = {"stock_item_id": world["items"][line.edition_id], "by_id": world["user"]}
    yield StockEntry(
        kind="allocation", line=line, allocated_change=line.issued, at=parcel.left_at, **about
    )
    yield StockEntry(
        kind="issue",
        line=line,
        consignment=parcel,
        on_hand_change=-line.issued,
        allocated_change=-line.issued,
        at=parcel.left_at,
        **about,
    )


def _analyse():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


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
            address = f"/en/desk/reports/{slug}/?{query}"
            watch = Watch()
            with connection.execute_wrapper(watch):
                first = _timed(client, address)
            spent = statistics.median(_timed(client, address) for _ in range(REPEATS))
            figures = f"{first:10.0f}{spent:10.0f}{len(watch.spent):9}{max(watch.spent):9.0f}"
            print(f"{slug:14}{query:32}{figures}", flush=True)


class Watch:
    """Milliseconds of each query."""

    def __init__(self):
        self.spent = []

    def __call__(self, execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.spent.append((time.perf_counter() - begun) * 1000)


def _timed(client, address):
    begun = time.perf_counter()
    assert client.get(address).status_code == 200
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
