"""One of everything that a page may show; each is made when a page asks for it."""

from tests.browser.world.catalogue import Catalogue
from tests.browser.world.editing import Editing
from tests.browser.world.orders import Orders
from tests.browser.world.readers import Readers
from tests.builders import make_point, make_state
from tests.journeys import scenes


class World(Catalogue, Readers, Orders, Editing):
    def __init__(self):
        make_state("LA", **scenes.by_language(scenes.STATE))
        make_point(name_fr="Bureau", name_es="Oficina")
