"""The catalogue: publications, their language editions, and the words that describe them."""

from catalogue.models.edition import Edition, EditionFile, EditionLanguage
from catalogue.models.publication import Publication
from catalogue.models.readers import Download, LanguageRequest
from catalogue.models.search import SearchEntry
from catalogue.models.vocabulary import IssuingBody, Kind, Meeting, Precision, Series, State, Topic

__all__ = [
    "Download",
    "Edition",
    "EditionFile",
    "EditionLanguage",
    "IssuingBody",
    "Kind",
    "LanguageRequest",
    "Meeting",
    "Precision",
    "Publication",
    "SearchEntry",
    "Series",
    "State",
    "Topic",
]
