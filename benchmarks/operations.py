"""Many people at once, in processes: no violation, no deadlock, no "database is locked".

    python -m benchmarks.operations
    python -m tests.postgres -- python -m benchmarks.operations

Fifty ask for the last copy in 200 rounds; four dispatch the same 300 parcels; 100,000 random
operations of all verbs while a postman delivers; and a naive promise, which fails. It works in a
database of its own that is gone afterwards; with DATABASE_URL naming an empty PostgreSQL
database, in that one. Ends with 1 where anything was met that must never be met.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASKERS, DISPATCHERS = 50, 4
TOLD = ["sent", "at_desk", "missed", "forwarded", "let_go", "replaced", "cancelled"]


def main():
    given = arguments()
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        processes = given.processes or (6 if on_postgresql() else 4)
        faults = sum(
            part(given, processes)
            for part in (last_copy, same_parcels, random_operations, naive_canary)
        )
    print("All as it must be." if not faults else f"{faults} faults.")
    sys.exit(bool(faults))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--operations", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200, help="for the last copy")
    parser.add_argument("--parcels", type=int, default=300, help="dispatched by four people")
    parser.add_argument("--processes", type=int, help="6 on PostgreSQL, 4 on SQLite")
    return parser.parse_args()


def set_up(folder, mails="dummy"):
    """Django on a database of its own, for this process and those that it starts."""
    os.environ.setdefault("DATA_DIR", folder)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_BACKEND": f"django.core.mail.backends.{mails}.EmailBackend",
        "LOG_LEVEL": "ERROR",
        "SITE_URL": "http://127.0.0.1",
        "PYTHONPATH": str(ROOT),
    }
    start_django()


def start_django():
    import django

    django.setup()
    from orders import outbox

    outbox.deliver_soon = lambda: None  # mails are the postman's


def on_postgresql():
    from django.db import connection

    return connection.vendor == "postgresql"


def faults_of(title, **counts):
    """Print what was found; how many of it must never be."""
    from orders import audit

    counts["violations"] = len(audit.breaches())
    print(f"{title}: " + ", ".join(f"{n:,} {what}" for what, n in counts.items()), flush=True)
    return sum(counts.values())


def crowd_of(processes, job, *given):
    """Run a job in so many processes that start together; what each of them returned."""
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(processes), context.SimpleQueue()
    people = [
        context.Process(target=one_process, args=(job, start, answers, number, *given))
        for number in range(processes)
    ]
    for person in people:
        person.start()
    found = [answers.get() for _person in people]
    for person in people:
        person.join()
    return found


def one_process(job, start, answers, number, *given):
    start_django()
    answers.put(job(start, number, *given))


# The last copy --------------------------------------------------------------------


def last_copy(given, processes):
    from django.db.models import Sum

    from orders.models import OrderLine
    from tests.builders import clerk, make_edition

    clerk()
    editions = [make_edition(on_hand=1).pk for _round in range(given.rounds)]
    shares = [ASKERS // processes + (n < ASKERS % processes) for n in range(processes)]
    crowd_of(processes, ask, editions, shares)
    lines = OrderLine.objects.filter(edition__in=editions)
    promised = lines.order_by().values("edition").annotate(copies=Sum("allocated"))
    missing = ASKERS * given.rounds - lines.count()
    print(f"The last copy: {given.rounds} rounds, {ASKERS} askers")
    return faults_of("  not once", rounds=promised.exclude(copies=1).count(), missing=missing)


def ask(start, number, editions, shares):
    from orders import lifecycle

    for edition in editions:
        orders = [order_of(edition, number, nth) for nth in range(shares[number])]
        start.wait()
        in_threads(lifecycle.confirm, orders)


def order_of(edition, *names):
    from catalogue.models import Edition
    from tests.builders import place_order

    key = "-".join(map(str, ("last", edition, *names)))
    email = f"{key}@example.org"
    return place_order((Edition.objects.get(pk=edition), 1), key=key, email=email)


def in_threads(verb, rows):
    from django.db import connections

    def job(row):
        try:
            verb(row)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(rows)) as pool:
        list(pool.map(job, rows))


# The same parcels -----------------------------------------------------------------


def same_parcels(given, _processes):
    from orders import fulfilment, stock
    from orders.models import OutgoingMessage, StockEntry
    from tests.builders import clerk, make_edition, make_order

    edition = make_edition(on_hand=2 * given.parcels)
    parcels = [
        fulfilment.pack(make_order((edition, 2)), by=clerk()).pk for _nth in range(given.parcels)
    ]
    crowd_of(DISPATCHERS, dispatch, parcels)
    issues = StockEntry.objects.filter(kind="issue", stock_item__edition=edition).count()
    mails = OutgoingMessage.objects.filter(template="sent", event__consignment__in=parcels).count()
    print(f"The same parcels: {given.parcels}, by {DISPATCHERS} people")
    return faults_of(
        "  not once",
        issues=abs(issues - given.parcels),
        mails=abs(mails - given.parcels),
        copies=stock.balance(edition).on_hand,
    )


def dispatch(start, _number, parcels):
    from orders import fulfilment
    from orders.models import Consignment
    from tests.builders import clerk

    start.wait()
    for pk in parcels:
        fulfilment.send(Consignment.objects.get(pk=pk), by=clerk())


# Random operations ------------------------------------------------------------------


def random_operations(given, processes):
    from tests.orders import crowd

    crowd.prepare(editions=8, on_hand=2_000)
    started, postman = time.perf_counter(), start_one("deliver")
    people = [start_one("work", seed, given.operations // processes) for seed in range(processes)]
    met = sum((Counter(json.loads(one.communicate()[0])) for one in people), Counter())
    seconds = time.perf_counter() - started
    postman.terminate()
    postman.wait()
    print(
        f"Random operations: {met.total():,} in {processes} processes, {seconds:,.0f} s, "
        f"{met['done']:,} done, {met['refused']:,} refused"
    )
    return faults_of(
        "  met",
        deadlocks=met["deadlock"],
        locked=met["locked"],
        broken=met["broken"],
        untold=events_not_told_once(),
    )


def start_one(*args):
    """A person of the crowd, or its postman, in a process of its own."""
    command = [sys.executable, "-m", "tests.orders.one_of_the_crowd", *map(str, args)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def events_not_told_once():
    from django.db.models import Count

    from orders.models import OrderEvent

    events = OrderEvent.objects.filter(what__in=TOLD).exclude(order__email="", messages=None)
    return events.annotate(mails=Count("messages")).exclude(mails=1).count()


# The canary -------------------------------------------------------------------------


def naive_canary(_given, processes):
    """Read, think, write: what the conditional update prevents. It must give copies away twice."""
    from orders import stock
    from orders.models import StockItem
    from tests.builders import make_edition

    copies = 100
    edition = make_edition(on_hand=copies)
    promised = sum(crowd_of(processes, promise_naively, edition.pk, copies // processes))
    recorded = stock.balance(edition).allocated
    StockItem.objects.filter(edition=edition).update(allocated=0)
    print(f"The naive canary: {promised - recorded} of {promised} copies promised twice")
    return int(recorded == promised)


def promise_naively(start, _number, edition, times):
    from orders.models import StockItem

    start.wait()
    for _time in range(times):
        item = StockItem.objects.get(edition=edition)
        time.sleep(0.001)
        StockItem.objects.filter(pk=item.pk).update(allocated=item.allocated + 1)
    return times


if __name__ == "__main__":
    main()
