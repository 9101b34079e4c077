"""Search: every word of every language, on the database's own full-text engine.

    Publication.objects.published().search("plan dubrovnik")

`index` is called by whatever changes what readers find a publication by (its texts, its
editions, their files, the names it refers to), in the transaction of the change. It costs
little where nothing changed. `manage.py rebuild_search_index` does the same for all of them.
"""

from catalogue.search.entries import index, remove
from catalogue.search.query import tiers
from catalogue.search.snippets import Snippet, snippets
from catalogue.search.spelling import did_you_mean
from catalogue.search.suggestions import suggestions

__all__ = ["Snippet", "did_you_mean", "index", "remove", "snippets", "suggestions", "tiers"]
