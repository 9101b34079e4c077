"""The administration of the catalogue."""

from tests.browser.pages.coming import signs_in


def the_administration(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:index")


def the_publications_in_the_administration(visitor, world):
    world.plan  # noqa: B018
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_changelist")


def the_form_for_a_publication(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_add")


def the_form_for_a_publication_sent_empty(visitor, world):
    the_form_for_a_publication(visitor, world)
    visitor.presses("Save as draft")


def the_form_of_an_edition(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_edition_change", world.french.pk)


def the_form_of_a_draft(visitor, world):
    """With the list of what is wanting."""
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_change", world.draft.pk)


def the_question_before_publishing(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_publish", world.draft.pk)


def a_moment_that_makes_no_sense(visitor, world):
    the_question_before_publishing(visitor, world)
    visitor.writes(day="2020-01-01")
    visitor.presses("Schedule")


def what_cannot_be_published(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_publish", world.bare.pk)


def what_is_scheduled(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_publish", world.scheduled.pk)


def the_question_before_withdrawing(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_withdraw", world.plan.pk)


def the_question_before_withdrawing_without_a_reason(visitor, world):
    the_question_before_withdrawing(visitor, world)
    visitor.page.locator("[name=reason]").evaluate("field => field.required = false")
    visitor.presses("Withdraw")


def several_to_publish(visitor, world):
    world.draft, world.bare  # noqa: B018
    chooses_all(visitor, "publish")


def several_to_withdraw(visitor, world):
    world.plan, world.report  # noqa: B018
    chooses_all(visitor, "withdraw")


def chooses_all(visitor, action):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_changelist")
    visitor.page.locator("#action-toggle").check()
    visitor.selects(action=action)
    visitor.goes_by(visitor.page.locator("[name=index]"))


def the_history_of_a_publication(visitor, world):
    signs_in(visitor)
    visitor.goes_to("admin:catalogue_publication_history", world.scheduled.pk)


PAGES = [
    the_administration,
    the_publications_in_the_administration,
    the_form_for_a_publication,
    the_form_for_a_publication_sent_empty,
    the_form_of_an_edition,
    the_form_of_a_draft,
    the_question_before_publishing,
    a_moment_that_makes_no_sense,
    what_cannot_be_published,
    what_is_scheduled,
    the_question_before_withdrawing,
    the_question_before_withdrawing_without_a_reason,
    several_to_publish,
    several_to_withdraw,
    the_history_of_a_publication,
]
