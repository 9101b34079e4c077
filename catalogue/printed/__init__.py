"""The printed catalogue of one language."""

from catalogue.printed.contents import PAPERS, Choice, address, publications
from catalogue.printed.press import make

__all__ = ["PAPERS", "Choice", "address", "make", "publications"]
