"""The pages of the catalogue."""


def the_list(visitor, world):
    world.plan, world.untranslated  # noqa: B018  (made by being asked for)
    visitor.goes_to("catalogue:publications")


def the_list_narrowed(visitor, world):
    visitor.goes_to("catalogue:publications", query=f"?language=fr&kind={world.plan.kind.slug}")


def the_list_with_nothing_found(visitor, world):
    world.plan  # noqa: B018
    visitor.goes_to("catalogue:publications", query="?q=zzzz&language=fr&year=1999")


def a_publication(visitor, world):
    visitor.goes_to("catalogue:publication", world.plan.slug)


def a_publication_in_one_language(visitor, world):
    visitor.goes_to("catalogue:publication", world.untranslated.slug)


def a_publication_taken_back(visitor, world):
    visitor.goes_to("catalogue:publication", world.withdrawn.slug)


def no_page(visitor, world):
    visitor.goes_to("catalogue:publication", "none")


def the_board_of_languages(visitor, world):
    world.plan, world.untranslated  # noqa: B018
    visitor.goes_to("catalogue:parity")


def the_list_searched(visitor, world):
    """By a word of the text: with the place where it stands; and a catalogue to print."""
    world.report, world.printed  # noqa: B018
    visitor.goes_to("catalogue:publications", query="?q=zirconium")
    assert visitor.page.locator("mark").count()


def the_list_with_another_spelling(visitor, world):
    world.plan  # noqa: B018
    visitor.goes_to("catalogue:publications", query="?q=dubrovnic")
    assert visitor.page.locator(".did-you-mean").count()


def the_list_with_suggestions(visitor, world):
    """Open, and one of them chosen."""
    the_list(visitor, world)
    box = visitor.page.get_by_role("combobox")
    box.press_sequentially("dubrov")
    visitor.page.get_by_role("option").first.wait_for()
    box.press("ArrowDown")


def a_publication_with_a_past(visitor, world):
    visitor.goes_to("catalogue:publication", world.report.slug)


def a_corrigendum(visitor, world):
    visitor.goes_to("catalogue:publication", world.report.corrigenda.get().slug)


def the_ways_through_the_catalogue(visitor, world):
    world.report  # noqa: B018
    visitor.goes_to("catalogue:browse")


def a_series(visitor, world):
    visitor.goes_to("catalogue:series", world.report.series.slug)


def a_topic(visitor, world):
    visitor.goes_to("catalogue:topic", world.report.topics.get().slug)


def a_topic_without_publications(visitor, world):
    visitor.goes_to("catalogue:topic", world.unused_topic.slug)


def a_meeting(visitor, world):
    visitor.goes_to("catalogue:meeting", world.report.meeting.code)


def the_symbols(visitor, world):
    world.report  # noqa: B018
    visitor.goes_to("catalogue:symbols")


def a_branch_of_symbols(visitor, world):
    world.report  # noqa: B018
    visitor.goes_to("catalogue:symbols", "CCM/MSP/2011")


def the_archives(visitor, world):
    visitor.goes_to("catalogue:archives", query=f"?series={world.report.series.slug}")


PAGES = [
    the_list,
    the_list_narrowed,
    the_list_with_nothing_found,
    a_publication,
    a_publication_in_one_language,
    a_publication_taken_back,
    no_page,
    the_board_of_languages,
    the_list_searched,
    the_list_with_another_spelling,
    the_list_with_suggestions,
    a_publication_with_a_past,
    a_corrigendum,
    the_ways_through_the_catalogue,
    a_series,
    a_topic,
    a_topic_without_publications,
    a_meeting,
    the_symbols,
    a_branch_of_symbols,
    the_archives,
]
