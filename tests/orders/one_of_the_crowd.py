"""One person of the crowd, or its postman, in a process of its own that can be killed.

    python -m tests.orders.one_of_the_crowd work SEED TIMES
    python -m tests.orders.one_of_the_crowd deliver

The database is that of DATABASE_URL. A worker prints what it met; a postman works on until it
is stopped.
"""

import json
import sys
import time

import django


def work(seed, times):
    from orders import outbox
    from tests.orders.crowd import Person

    outbox.deliver_soon = lambda: None  # mails are the postman's
    print(json.dumps(Person(int(seed)).work(int(times))))


def deliver():
    from orders import outbox

    while True:
        outbox.deliver() or time.sleep(0.1)


if __name__ == "__main__":
    django.setup()
    {"work": work, "deliver": deliver}[sys.argv[1]](*sys.argv[2:])
