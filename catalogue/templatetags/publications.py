"""Publications in templates: their editions in order, their covers, where their files are."""

from django import template

from catalogue import cards, languages

register = template.Library()

register.filter("editions", cards.editions)
register.filter("held_editions", cards.held_editions)
register.filter("languages_not_held", cards.languages_not_held)
register.filter("cover", cards.cover)
register.filter("file_address", cards.file_address)
register.filter("other_titles", cards.other_titles)


@register.filter
def pages_near(paginator, number):
    """The page numbers worth a link: 1, None, 4, 5, 6, None, 20; None stands for a gap."""
    numbers = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [None if number == paginator.ELLIPSIS else number for number in numbers]


@register.filter
def language_names(tags):
    """The names of languages in the page's language; join them with |joined."""
    return [languages.name(tag, languages.current()) for tag in tags]
