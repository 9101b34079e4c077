"""The administration of the catalogue."""

from catalogue.admin.publications import EditionAdmin, PublicationAdmin
from catalogue.admin.vocabulary import MeetingAdmin, StateAdmin, TermAdmin, TopicAdmin

__all__ = [
    "EditionAdmin",
    "MeetingAdmin",
    "PublicationAdmin",
    "StateAdmin",
    "TermAdmin",
    "TopicAdmin",
]
