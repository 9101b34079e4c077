"""What colleagues do to the catalogue: tables, PDFs, news, the printed catalogue, long work."""

from catalogue.news import Quarter
from tests.browser.pages.coming import signs_in


def the_board_of_languages_for_colleagues(visitor, world):
    world.plan, world.report, world.confirmed_wish  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("editing:parity")


def a_table_to_import(visitor, world):
    world.look_at_a_table  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("editing:import")


def a_table_not_chosen(visitor, world):
    a_table_to_import(visitor, world)
    visitor.presses("Look at this table")


def a_table_looked_at(visitor, world):
    """New, changed and refused rows, and a word that is not known."""
    signs_in(visitor)
    visitor.goes_to("editing:import-preview", world.look_at_a_table.pk)


def a_table_imported(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:import-result", world.table.pk)


def the_export(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:export")


def pdfs_to_import(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:pdfs")


def pdfs_not_chosen(visitor, world):
    pdfs_to_import(visitor, world)
    visitor.presses("Look at these files")


def pdfs_looked_at(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:pdfs-preview", world.look_at_pdfs.pk)


def pdfs_imported(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:pdfs-result", world.pdfs.pk)


def the_news_of_a_quarter(visitor, world):
    world.news, world.confirmed_subscription  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("editing:news-of", Quarter.now().last)


def a_quarter_without_news(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:news")


def the_messages_to_readers(visitor, world):
    world.given_up  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("editing:notices")


def the_preview_of_a_draft(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:preview", world.draft.slug)


def the_form_of_the_printed_catalogue(visitor, world):
    world.plan, world.printed  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("editing:catalogue")


def the_jobs(visitor, world):
    world.waiting, world.running, world.lost, world.failed, world.done  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("editing:jobs")


def a_job_that_waits(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:job", world.waiting.pk)


def a_job_that_runs(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:job", world.running.pk)


def a_job_that_stopped(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:job", world.lost.pk)


def a_job_that_failed(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:job", world.failed.pk)


def a_job_done(visitor, world):
    signs_in(visitor)
    visitor.goes_to("editing:job", world.done.pk)


PAGES = [
    the_board_of_languages_for_colleagues,
    a_table_to_import,
    a_table_not_chosen,
    a_table_looked_at,
    a_table_imported,
    the_export,
    pdfs_to_import,
    pdfs_not_chosen,
    pdfs_looked_at,
    pdfs_imported,
    the_news_of_a_quarter,
    a_quarter_without_news,
    the_messages_to_readers,
    the_preview_of_a_draft,
    the_form_of_the_printed_catalogue,
    the_jobs,
    a_job_that_waits,
    a_job_that_runs,
    a_job_that_stopped,
    a_job_that_failed,
    a_job_done,
]
