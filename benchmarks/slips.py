"""What paper costs: one slip after another against all in one document, few lines against many.

Run `python benchmarks/slips.py` in the project's folder. It works in a database of its own that
is gone afterwards, and prints processor time: the ratios compare, whatever the machine.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
SLIPS = 100
LABELS = 24
REPEATS = 5
MOST_MS, MOST_RATIO = 60, 0.8  # of a slip among many: milliseconds, and of one by itself


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATA_DIR": folder,
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "LOG_LEVEL": "WARNING",
        }
        import django

        django.setup()
        measure()


def measure():
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    settings.DUPLICATE_DAYS = 0  # so many orders of one person would be held
    from orders import papers

    few, many = packed(lines=3), packed(lines=40)
    rows = [packed(lines=3, language=language) for language in ("en", "fr", "es") * 34][:SLIPS]
    cold = seconds(lambda: papers.packing_slip(few), repeats=1)
    alone = seconds(lambda: [papers.packing_slip(fresh(row)) for row in rows[:20]], repeats=3) / 20
    report("a slip of 3 lines, warm", alone, alone)
    report("the first slip of a process", cold, alone)
    report("a slip of 40 lines", seconds(lambda: papers.packing_slip(many)), alone)
    batch(rows, alone)
    report("an address label", seconds(lambda: papers.address_label(few)), alone)
    for sheet in ("a4-8", "a4-14"):
        spent = seconds(lambda sheet=sheet: papers.address_labels(rows[:LABELS], sheet), repeats=3)
        report(f"{LABELS} labels on sheets {sheet}", spent, alone)


def batch(rows, alone):
    """All slips as one PDF, the way the job makes it; twice, to see whether memory grows."""
    from orders.papers.batch import Batch

    def make():
        with tempfile.TemporaryDirectory() as folder:
            Batch([fresh(row) for row in rows], lambda *_far: None).make(
                Path(folder) / "all.pdf", ["slips"], "a4-8", 1
            )

    first = memory()
    spent = seconds(make, repeats=2) / len(rows)
    report(f"a slip among {len(rows)} in one PDF", spent, alone)
    print(
        f"{'memory: before, at most, then':<36} {first:7.0f} MB {peak():5.0f} MB {memory():5.0f} MB"
    )
    is_good = spent * 1000 <= MOST_MS and spent / alone <= MOST_RATIO
    print(f"{f'at most {MOST_MS} ms and {MOST_RATIO} ×':<36} {'yes' if is_good else 'NO':>7}")


def fresh(consignment):
    """As it comes from the database when its slip is asked for."""
    return type(consignment).objects.get(pk=consignment.pk)


def memory():
    """Megabytes this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def packed(*, lines, **details):
    from tests.builders import make_consignment, make_edition, make_order

    editions = [make_edition(on_hand=1, weight_g=50) for _ in range(lines)]
    return make_consignment(make_order(*((edition, 1) for edition in editions), **details))


def seconds(work, *, repeats=REPEATS):
    """Processor seconds of the quickest run."""
    return min(timed(work) for _ in range(repeats))


def timed(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def report(what, spent, unit):
    print(f"{what:<36} {spent * 1000:7.0f} ms {spent / unit:7.2f} ×")


if __name__ == "__main__":
    main()
