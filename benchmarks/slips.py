"""What paper costs: one slip after another against all in one document, few lines against many.

Run `python benchmarks/slips.py` in the project's folder. It works in a database of its own that
is gone afterwards, and prints processor time: the ratios compare, whatever the machine.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
SLIPS = 20
REPEATS = 5


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
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from orders import pdf

    few, many = packed(lines=3), packed(lines=40)
    cold = seconds(lambda: pdf.packing_slip(few), repeats=1)
    one = seconds(lambda: pdf.packing_slip(few))
    together = seconds(lambda: pdf.packing_slips([few] * SLIPS), repeats=1) / SLIPS
    report("a slip of 3 lines, warm", one, one)
    report("the first slip of a process", cold, one)
    report(f"a slip among {SLIPS} in one document", together, one)
    report("a slip of 40 lines", seconds(lambda: pdf.packing_slip(many)), one)
    report("an address label", seconds(lambda: pdf.address_label(few)), one)


def packed(*, lines):
    from tests.builders import make_consignment, make_edition, make_order

    editions = [make_edition(on_hand=1, weight_g=50) for _ in range(lines)]
    return make_consignment(make_order(*((edition, 1) for edition in editions)))


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
