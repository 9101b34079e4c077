"""What the printed catalogue costs: a hundred publications with covers, and a thousand.

Run `python benchmarks/printed.py` in the project's folder, `--thousand` for the second. It works
in a database of its own that is gone afterwards, and prints processor time beside that of a
packing slip: the ratios compare, whatever the machine.
"""

import io
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
SUMMARY = "Œuvre de référence pour les États parties, avec les dates et les délais à tenir. " * 3


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
        measure(Path(folder))


def measure(folder):
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill(100)
    print_catalogue(folder)  # the first one makes the print covers and loads the fonts
    unit = slip()
    report("a packing slip, warm", unit, unit, "")
    report("100 publications, warm", *timed(lambda: print_catalogue(folder), unit))
    if "--thousand" in sys.argv:
        fill(900)
        report("1,000 publications", *timed(lambda: print_catalogue(folder), unit))


def fill(count):
    from django.core.files.base import ContentFile
    from django.db import transaction
    from PIL import Image

    from catalogue.models import Publication, Topic
    from tests.builders import make_edition, make_file, make_kind, make_publication

    topics = [Topic.objects.get_or_create(slug=f"t{n}", article=n)[0] for n in range(3, 8)]
    kinds = [make_kind(f"kind-{n}", name_fr=f"type {n}") for n in range(12)]
    picture = io.BytesIO()
    Image.effect_mandelbrot((480, 679), (-2, -1.5, 1, 1.5), 40).convert("RGB").save(picture, "WEBP")
    start = Publication.objects.count()
    with transaction.atomic():
        for n in range(start, start + count):
            publication = make_publication(
                f"publication-numero-{n}",
                kind=kinds[n % 12],
                symbol=f"CCM/MSP/{2010 + n % 15}/WP.{n}",
                issued_on=f"{2010 + n % 15}-09-{n % 28 + 1:02}",
                title_fr=f"Rapport sur l’application de la Convention, partie {n}",
                title_en=f"Report on the implementation of the Convention, part {n}",
                summary_fr=SUMMARY,
            )
            publication.topics.add(topics[n % 5])
            for tag in ("fr", "en"):
                file = make_file(
                    make_edition(publication, tag, is_printed=True), f"{n}{tag}".encode()
                )
                file.cover.save("cover.webp", ContentFile(picture.getvalue()))


def print_catalogue(folder):
    from django.utils import translation

    from catalogue import printed

    with translation.override("fr"):
        facts = printed.make(folder, "catalogue.pdf", printed.Choice(), lambda *_step: None)
    size = (folder / "catalogue.pdf").stat().st_size / 1e6
    return f"{facts['pages']} pages, {size:.1f} MB"


def slip():
    from orders import papers
    from tests.builders import make_consignment, make_edition, make_order

    packed = make_consignment(make_order((make_edition(on_hand=1, weight_g=50), 1)))
    papers.packing_slip(packed)
    return min(timed(lambda: papers.packing_slip(packed), 1)[0] for _ in range(5))


def timed(work, unit):
    start = time.process_time()
    told = work()
    return time.process_time() - start, unit, told


def report(what, spent, unit, told):
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<26} {spent:6.2f} s {spent / unit:7.1f} ×  to {memory:4.0f} MB  {told}")


if __name__ == "__main__":
    main()
