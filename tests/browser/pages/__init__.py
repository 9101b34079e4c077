"""Every kind of page, and how a visitor comes to see it: `page(visitor, world)`."""

from tests.browser.pages import administration, catalogue, desk, editing, ordering, readers

PUBLIC = [*catalogue.PAGES, *readers.PAGES, *ordering.PAGES]
DESK = [*desk.PAGES, *editing.PAGES]
ADMIN = administration.PAGES
# At whose addresses there is nothing.
NOWHERE = [catalogue.no_page, readers.a_link_that_is_no_more, ordering.no_order]
