"""Processes killed in the middle of random work: ledger and outbox are right all the same.

    python -m benchmarks.kills
    python -m tests.postgres -- python -m benchmarks.kills --kills 100

Three people work and a postman delivers, each in a process of its own; one of them is killed
(SIGKILL) at a random moment and another takes their place. In the end everything agrees, every
event of which its orderer is told owes one mail, and every mail that was owed is sent: twice at
most where its postman was killed in between. Ends with 1 where not.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from benchmarks.operations import events_not_told_once, faults_of, set_up, start_one

PEOPLE, POSTMEN = 3, 1
A_LOT = 1_000_000  # nobody comes to an end before they are killed


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=60)
    kills = parser.parse_args().kills
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder, mails="filebased")
        from django.core.management import call_command

        from tests.orders import crowd

        call_command("migrate", verbosity=0)
        crowd.prepare()
        killed = kill_again_and_again(kills)
        faults = compare(killed)
    sys.exit(bool(faults))


def kill_again_and_again(kills, *, seed=1):
    """Kill people and postmen at random moments; how many of each."""
    chance, killed, seeds = random.Random(seed), Counter(), iter(range(A_LOT))
    staff = ["work"] * PEOPLE + ["deliver"] * POSTMEN
    at_work = [(job, start_one(*order_for(job, seeds))) for job in staff]
    try:
        for _kill in range(kills):
            wait_for_work()
            time.sleep(chance.uniform(0, 0.5))
            victim = chance.randrange(len(at_work))
            job, process = at_work[victim]
            end(process)
            killed[job] += 1
            at_work[victim] = (job, start_one(*order_for(job, seeds)))
    finally:
        for _job, process in at_work:
            end(process)
    return killed


def wait_for_work(events=10, seconds=60):
    """Until so much more has happened: a process that has just been started does nothing yet."""
    from orders.models import OrderEvent

    goal, deadline = OrderEvent.objects.count() + events, time.monotonic() + seconds
    while OrderEvent.objects.count() < goal and time.monotonic() < deadline:
        time.sleep(0.05)


def order_for(job, seeds):
    return (job, next(seeds), A_LOT) if job == "work" else (job,)


def end(process):
    process.kill()
    process.wait()
    process.stdout.close()


def compare(killed):
    """What does not agree in the end, printed."""
    from orders.models import Order, OrderEvent, OutgoingMessage

    deliver_the_rest()
    print(
        f"{killed['work']} people and {killed['deliver']} postmen killed; "
        f"{Order.objects.count():,} orders, {OrderEvent.objects.count():,} events, "
        f"{OutgoingMessage.objects.count():,} mails"
    )
    sent, marked = letters(), set(OutgoingMessage.objects.exclude(sent_at=None))
    repeated = sum(times - 1 for times in sent.values())
    return faults_of(
        "  faults",
        untold=events_not_told_once(),
        unsent=OutgoingMessage.objects.unsent().count(),
        marked_and_not_sent=sum(f"{mail.template}-{mail.pk}" not in sent for mail in marked),
        repeated_too_often=max(0, repeated - killed["deliver"]),
    )


def deliver_the_rest():
    """As after the five minutes for which a postman who is no more had leased a mail."""
    from django.utils import timezone

    from orders import outbox
    from orders.models import OutgoingMessage

    OutgoingMessage.objects.unsent().update(locked_until=timezone.now() - timedelta(seconds=1))
    while outbox.deliver():
        pass


def letters():
    """How often each mail was written, by its template and number."""
    from django.conf import settings

    pattern = re.compile(r"^Message-ID:\s*<(\S+)@", re.M | re.I)
    files = Path(settings.EMAIL_FILE_PATH).glob("*")
    return Counter(found for path in files for found in pattern.findall(path.read_text()))


if __name__ == "__main__":
    main()
