"""What the queue costs with 100,000 orders: server time and queries of every tab, search, filter.

    python -m benchmarks.large
    python -m benchmarks.large --orders 20000 --plans
    python -m tests.postgres -- python -m benchmarks.large

It works in a database of its own that is gone afterwards; with DATABASE_URL naming an empty
PostgreSQL database, in that one. Milliseconds by the clock of the first visit, then the median
and the best of five more; "cpu" is what this process worked, the database with it on SQLite:
on a busy machine the best and the cpu tell more than the median.

`build(orders)` is of use to other measurements: six years of orders in bulk, nearly all of them
over, some thousands at work, in agreement with `check_ledger`.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from contextlib import contextmanager
from datetime import timedelta

YEARS, BATCH, REPEATS, MOST_MS, MOST_QUERIES = 6, 5_000, 5, 200, 12
KEPT = timedelta(days=90)
# How orders stand: (share of all, what became of them). The last 3 % placed are at work.
AT_WORK = [
    (0.36, "to_pack"),
    (0.16, "packed"),
    (0.05, "at_desk"),
    (0.20, "waiting"),
    (0.05, "held"),
    (0.05, "over_limit"),
    (0.03, "missed"),
    (0.10, "unverified"),
]
OVER = [
    (0.60, "sent"),
    (0.12, "delivered"),
    (0.18, "handed_over"),
    (0.02, "returned"),
    (0.01, "lost"),
    (0.04, "cancelled"),
    (0.01, "declined"),
    (0.02, "expired"),
]
STATUS = dict.fromkeys(("cancelled", "declined", "expired", "unverified"))
STATUS = {kind: kind for kind in STATUS} | {kind: "open" for _share, kind in AT_WORK[:-1]}
LEFT = ("sent", "delivered", "handed_over", "returned", "lost")
PARCELS = (*LEFT, "packed", "at_desk", "missed")
GROUPS = ("African States", "Asia-Pacific States", "Eastern European States")
NAMES = ("Aya", "Bruno", "Chidi", "Dina", "Elif", "Farid", "Gita", "Hugo", "Inés", "Khamphone")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--plans", action="store_true", help="how slow queries are answered")
    parser.add_argument("--audit", action="store_true", help="check the ledger of what was built")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(os.environ.setdefault("DATA_DIR", folder))
        from orders.models import Order

        if not Order.objects.exists():  # DATA_DIR may name a database of an earlier run
            begun = time.perf_counter()
            build(options.orders)
            print(f"{options.orders:,} orders built in {time.perf_counter() - begun:.0f} s\n")
        if options.audit:
            check()
        measure(plans=options.plans)


def set_up(folder):
    """Django with an empty database in the folder, or in DATABASE_URL."""
    os.environ |= {
        "DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "LOG_LEVEL": "ERROR",
        "STAFF_SECOND_FACTOR": "0",
        "ALLOWED_HOSTS": "localhost",
        "DEMO": "1",  # style sheets from their folders
        "MAIL_IN_THREAD": "0",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def check():
    from orders import audit

    found = audit.breaches()
    print(f"check_ledger: {len(found)} breaches", *found[:20], sep="\n")


# A database of many years -------------------------------------------------------


def build(orders):
    """So many orders over six years, their lines, consignments, events and ledger; in bulk."""
    rng, world = random.Random(4), _world()
    with _own_times():
        for start in range(0, orders, BATCH):
            numbers = range(start, min(start + BATCH, orders))
            _store(rng, world, [(n, n / orders) for n in numbers])
        _receive(world)
    _analyse()


def _world():
    from catalogue.models import State
    from orders import stock
    from tests.builders import clerk, make_edition, make_point, make_publication

    editions = [
        make_edition(publication, tag, on_hand=1, weight_g=80)
        for publication in [make_publication(**_title(n)) for n in range(40)]
        for tag in ("en", "fr", "es")
    ]
    State.objects.bulk_create(_states())
    points = [make_point("Office"), *map(_point, range(YEARS))]
    return {
        "states": list(State.objects.values_list("pk", flat=True)),
        "editions": [edition.pk for edition in editions],
        "items": {edition.pk: stock.balance(edition).pk for edition in editions},
        "points": [point.pk for point in points],
        "location": stock.main_location().pk,
        "user": clerk().pk,
        "issued": {},
        "allocated": {},
    }


def _point(number):
    """Where copies were handed over at a meeting so many years ago; the first is still to come."""
    from catalogue.models import Meeting
    from tests.builders import make_point

    first = _now().date() - timedelta(365 * number - 20)
    days = first, first + timedelta(4)
    meeting = Meeting.objects.create(
        code=f"{number}MSP", name_en=f"Meeting {number}", starts_on=days[0], ends_on=days[1]
    )
    return make_point(f"Meeting {number}", meeting=meeting, opens_on=days[0], closes_on=days[1])


def _title(number):
    words = ("Action plan", "Guide to clearance", "Progress report", "Handbook", "Briefing note")
    return {
        "slug": f"work-{number}",
        "title_en": f"{words[number % 5]} {number}",
        "symbol": f"CCM/MSP/{2011 + number % 12}/WP.{number}",
    }


def _states():
    from catalogue.models import State

    letters = "ABCDEFGHIJKLMNOPQRS"
    for a in "QRSTUVWXYZ":
        for b in letters:
            name = f"Land {a}{b}"
            keys = {f"name_key_{code}": name.lower() for code in ("en", "fr", "es")}
            about = {"status": "state_party", "un_group": GROUPS[ord(b) % len(GROUPS)]}
            yield State(iso2=a + b, iso3=f"{a}{b}X", name_en=name, **about, **keys)


@contextmanager
def _own_times():
    """Let rows carry the times they are given."""
    from orders.models import Consignment, Order, OrderEvent, StockEntry

    columns = [(Order, "placed_at"), (OrderEvent, "at"), (StockEntry, "at")]
    columns.append((Consignment, "created_at"))
    fields = [model._meta.get_field(name) for model, name in columns]
    for field in fields:
        field.auto_now_add = False
    try:
        yield
    finally:
        for field in fields:
            field.auto_now_add = True


def _store(rng, world, numbers):
    from django.db import transaction

    from orders.models import Consignment, ConsignmentLine, Order, OrderEvent, OrderLine, StockEntry

    kinds = [_kind(rng, part) for _n, part in numbers]
    with transaction.atomic():
        orders = Order.objects.bulk_create(
            _order(rng, world, n, part, kind)
            for (n, part), kind in zip(numbers, kinds, strict=True)
        )
        pairs = list(zip(orders, kinds, strict=True))
        lines = OrderLine.objects.bulk_create(
            line for order, kind in pairs for line in _lines(rng, world, order, kind)
        )
        kind_of = {order.pk: kind for order, kind in pairs}
        parcels = Consignment.objects.bulk_create(
            _parcel(rng, order, kind) for order, kind in pairs if kind in PARCELS
        )
        of_order = {parcel.order_id: parcel for parcel in parcels}
        for parcel in parcels:
            parcel.order.first_left_at = parcel.left_at
        Order.objects.bulk_update([parcel.order for parcel in parcels], ["first_left_at"], 500)
        ConsignmentLine.objects.bulk_create(
            ConsignmentLine(consignment=of_order[line.order_id], line=line, quantity=line.approved)
            for line in lines
            if line.order_id in of_order
        )
        StockEntry.objects.bulk_create(
            entry
            for line in lines
            for entry in _entries(world, line, kind_of[line.order_id], of_order.get(line.order_id))
        )
        OrderEvent.objects.bulk_create(
            event
            for order, kind in pairs
            for event in _events(world, order, kind, of_order.get(order.pk))
        )


def _kind(rng, part):
    shares, kinds = zip(*(AT_WORK if part >= 0.97 else OVER), strict=True)
    return rng.choices(kinds, shares)[0]


def _order(rng, world, number, part, kind):
    from orders.models import Order

    placed = _now() - timedelta(365 * YEARS * (1 - part), hours=1)
    ended = None if STATUS.get(kind, "closed") in ("open", "unverified") else placed + KEPT / 9
    is_erased = ended is not None and ended < _now() - KEPT
    is_bag = kind in ("handed_over", "at_desk", "missed") or (kind == "to_pack" and number % 5 == 0)
    person = {} if is_erased else _person(rng, number)
    return Order(
        number=f"B{number:03}-{number:06}"[-9:],
        link_seed=f"seed {number}",
        link_hash=f"{number:064}",
        status=STATUS.get(kind, "closed"),
        hold=rng.choice(("address", "duplicate")) if kind == "held" else "",
        language=rng.choice(("en", "fr", "es")),
        orderer_kind=rng.choice(("state_party", "observer", "civil_society", "other")),
        state_id=rng.choice(world["states"]) if number % 4 else None,
        delivery="pick_up" if is_bag else rng.choice(("post", "courier", "pouch")),
        pick_up_point_id=rng.choice(world["points"][:2] if ended is None else world["points"])
        if is_bag
        else None,
        placed_at=placed,
        accepted_at=None if kind in ("unverified", "expired") else placed,
        ended_at=ended,
        erased_at=ended + KEPT if is_erased else None,
        **person,
    )


def _person(rng, number):
    return {
        "name": f"{rng.choice(NAMES)} Specimen {number}",
        "organisation": f"Mission {number % 900} (specimen)",
        "email": f"person{number % 3000}@example.org",
        "address": f"Example Street {number % 200}\n1202 Geneva",
        "country": "CH",
    }


def _lines(rng, world, order, kind):
    from orders.models import OrderLine

    for edition in rng.sample(world["editions"], rng.choice((1, 2, 3))):
        yield OrderLine(
            order=order,
            edition_id=edition,
            location_id=world["location"],
            **_quantities(rng.randint(1, 20), kind),
        )


def _quantities(copies, kind):
    """What a line says of its copies."""
    if kind in ("unverified", "expired"):
        return {"requested": copies}
    column = {"cancelled": "cancelled", "declined": "cancelled", "waiting": "backordered"}.get(
        kind, "issued" if kind in LEFT else "allocated"
    )
    columns = {"requested": copies, "approved": copies, column: copies}
    if kind == "returned":
        columns["returned"] = copies
    return columns | ({"requested": copies + 30} if kind == "over_limit" else {})


def _parcel(rng, order, kind):
    from orders.models import Consignment

    at = order.accepted_at + timedelta(hours=rng.randint(1, 200))
    return Consignment(
        order=order,
        delivery=order.delivery,
        pick_up_point_id=order.pick_up_point_id,
        recipient=order.name,
        slip_language=order.language,
        status=kind,
        tracking=f"RR{order.pk:09}CH" if kind in LEFT and not order.pick_up_point_id else "",
        created_at=at,
        packed_at=at,
        left_at=at if kind in LEFT else None,
    )


def _entries(world, line, kind, parcel):
    from orders.models import StockEntry

    item, copies = world["items"][line.edition_id], line.approved - line.backordered
    about = {"stock_item_id": item, "by_id": world["user"], "line": line}
    changes = [("allocation", None, 0, copies)] if copies else []
    if kind in ("cancelled", "declined"):
        changes.append(("release", None, 0, -copies))
    if kind in LEFT:
        changes.append(("issue", parcel, -copies, -copies))
    if kind == "returned":
        changes.append(("return", parcel, copies, 0))
    for name, of, on_hand, allocated in changes:
        world["issued"][item] = world["issued"].get(item, 0) - on_hand
        world["allocated"][item] = world["allocated"].get(item, 0) + allocated
        yield StockEntry(
            kind=name,
            consignment=of,
            on_hand_change=on_hand,
            allocated_change=allocated,
            at=parcel.packed_at if of else line.order.accepted_at,
            **about,
        )


def _events(world, order, kind, parcel):
    from orders.models import OrderEvent

    before, status = "unverified", order.status
    steps = [("placed", None, before)]
    if order.accepted_at:
        steps.append(("confirmed", None, "open"))
    if parcel:
        steps.append(("packed", parcel, "open"))
    if kind in ("handed_over", "missed", "at_desk"):
        steps.append(("at_desk", parcel, "open"))
    if parcel and kind not in ("packed", "at_desk"):
        steps.append((kind, parcel, "open"))
    if status not in ("open", before):
        steps.append((status, None, status))
    for what, of, to in steps:
        is_staff = of is not None
        yield OrderEvent(
            order=order,
            what=what,
            consignment=of,
            from_status=before,
            to_status=to,
            actor="staff" if is_staff else "orderer",
            by_id=world["user"] if is_staff else None,
            at=of.packed_at if of else order.placed_at,
        )
        before = to


def _receive(world):
    """The print runs from which all this was taken, and balances that agree."""
    from django.db.models import F

    from orders.models import StockEntry, StockItem

    for item in world["items"].values():
        left, promised = world["issued"].get(item, 0), world["allocated"].get(item, 0)
        run = left + promised + 500
        StockEntry.objects.create(
            stock_item_id=item, kind="receipt", on_hand_change=run, by_id=world["user"], at=_now()
        )
        balance = StockItem.objects.filter(pk=item)
        balance.update(on_hand=F("on_hand") + run - left, allocated=promised)


def _analyse():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _now():
    from django.utils import timezone

    return timezone.now()


# Every page ---------------------------------------------------------------------


def addresses():
    """What a colleague may ask the queue for."""
    from orders.desk.views.queue import TABS
    from orders.models import Order

    number = Order.objects.open().first().number
    words = ("khamphone", "mission 12", "Land QA", "handbook", "WP.7", "RR000099", number, "zzz")
    yield from (f"?tab={tab}" for tab in TABS)
    yield "?tab=ended&page=1500"
    yield from (f"?tab={tab}&q={word}" for word in words for tab in ("to_pack", "ended"))
    filters = ("delivery=pouch", "language=fr", "orderer_kind=observer", "source=site", "point=2")
    yield from (f"?tab={tab}&{one}" for one in filters for tab in ("to_pack", "ended"))


def measure(*, plans=False):
    from django.db import connection
    from django.test import Client

    from tests.builders import clerk

    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk())
    print(f"{connection.vendor:40}{'first':>8}{'ms':>8}{'best':>8}{'cpu':>8}{'queries':>9}")
    for query in addresses():
        address, watch = f"/en/desk/{query}", Watch()
        with connection.execute_wrapper(watch):
            first = timed(client, address)
        begun = time.process_time()
        spent = [timed(client, address) for _ in range(REPEATS)]
        worked = (time.process_time() - begun) * 1000 / REPEATS
        count, slowest = len(watch.spent), max(watch.spent)
        is_slow = min(spent) > MOST_MS or count > MOST_QUERIES
        figures = f"{first:8.0f}{statistics.median(spent):8.0f}{min(spent):8.0f}{worked:8.0f}"
        print(f"{query:40}{figures}{count:9}{'  TOO MUCH' if is_slow else ''}", flush=True)
        if plans and slowest[0] > 20:
            explain(*slowest[1:])


class Watch:
    """(milliseconds, statement, parameters) of each query."""

    def __init__(self):
        self.spent = []

    def __call__(self, execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.spent.append(((time.perf_counter() - begun) * 1000, sql, params))


def explain(sql, params):
    from django.db import connection

    how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN ANALYZE"
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {sql}", params)
        print(sql[:1500], *(row[-1] for row in cursor.fetchall()), sep="\n    ")


def timed(client, address):
    begun = time.perf_counter()
    assert client.get(address).status_code == 200, address
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
