"""The long work of the catalogue that colleagues can ask for.

Imported with the site: what is heavy is imported when the work is done.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import jobs, languages
from catalogue.importing import pdfs
from catalogue.importing import work as importing

__all__ = ["importing", "pdfs", "print_catalogue", "print_news"]


@jobs.runs(
    "printed-catalogue", name=_("printed catalogue"), permission="catalogue.change_publication"
)
def print_catalogue(job, progress, *, is_offered=False, **choice):
    """The catalogue in the job's language; with `is_offered` readers are given it too."""
    from catalogue import offered, printed

    name = f"catalogue-{languages.current()}-{timezone.localdate():%Y-%m-%d}.pdf"
    facts = printed.make(job.folder, name, printed.Choice(**choice), progress)
    if is_offered:
        offered.offer(job.folder / name, facts)
    return facts


@jobs.runs(
    "news-section", name=_("pages of the newsletter"), permission="catalogue.view_publication"
)
def print_news(job, progress, *, quarter):
    """What came out in a quarter, (year, number), in the job's language."""
    from catalogue import newsletter
    from catalogue.news import Quarter

    chosen = Quarter(*quarter)
    name = f"new-{chosen}-{languages.current()}.pdf"
    facts = newsletter.make(job.folder, name, chosen)
    progress(1, 1)
    return facts
