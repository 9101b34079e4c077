"""The catalogue for harvesters: OAI-PMH 2.0 (https://www.openarchives.org/pmh/).

What is said here is said to programs, in English. `catalogue.harvest` keeps the records.
"""

from catalogue.feeds.oai.answers import answer

__all__ = ["answer"]
