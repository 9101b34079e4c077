"""The catalogue: publications, their language editions, and the words that describe them."""

from catalogue.models.edition import Edition, EditionFile, EditionLanguage
from catalogue.models.mail import Mail, Notice
from catalogue.models.publication import Publication
from catalogue.models.readers import Download, LanguageRequest, Subscription
from catalogue.models.search import SearchEntry, SearchWord
from catalogue.models.upkeep import CatalogueVersion, Job, Record
from catalogue.models.vocabulary import IssuingBody, Kind, Meeting, Precision, Series, State, Topic

__all__ = [
    "CatalogueVersion",
    "Download",
    "Edition",
    "EditionFile",
    "EditionLanguage",
    "IssuingBody",
    "Job",
    "Kind",
    "LanguageRequest",
    "Mail",
    "Meeting",
    "Notice",
    "Precision",
    "Publication",
    "Record",
    "SearchEntry",
    "SearchWord",
    "Series",
    "State",
    "Subscription",
    "Topic",
]
