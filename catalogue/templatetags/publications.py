"""Publications and their pages in templates."""

from django import template

from catalogue import cards, symbols

register = template.Library()

register.filter("other_titles", cards.other_titles)
register.filter("symbol_folder", symbols.folder)  # {{ publication.symbol|symbol_folder }}


@register.filter
def pages_near(paginator, number):
    """The page numbers worth a link: 1, None, 4, 5, 6, None, 20; None stands for a gap."""
    numbers = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [None if number == paginator.ELLIPSIS else number for number in numbers]


@register.filter
def of_key(rows, key):
    """{{ snippets|of_key:card.key }}: None where there is none."""
    return rows.get(key)
